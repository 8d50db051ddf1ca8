import System

/// The rules for the texts of ids and names.
public enum Identifier {
    /// Whether `text` is an id of `kind` in canonical form: `PREFIX-NUMBER`, `PREFIX-hash`, or a name.
    public static func isValid(_ text: String, kind: RecordKind) -> Bool {
        switch kind {
        case .workspace: text == "workspace"
        case .task, .lease: isNumbered(text) && (hasPrefix(text, "T") || isTaskPrefix(prefix(of: text)))
        default: kind.prefix.map { isNumbered(text) && hasPrefix(text, $0) } ?? isName(text)
        }
    }

    /// Whether `prefix` is all that stands before the dash.
    private static func hasPrefix(_ text: String, _ prefix: String) -> Bool {
        var rest = text.utf8[...]
        for byte in prefix.utf8 where rest.popFirst() != byte { return false }
        return rest.first == UInt8(ascii: "-")
    }

    /// What ``isName(_:)`` looks for, completing "is not …".
    public static let nameRule = "a name: up to 63 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit"

    /// `[a-z0-9][a-z0-9._-]{0,62}`
    public static func isName(_ text: String) -> Bool {
        let utf8 = text.utf8
        guard let first = utf8.first, isLowercaseOrDigit(first), utf8.count <= 63 else { return false }
        return utf8.allSatisfy { isLowercaseOrDigit($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D }
    }

    /// Whether `text`, in any case, would be taken for an id: a bare number, or a prefix and a number or hash.
    public static func looksLikeID(_ text: String, taskPrefix: String) -> Bool {
        if text.utf8.allSatisfy({ $0.decimalDigit != nil }) { return true }
        guard let dash = text.firstIndex(of: "-") else { return false }
        let prefix = text[..<dash].uppercased()
        let rest = text[text.index(after: dash)...].lowercased().utf8
        let prefixes = RecordKind.numbered.compactMap(\.prefix) + [taskPrefix]
        return prefixes.contains(prefix) && (isNumber(rest) || isHash(rest))
    }

    /// `[A-Z][A-Z0-9]{0,9}`: a prefix that `tf init --prefix` accepts for tasks, unlike those of other kinds.
    public static func isTaskPrefix(_ text: String) -> Bool {
        let utf8 = text.utf8
        guard let first = utf8.first, isUppercase(first), utf8.count <= 10 else { return false }
        return utf8.allSatisfy { isUppercase($0) || $0.decimalDigit != nil }
            && !RecordKind.numbered.contains { $0 != .task && $0.prefix == text }
    }

    /// What somebody typed as an id, in canonical form: surrounding blanks dropped, prefix in upper case and added to
    /// a bare number.
    ///
    /// - Returns: nil when it cannot be an id of a numbered kind with this prefix.
    public static func canonical(_ input: String, prefix: String) -> String? {
        let text = input.trimmingBlanks
        var rest = text[...]
        if !isNumber(text.utf8) {
            guard let dash = text.firstIndex(of: "-"), text[..<dash].uppercased() == prefix else { return nil }
            rest = text[text.index(after: dash)...]
        }
        let lowercase = rest.lowercased()
        guard isNumber(lowercase.utf8) else { return isHash(lowercase.utf8) ? "\(prefix)-\(lowercase)" : nil }
        return Int(lowercase).flatMap { $0 > 0 ? "\(prefix)-\($0)" : nil }
    }

    /// What stands before the dash.
    private static func prefix(of text: String) -> String {
        text.utf8.firstIndex(of: UInt8(ascii: "-")).map { String(text[..<$0]) } ?? text
    }

    private static func isNumbered(_ text: String) -> Bool {
        guard let dash = text.utf8.firstIndex(of: UInt8(ascii: "-")) else { return false }
        let prefix = text[..<dash].utf8
        guard let first = prefix.first, isUppercase(first), prefix.count <= 10,
            prefix.allSatisfy({ isUppercase($0) || $0.decimalDigit != nil })
        else { return false }
        let rest = text[text.index(after: dash)...].utf8
        return isNumber(rest) ? rest.first != UInt8(ascii: "0") : isHash(rest)
    }

    private static func isNumber(_ utf8: some Collection<UInt8>) -> Bool {
        !utf8.isEmpty && utf8.count <= 15 && utf8.allSatisfy { $0.decimalDigit != nil }
    }

    /// The characters of a hash id; eight digits are a number.
    private static func isHash(_ utf8: some Collection<UInt8>) -> Bool {
        utf8.count == hashLength && utf8.allSatisfy(isLowercaseOrDigit)
    }

    /// The number of characters in a hash id after the dash.
    public static let hashLength = 8

    private static func isUppercase(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }

    private static func isLowercaseOrDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "a") < 26 || byte.decimalDigit != nil
    }
}

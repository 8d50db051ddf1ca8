/// A text that is looked for in others, in any case of letters.
public struct SearchText: Hashable, Sendable {
    /// In lower case.
    private let bytes: [UInt8]

    public init(_ text: String) {
        bytes = Array(text.lowercased().utf8)
    }

    /// Whether it stands somewhere in `text`.
    public func occurs(in text: String) -> Bool {
        guard let first = bytes.first else { return true }
        var text = text
        // Most texts are ASCII, and need neither a copy nor the tables of Unicode.
        let found: Bool? = text.withUTF8 { text in
            var last = text.count - bytes.count
            if last < 0 { last = -1 }
            for byte in text where byte >= 0x80 { return nil }
            for start in 0..<(last + 1) where Self.lowercase(text[start]) == first {
                if matches(text, at: start) { return true }
            }
            return false
        }
        return found ?? occurs(inLowercase: Array(text.lowercased().utf8))
    }

    private func matches(_ text: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        for index in bytes.indices where Self.lowercase(text[start + index]) != bytes[index] { return false }
        return true
    }

    private func occurs(inLowercase text: [UInt8]) -> Bool {
        guard text.count >= bytes.count else { return false }
        for start in 0...(text.count - bytes.count) where text[start...].starts(with: bytes) { return true }
        return false
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }
}

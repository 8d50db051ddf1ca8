import System

extension ValueType<String> {
    /// Any text, also none.
    public static var text: ValueType<String> {
        ValueType("TEXT", allowed: "a text") { $0 }
    }

    /// A text of one line that is not empty.
    public static var line: ValueType<String> {
        ValueType("TEXT", allowed: "a text of one line") { text throws(ValueFault) in
            if text.isEmpty { throw ValueFault("it is empty") }
            return text.contains(where: \.isNewline) ? nil : text
        }
    }

    /// A path, which need not exist, completed by the names of files; `-` stands for standard input.
    public static var path: ValueType<String> {
        ValueType("FILE", allowed: "a path", candidates: .files) { $0.isEmpty ? nil : $0 }
    }

    /// A path, which need not exist, completed by the names of directories.
    public static var directory: ValueType<String> {
        ValueType("DIR", allowed: "a path", candidates: .directories) { $0.isEmpty ? nil : $0 }
    }

    /// One of some words.
    public static func choice(_ words: [String]) -> ValueType<String> {
        ValueType(words: words) { words.contains($0) ? $0 : nil }
    }
}

extension ValueType where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One of the cases, written as its raw value.
    @inlinable
    public static func enumeration(_ type: Value.Type) -> ValueType<Value> {
        ValueType(words: type.allCases.map { $0.rawValue }) { Value(rawValue: $0) }
    }
}

extension ValueType {
    /// The words themselves stand for the value where they are few: `auto|always|never`.
    @inlinable
    init(words: [String], value: @escaping @Sendable (String) -> Value?) {
        let all = words.list(separator: "|")
        self.init(
            all.utf8.count <= 20 ? all : "WORD", allowed: "one of " + words.list(separator: ", "),
            candidates: .words(words), parse: value)
    }
}

extension [String] {
    /// As `joined(separator:)` does it, without the protocol conformances that the runtime looks up for that: every
    /// command makes such types.
    @usableFromInline
    func list(separator: String) -> String {
        var text = ""
        for (index, word) in enumerated() {
            if index > 0 { text += separator }
            text += word
        }
        return text
    }
}

extension ValueType<Int> {
    /// A whole number in `range`, in decimal.
    public static func integer(_ range: ClosedRange<Int>) -> ValueType<Int> {
        let allowed =
            switch (range.lowerBound, range.upperBound) {
            case (.min, .max): "a whole number"
            case (let lower, .max): "a whole number of at least \(lower)"
            case (.min, let upper): "a whole number of at most \(upper)"
            case (let lower, let upper): "a whole number from \(lower) to \(upper)"
            }
        return ValueType("N", allowed: allowed) { text in
            guard let number = Int(text), range.contains(number) else { return nil }
            return number
        }
    }
}

extension ValueType<WrittenDuration> {
    /// A duration such as `250ms`, `90s`, `1h30m`, `2d`, together with the text that was written for it.
    public static var duration: ValueType<WrittenDuration> {
        ValueType("DURATION", allowed: "a duration such as 90s, 10m, 1h30m") { WrittenDuration($0) }
    }
}

/// The value of an option such as `--env KEY[=VALUE]`.
public struct KeyValue: Sendable, Hashable {
    public let key: String
    /// What follows the first `=`; nil when there is none.
    public let value: String?

    public init(key: String, value: String?) {
        self.key = key
        self.value = value
    }
}

extension ValueType<KeyValue> {
    /// A key that is not empty, alone or with a value after the first `=`.
    public static var keyValue: ValueType<KeyValue> {
        ValueType("KEY[=VALUE]", allowed: "KEY or KEY=VALUE") { text in
            guard let separator = text.firstIndex(of: "=") else {
                return text.isEmpty ? nil : KeyValue(key: text, value: nil)
            }
            guard separator > text.startIndex else { return nil }
            return KeyValue(key: String(text[..<separator]), value: String(text[text.index(after: separator)...]))
        }
    }
}

extension ValueType<Int64> {
    /// A number of bytes: `500MB`, `100K`, `2GiB`, or a bare number.
    public static var size: ValueType<Int64> {
        ValueType("SIZE", allowed: "a size such as 500MB, 100K, 2GiB") { ByteCount($0)?.bytes }
    }
}

/// Why a text is not JSON that `tf` accepts, and where.
public struct JSONFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Line and column of the first offending byte, both from 1; the column counts bytes.
    public let line: Int
    public let column: Int
    /// What is wrong there, in lower case and without a full stop.
    public let reason: String

    public var description: String { "\(reason) at line \(line), column \(column)" }
}

extension JSON {
    /// Reads one JSON value (RFC 8259) that fills `bytes` but for white space around it.
    ///
    /// Stricter than the standard where readers disagree, following I-JSON (RFC 7493): UTF-8 only, no name twice in
    /// an object, no number that a double cannot hold, no integer beyond ±(2^53 − 1). Nesting ends at 128 levels.
    ///
    /// The toolchain's `JSONDecoder` needs some 50 µs to read a task and keep the members that nobody declared, five
    /// times as long; an index of 10,000 files could not be built in its time with that (`Tests/Benchmarks` measures
    /// both).
    public init(parsing bytes: [UInt8]) throws(JSONFault) {
        self = try bytes.withUnsafeBufferPointer { buffer throws(JSONFault) in try JSONReader.read(buffer) }
    }

    /// Reads one JSON value from a part of something larger.
    public init(parsing bytes: some Sequence<UInt8>) throws(JSONFault) {
        try self.init(parsing: Array(bytes))
    }

    /// Reads one JSON value from a text.
    public init(parsing text: String) throws(JSONFault) {
        try self.init(parsing: Array(text.utf8))
    }
}

/// One pass over the bytes of a JSON text, by recursive descent.
private struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0

    static func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONFault) -> JSON {
        var reader = JSONReader(bytes: bytes)
        let value = try reader.value()
        reader.skipBlanks()
        guard reader.position == bytes.count else { throw reader.fault("more text after the value") }
        return value
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    private func fault(_ reason: String, at offset: Int? = nil) -> JSONFault {
        let end = min(offset ?? position, bytes.count)
        var line = 1
        var lineStart = 0
        for index in 0..<end where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        return JSONFault(line: line, column: end - lineStart + 1, reason: reason)
    }

    /// What stands at the position, for messages.
    private var found: String {
        guard position < bytes.count else { return "the end of the text" }
        let byte = bytes[position]
        return byte > 0x20 && byte < 0x7F ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
    }

    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func value() throws(JSONFault) -> JSON {
        skipBlanks()
        guard position < bytes.count else { throw fault("the text ends where a value was expected") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw fault("unexpected \(found)")
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONFault) -> JSON {
        for offset in 0..<word.utf8CodeUnitCount {
            guard position < bytes.count else { throw fault("the text ends within a word") }
            guard bytes[position] == word.utf8Start[offset] else { throw fault("unexpected \(found)") }
            position += 1
        }
        return value
    }

    private mutating func enter() throws(JSONFault) {
        position += 1
        depth += 1
        guard depth <= 128 else { throw fault("nested more than 128 levels deep", at: position - 1) }
    }

    private mutating func object() throws(JSONFault) -> JSONObject {
        let start = position
        try enter()
        var members: [(key: String, value: JSON)] = []
        skipBlanks()
        if position < bytes.count, bytes[position] == UInt8(ascii: "}") {
            position += 1
            depth -= 1
            return JSONObject()
        }
        while true {
            skipBlanks()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw fault("expected a member name in quotes, found \(found)")
            }
            let key = try string()
            skipBlanks()
            guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else {
                throw fault("expected ':' after \"\(key)\", found \(found)")
            }
            position += 1
            members.append((key, try value()))
            skipBlanks()
            if try endOfList(closing: UInt8(ascii: "}")) { break }
        }
        var duplicate = ""
        guard let object = JSONObject(unsorted: members, duplicate: &duplicate) else {
            throw fault("member \"\(duplicate)\" occurs twice in the object that begins", at: start)
        }
        return object
    }

    private mutating func array() throws(JSONFault) -> [JSON] {
        try enter()
        skipBlanks()
        if position < bytes.count, bytes[position] == UInt8(ascii: "]") {
            position += 1
            depth -= 1
            return []
        }
        var items: [JSON] = []
        while true {
            items.append(try value())
            skipBlanks()
            if try endOfList(closing: UInt8(ascii: "]")) { return items }
        }
    }

    /// Steps over `,` (more follows) or the closing bracket (the list is complete).
    private mutating func endOfList(closing: UInt8) throws(JSONFault) -> Bool {
        guard position < bytes.count, bytes[position] == closing || bytes[position] == UInt8(ascii: ",") else {
            throw fault("expected ',' or '\(Character(Unicode.Scalar(closing)))', found \(found)")
        }
        let closed = bytes[position] == closing
        position += 1
        if closed { depth -= 1 }
        return closed
    }

    private mutating func number() throws(JSONFault) -> JSON {
        let start = position
        var isWhole = true
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let firstDigit = position
        skipDigits()
        guard position > firstDigit else { throw fault("expected a digit, found \(found)") }
        guard bytes[firstDigit] != UInt8(ascii: "0") || position == firstDigit + 1 else {
            throw fault("a number must not begin with 0", at: start)
        }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            try requireDigits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            try requireDigits()
        }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
        if isWhole {
            guard let integer = Int64(text), integer.magnitude < 1 << 53 else {
                throw fault("the integer \(text) is beyond what JSON readers agree on", at: start)
            }
            return .integer(integer)
        }
        guard let number = Double(text), number.isFinite else {
            throw fault("the number \(text) is beyond what JSON readers agree on", at: start)
        }
        return .number(number)
    }

    private mutating func skipDigits() {
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
    }

    private mutating func requireDigits() throws(JSONFault) {
        let start = position
        skipDigits()
        guard position > start else { throw fault("expected a digit, found \(found)") }
    }

    private mutating func string() throws(JSONFault) -> String {
        let opening = position
        position += 1
        let start = position
        var isASCII: UInt8 = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                let text = try decode(start..<position, isASCII: isASCII < 0x80)
                position += 1
                return text
            }
            if byte == UInt8(ascii: "\\") { return try stringWithEscapes(from: start) }
            guard byte >= 0x20 else { throw fault("a control character within a string") }
            isASCII |= byte
            position += 1
        }
        throw fault("the string is not closed", at: opening)
    }

    private func decode(_ range: Range<Int>, isASCII: Bool) throws(JSONFault) -> String {
        let slice = UnsafeBufferPointer(rebasing: bytes[range])
        let text = String(decoding: slice, as: UTF8.self)
        // Decoding repairs what is not UTF-8, so a text of other bytes than the source is a fault.
        guard isASCII || text.utf8.elementsEqual(slice) else { throw fault("not UTF-8", at: invalidByte(in: range)) }
        return text
    }

    /// Where the first bytes stand that are no character in UTF-8.
    private func invalidByte(in range: Range<Int>) -> Int {
        var position = range.lowerBound
        // What the decoder has put in the place of such bytes is not what they are.
        for scalar in String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self).unicodeScalars {
            guard bytes[position..<range.upperBound].starts(with: scalar.utf8) else { return position }
            position += scalar.utf8.count
        }
        return position
    }

    private mutating func stringWithEscapes(from start: Int) throws(JSONFault) -> String {
        var text = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                let string = String(decoding: text, as: UTF8.self)
                guard string.utf8.elementsEqual(text) else {
                    // Escapes are ASCII, so what is wrong with the text is wrong with the bytes that it was read from.
                    throw fault("not UTF-8", at: invalidByte(in: start..<position))
                }
                position += 1
                return string
            case UInt8(ascii: "\\"):
                position += 1
                text.append(contentsOf: try escape())
            case 0..<0x20:
                throw fault("a control character within a string")
            default:
                text.append(byte)
                position += 1
            }
        }
        throw fault("the string is not closed", at: start - 1)
    }

    private mutating func escape() throws(JSONFault) -> [UInt8] {
        guard position < bytes.count else { throw fault("the text ends within an escape") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw fault("an unknown escape", at: position - 1)
        }
    }

    private mutating func unicodeEscape() throws(JSONFault) -> [UInt8] {
        let start = position - 2
        var code = UInt32(try hexadecimal())
        if (0xD800..<0xDC00).contains(code) {
            guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            else { throw fault("half of a surrogate pair", at: start) }
            position += 2
            let low = UInt32(try hexadecimal())
            guard (0xDC00..<0xE000).contains(low) else { throw fault("half of a surrogate pair", at: start) }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw fault("half of a surrogate pair", at: start) }
        return Array(UTF8.encode(scalar)!)
    }

    private mutating func hexadecimal() throws(JSONFault) -> UInt16 {
        guard position + 4 <= bytes.count else { throw fault("the text ends within an escape") }
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
                throw fault("expected a hexadecimal digit, found \(found)")
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }
}

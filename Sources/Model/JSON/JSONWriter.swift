extension JSON {
    /// The form of record files: indented by two blanks, members sorted, one newline at the end.
    public var fileBytes: [UInt8] {
        JSONWriter.write(indents: true) { writer in
            writer.write(self)
            writer.append(UInt8(ascii: "\n"))
        }
    }

    /// The form of journal lines and of `--jsonl`: no blanks, members sorted, no newline.
    public var compactBytes: [UInt8] { JSONWriter.write(indents: false) { $0.write(self) } }

    /// ``compactBytes`` as text.
    public var compactText: String { String(decoding: compactBytes, as: UTF8.self) }

    /// ``fileBytes`` as text, without the newline at the end.
    public var indentedText: String { String(decoding: fileBytes.dropLast(), as: UTF8.self) }

    /// Appends the compact form to `bytes`.
    public func write(to bytes: inout [UInt8]) { bytes += compactBytes }

    /// The compact form of what ``fileBytes`` has made, at a fraction of the cost of writing it anew.
    package static func compactBytes(ofFile file: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: file.count) { bytes, count in
            file.withUnsafeBufferPointer { file in
                var written = 0
                var index = 0
                while index < file.count {
                    let byte = file[index]
                    index += 1
                    if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") { continue }
                    bytes[written] = byte
                    written += 1
                    guard byte == UInt8(ascii: "\"") else { continue }
                    // A text is taken over as it is, to its end.
                    var isEscaped = false
                    while index < file.count {
                        let next = file[index]
                        bytes[written] = next
                        index += 1
                        written += 1
                        if next == UInt8(ascii: "\""), !isEscaped { break }
                        isEscaped = next == UInt8(ascii: "\\") && !isEscaped
                    }
                }
                count = written
            }
        }
    }
}

/// Writes JSON into memory of its own: every command writes some, and an array would check each byte's place twice.
public struct JSONWriter {
    private var memory: UnsafeMutablePointer<UInt8>
    private var capacity = 1024
    private(set) var count = 0
    let indents: Bool
    /// How many lists are open around what is being written.
    private(set) var depth: Int

    /// A writer whose memory whoever makes it gives back.
    init(indents: Bool, depth: Int = 0) {
        self.indents = indents
        self.depth = depth
        memory = .allocate(capacity: capacity)
    }

    func deallocate() { memory.deallocate() }

    /// What `body` writes.
    static func write(indents: Bool, _ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(indents: indents)
        defer { writer.deallocate() }
        body(&writer)
        return Array(UnsafeBufferPointer(start: writer.memory, count: writer.count))
    }

    private mutating func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        capacity = max(2 * capacity, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: memory, count: count)
        memory.deallocate()
        memory = larger
    }

    mutating func append(_ byte: UInt8) {
        reserve(1)
        memory[count] = byte
        count += 1
    }

    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress else { return }
        reserve(bytes.count)
        (memory + count).update(from: start, count: bytes.count)
        count += bytes.count
    }

    /// Takes over a part of what another writer has written.
    mutating func append(_ other: JSONWriter, _ part: Range<Int>) {
        append(UnsafeBufferPointer(start: other.memory + part.lowerBound, count: part.count))
    }

    private mutating func append(_ text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func write(_ value: JSON) {
        switch value {
        case .null: append("null")
        case .bool(let bool): append(bool ? "true" : "false")
        case .integer(let integer): write(integer)
        case .number(let number): appendText(number.description)
        case .string(let string): write(string)
        case .array(let items):
            list("[", "]", items) { writer, item in writer.write(item) }
        case .object(let object):
            list("{", "}", object) { writer, member in
                writer.writeName(member.key)
                writer.write(member.value)
            }
        }
    }

    /// The name of a member, and what stands before its value.
    mutating func writeName(_ name: String) {
        write(name)
        append(UInt8(ascii: ":"))
        if indents { append(UInt8(ascii: " ")) }
    }

    mutating func list<Items: Collection>(
        _ opening: Unicode.Scalar, _ closing: Unicode.Scalar, _ items: Items,
        _ writeItem: (inout JSONWriter, Items.Element) -> Void
    ) {
        append(UInt8(ascii: opening))
        depth += 1
        var isFirst = true
        for item in items {
            if !isFirst { append(UInt8(ascii: ",")) }
            isFirst = false
            startLine()
            writeItem(&self, item)
        }
        depth -= 1
        if !isFirst { startLine() }
        append(UInt8(ascii: closing))
    }

    private mutating func startLine() {
        guard indents else { return }
        reserve(1 + 2 * depth)
        memory[count] = UInt8(ascii: "\n")
        (memory + count + 1).update(repeating: UInt8(ascii: " "), count: 2 * depth)
        count += 1 + 2 * depth
    }

    mutating func write(_ integer: Int64) {
        if integer < 0 { append(UInt8(ascii: "-")) }
        var power: UInt64 = 1
        while integer.magnitude / power >= 10 { power *= 10 }
        while power > 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: integer.magnitude / power % 10))
            power /= 10
        }
    }

    private mutating func appendText(_ string: String) {
        var string = string
        string.withUTF8 { append($0) }
    }

    mutating func write(_ string: String) {
        append(UInt8(ascii: "\""))
        var string = string
        string.withUTF8 { utf8 in
            var written = 0
            var index = Self.plainBytes(utf8, from: 0)
            while index < utf8.count {
                append(UnsafeBufferPointer(rebasing: utf8[written..<index]))
                writeEscape(of: utf8[index])
                written = index + 1
                index = Self.plainBytes(utf8, from: written)
            }
            append(UnsafeBufferPointer(rebasing: utf8[written...]))
        }
        append(UInt8(ascii: "\""))
    }

    /// Where the first byte is from `start` on that has to be escaped: eight at a time as long as there are eight.
    private static func plainBytes(_ utf8: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        let raw = UnsafeRawBufferPointer(utf8)
        while index + 8 <= utf8.count {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard !hasEscaped(word) else { break }
            index += 8
        }
        while index < utf8.count {
            let byte = utf8[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            index += 1
        }
        return index
    }

    /// Whether one of eight bytes is a control character, a quote or a backslash.
    private static func hasEscaped(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ ones &* UInt64(UInt8(ascii: "\""))
        let backslash = word ^ ones &* UInt64(UInt8(ascii: "\\"))
        // A byte below n borrows from its highest bit when n is taken from it.
        let below = (word &- ones &* 0x20) & ~word
        return (below | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash) & (ones &* 0x80) != 0
    }

    private mutating func writeEscape(of byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0D: append(UInt8(ascii: "r"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x00..<0x20:
            append(byte < 0x10 ? "u000" : "u00")
            appendText(String(byte, radix: 16))
        default: append(byte)
        }
    }
}

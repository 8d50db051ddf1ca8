import System

/// Appends values in the layout of the index: little-endian numbers, texts with their length before them.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write(_ text: String) {
        let utf8 = text.utf8
        write(UInt32(utf8.count))
        bytes.append(contentsOf: utf8)
    }

    mutating func write(_ text: String?) {
        write(UInt8(text == nil ? 0 : 1))
        if let text { write(text) }
    }

    mutating func write(_ moment: Timestamp?) {
        write(moment?.milliseconds ?? Int64.min)
    }

    mutating func write(_ texts: [String]) {
        write(UInt32(texts.count))
        for text in texts { write(text) }
    }

    mutating func write(raw other: [UInt8]) {
        bytes.append(contentsOf: other)
    }

    /// Fills up with zeros to a multiple of eight bytes.
    mutating func align() {
        while bytes.count % 8 != 0 { bytes.append(0) }
    }

    mutating func replace(at offset: Int, with value: UInt32) {
        withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(offset..<offset + 4, with: $0) }
    }
}

/// Takes values out of the layout of the index. Reading beyond the end yields nil, never a crash.
struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var position: Int

    init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value? {
        let size = MemoryLayout<Value>.size
        guard position >= 0, position + size <= bytes.count else { return nil }
        let value = bytes.loadUnaligned(fromByteOffset: position, as: Value.self)
        position += size
        return Value(littleEndian: value)
    }

    mutating func text() -> String? { textBytes().map { String(decoding: $0, as: UTF8.self) } }

    /// The bytes of a text, which are valid as long as what is read from.
    mutating func textBytes() -> UnsafeRawBufferPointer? {
        guard let count = integer(UInt32.self), position + Int(count) <= bytes.count else { return nil }
        defer { position += Int(count) }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + Int(count)])
    }

    mutating func optionalText() -> String?? {
        guard let flag = integer(UInt8.self) else { return nil }
        if flag == 0 { return .some(nil) }
        guard let text = text() else { return nil }
        return .some(text)
    }

    mutating func moment() -> Timestamp?? {
        guard let value = integer(Int64.self) else { return nil }
        return .some(value == .min ? nil : Timestamp(milliseconds: value))
    }

    mutating func texts() -> [String]? {
        guard let count = integer(UInt32.self) else { return nil }
        var texts: [String] = []
        for _ in 0..<count {
            guard let text = text() else { return nil }
            texts.append(text)
        }
        return texts
    }
}

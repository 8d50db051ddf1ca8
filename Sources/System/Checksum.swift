/// CRC-32 as in zlib, PNG and Ethernet (polynomial 0xEDB88320).
public struct Checksum: Sendable {
    private var state: UInt32 = 0xFFFF_FFFF

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320 }
    }

    /// The sum of nothing.
    public init() {}

    /// The sum of `bytes`.
    public static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var sum = Checksum()
        sum.add(bytes)
        return sum.value
    }

    /// Goes on over more bytes.
    public mutating func add(_ bytes: some Sequence<UInt8>) {
        if bytes.withContiguousStorageIfAvailable({ addBuffer($0) }) == nil {
            Array(bytes).withUnsafeBufferPointer { addBuffer($0) }
        }
    }

    private mutating func addBuffer(_ bytes: UnsafeBufferPointer<UInt8>) {
        state = Self.table.withUnsafeBufferPointer { table in
            bytes.reduce(state) { state, byte in table[Int((state ^ UInt32(byte)) & 0xFF)] ^ state >> 8 }
        }
    }

    /// The sum so far.
    public var value: UInt32 { state ^ 0xFFFF_FFFF }

    /// A sum as eight hexadecimal digits.
    public static func text(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}

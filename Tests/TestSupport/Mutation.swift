/// Makes inputs that are nearly right out of right ones: what a careless writer, a torn write or a bad disk leaves.
public struct Mutation {
    public var generator: SeededGenerator
    /// Pieces that mean something to whoever reads the inputs.
    private let pieces: [[UInt8]]

    public init(seed: UInt64, pieces: [String] = []) {
        generator = SeededGenerator(seed: seed)
        self.pieces = pieces.map { Array($0.utf8) }
    }

    /// Bytes that are often where something breaks.
    private static let interesting: [UInt8] = [
        0, 1, 9, 10, 13, 0x20, 0x22, 0x2C, 0x2D, 0x5C, 0x7F, 0x80, 0xC3, 0xE2, 0xF0, 0xFF,
    ]

    /// One of the inputs with a few changes, spliced with another now and then.
    public mutating func variant(of corpus: [[UInt8]]) -> [UInt8] {
        var bytes = generator.pick(corpus)
        if generator.oneIn(12) {
            let other = generator.pick(corpus)
            bytes = Array(bytes.prefix(place(in: bytes)) + other.dropFirst(place(in: other)))
        }
        for _ in 0..<Int.random(in: 1...4, using: &generator) { change(&bytes) }
        return bytes
    }

    /// The same for texts. What is no UTF-8 is replaced as a command line's words are.
    public mutating func variant(of corpus: [String]) -> String {
        String(decoding: variant(of: corpus.map { Array($0.utf8) }), as: UTF8.self)
    }

    private mutating func place(in bytes: [UInt8]) -> Int { Int.random(in: 0...bytes.count, using: &generator) }

    private mutating func change(_ bytes: inout [UInt8]) {
        let start = place(in: bytes)
        let end = min(bytes.count, start + (generator.oneIn(4) ? Int.random(in: 0...64, using: &generator) : 1))
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: if start < bytes.count { bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &generator) }
        case 1: if start < bytes.count { bytes[start] = generator.pick(Self.interesting) }
        case 2: bytes.removeSubrange(start..<end)
        case 3: bytes.insert(contentsOf: bytes[start..<end], at: place(in: bytes))
        case 4: bytes.insert(generator.pick(Self.interesting), at: start)
        case 5: bytes.removeSubrange(start...)
        case 6:
            // A number of four bytes, as lengths and offsets are.
            let value = generator.pick([0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, UInt32(bytes.count)])
            for index in 0..<4 where start + index < bytes.count {
                bytes[start + index] = UInt8(value >> (8 * UInt32(index)) & 0xFF)
            }
        default: if !pieces.isEmpty { bytes.replaceSubrange(start..<end, with: generator.pick(pieces)) }
        }
    }
}

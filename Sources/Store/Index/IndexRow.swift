import System

/// A row of the table of an index: where an entry is that has a tag.
struct IndexRow: Comparable {
    let hash: UInt64
    let offset: Int

    static let length = 16

    init(hash: UInt64, offset: Int) {
        self.hash = hash
        self.offset = offset
    }

    /// Reads the row with a number; nil when it is another, or damaged.
    init?(_ bytes: UnsafeRawBufferPointer, at position: Int, number: Int) {
        hash = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        let place = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 8, as: UInt32.self))
        let sum = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position + 12, as: UInt32.self))
        offset = Int(place) * 8
        guard sum == self.sum(number) else { return nil }
    }

    /// The row as the table holds it. Entries begin at multiples of eight bytes, so 32 bits are enough for 32 GB.
    func write(number: Int, to writer: inout ByteWriter) {
        writer.write(hash)
        writer.write(UInt32(offset / 8))
        writer.write(sum(number))
    }

    /// What shows that the row is whole, and in its place.
    private func sum(_ number: Int) -> UInt32 {
        var sum = WordSum()
        sum.add(hash)
        sum.add(UInt64(offset))
        sum.add(UInt64(number))
        return UInt32(truncatingIfNeeded: sum.value >> 32)
    }

    static func < (left: IndexRow, right: IndexRow) -> Bool {
        (left.hash, left.offset) < (right.hash, right.offset)
    }
}

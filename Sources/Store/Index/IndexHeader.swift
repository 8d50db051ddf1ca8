import Model
import System

/// What stands at the beginning of the index.
struct IndexHeader: Hashable, Sendable {
    /// How far in the journal the index goes.
    var position: JournalPosition
    /// The sum of the last line that it contains: another journal has another.
    var lineSum: UInt32
    /// The number that the next event gets.
    var nextSeq: Int
    var baseEnd: Int64
    var tableCount: Int64
    var end: Int64
    /// The highest number given out, by kind; see `RecordKind.numbered`.
    var highest: [Int]
    /// When `tasks/` had its last entry added or removed, as far as `tf` knows: somebody who adds a file changes it.
    var tasksModified: Int64 = 0

    /// The same as of the last time that every file there was in the index.
    var tasksAdopted: Int64 = 0

    /// No lease expires before this moment, in milliseconds: a lower bound, so that whoever claims a task need not
    /// look through the leases as long as none of them can have expired.
    var earliestExpiry = Int64.max

    /// Whether there may be triggers. As long as there was none, nobody has to look for any.
    var hasTriggers = false
    /// When `triggers/` and `hooks/` had their last entry added or removed, as far as `tf` knows.
    var triggersModified: Int64 = 0
    var hooksModified: Int64 = 0

    static let length = 160
    private static let magic: UInt64 = 0x5F58_4449_5F46_54  // "TF_IDX_"
    /// Another layout, another number: the index is then made anew. Both parts only rise.
    private static let version: UInt32 = 4 + TaskRow.layout

    var tailStart: Int64 { baseEnd + tableCount * Int64(IndexRow.length) }

    /// Whether so much was appended that the file should be compacted: every reader goes through the tail.
    var wantsCompaction: Bool {
        end - tailStart > max(128 << 10, min(tailStart / 2, 1 << 20))
    }

    /// The header of an index without entries.
    init() {
        position = .start
        lineSum = 0
        nextSeq = 1
        baseEnd = Int64(Self.length)
        tableCount = 0
        end = Int64(Self.length)
        highest = RecordKind.numbered.map { _ in 0 }
    }

    init?(bytes: UnsafeRawBufferPointer) {
        var reader = ByteReader(bytes)
        guard bytes.count >= Self.length, reader.integer() == Self.magic, reader.integer() == Self.version,
            let sum = reader.integer(UInt32.self), Checksum.of(bytes[16..<Self.length]) == sum,
            let segment = reader.integer(Int64.self), let offset = reader.integer(Int64.self),
            let lineSum = reader.integer(UInt32.self), reader.integer(UInt32.self) != nil,
            let nextSeq = reader.integer(Int64.self), let baseEnd = reader.integer(Int64.self),
            let tableCount = reader.integer(Int64.self), let end = reader.integer(Int64.self)
        else { return nil }
        position = JournalPosition(segment: Int(segment), offset: offset)
        self.lineSum = lineSum
        self.nextSeq = Int(nextSeq)
        self.baseEnd = baseEnd
        self.tableCount = tableCount
        self.end = end
        highest = RecordKind.numbered.map { _ in Int(reader.integer(Int64.self) ?? 0) }
        tasksModified = reader.integer(Int64.self) ?? 0
        earliestExpiry = reader.integer(Int64.self) ?? 0
        hasTriggers = reader.integer(Int64.self) != 0
        triggersModified = reader.integer(Int64.self) ?? 0
        hooksModified = reader.integer(Int64.self) ?? 0
        tasksAdopted = reader.integer(Int64.self) ?? 0
        guard baseEnd >= Self.length, tableCount >= 0, tableCount <= end, tailStart <= end else { return nil }
    }

    var bytes: [UInt8] {
        var fields = ByteWriter()
        fields.write(Int64(position.segment))
        fields.write(position.offset)
        fields.write(lineSum)
        fields.write(UInt32(0))
        fields.write(Int64(nextSeq))
        fields.write(baseEnd)
        fields.write(tableCount)
        fields.write(end)
        for number in highest { fields.write(Int64(number)) }
        fields.write(tasksModified)
        fields.write(earliestExpiry)
        fields.write(Int64(hasTriggers ? 1 : 0))
        fields.write(triggersModified)
        fields.write(hooksModified)
        fields.write(tasksAdopted)
        let padded = fields.bytes + [UInt8](repeating: 0, count: Self.length - 16 - fields.bytes.count)
        var writer = ByteWriter()
        writer.write(Self.magic)
        writer.write(Self.version)
        writer.write(Checksum.of(padded))
        writer.write(raw: padded)
        return writer.bytes
    }

    /// Takes the places of base and table from the header of another index with the same entries.
    mutating func takePlaces(from other: IndexHeader) {
        baseEnd = other.baseEnd
        tableCount = other.tableCount
        end = other.end
    }

    /// Takes note of an id that exists or existed.
    mutating func note(_ key: RecordKey) {
        if key.kind == .trigger { hasTriggers = true }
        guard let position = RecordKind.numbered.firstIndex(of: key.kind), let number = Identifier.number(of: key.id)
        else { return }
        highest[position] = max(highest[position], number)
    }

    /// Takes note of a record that is now in the index.
    mutating func note(_ record: AnyRecord) {
        note(record.key)
        note(expiryOf: record)
    }

    /// Takes note of when a lease expires; nothing for other records.
    mutating func note(expiryOf record: AnyRecord) {
        guard case .lease(let lease) = record else { return }
        earliestExpiry = min(earliestExpiry, lease.expiresAt.milliseconds)
    }

    /// The highest number that a kind has given out.
    func highest(of kind: RecordKind) -> Int {
        RecordKind.numbered.firstIndex(of: kind).map { highest[$0] } ?? 0
    }
}

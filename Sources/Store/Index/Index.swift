import Model
import System

/// The derived part of the store: what lists, lookups and names need, in a form that loads without decoding JSON.
///
/// The file begins with a header. The *base* follows: the current entry of every record as of the last compaction,
/// and a table of all their tags, sorted, for binary search. The *tail* is what was appended since; it is short
/// enough to be read through. A reader takes the header once and uses only what lies before the end that it names, so
/// it sees one moment without a lock, whatever is appended meanwhile.
struct Index: Sendable {
    let header: IndexHeader
    /// The file's bytes up to the header's end.
    let bytes: IndexBytes
    /// The newest entries of the tail.
    private let tail: IndexTail

    /// The index in a file.
    ///
    /// - Returns: nil when there is none that this version can use.
    static func open(in directory: File) throws(StoreError) -> Index? {
        let begin = Trace.begin()
        do throws(SystemError) {
            let file = try File(Layout.index, [.read, .unlinked, .withoutWaiting], in: directory)
            guard try file.status().isFile else { return nil }
            for _ in 0..<3 {
                var head = [UInt8](repeating: 0, count: IndexHeader.length)
                guard try file.read(into: &head, at: 0) == head.count else { return nil }
                guard let header = head.withUnsafeBytes(IndexHeader.init(bytes:)) else { continue }
                guard try file.status().size >= header.end else { return nil }
                let map = try MappedFile(file, length: Int(header.end))
                Trace.end(begin, "index \(Trace.size(Int(header.end))) mapped")
                return Index(header: header, bytes: IndexBytes(map))
            }
            return nil
        } catch {
            if error.isMissing || error.isLink { return nil }
            throw .system(error)
        }
    }

    /// The index that `image` holds, as ``IndexImage`` makes them.
    init(image: IndexImage) {
        self.init(header: image.header, bytes: IndexBytes(image.bytes))
    }

    private init(header: IndexHeader, bytes: IndexBytes) {
        self.header = header
        self.bytes = bytes
        var tail = IndexTail()
        Self.forEachOffset(in: bytes.pointer, from: Int(header.tailStart), to: Int(header.end)) { offset in
            tail.add(IndexEntry.keyTag(bytes.pointer, at: offset), offset)
        }
        self.tail = tail
    }

    // MARK: Looking up

    /// The current entry with a tag that only one subject can have: a key, or a command's id.
    func entry(_ tag: Tag) -> IndexEntry? { offset(tag).flatMap { IndexEntry(bytes.pointer, at: $0) } }

    private func offset(_ tag: Tag) -> Int? {
        tail.offset(of: tag.hash) ?? baseOffsets(tagged: tag).first { keyTag(at: $0) == tag.hash }
    }

    /// The row of a task; nil when there is no such task.
    func taskRow(_ key: RecordKey) -> TaskRow? {
        guard key.kind == .task, let offset = offset(.key(key)),
            IndexEntry.isRecord(bytes.pointer, at: offset, ofKind: IndexEntry.code(of: .task))
        else { return nil }
        return TaskRow(bytes, at: offset)
    }

    /// Where the current entries that have a tag begin, in no order. Deleted records have only their key's.
    func offsets(tagged tag: Tag) -> [Int] {
        var offsets = baseOffsets(tagged: tag)
        if !tail.isEmpty { offsets.removeAll { tail.offset(of: keyTag(at: $0)) != nil } }
        tail.forEach { offset in
            if hasTag(tag, at: offset) { offsets.append(offset) }
        }
        return offsets
    }

    /// The current entries that have a tag, in no order.
    func entries(tagged tag: Tag) -> [IndexEntry] {
        offsets(tagged: tag).compactMap { IndexEntry(bytes.pointer, at: $0) }.filter { !$0.isDeleted }
    }

    /// The current entry of every subject, deleted ones left out, in the order of the file.
    func forEach(_ body: (IndexEntry) -> Void) {
        forEachCurrentOffset { offset in
            if let entry = IndexEntry(bytes.pointer, at: offset), !entry.isDeleted { body(entry) }
        }
    }

    /// The current entry of every record of a kind, deleted ones left out, without the parts that have to be copied.
    func forEachHead(of kind: RecordKind, _ body: (IndexEntryHead) -> Void) {
        forEachCurrentOffset { offset in
            if let head = IndexEntryHead(bytes.pointer, at: offset, of: kind) { body(head) }
        }
    }

    /// Where the current entry of every subject begins, deleted ones included, in the order of the file.
    func forEachCurrentOffset(_ body: (Int) -> Void) {
        Self.forEachOffset(in: bytes.pointer, from: IndexHeader.length, to: Int(header.baseEnd)) { offset in
            if tail.isEmpty || tail.offset(of: keyTag(at: offset)) == nil { body(offset) }
        }
        tail.forEach(body)
    }

    // MARK: Layout

    private static func forEachOffset(
        in bytes: UnsafeRawBufferPointer, from start: Int, to end: Int, _ body: (Int) -> Void
    ) {
        var offset = start
        while offset + IndexEntry.headLength <= end {
            let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
            guard length >= IndexEntry.headLength + 8, offset + length <= end else { return }
            body(offset)
            offset += length
        }
    }

    /// The first tag of the entry at `offset`, which is that of its key.
    private func keyTag(at offset: Int) -> UInt64 {
        IndexEntry.keyTag(bytes.pointer, at: offset)
    }

    private func hasTag(_ tag: Tag, at offset: Int) -> Bool {
        let count = Int(UInt16(littleEndian: bytes.pointer.loadUnaligned(fromByteOffset: offset + 6, as: UInt16.self)))
        let wanted = tag.hash.littleEndian
        for index in 0..<count {
            let position = offset + IndexEntry.headLength + index * 8
            guard position + 8 <= bytes.pointer.count else { return false }
            if bytes.pointer.loadUnaligned(fromByteOffset: position, as: UInt64.self) == wanted { return true }
        }
        return false
    }

    /// The entries of the base that have a tag, by binary search in its table.
    private func baseOffsets(tagged tag: Tag) -> [Int] {
        var low = 0
        var high = Int(header.tableCount)
        while low < high {
            let middle = (low + high) / 2
            if row(middle).hash < tag.hash { low = middle + 1 } else { high = middle }
        }
        var offsets: [Int] = []
        while low < Int(header.tableCount), row(low).hash == tag.hash {
            let offset = row(low).offset
            if offset >= IndexHeader.length, offset <= Int(header.baseEnd) - IndexEntry.headLength - 8 {
                offsets.append(offset)
            }
            low += 1
        }
        return offsets
    }

    private func row(_ number: Int) -> (hash: UInt64, offset: Int) {
        let position = Int(header.baseEnd) + number * IndexImage.rowLength
        let hash = UInt64(littleEndian: bytes.pointer.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        let offset = UInt64(littleEndian: bytes.pointer.loadUnaligned(fromByteOffset: position + 8, as: UInt64.self))
        return (hash, Int(clamping: offset))
    }
}

/// The newest entries of an index's tail by the tag of their key: open addressing, at most half full.
private struct IndexTail {
    private var tags: [UInt64] = []
    /// By place; 0 where free, which no entry's offset is.
    private var places: [Int] = []
    private var count = 0

    var isEmpty: Bool { count == 0 }

    /// Where the newest entry of a subject begins; nil when the tail has none.
    func offset(of tag: UInt64) -> Int? {
        guard count > 0 else { return nil }
        let place = place(of: tag)
        return places[place] == 0 ? nil : places[place]
    }

    /// Where the newest entries begin, in no order.
    func forEach(_ body: (Int) -> Void) {
        for place in places where place != 0 { body(place) }
    }

    /// Adds an entry; a later one with the same tag takes its place.
    mutating func add(_ tag: UInt64, _ offset: Int) {
        if 2 * (count + 1) > places.count { grow() }
        let place = place(of: tag)
        if places[place] == 0 { count += 1 }
        tags[place] = tag
        places[place] = offset
    }

    private func place(of tag: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: tag) & (places.count - 1)
        while places[place] != 0, tags[place] != tag { place = (place + 1) & (places.count - 1) }
        return place
    }

    private mutating func grow() {
        let former = self
        let size = max(16, 4 * former.places.count)
        tags = [UInt64](repeating: 0, count: size)
        places = [Int](repeating: 0, count: size)
        for index in former.places.indices where former.places[index] != 0 {
            let place = place(of: former.tags[index])
            tags[place] = former.tags[index]
            places[place] = former.places[index]
        }
    }
}

/// The bytes of an index, at an address that stays as long as this object does. Nothing ever changes them.
final class IndexBytes: Sendable {
    nonisolated(unsafe) let pointer: UnsafeRawBufferPointer
    /// The file that they are mapped from; nil when they are a copy in memory.
    private let map: MappedFile?

    init(_ map: MappedFile) {
        self.map = map
        pointer = map.bytes
    }

    init(_ array: [UInt8]) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: array.count, alignment: 8)
        copy.copyBytes(from: array)
        map = nil
        pointer = UnsafeRawBufferPointer(copy)
    }

    deinit { if map == nil { pointer.deallocate() } }
}

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

    /// No lease expires before this moment, in milliseconds: a lower bound, so that whoever claims a task need not
    /// look through the leases as long as none of them can have expired.
    var earliestExpiry = Int64.max

    /// Whether there may be triggers. As long as there was none, nobody has to look for any.
    var hasTriggers = false
    /// When `triggers/` and `hooks/` had their last entry added or removed, as far as `tf` knows.
    var triggersModified: Int64 = 0
    var hooksModified: Int64 = 0

    static let length = 152
    private static let magic: UInt64 = 0x5F58_4449_5F46_54  // "TF_IDX_"
    /// Another layout, another number: the index is then made anew.
    private static let version: UInt32 = 4

    var tailStart: Int64 { baseEnd + tableCount * Int64(IndexImage.rowLength) }

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
        guard baseEnd >= Self.length, tableCount >= 0, tailStart <= end else { return nil }
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
        let padded = fields.bytes + [UInt8](repeating: 0, count: Self.length - 16 - fields.bytes.count)
        var writer = ByteWriter()
        writer.write(Self.magic)
        writer.write(Self.version)
        writer.write(Checksum.of(padded))
        writer.write(raw: padded)
        return writer.bytes
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

/// A whole index in memory, before it is written: header, base and table, no tail.
struct IndexImage {
    static let rowLength = 16
    /// How many receipts of commands are remembered.
    static let rememberedCommands = 10_000

    private(set) var bytes: [UInt8]
    private(set) var header: IndexHeader

    /// - Parameter entries: one for each subject, in the order in which they are to be found.
    init(entries: [IndexEntry], header: IndexHeader) {
        var header = header
        var body: [UInt8] = []
        var rows: [(hash: UInt64, offset: UInt64)] = []
        let receipts = entries.reduce(0) { $0 + ($1.key == nil ? 1 : 0) }
        var forgotten = max(0, receipts - Self.rememberedCommands)
        for entry in entries {
            if entry.key == nil, forgotten > 0 {
                forgotten -= 1
                continue
            }
            let offset = UInt64(IndexHeader.length + body.count)
            for tag in Set(entry.tags) { rows.append((tag.hash, offset)) }
            body.append(contentsOf: entry.bytes)
        }
        rows.sort { ($0.hash, $0.offset) < ($1.hash, $1.offset) }
        header.baseEnd = Int64(IndexHeader.length + body.count)
        header.tableCount = Int64(rows.count)
        header.end = header.tailStart
        var table = ByteWriter()
        for row in rows {
            table.write(row.hash)
            table.write(row.offset)
        }
        bytes = header.bytes + body + table.bytes
        self.header = header
    }

    /// Puts the index in place of the one that is there, with the lock held.
    func write(in directory: File) throws(SystemError) {
        let temporary = RecordFile.temporaryName(for: Layout.index)
        try FileSystem.makeDirectory(Layout.cache, in: directory)
        let file = try File(temporary, [.write, .create, .truncate, .unlinked], in: directory, permissions: 0o660)
        try file.write(bytes)
        try FileSystem.rename(temporary, to: Layout.index, in: directory)
    }
}

extension Index {
    /// Appends entries to the file, with the lock held, and names its new end: the last thing that is written.
    ///
    /// - Returns: the header that is now in force.
    static func append(_ entries: [IndexEntry], _ header: IndexHeader, in directory: File) throws(SystemError)
        -> IndexHeader
    {
        let file = try File(Layout.index, [.readWrite, .unlinked], in: directory)
        let bytes = entries.flatMap(\.bytes)
        try file.write(bytes, at: header.end)
        var header = header
        header.end += Int64(bytes.count)
        try file.write(header.bytes, at: 0)
        return header
    }

    /// The same index without what was replaced.
    func compacted() -> IndexImage {
        var entries: [IndexEntry] = []
        forEach { entries.append($0) }
        return IndexImage(entries: entries, header: header)
    }
}

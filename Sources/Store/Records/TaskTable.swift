import Model
import System

/// Every task at one moment, in no order, as rows that are read when somebody looks at them.
public struct TaskTable: Sendable {
    /// The tasks.
    public private(set) var rows: [TaskRow] = []
    /// Numbers of rows by key tag: open addressing, at most half full. Tags are hashes already, so the lower half says
    /// where to look; an entry is the upper half of the tag and the number of the row plus one, 0 where free.
    private var places: [UInt64] = []

    /// The tasks as index and changes have them, without a look at the files.
    init(_ view: View) throws(StoreError) {
        let task = IndexEntry.code(of: .task)
        try view.index.forEachCurrentOffset { bytes, offset in
            guard IndexEntry.isRecord(bytes.pointer, at: offset, ofKind: task), let row = TaskRow(bytes, at: offset)
            else { return }
            rows.append(row)
        }
        index()
        var changed: [AnyRecord] = []
        var gone: Set<UInt64> = []
        for (key, change) in view.changes where key.kind == .task {
            gone.insert(Tag.key(key).hash)
            if case .put(let record) = change { changed.append(record) }
        }
        if !gone.isEmpty { replace(gone, by: changed) }
    }

    private mutating func index() {
        var capacity = 16
        while capacity < 2 * rows.count { capacity *= 2 }
        places = [UInt64](repeating: 0, count: capacity)
        for number in rows.indices {
            let tag = rows[number].keyTag
            var place = Int(truncatingIfNeeded: tag) & (capacity - 1)
            while places[place] != 0 { place = (place + 1) & (capacity - 1) }
            places[place] = tag & 0xFFFF_FFFF_0000_0000 | UInt64(number + 1)
        }
    }

    /// Takes rows out, and puts others in.
    mutating func replace(_ tags: Set<UInt64>, by records: [AnyRecord]) {
        rows.removeAll { tags.contains($0.keyTag) }
        // Rows are made of bytes, so these get some of their own.
        var bytes: [UInt8] = []
        var offsets: [Int] = []
        for record in records {
            offsets.append(bytes.count)
            bytes += IndexEntry(record, identity: .unknown, sum: 0).bytes
        }
        let own = IndexBytes(bytes)
        for offset in offsets {
            if let row = TaskRow(own, at: offset) { rows.append(row) }
        }
        index()
    }

    /// The number of the row with a key tag; nil when there is none.
    private func number(of tag: UInt64) -> Int? {
        var place = Int(truncatingIfNeeded: tag) & (places.count - 1)
        while places[place] != 0 {
            let number = Int(places[place] & 0xFFFF_FFFF) - 1
            if (places[place] ^ tag) >> 32 == 0, rows[number].keyTag == tag { return number }
            place = (place + 1) & (places.count - 1)
        }
        return nil
    }

    /// The task with an id; nil when there is none.
    public subscript(id: ID<Task>) -> TaskRow? { number(of: Tag.key(id.key).hash).map { rows[$0] } }

    /// Whether every task that a row depends on is done.
    public func isUnhindered(_ row: TaskRow) -> Bool {
        row.dependenciesSatisfy { tag in number(of: tag).map { rows[$0].status } == .done }
    }

    /// The records whose files are not the ones that the index knows: changed, added or removed without `tf`.
    ///
    /// - Parameter view: the one that the table was made of.
    func differing(_ view: View) throws(SystemError) -> [RecordKey] {
        var differing: [RecordKey] = []
        var present = 0
        guard let directory = try Directory(view.directory.path + "/" + RecordKind.task.directory) else {
            return rows.map { $0.id.key }
        }
        // In the order of the index: the same files by name alone are found three times as slowly.
        try directory.forEachStatus(of: rows.count, Self.suffix) {
            rows[$0].idBytes
        } _: { number, status in
            if status != nil { present += 1 }
            if status.map(FileIdentity.init) != rows[number].identity { differing.append(rows[number].id.key) }
        }
        differing += try added(to: directory, present: present)
        return differing.filter { view.changes[$0] == nil }.sorted { Identifier.precedes($0.id, $1.id) }
    }

    /// The tasks whose files are there, and that neither the table nor `view` has.
    func added(_ view: View) throws(SystemError) -> [RecordKey] {
        guard let directory = try Directory(view.directory.path + "/" + RecordKind.task.directory) else { return [] }
        return try added(to: directory, present: 0).filter { view.changes[$0] == nil }
            .sorted { Identifier.precedes($0.id, $1.id) }
    }

    private static let suffix: StaticString = ".json"

    /// The tasks whose files are in the directory, and that have no row.
    ///
    /// - Parameter present: how many of the rows have a file. Where there are no more files than that, none was added.
    private func added(to directory: Directory, present: Int) throws(SystemError) -> [RecordKey] {
        func stem(_ name: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
            let length = Self.suffix.utf8CodeUnitCount
            guard name.count > length, name[0] != UInt8(ascii: "."),
                Self.suffix.withUTF8Buffer({ name.suffix(length).elementsEqual($0) })
            else { return nil }
            return UnsafeRawBufferPointer(rebasing: name.dropLast(length))
        }
        var files = 0
        try directory.forEachName { if stem($0) != nil { files += 1 } }
        guard files > present else { return [] }
        var added: [RecordKey] = []
        try directory.forEachName { name in
            guard let id = stem(name) else { return }
            if let number = number(of: Tag.key(.task, id).hash), rows[number].idBytes.elementsEqual(id) { return }
            let text = String(decoding: id, as: UTF8.self)
            if Identifier.isValid(text, kind: .task) { added.append(RecordKey(kind: .task, id: text)) }
        }
        return added
    }
}

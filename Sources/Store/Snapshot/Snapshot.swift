import Model
import System

/// The records at one moment, read without a lock.
///
/// The moment is a position in the journal: what was committed up to it is seen, whole transactions only, even where
/// its files are not written yet.
public struct Snapshot: Sendable {
    public let workspace: Workspace
    /// The position in the journal that the snapshot shows.
    public let position: JournalPosition
    /// The number that the next event gets.
    public let nextSeq: Int
    let view: View

    init(of workspace: Workspace) throws(StoreError) {
        self.workspace = workspace
        let directory = workspace.directory
        let journal = Journal(directory: directory)
        let mark = try AppliedMark.read(in: directory)
        // After a power cut the files may be older than the journal; so may the index.
        let isSettled = mark?.boot == AppliedMark.currentBoot
        let usable = try Self.index(isSettled: isSettled, journal)
        var view = View(directory: directory, index: usable)
        // Everything that may not stand in the files yet: after a power cut, all since the last sync.
        let from = isSettled ? min(mark?.applied ?? .start, usable.header.position) : mark?.synced ?? .start
        let rest = try journal.hasSegments() ? journal.rest(after: from) : Journal.Rest(end: .start)
        for entry in rest.entries { view.apply(entry.line) }
        self.view = view
        position = rest.end
        nextSeq = rest.entries.last?.line.nextSeq ?? usable.header.nextSeq
    }

    /// The index in the file, or one made in memory where that cannot be used.
    private static func index(isSettled: Bool, _ journal: Journal) throws(StoreError) -> Index {
        if isSettled, let index = try Index.open(in: journal.directory),
            try index.belongs(to: journal, endingAt: index.header.position)
        {
            return index
        }
        return Index(image: try IndexBuilder(directory: journal.directory).build().image)
    }

    // MARK: Single records

    /// The record with an id; nil when there is none.
    public func get<R: Record>(_ id: ID<R>, in subdirectory: String = "") throws(StoreError) -> R? {
        try record(id.key, in: subdirectory)?.typed()
    }

    /// The record with a key; nil when there is none.
    public func record(_ key: RecordKey, in subdirectory: String) throws(StoreError) -> AnyRecord? {
        switch try view.find(key, subdirectory: subdirectory) {
        case .absent: return nil
        case .current(let record): return record
        case .changed(let change):
            // A writer may have committed since the snapshot; then the file is its, and no edit.
            let isNewer = try newerEntries().contains { entry in
                entry.line.put.contains { $0.key == key } || entry.line.delete.contains { $0.key == key }
            }
            return isNewer ? try recordOfTheMoment(key) : change.record
        }
    }

    /// A record as the journal had it at this snapshot's position, for one that has changed since.
    private func recordOfTheMoment(_ key: RecordKey) throws(StoreError) -> AnyRecord? {
        let journal = Journal(directory: workspace.directory)
        for segment in try journal.segments().reversed() where segment <= position.segment {
            let entries = try journal.rest(after: JournalPosition(segment: segment, offset: 0)).entries
            for entry in entries.reversed() where entry.end <= position {
                if let record = entry.line.put.first(where: { $0.key == key }) { return record }
                if entry.line.delete.contains(where: { $0.key == key }) { return nil }
            }
        }
        return nil
    }

    private func newerEntries() throws(StoreError) -> [Journal.Entry] {
        let journal = Journal(directory: workspace.directory)
        return try journal.hasSegments() ? journal.rest(after: position).entries : []
    }

    /// The records that were committed after this snapshot's moment.
    func newerKeys() throws(StoreError) -> Set<RecordKey> {
        var keys: Set<RecordKey> = []
        for entry in try newerEntries() {
            for record in entry.line.put { keys.insert(record.key) }
            for deletion in entry.line.delete { keys.insert(deletion.key) }
        }
        return keys
    }

    /// Whether there is a record with this key.
    public func exists(_ key: RecordKey) throws(StoreError) -> Bool {
        try key.kind == .flow ? workspace.hasFile(of: key) : record(key) != nil
    }

    // MARK: Many records

    /// The ids of the records with a tag, in their order.
    public func ids<R: Record>(tagged tag: Tag, of type: R.Type = R.self) throws(StoreError) -> [ID<R>] {
        try view.keys(tagged: tag).filter { $0.kind == R.kind }.compactMap { ID<R>($0.id) }
            .sorted { Identifier.precedes($0.text, $1.text) }
    }

    /// The records with a tag, in the order of their ids. One whose file is bad is left out, with a warning.
    public func records<R: Record>(tagged tag: Tag, of type: R.Type = R.self) throws(StoreError) -> [R] {
        var records: [R] = []
        for id in try ids(tagged: tag, of: type) {
            do {
                if let record = try get(id) { records.append(record) }
            } catch {
                guard case .invalidRecord(let invalid) = error else { throw error }
                workspace.options.warn("\(invalid); left out")
            }
        }
        return records
    }

    /// Every record of a kind, in the order of their ids, edits by hand included. Bad files are left out, with a
    /// warning for each.
    public func all<R: Record>(_ type: R.Type = R.self) throws(StoreError) -> [R] {
        var keys: [RecordKey: String] = [:]
        try view.index.forEach { entry in
            if let key = entry.key, key.kind == R.kind { keys[key] = entry.subdirectory }
        }
        for (key, change) in view.changes where key.kind == R.kind {
            if case .put(let record) = change { keys[key] = record.subdirectory }
        }
        for place in try RecordPlaces(directory: workspace.directory).of(R.kind) {
            keys[place.key] = place.subdirectory
        }
        var records: [R] = []
        for (key, subdirectory) in keys.sorted(by: { Identifier.precedes($0.key.id, $1.key.id) }) {
            do {
                if let record: R = try record(key, in: subdirectory)?.typed() { records.append(record) }
            } catch {
                guard case .invalidRecord(let invalid) = error else { throw error }
                workspace.options.warn("\(invalid); left out")
            }
        }
        return records
    }

    /// What the command with this id did before.
    public func receipt(ofCommand id: String) throws(StoreError) -> CommandReceipt? { try view.receipt(ofCommand: id) }
}

extension Snapshot: RecordSource {}

extension Workspace {
    /// The records at this moment, without a lock.
    public func snapshot() throws(StoreError) -> Snapshot {
        try Snapshot(of: self)
    }
}

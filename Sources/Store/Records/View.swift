import Model
import System

/// The records at one moment: the index, the record files, and changes that are not in them yet.
///
/// Readers and writers look through the same view. A reader's changes are the journal's lines beyond the index; a
/// writer's are its own.
struct View: Sendable {
    /// A change that files and index do not show.
    enum Change: Sendable {
        case put(AnyRecord)
        case deleted
    }

    /// What there is of a record.
    enum Found: Sendable {
        case absent
        /// As `tf` left it.
        case current(AnyRecord)
        /// Changed, added or removed by somebody else since.
        case changed(OutsideChange)
    }

    let directory: File
    let index: Index
    private let cache: RecordCache?
    private(set) var changes = RecordMap<Change>()
    /// The changed records that have, or had, a tag; only kept where there are too many to go through.
    private var tagged: [Tag: [RecordKey]] = [:]

    /// The number of changes up to which they are gone through.
    private static let mostSearched = 32

    init(directory: File, index: Index, cache: RecordCache? = nil) {
        self.directory = directory
        self.index = index
        self.cache = cache
    }

    mutating func put(_ record: AnyRecord) {
        changes[record.key] = .put(record)
        if changes.keys.count > Self.mostSearched {
            note(record)
        } else if changes.keys.count == Self.mostSearched {
            for case .put(let record) in changes.values { note(record) }
        }
    }

    private mutating func note(_ record: AnyRecord) {
        for tag in record.tags { tagged[tag, default: []].append(record.key) }
    }

    mutating func delete(_ key: RecordKey) { changes[key] = .deleted }
    mutating func apply(_ line: JournalLine) {
        for record in line.put { put(record) }
        for deletion in line.delete { delete(deletion.key) }
    }

    // MARK: One record

    /// What there is of the record with `key`.
    ///
    /// - Parameter subdirectory: where its file is, for a record that the index may not know.
    /// - Throws: `invalidRecord` when its file is not a record.
    func find(_ key: RecordKey, subdirectory: String = "") throws(StoreError) -> Found {
        switch changes[key] {
        case .put(let record): return .current(record)
        case .deleted: return .absent
        case nil: break
        }
        let entry = try index.entry(.key(key)).flatMap { $0.isDeleted ? nil : $0 }
        let place = entry?.subdirectory ?? subdirectory
        let path = Layout.file(key, subdirectory: place)
        if let entry, let record = try cached(key, path, entry.identity) { return .current(record) }
        guard let file = try RecordFile.read(path, of: key, in: directory) else {
            guard let entry, key.kind.isEditable else { return .absent }
            return .changed(.removed(key, subdirectory: entry.subdirectory, rev: entry.rev))
        }
        let record = try file.record(of: key, path: path)
        // What the file says counts.
        guard key.kind.isEditable else { return .current(record) }
        guard let entry else { return .changed(.created(record.withRev(max(1, record.envelope.rev)))) }
        if file.identity == entry.identity || file.sum == entry.sum {
            if file.identity == entry.identity { cache?.keep(record, in: file.identity) }
            return .current(record)
        }
        // The revision that the edit is going to have: its own when it raised it, else one more than the highest.
        let rev = record.envelope.rev > entry.rev ? record.envelope.rev : entry.rev + 1
        return .changed(.edited(record.withRev(rev)))
    }

    /// The record in a file that is still the one that the index knows, without reading it.
    private func cached(_ key: RecordKey, _ path: String, _ identity: FileIdentity) throws(StoreError) -> AnyRecord? {
        guard let record = cache?.record(key, in: identity) else { return nil }
        let status = try storing { () throws(SystemError) in try FileSystem.status(path, in: directory) }
        return status.map(FileIdentity.init) == identity ? record : nil
    }

    /// The record with `key` as somebody who asks now is to see it; nil when there is none.
    func record(_ key: RecordKey, subdirectory: String = "") throws(StoreError) -> AnyRecord? {
        switch try find(key, subdirectory: subdirectory) {
        case .absent: nil
        case .current(let record): record
        case .changed(let change): change.record
        }
    }

    // MARK: Many records

    /// The keys of the records with a tag, as index and changes have them.
    func keys(tagged tag: Tag) throws(StoreError) -> [RecordKey] {
        var keys = try index.forEach(tagged: tag, IndexEntry.key).filter { changes[$0] == nil }
        guard changes.keys.count >= Self.mostSearched else {
            for case (let key, .put(let record)) in changes where record.tags.contains(tag) { keys.append(key) }
            return keys
        }
        var seen = RecordMap<Bool>()
        for key in tagged[tag] ?? [] where seen[key] == nil {
            seen[key] = true
            if case .put(let record) = changes[key], record.tags.contains(tag) { keys.append(key) }
        }
        return keys
    }

    /// The receipt of a command that was carried out under this id.
    func receipt(ofCommand id: String) throws(StoreError) -> CommandReceipt? { try index.entry(.command(id))?.receipt }

    // MARK: What the index alone has of records

    /// The row of a task, as index and changes have it; nil when there is none.
    func taskRow(_ id: ID<Task>) throws(StoreError) -> TaskRow? {
        switch changes[id.key] {
        case .put(let record): TaskRow(record)
        case .deleted: nil
        case nil: try index.taskRow(id.key)
        }
    }

    /// The runs that wait or are live, in no order.
    func activeRuns() throws(StoreError) -> [ActiveRun] {
        var runs = try index.forEach(tagged: .activeRuns, ActiveRun.init).filter { changes[$0.id.key] == nil }
        for case .put(.run(let run)) in changes.values where !run.status.isTerminal { runs.append(ActiveRun(run)) }
        return runs
    }

    /// When each lease expires, in no order.
    func leaseExpiries() throws(StoreError) -> [(key: RecordKey, rev: Int, expiry: Timestamp)] {
        var expiries: [(key: RecordKey, rev: Int, expiry: Timestamp)] = []
        for entry in try index.entries(tagged: .leases) {
            guard let key = entry.key, changes[key] == nil, let expiry = entry.leaseExpiry else { continue }
            expiries.append((key, entry.rev, expiry))
        }
        for case (let key, .put(.lease(let lease))) in changes {
            expiries.append((key, lease.envelope.rev, lease.expiresAt))
        }
        return expiries
    }

    /// A trigger as the index has it; nil when there is none of that name.
    func triggerOutline(of id: ID<Trigger>) throws(StoreError) -> TriggerOutline? {
        try index.forEach(tagged: .triggers) { bytes, offset in
            TriggerOutline(bytes, at: offset).flatMap { $0.id == id.text ? $0 : nil }
        }.first
    }

    /// The triggers that there are, in no order.
    func triggerOutlines() throws(StoreError) -> [TriggerOutline] {
        var outlines = try index.forEach(tagged: .triggers, TriggerOutline.init)
        outlines.removeAll { changes[RecordKey(kind: .trigger, id: $0.id)] != nil }
        for case .put(.trigger(let trigger)) in changes.values { outlines.append(TriggerOutline(trigger)) }
        return outlines
    }
}

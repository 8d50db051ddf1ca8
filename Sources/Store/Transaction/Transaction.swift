import Model
import System

/// One change of any number of records: read, decide, stage. Nothing is written before it ends; see
/// ``Workspace/transact(_:concerning:_:)``.
///
/// It sees its own staged changes, and takes edits that somebody made to the files as they are: what it touches is
/// adopted into the journal together with its own changes.
public final class Transaction {
    public let workspace: Workspace
    public let purpose: Purpose
    /// The time at which everything in this transaction happens.
    public let now: Timestamp
    /// Where the journal ended when the transaction began.
    public var position: JournalPosition { state.end }

    let state: LockedState
    private(set) var view: View
    private(set) var staging = Staging()
    /// The records read so far: nobody else writes while the lock is held.
    private var known = RecordMap<AnyRecord>()
    /// Other people's changes that it has come across, in that order.
    private(set) var outsideChanges: [OutsideChange] = []
    /// What the index is to know of files besides; nothing of it is a change.
    var refreshed: [IndexEntry] = []
    /// The index's header, as it is going to be.
    var header: IndexHeader
    /// Records whose files are bad and are going to be replaced.
    private(set) var rejected: Set<RecordKey> = []
    /// What a repetition of the command with the same id is to answer.
    public var outcome: JSON = .null
    /// Who does what is being staged.
    public var actor: String
    /// How many triggers stand between what is being staged and something that a person did.
    public var depth: Int
    /// Up to where triggers have been told, as this transaction leaves it; ``position`` when nothing is left to tell.
    public private(set) var reactedPosition: JournalPosition
    /// When `hooks/` was last changed, where that is not known to the index: somebody added or removed a hook.
    public let changedHooks: Int64?
    /// Whether a repetition is to be answered from memory. A command that came to nothing can be tried again under its
    /// id, whatever else was put right on the way.
    public var keepsReceipt = true
    /// Done as soon as the change is certain, before the files say so.
    public var whenCommitted: () -> Void = {}

    init(on workspace: Workspace, state: LockedState, purpose: Purpose) throws(StoreError) {
        self.workspace = workspace
        self.state = state
        self.purpose = purpose
        now = workspace.clock.now()
        actor = purpose.actor
        depth = purpose.depth
        reactedPosition = state.mark.reacted
        view = View(directory: workspace.directory, index: state.index, cache: workspace.options.cache)
        header = state.index.header
        let hooks = try Self.modification(of: Layout.hooks, in: workspace.directory)
        changedHooks = hooks == header.hooksModified ? nil : hooks
        header.hooksModified = hooks
    }

    /// When a directory had its last entry added or removed.
    func modification(of path: String) throws(StoreError) -> Int64 {
        try Self.modification(of: path, in: workspace.directory)
    }

    private static func modification(of path: String, in directory: File) throws(StoreError) -> Int64 {
        try storing { () throws(SystemError) in try FileSystem.modification(of: path, in: directory) }
    }

    /// The number of the last event before this transaction.
    public var lastSeq: Int { header.nextSeq - 1 }

    /// Does something that may fail without the rest of the transaction: what it has staged by then is taken back.
    public func attempt<Result>(_ body: () throws -> Result) throws -> Result {
        let (staging, view, header, adopted) = (staging, view, header, outsideChanges.count)
        do {
            return try body()
        } catch {
            self.staging = staging
            self.view = view
            self.header = header
            // What somebody did to a file has happened in any case.
            for change in outsideChanges[adopted...] { enter(change) }
            throw error
        }
    }

    // MARK: Reading

    /// The record with an id; nil when there is none.
    public func get<R: Record>(_ id: ID<R>, in subdirectory: String = "") throws(StoreError) -> R? {
        try record(id.key, in: subdirectory)?.typed()
    }

    /// The record with a key; nil when there is none.
    public func record(_ key: RecordKey, in subdirectory: String) throws(StoreError) -> AnyRecord? {
        if let known = known[key], view.changes[key] == nil { return known }
        switch try view.find(key, subdirectory: subdirectory) {
        case .absent: return nil
        case .current(let record):
            known[key] = record
            return record
        case .changed(let change):
            return try adopt(change)
        }
    }

    /// Whether there is a record with this key.
    public func exists(_ key: RecordKey) throws(StoreError) -> Bool {
        try key.kind == .flow ? workspace.hasFile(of: key) : record(key) != nil
    }

    /// The ids of the records with a tag, this transaction's changes included, in no order.
    public func ids<R: Record>(tagged tag: Tag, of type: R.Type = R.self) throws(StoreError) -> [ID<R>] {
        try view.keys(tagged: tag).filter { $0.kind == R.kind }.compactMap { ID<R>($0.id) }
    }

    /// The records with a tag. One whose file is bad is left out: it never stops work on others.
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

    /// The last valid state of a record whose file is not a record at the moment: what the journal has.
    ///
    /// From here on this transaction goes by that state. When it changes the record, the bad file is kept beside the
    /// new one as `T-1.json.rejected`.
    public func lastValid<R: Record>(_ id: ID<R>) throws(StoreError) -> R? {
        guard let last = try Journal(directory: workspace.directory).lastRecord(id.key) else { return nil }
        rejected.insert(id.key)
        view.put(last)
        return last.typed()
    }

    // MARK: Staging

    /// A moment for changes of a record: now, but never before the record's last change.
    public func now(for record: some Record) -> Timestamp { max(now, record.envelope.updatedAt) }

    /// Stages a record, new or changed. Revision and times follow by themselves.
    public func put<R: Record>(_ record: R) throws(StoreError) {
        try stage(record.key, after: AnyRecord(record), subdirectory: record.subdirectory)
    }

    /// Stages the removal of a record.
    public func delete<R: Record>(_ record: R) throws(StoreError) {
        try stage(record.key, after: nil, subdirectory: record.subdirectory)
    }

    private func stage(_ key: RecordKey, after: AnyRecord?, subdirectory: String) throws(StoreError) {
        if staging.has(key) {
            staging.change(key, to: after)
        } else {
            let before = try record(key, in: subdirectory)
            staging.begin(key, from: before, to: after, subdirectory: subdirectory)
        }
        if let after { view.put(after) } else { view.delete(key) }
    }

    /// A record with the revision and the times that it is going to have when this transaction is committed with it.
    public func upcoming<R: Record>(_ record: R) -> R { staging.upcoming(record, at: now) }

    /// Has the index forget a lease whose file is missing or bad; what is left of the file goes.
    func forget(_ lease: ID<Lease>, rev: Int) {
        staging.forget(JournalLine.Deletion(key: lease.key, subdirectory: "", rev: rev))
        view.delete(lease.key)
    }

    /// Says that something happened to a record. The order of calls is the order of the events, but for those of runs,
    /// which come last.
    ///
    /// - Precondition: `key` and `data` are what the type's row of the table says.
    public func emit(
        _ type: EventType, about key: RecordKey, task: ID<Task>? = nil, run: ID<Run>? = nil, flow: ID<Flow>? = nil,
        data: JSONObject = JSONObject(), actor: String? = nil
    ) {
        assert(type.kind == key.kind, "\(type.rawValue) is not about \(key.id)")
        assert(type.admits(data), "\(type.rawValue) does not say \(data.map(\.key))")
        let event = Event(type, actor: actor ?? self.actor, about: key.id)
        stage(event, about: key, task: task, run: run, flow: flow, data: data)
    }

    /// Says what people want to be said of a record.
    public func emit(
        _ type: CustomEventType, about key: RecordKey, task: ID<Task>? = nil, flow: ID<Flow>? = nil,
        data: JSONObject = JSONObject()
    ) {
        stage(Event(type, actor: actor, about: key.id), about: key, task: task, run: nil, flow: flow, data: data)
    }

    private func stage(
        _ event: Event, about key: RecordKey, task: ID<Task>?, run: ID<Run>?, flow: ID<Flow>?, data: JSONObject
    ) {
        var event = event
        event.task = task?.text
        event.run = run?.text
        event.flow = flow?.text
        event.depth = depth
        event.data = data
        staging.emit(event, about: key)
    }

    /// Remembers one item of a batch under an id of its own.
    public func remember(_ receipt: CommandReceipt) { staging.remember(receipt) }

    /// The receipt of this command, for its line; nil when a repetition is not to be answered from memory.
    var receipt: CommandReceipt? {
        guard keepsReceipt, let id = purpose.commandID else { return nil }
        return CommandReceipt(id: id, verb: purpose.verb, target: purpose.target, outcome: outcome)
    }

    // MARK: Other people's changes

    /// Takes what somebody did to a record's file into this transaction.
    ///
    /// A trigger that was added, or switched on, begins now. One that was edited goes on where it was: what had happened
    /// by then, and it was not told of, still concerns it.
    ///
    /// - Returns: the record as it is now; nil when it was removed.
    @discardableResult
    func adopt(_ change: OutsideChange) throws(StoreError) -> AnyRecord? {
        var change = change
        if case .trigger(let trigger)? = change.record {
            let former = try view.triggerOutline(of: trigger.id).flatMap { $0.isDisabled ? nil : $0.position }
            let seq = try former.map { former throws(StoreError) in min(max(former, try toldSeq()), lastSeq) }
            change = change.beginning(after: seq ?? lastSeq)
        }
        outsideChanges.append(change)
        enter(change)
        return change.record
    }

    /// Goes by what somebody did from now on.
    private func enter(_ change: OutsideChange) {
        if let record = change.record { view.put(record) } else { view.delete(change.key) }
    }

    // MARK: What triggers have been told

    /// A line of the journal that triggers have to be told of, and where it begins.
    public struct Unreacted: Sendable {
        public let line: JournalLine
        public let start: JournalPosition
        public let end: JournalPosition
    }

    /// Whether there are lines of the journal that triggers may still have to be told of.
    public var hasUnreacted: Bool { reactedPosition < state.end }

    /// The lines that triggers may still have to be told of, oldest first.
    public func unreacted() throws(StoreError) -> [Unreacted] {
        guard hasUnreacted else { return [] }
        var start = reactedPosition
        var lines: [Unreacted] = []
        for entry in try Journal(directory: workspace.directory).rest(after: start).entries {
            lines.append(Unreacted(line: entry.line, start: start, end: entry.end))
            start = entry.end
        }
        return lines
    }

    /// Says that triggers have been told of everything up to a position.
    public func react(upTo position: JournalPosition) { reactedPosition = position }

    /// The number of the last event that triggers have been told of.
    private func toldSeq() throws(StoreError) -> Int { try unreacted().first.map { $0.line.seq - 1 } ?? lastSeq }
}

extension Transaction: RecordSource {}

import Model
import System

/// One change of any number of records: read, decide, stage. Nothing is written before ``commit()``.
///
/// It sees its own staged changes, and takes edits that somebody made to the files as they are: what it touches is
/// adopted into the journal together with its own changes.
public final class Transaction {
    /// A change of a record that is to be committed.
    private struct Staged {
        /// The record as it was found; nil when there was none.
        let before: AnyRecord?
        /// The record as it is to be; nil to delete it.
        var after: AnyRecord?
        let subdirectory: String
        /// Whether another record takes its id in the same transaction, as when one lease follows another.
        var isAnother = false
    }

    private struct StagedEvent {
        let event: Event
        let key: RecordKey
    }

    public let workspace: Workspace
    public let purpose: Purpose
    /// The time at which everything in this transaction happens.
    public let now: Timestamp
    /// Where the journal ended when the transaction began.
    public var position: JournalPosition { state.end }

    private var state: LockedState
    var view: View
    private var staged = RecordMap<Staged>()
    /// The records read so far: nobody else writes while the lock is held.
    private var known = RecordMap<AnyRecord>()
    private var events: [StagedEvent] = []
    var outsideChanges: [OutsideChange] = []
    /// What the index is to know of files besides; nothing of it is a change.
    var refreshed: [IndexEntry] = []
    var header: IndexHeader
    /// Leases of which there is no file that could be read, but which the index has.
    private var forgotten: [JournalLine.Deletion] = []
    /// Records whose files are bad and are going to be replaced.
    private var rejected: Set<RecordKey> = []
    private var itemReceipts: [CommandReceipt] = []
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
        try adoptTriggers()
    }

    /// When a directory had its last entry added or removed.
    static func modification(of path: String, in directory: File) throws(StoreError) -> Int64 {
        try storing { () throws(SystemError) in try FileSystem.modification(of: path, in: directory) }
    }

    /// The number of the last event before this transaction.
    public var lastSeq: Int { header.nextSeq - 1 }

    /// The number of the last event that triggers have been told of.
    func toldSeq() throws(StoreError) -> Int { try unreacted().first.map { $0.line.seq - 1 } ?? lastSeq }

    /// Whether there are lines of the journal that triggers may still have to be told of.
    public var hasUnreacted: Bool { reactedPosition < state.end }

    /// Says that triggers have been told of everything up to a position.
    public func react(upTo position: JournalPosition) { reactedPosition = position }

    /// Does something that may fail without the rest of the transaction: what it has staged by then is taken back.
    public func attempt<Result>(_ body: () throws -> Result) throws -> Result {
        let (staged, view, events, header, adopted) = (staged, view, events, header, outsideChanges.count)
        let (receipts, forgotten) = (itemReceipts, forgotten)
        do {
            return try body()
        } catch {
            self.staged = staged
            self.view = view
            self.events = events
            itemReceipts = receipts
            self.forgotten = forgotten
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
        let journal = Journal(directory: workspace.directory)
        guard let first = try journal.segments().first else { return nil }
        var last: AnyRecord?
        for entry in try journal.rest(after: JournalPosition(segment: first, offset: 0)).entries {
            if let put = entry.line.put.last(where: { $0.key == id.key }) { last = put }
            if entry.line.delete.contains(where: { $0.key == id.key }) { last = nil }
        }
        guard let last else { return nil }
        rejected.insert(id.key)
        view.put(last)
        return last.typed()
    }

    /// Remembers one item of a batch under an id of its own.
    public func remember(_ receipt: CommandReceipt) { itemReceipts.append(receipt) }

    /// What the command with this id did before; nil when it was not carried out.
    public func receipt(ofCommand id: String) throws(StoreError) -> CommandReceipt? { try view.receipt(ofCommand: id) }

    /// Whether a record is not what it was when the transaction began.
    public func hasChanged(_ key: RecordKey) -> Bool { view.changes[key] != nil }

    /// What a record was before this transaction changed it; nil when there was none, and when somebody else had
    /// changed it by then.
    public func former(_ key: RecordKey) -> AnyRecord? {
        outsideChanges.contains { $0.key == key } ? nil : staged[key]?.before
    }

    /// The records that somebody changed without `tf` and that this transaction has come across.
    public var adopted: [AnyRecord] { outsideChanges.compactMap(\.record) }

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

    /// A record with the revision and the times that it is going to have when this transaction is committed with it.
    public func upcoming<R: Record>(_ record: R) -> R {
        let former = staged[record.key].map { $0.before?.envelope } ?? record.envelope
        var record = record
        record.envelope = record.envelope.following(former, at: now)
        return record
    }

    private func stage(_ key: RecordKey, after: AnyRecord?, subdirectory: String) throws(StoreError) {
        if staged[key] == nil {
            let before = try record(key, in: subdirectory)
            staged[key] = Staged(before: before, after: nil, subdirectory: subdirectory)
        } else if after != nil, let change = staged[key], change.after == nil, change.before != nil {
            staged[key]?.isAnother = true
        }
        staged[key]?.after = after
        if let after { view.put(after) } else { view.delete(key) }
    }

    /// Has the index forget a lease whose file is missing or bad; what is left of the file goes.
    func forget(_ lease: ID<Lease>, rev: Int) {
        forgotten.append(JournalLine.Deletion(key: lease.key, subdirectory: "", rev: rev))
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
        events.append(StagedEvent(event: event, key: key))
    }

    /// The types of the events so far, with what they are about.
    public var emitted: [(type: String, key: RecordKey)] { events.map { ($0.event.type, $0.key) } }

    // MARK: Committing

    /// Writes what was staged: first the journal's line, which is the commit point, then files, index and mark. New files
    /// are written beside the old ones while the line is on its way to the disk; none takes its place before that.
    ///
    /// Nothing is written when nothing has changed.
    func commit() throws(StoreError) -> Commit {
        var committed = Commit()
        let beginning = state.end
        replaceDamagedIndex()
        // Before the changes, which say more about the same records.
        if !refreshed.isEmpty { refreshIndex() }
        if !outsideChanges.isEmpty { try write(try adoptionLine(), into: &committed) }
        if let line = try ownLine() { try write(line, into: &committed, then: whenCommitted) }
        if committed.position == nil, reactedPosition != state.mark.reacted { try markReacted() }
        committed.leavesReactions = state.mark.reacted < state.mark.applied
        let interval = AppliedMark.syncInterval
        committed.wantsSync =
            state.mark.unsynced >= interval && state.mark.unsynced % (interval / 16) == 0
            || committed.position.map { $0.segment != beginning.segment } == true
        return committed
    }

    /// The line of this transaction's own changes; nil when there are none.
    private func ownLine() throws(StoreError) -> JournalLine? {
        var line = JournalLine(seq: header.nextSeq, at: now, actor: purpose.actor, verb: purpose.verb)
        var revisions = RecordMap<Int>()
        for (key, change) in staged {
            if var after = change.after {
                guard !after.isUnchanged(from: change.before) else { continue }
                let former = change.before?.envelope
                var envelope = after.envelope.following(former, at: now)
                if change.isAnother { envelope.createdAt = now }
                after.envelope = envelope
                revisions[key] = envelope.rev
                line.put.append(after)
            } else if let before = change.before {
                line.delete.append(
                    JournalLine.Deletion(key: key, subdirectory: change.subdirectory, rev: before.envelope.rev))
            }
        }
        for deletion in forgotten where revisions[deletion.key] == nil { line.delete.append(deletion) }
        // What happened to runs is told after what happened to their tasks.
        for staged in events.filter({ $0.key.kind != .run }) + events.filter({ $0.key.kind == .run }) {
            var event = staged.event
            event.rev = revisions[staged.key] ?? self.staged[staged.key]?.before?.envelope.rev
            line.events.append(event)
        }
        number(&line.events)
        for index in line.put.indices {
            guard case .trigger(let trigger) = line.put[index], trigger.position == nil else { continue }
            line.put[index] = line.put[index].beginning(after: line.nextSeq - 1)
        }
        guard !line.put.isEmpty || !line.delete.isEmpty || !line.events.isEmpty else { return nil }
        if keepsReceipt, let id = purpose.commandID {
            line.commands.append(
                CommandReceipt(id: id, verb: purpose.verb, target: purpose.target, outcome: outcome))
        }
        line.commands += itemReceipts
        return line
    }

    /// The line that takes other people's changes into the journal.
    private func adoptionLine() throws(StoreError) -> JournalLine {
        var line = JournalLine(seq: header.nextSeq, at: now, actor: "external", verb: "adopt")
        for change in outsideChanges {
            let former = try view.index.taskRow(change.key)?.status
            line.events += change.events(formerStatus: former)
            switch change {
            case .created(let record), .edited(let record):
                line.put.append(record)
            case .removed(let key, let subdirectory, let rev):
                line.delete.append(JournalLine.Deletion(key: key, subdirectory: subdirectory, rev: rev))
            }
        }
        number(&line.events)
        return line
    }

    private func number(_ events: inout [Event]) {
        for index in events.indices {
            events[index].seq = header.nextSeq + index
            events[index].at = now
        }
    }

    /// Says that triggers have been told, where nothing else is to be said.
    private func markReacted() throws(StoreError) {
        state.mark.reacted = reactedPosition
        try storing { [mark = state.mark, workspace] () throws(SystemError) in try mark.write(in: workspace.directory) }
    }

    private func write(
        _ line: JournalLine, into committed: inout Commit, then whenCommitted: () -> Void = {}
    ) throws(StoreError) {
        var files: [[UInt8]] = []
        var journaled: [[UInt8]] = []
        for record in line.put {
            let bytes = record.fileBytes
            guard bytes.count <= Limit.recordBytes else {
                throw .recordTooLarge(record.key.id, bytes: bytes.count)
            }
            files.append(bytes)
            journaled.append(record.journaled?.fileBytes ?? bytes)
        }
        let bytes = line.bytes(putting: journaled)
        let durably = workspace.settings.durability == .commit
        let start = state.end
        var prepared = PreparedFiles(line, in: workspace, header)
        let end: JournalPosition
        do {
            end = try Journal(directory: workspace.directory).append(bytes, at: state.end, durably: durably) {
                prepared.write(files)
            }
        } catch {
            prepared.discard()
            throw error
        }

        // Committed. Whatever fails from here on is finished by the next writer.
        whenCommitted()
        header.nextSeq = line.nextSeq
        committed.position = end
        if reactedPosition == start, !concernsTrigger(line) { reactedPosition = end }
        committed.events += line.events
        committed.records += line.put
        for deletion in line.delete { committed.deleted.append(deletion.key) }
        let begin = Trace.begin()
        defer { Trace.end(begin, "commit of \(line.events.count) events: \(files.count) records written, index, mark") }
        do {
            try apply(line, files, prepared, sum: JournalLine.sum(ofLine: bytes) ?? 0, end: end)
        } catch {
            workspace.options.warn(
                "the change is made, but not in all files yet (\(error)); the next command finishes it")
        }
    }

    private func concernsTrigger(_ line: JournalLine) -> Bool {
        guard header.hasTriggers || line.put.contains(where: { $0.key.kind == .trigger }) else { return false }
        do throws(StoreError) {
            return try view.mayConcernTrigger(line)
        } catch {
            // Whoever tells the triggers looks again.
            return true
        }
    }

    /// Brings files, index and mark up to a committed line.
    ///
    /// - Parameter files: what stands in the file of each record that the line puts.
    /// - Parameter prepared: the first of these, written already.
    private func apply(
        _ line: JournalLine, _ files: [[UInt8]], _ prepared: PreparedFiles, sum: UInt32, end: JournalPosition
    ) throws(SystemError) {
        let directory = workspace.directory
        let known = prepared.knownDirectories()
        var entries: [IndexEntry] = []
        for index in files.indices {
            let record = line.put[index]
            let bytes = files[index]
            let path = Layout.file(record.key, subdirectory: record.subdirectory)
            if rejected.contains(record.key) { try FileSystem.rename(path, to: path + ".rejected", in: directory) }
            let identity =
                index < prepared.files.count
                ? try prepared.files[index].install()
                : try RecordFile.write(bytes, to: path, in: directory, shared: workspace.record.shared)
            entries.append(IndexEntry(record, identity: identity, sum: Checksum.of(bytes)))
            workspace.options.cache?.keep(record, in: identity)
            header.note(record)
        }
        for deletion in line.delete {
            let path = Layout.file(deletion.key, subdirectory: deletion.subdirectory)
            try FileSystem.remove(path, in: directory)
            entries.append(IndexEntry(deleted: deletion.key, subdirectory: deletion.subdirectory, rev: deletion.rev))
            header.note(deletion.key)
        }
        entries += line.commands.map(IndexEntry.init)
        header.position = end
        header.lineSum = sum
        // What somebody added before this line was noted when an id was given out; only then is the time known.
        let touchesTasks = line.put.contains { $0.key.kind == .task } || !line.delete.isEmpty
        if known.tasks || known.adoptedTasks, touchesTasks {
            let modified = try FileSystem.modification(of: RecordKind.task.directory, in: directory)
            if known.tasks { header.tasksModified = modified }
            if known.adoptedTasks { header.tasksAdopted = modified }
        }
        if known.triggers {
            header.triggersModified = try FileSystem.modification(of: RecordKind.trigger.directory, in: directory)
        }
        header = try Index.append(entries, header, in: directory)
        state.mark.applied = end
        state.mark.reacted = reactedPosition
        state.mark.unsynced += 1
        try state.mark.write(in: directory)
        if header.wantsCompaction { compact() }
    }

    /// Puts what was made in memory because the index is damaged in its place. That it fails costs time later, nothing
    /// else.
    private func replaceDamagedIndex() {
        guard let image = state.index.replacement else { return }
        do throws(SystemError) {
            try image.write(in: workspace.directory)
            header.takePlaces(from: image.header)
        } catch {
            workspace.options.warn("could not make the index anew: \(error)")
        }
    }

    /// That it fails costs time later, nothing else.
    private func refreshIndex() {
        do {
            header = try Index.append(refreshed, header, in: workspace.directory)
            if header.wantsCompaction { compact() }
        } catch {
            workspace.options.warn("could not bring the index up to date: \(error)")
        }
    }

    /// Drops what was replaced from the index. That it fails costs time later, nothing else.
    private func compact() {
        do {
            guard let index = try Index.open(in: workspace.directory), index.header == header else { return }
            let image = try index.compacted()
            try image.write(in: workspace.directory)
            header = image.header
        } catch {
            workspace.options.warn("could not compact the index: \(error)")
        }
    }
}

extension AnyRecord {
    /// Whether nothing has changed but what follows from a change.
    fileprivate func isUnchanged(from before: AnyRecord?) -> Bool {
        guard let before else { return false }
        let former = before.envelope
        var envelope = envelope
        envelope.rev = former.rev
        envelope.createdAt = former.createdAt
        envelope.updatedAt = former.updatedAt
        var copy = self
        copy.envelope = envelope
        return copy == before
    }
}

extension Envelope {
    /// What it becomes when its record is committed at `now` in the place of `former`, or as a new one.
    fileprivate func following(_ former: Envelope?, at now: Timestamp) -> Envelope {
        var envelope = self
        envelope.rev = (former?.rev ?? 0) + 1
        envelope.createdAt = former?.createdAt ?? now
        envelope.updatedAt = max(now, former?.updatedAt ?? now)
        return envelope
    }
}

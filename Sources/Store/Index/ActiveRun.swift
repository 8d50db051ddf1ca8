import Model
import System

/// What has to be known of a run that waits or is live to decide what is started next; the index holds it, so that
/// ten thousand waiting runs need no look at ten thousand files.
public struct ActiveRun: Sendable {
    public let id: ID<Run>
    public let task: ID<Task>?
    /// nil for `tf exec` and the commands of triggers.
    public let agent: ID<Agent>?
    public let status: Run.Status
    public let notBefore: Timestamp?
    public let queuedAt: Timestamp
    /// Whether a trigger's reaction to an event: the task does not know of it.
    public let isReaction: Bool

    /// What has to be known of `run`.
    public init(_ run: Run) {
        id = run.id
        task = run.task
        agent = run.agent
        status = run.status
        notBefore = run.notBefore
        queuedAt = run.queuedAt
        isReaction = run.isReaction
    }

    private static let statuses = Run.Status.allCases

    /// What the index entry of `run` holds.
    static func payload(of run: Run) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(UInt8(statuses.firstIndex(of: run.status) ?? 0))
        writer.write(run.notBefore)
        writer.write(run.queuedAt)
        writer.write(UInt8(run.isReaction ? 1 : 0))
        writer.write(run.task?.text)
        writer.write(run.agent?.text)
        return writer.bytes
    }

    /// Reads the entry at `offset`; nil when it is not that of a run, or damaged.
    init?(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        guard IndexEntry.isRecord(bytes, at: offset, ofKind: IndexEntry.code(of: .run)),
            let payload = IndexEntry.payloadRange(bytes, at: offset),
            let id = ID<Run>(String(decoding: IndexEntry.idBytes(bytes, at: offset), as: UTF8.self))
        else { return nil }
        var reader = ByteReader(bytes, at: payload.lowerBound)
        guard let status = reader.integer(UInt8.self), Int(status) < Self.statuses.count,
            let notBefore = reader.moment(), let queuedAt = reader.moment() ?? nil,
            let reaction = reader.integer(UInt8.self), let task = reader.optionalText(),
            let agent = reader.optionalText()
        else { return nil }
        self.id = id
        self.isReaction = reaction != 0
        self.task = task.flatMap { ID<Task>($0) }
        self.agent = agent.flatMap { ID<Agent>($0) }
        self.status = Self.statuses[Int(status)]
        self.notBefore = notBefore
        self.queuedAt = queuedAt
    }
}

extension View {
    /// The runs that wait or are live, in no order.
    func activeRuns() throws(StoreError) -> [ActiveRun] {
        var runs = try index.forEach(tagged: .activeRuns, ActiveRun.init).filter { changes[$0.id.key] == nil }
        for case .put(.run(let run)) in changes.values where !run.status.isTerminal { runs.append(ActiveRun(run)) }
        return runs
    }

    /// The row of a task, as index and changes have it; nil when there is none.
    func taskRow(_ id: ID<Task>) throws(StoreError) -> TaskRow? {
        switch changes[id.key] {
        case .put(let record): TaskRow(record)
        case .deleted: nil
        case nil: try index.taskRow(id.key)
        }
    }
}

extension Snapshot {
    /// The runs that wait or are live, in no order.
    public func activeRuns() throws(StoreError) -> [ActiveRun] { try view.activeRuns() }
}

extension Transaction {
    /// The runs that wait or are live, in no order, this transaction's changes included.
    public func activeRuns() throws(StoreError) -> [ActiveRun] { try view.activeRuns() }

    /// The records that this transaction is going to write, as they are so far, in the order in which they were staged.
    public var changedRecords: [AnyRecord] {
        var records: [AnyRecord] = []
        for case .put(let record) in view.changes.values { records.append(record) }
        return records
    }

    /// What the index knows of a task, this transaction's changes included; nil when there is none.
    public func row(_ id: ID<Task>) throws(StoreError) -> TaskRow? { try view.taskRow(id) }

    /// What the index and this transaction know of every task, without a look at the files.
    public func indexedTasks() throws(StoreError) -> TaskTable { try TaskTable(view) }
}

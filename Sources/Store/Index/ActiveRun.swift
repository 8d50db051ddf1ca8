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

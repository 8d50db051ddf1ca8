import Model
import Store
import System

/// Which of the runs that wait somebody is ready to start.
public struct RunSelection: Sendable {
    /// Also runs of agents that only `tf work` and `tf tick` start.
    public var includesQueues: Bool
    /// The task whose runs are wanted; nil for all.
    public var task: ID<Task>?
    /// The agents whose runs are wanted; nil for all.
    public var agents: [ID<Agent>]?
    /// Labels that a task must have, all of them.
    public var labels: [String] = []
    /// The type that a task must have.
    public var type: String?
    /// How many may be started at the most.
    public var limit = Int.max

    /// Everything that may be started at once, with or without what waits in queues.
    public init(includesQueues: Bool) {
        self.includesQueues = includesQueues
    }

    /// Whether a task is among those that are wanted.
    func wants(_ row: TaskRow) -> Bool {
        if let type, !row.text(.type, is: type) { return false }
        return labels.allSatisfy { row.texts(.labels, contain: $0) }
    }
}

/// How many runs may be live at once, and which of those that wait are next.
struct Slots {
    private let change: Change
    private var transaction: Transaction { change.transaction }

    init(_ change: Change) {
        self.change = change
    }

    /// The limit of the workspace: `settings.jobs`, else the number of processors, at least 4.
    static func limit(_ settings: Settings) -> Int { settings.jobs ?? max(4, Environment.processors) }

    /// A run that could be started, as far as the index knows.
    private struct Candidate {
        let run: ActiveRun
        let order: WorkOrder
        let agent: Agent?
    }

    /// The runs that could be started now, in work order, no more than there are slots for.
    ///
    /// A live run whose supervisor is gone holds no slot: it is settled as lost in this change.
    func startable(_ selection: RunSelection) throws -> [Run] {
        let active = transaction.activeRuns()
        var agents = KnownAgents(transaction)
        var candidates: [Candidate] = []
        for run in active where run.status == .queued && run.notBefore ?? change.now <= change.now {
            if let candidate = try candidate(run, selection, &agents) { candidates.append(candidate) }
        }
        guard !candidates.isEmpty, selection.limit > 0 else { return [] }
        var live = 0
        for run in active where run.status == .running {
            guard try Liveness(transaction.workspace).isAlive(run.id) else {
                if let record = try transaction.getValid(run.id) { try Settlement(change).lose(record) }
                continue
            }
            // `exec` takes no slot.
            guard let agent = run.agent else { continue }
            live += 1
            agents.addLive(agent)
        }
        candidates.sort { $0.order < $1.order }
        var startable: [Run] = []
        for candidate in candidates where startable.count < selection.limit {
            guard candidate.agent == nil || live < Self.limit(change.settings),
                candidate.agent.map({ agents.hasSlot($0) }) ?? true,
                let run = try transaction.getValid(candidate.run.id), run.status == .queued,
                try transaction.getValid(run.task)?.run == run.id
            else { continue }
            if let agent = candidate.agent {
                live += 1
                agents.addLive(agent.id)
            }
            startable.append(run)
        }
        return startable
    }

    private func candidate(_ run: ActiveRun, _ selection: RunSelection, _ agents: inout KnownAgents) throws
        -> Candidate?
    {
        if let task = selection.task, run.task != task { return nil }
        if let wanted = selection.agents {
            guard let agent = run.agent, wanted.contains(agent) else { return nil }
        }
        guard let row = transaction.row(run.task), row.text(.run, is: run.id.text), selection.wants(row) else {
            return nil
        }
        guard let id = run.agent else { return Candidate(run: run, order: WorkOrder(row), agent: nil) }
        guard let agent = try agents[id], selection.includesQueues || agent.dispatch == .now else { return nil }
        return Candidate(run: run, order: WorkOrder(row), agent: agent)
    }
}

/// The agents of the runs in question, each read once, and how many of their runs are live.
private struct KnownAgents {
    private let transaction: Transaction
    private var agents: [Agent] = []
    private var bad: [ID<Agent>] = []
    private var live = RecordMap<Int>()

    init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// The agent with an id; nil when there is none, or its file is bad.
    subscript(id: ID<Agent>) -> Agent? {
        mutating get throws {
            if let known = agents.first(where: { $0.id == id }) { return known }
            if bad.contains(id) { return nil }
            let agent = try transaction.getValid(id)
            if let agent { agents.append(agent) } else { bad.append(id) }
            return agent
        }
    }

    mutating func addLive(_ id: ID<Agent>) { live[id.key] = (live[id.key] ?? 0) + 1 }

    func hasSlot(_ agent: Agent) -> Bool { live[agent.id.key] ?? 0 < agent.concurrency ?? .max }
}

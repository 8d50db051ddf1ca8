import Model
import Store
import System

/// Which of the runs that wait somebody is ready to start.
public struct RunSelection: Sendable {
    /// Also runs of agents that only `tf work` and `tf tick` start.
    public var includesQueues: Bool
    /// The task whose runs are wanted; nil for all.
    public var task: ID<Task>?
    /// A worker's share of the work; nil when everything is.
    public var plan: WorkPlan?
    /// How many of that share may be started at the most.
    public var limit = Int.max

    /// Everything that may be started at once, with or without what waits in queues.
    public init(includesQueues: Bool) {
        self.includesQueues = includesQueues
    }
}

/// What a worker is there for.
public struct WorkPlan: Sendable {
    /// When a worker has done its work.
    public enum End: Sendable {
        /// When it is told to stop.
        case never
        /// When nothing of its share is ready or running.
        case whenDrained
        /// When one task has no run any more.
        case afterOne
    }

    /// The agents whose tasks it runs; unassigned tasks are given to the first of them. nil for the tasks of all.
    public var agents: [ID<Agent>]?
    /// Labels that its tasks must have, all of them.
    public var labels: [String] = []
    /// The type that its tasks must have.
    public var type: String?
    /// How many runs it has at once.
    public var jobs: Int
    public var end = End.never

    /// A worker for everything that is assigned to agents.
    public init(jobs: Int) {
        self.jobs = jobs
    }

    /// Whether a task is of a kind that the worker takes, whoever has it.
    func takes(_ row: TaskRow) -> Bool {
        if let type, !row.text(.type, is: type) { return false }
        return labels.allSatisfy { row.texts(.labels, contain: $0) }
    }

    /// Whether a run is of the worker's share.
    func takes(_ run: ActiveRun, _ row: TaskRow?) -> Bool {
        // What triggers do belongs to whoever takes everything.
        guard let row else { return agents == nil && labels.isEmpty && type == nil }
        guard let agents else { return takes(row) }
        return run.agent.map(agents.contains) == true && takes(row)
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

    /// The runs that could be started now, in work order, no more than there are slots for.
    ///
    /// A live run whose supervisor is gone holds no slot: it is settled as lost in this change. A task that nobody has,
    /// and that the selection's worker takes, is assigned in this change.
    func startable(_ selection: RunSelection) throws -> [Run] {
        var queue = try queue(selection)
        return try startable(selection, from: &queue)
    }

    /// The same for somebody who keeps the queue from one transaction to the next.
    func startable(_ selection: RunSelection, keeping kept: inout RunQueue?) throws -> [Run] {
        if kept?.position != transaction.position || !transaction.adopted.isEmpty {
            kept = try queue(selection)
        } else {
            try kept?.follow(change, selection)
        }
        guard var queue = kept else { return [] }
        defer { kept = queue }
        kept = nil
        return try startable(selection, from: &queue)
    }

    private func startable(_ selection: RunSelection, from queue: inout RunQueue) throws -> [Run] {
        queue.isStarved = false
        guard !queue.waiting.isEmpty else { return [] }
        var agents = KnownAgents(transaction)
        var live = 0
        let taken = try queue.live ?? liveRuns()
        queue.live = taken
        for run in taken {
            live += 1
            if let agent = run.agent { agents.addLive(agent) }
        }
        var startable: [Run] = []
        var share = 0
        for candidate in queue.waiting where !candidate.isShare || share < selection.limit {
            guard !candidate.takesSlot || live < Self.limit(change.settings) else {
                queue.isStarved = queue.isStarved || candidate.isShare
                continue
            }
            if let id = candidate.agent {
                guard let agent = try agents[id] else { continue }
                guard agents.hasSlot(agent) else {
                    queue.isStarved = queue.isStarved || candidate.isShare
                    continue
                }
            }
            guard let run = try run(of: candidate) else { continue }
            if candidate.takesSlot { live += 1 }
            if let agent = candidate.agent { agents.addLive(agent) }
            if candidate.isShare { share += 1 }
            startable.append(run)
            if share >= selection.limit, selection.plan == nil { break }
        }
        return startable
    }

    /// Everything that waits and is live at this moment.
    private func queue(_ selection: RunSelection) throws -> RunQueue {
        var queue = RunQueue(position: transaction.position)
        var agents = KnownAgents(transaction)
        for run in try transaction.activeRuns() where run.status == .queued && run.notBefore ?? change.now <= change.now
        {
            if let candidate = try candidate(run, selection, &agents) { queue.waiting.append(candidate) }
        }
        if let plan = selection.plan { queue.waiting += try unassigned(plan, &agents) }
        queue.waiting.sort { $0.order < $1.order }
        return queue
    }

    /// The runs that take slots; those whose supervisors are gone are settled instead.
    private func liveRuns() throws -> [RunQueue.Live] {
        var live: [RunQueue.Live] = []
        for run in try transaction.activeRuns() where run.status == .running {
            guard try Liveness(transaction.workspace).isAlive(run.id) else {
                if let record = try transaction.getValid(run.id) { try Settlement(change).lose(record) }
                continue
            }
            if run.takesSlot { live.append(RunQueue.Live(run: run.id, agent: run.agent)) }
        }
        return live
    }

    /// What a queue has for a run, nil when it is not to be started for the selection.
    fileprivate func candidate(_ run: ActiveRun, _ selection: RunSelection) throws -> RunQueue.Candidate? {
        var agents = KnownAgents(transaction)
        return try candidate(run, selection, &agents)
    }

    private func candidate(_ run: ActiveRun, _ selection: RunSelection, _ agents: inout KnownAgents) throws
        -> RunQueue.Candidate?
    {
        if let task = selection.task, run.isReaction || run.task != task { return nil }
        let row = try run.isReaction ? nil : run.task.flatMap { try transaction.row($0) }
        guard run.isReaction || row?.text(.run, is: run.id.text) == true else { return nil }
        let agent = try run.agent.flatMap { try agents[$0] }
        if run.agent != nil, agent == nil { return nil }
        let isShare = selection.plan?.takes(run, row) ?? true
        // Besides its share a worker starts what is to be started at once: nobody else may come by.
        guard isShare && selection.includesQueues || agent?.dispatch ?? .now == .now else { return nil }
        return RunQueue.Candidate(
            run: run.id, task: row?.id, order: row.map { WorkOrder($0) } ?? WorkOrder(run), agent: agent?.id,
            isShare: isShare, takesSlot: run.takesSlot)
    }

    /// The ready tasks that nobody has and that a worker takes.
    private func unassigned(_ plan: WorkPlan, _ agents: inout KnownAgents) throws -> [RunQueue.Candidate] {
        guard let first = plan.agents?.first, let agent = try agents[first], agent.argumentVector != nil,
            !agent.disabled
        else { return [] }
        let table = try transaction.indexedTasks()
        let readiness = Readiness(in: transaction, at: change.now)
        return try table.rows.filter { row in
            try row.isUnassigned && plan.takes(row) && readiness.isReady(row, among: table)
        }.map {
            RunQueue.Candidate(
                run: nil, task: $0.id, order: WorkOrder($0), agent: agent.id, isShare: true, takesSlot: true)
        }
    }

    /// The run of a candidate, as its files have it; nil when they say otherwise than the index.
    private func run(of candidate: RunQueue.Candidate) throws -> Run? {
        guard let taskID = candidate.task else {
            let run = try candidate.run.flatMap { try transaction.getValid($0) }
            return run?.status == .queued ? run : nil
        }
        guard var task = try transaction.getValid(taskID) else { return nil }
        if candidate.run == nil {
            guard let agent = try candidate.agent.flatMap({ try transaction.getValid($0) }), task.assignee == nil,
                try change.activeRun(of: task) == nil,
                try Readiness(in: transaction, at: change.now).isReady(task)
            else { return nil }
            task = try Assignment(change).assign(task, to: .agent(agent.id), hold: false)
            return try Dispatch(change).queue(task, agent: agent, cause: .assigned)
        }
        guard let id = candidate.run, task.run == id, let run = try transaction.getValid(id),
            run.status == .queued
        else { return nil }
        return run
    }
}

/// What waits and what is live as of one position of the journal, kept by a worker: as long as nobody else commits
/// anything, it knows what its own transactions change, and need not look through everything again for each run.
struct RunQueue {
    /// Something that could be started, as far as the index knows.
    struct Candidate {
        /// nil for a task that nobody has yet.
        let run: ID<Run>?
        /// nil for what a trigger does.
        let task: ID<Task>?
        let order: WorkOrder
        /// nil for a run of `tf exec` and for the command of a trigger.
        let agent: ID<Agent>?
        /// Whether it counts against the limit of the selection.
        let isShare: Bool
        /// Whether it counts against the limit of the workspace.
        let takesSlot: Bool
    }

    /// A run that takes a slot.
    struct Live {
        let run: ID<Run>
        let agent: ID<Agent>?
    }

    /// Where the journal ended when this was true; nil when it has to be made anew.
    var position: JournalPosition?
    /// In work order.
    var waiting: [Candidate] = []
    /// nil as long as nobody had to know.
    var live: [Live]?
    /// Whether something of the selection's share found no slot.
    var isStarved = false

    /// The records of what is next.
    var next: [RecordKey] {
        waiting.first { $0.isShare }.map { [$0.task?.key, $0.run?.key].compactMap { $0 } } ?? []
    }

    /// Takes in what a transaction is going to change.
    mutating func follow(_ change: Change, _ selection: RunSelection) throws {
        for case .run(let run) in change.transaction.changedRecords {
            live?.removeAll { $0.run == run.id }
            waiting.removeAll { $0.run == run.id }
            if run.status == .running, ActiveRun(run).takesSlot { live?.append(Live(run: run.id, agent: run.agent)) }
            guard run.status == .queued, run.notBefore ?? change.now <= change.now,
                let candidate = try Slots(change).candidate(ActiveRun(run), selection)
            else { continue }
            waiting.insert(candidate, at: waiting.firstIndex { candidate.order < $0.order } ?? waiting.count)
        }
    }

    /// Goes on from a commit of its own.
    ///
    /// - Parameter position: where the journal ends now.
    mutating func commit(
        _ started: [(run: ID<Run>, task: ID<Task>?, agent: ID<Agent>?, takesSlot: Bool)], at position: JournalPosition
    ) {
        self.position = position
        for start in started {
            // What was started stood in front, once.
            let place = waiting.firstIndex { $0.run == start.run || $0.task != nil && $0.task == start.task }
            if let place { waiting.remove(at: place) }
            if start.takesSlot, live?.contains(where: { $0.run == start.run }) == false {
                live?.append(Live(run: start.run, agent: start.agent))
            }
        }
    }
}

extension ActiveRun {
    /// Whether it counts against the limit of the workspace: `exec` does not.
    fileprivate var takesSlot: Bool { agent != nil || isReaction }
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

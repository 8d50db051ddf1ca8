import Model
import Store
import System

/// How many runs may be live at once, and which of those that wait are next.
package struct Slots {
    private let change: Change
    private var transaction: Transaction { change.transaction }

    package init(_ change: Change) {
        self.change = change
    }

    /// The limit of the workspace: `settings.jobs`, else the number of processors, at least 4.
    package static func limit(_ settings: Settings) -> Int { settings.jobs ?? max(4, Environment.processors) }

    /// The runs that could be started now, in work order, no more than there are slots for.
    ///
    /// A run whose supervisor is gone holds no slot: it is noted, to be settled afterwards. A task that nobody has, and
    /// that the selection's worker takes, is assigned in this change.
    package func startable(_ selection: RunSelection) throws -> [Run] {
        var queue = try queue(selection)
        return try startable(selection, from: &queue)
    }

    /// The same for somebody who keeps the queue from one transaction to the next.
    package func startable(_ selection: RunSelection, keeping kept: inout RunQueue?) throws -> [Run] {
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
        let limit = Self.limit(try change.settings)
        var startable: [Run] = []
        var share = 0
        for candidate in queue.waiting where !candidate.isShare || share < selection.limit {
            guard !candidate.takesSlot || live < limit else {
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

    /// The runs that take slots.
    private func liveRuns() throws -> [RunQueue.Live] {
        var live: [RunQueue.Live] = []
        for run in try transaction.activeRuns() where run.status == .running {
            switch try change.life(of: run.id) {
            case .alive: if run.takesSlot { live.append(RunQueue.Live(run: run.id, agent: run.agent)) }
            case .dead: change.note(dead: run.id)
            case .elsewhere: break
            }
        }
        return live
    }

    /// What a queue has for a run, nil when it is not to be started for the selection.
    func candidate(_ run: ActiveRun, _ selection: RunSelection) throws -> RunQueue.Candidate? {
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
            return try RunQueueing(change).queue(task, agent: agent, cause: .assigned)
        }
        guard let id = candidate.run, task.run == id, let run = try transaction.getValid(id),
            run.status == .queued
        else { return nil }
        return run
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

extension Engine {
    /// How many runs a worker has at once unless it is told: as many as the workspace allows.
    public var usualJobs: Int { Slots.limit(workspace.settings) }
}

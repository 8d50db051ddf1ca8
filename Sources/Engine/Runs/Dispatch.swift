import Model
import Store
import System

/// Keeps the rule of who starts what: an assigned task that is ready has exactly one queued or live run.
///
/// It looks at the tasks that a change has touched, and at those that depend on what has ended with it; so the commit
/// that makes a task ready is the one that queues its run.
struct Dispatch {
    private let change: Change
    private var transaction: Transaction { change.transaction }

    init(_ change: Change) {
        self.change = change
    }

    /// Queues and cancels runs until the rule holds for everything that was touched.
    func settle() throws {
        for case .task(let task) in transaction.adopted {
            change.touch(task.id)
            // Leaving `running` ends the lease, also by hand.
            if task.status != .running { try transaction.endLease(of: task.id) }
        }
        guard !change.touched.isEmpty else { return }
        var next = 0
        while next < change.touched.count {
            let id = change.touched[next]
            next += 1
            guard let task = try transaction.get(id) else { continue }
            if task.status.isTerminal {
                for dependent in transaction.ids(tagged: .dependents(of: id), of: Task.self) { change.touch(dependent) }
            }
            try settle(task)
        }
        change.hasStartableRuns = try !Slots(change).startable(includingQueues: false).isEmpty
    }

    private func settle(_ task: Task) throws {
        let agent = try agent(of: task)
        let isReady = try Readiness(in: transaction, at: change.now).isReady(task)
        let active = try change.activeRun(of: task)
        if var run = active, run.status == .queued, !isReady || run.agent != task.assignee?.agent {
            run.move(to: .cancelled, at: transaction.now(for: run))
            try transaction.put(run)
            change.emit("cancelled", run)
        } else if active != nil {
            return
        }
        if isReady, let agent, agent.argumentVector != nil, !agent.disabled {
            try queue(task, agent: agent, cause: .assigned)
        }
    }

    /// The agent that a task is assigned to; nil when there is none, or its record is bad.
    func agent(of task: Task) throws -> Agent? {
        try task.assignee?.agent.flatMap { try transaction.getValid($0) }
    }

    /// Queues a run for a task.
    ///
    /// - Parameter former: the run that this one repeats.
    @discardableResult
    func queue(
        _ task: Task, agent: Agent?, cause: Run.Cause, notBefore: Timestamp? = nil, former: Run? = nil,
        repeats: Int = 0,
        command: [String]? = nil, directory: String? = nil
    ) throws -> Run {
        var run = Run(
            id: try transaction.newID(), task: task.id, agent: agent?.id, cause: cause, attempt: task.attempt + 1,
            queuedAt: change.now)
        run.depth = change.caller.depth
        run.command = agent?.argumentVector ?? command ?? former?.command ?? []
        run.cwd = agent == nil ? directory ?? former?.cwd : nil
        run.notBefore = notBefore
        run.repeats = repeats
        try transaction.put(run)
        var task = try transaction.get(task.id) ?? task
        task.run = run.id
        try transaction.put(task)
        change.emit("queued", run)
        return run
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
    /// A live run whose supervisor is gone holds no slot: it is settled as lost in this change.
    ///
    /// - Parameter includingQueues: also those of agents that only `tf work` and `tf tick` start.
    func startable(includingQueues: Bool) throws -> [Run] {
        let active = try transaction.records(tagged: .activeRuns, of: Run.self).filter { !$0.status.isTerminal }
        var waiting: [(run: Run, task: Task, agent: Agent?)] = []
        for run in active where run.status == .queued && run.notBefore ?? change.now <= change.now {
            guard let candidate = try candidate(run, includingQueues: includingQueues) else { continue }
            waiting.append((run, candidate.task, candidate.agent))
        }
        guard !waiting.isEmpty else { return [] }
        var live = 0
        var liveByAgent: [ID<Agent>: Int] = [:]
        for run in active where run.status == .running {
            guard try Liveness(transaction.workspace).isAlive(run.id) else {
                try Settlement(change).lose(run)
                continue
            }
            // `exec` takes no slot.
            guard let agent = run.agent else { continue }
            live += 1
            liveByAgent[agent, default: 0] += 1
        }
        waiting.sort { WorkOrder.precedes(TaskSummary($0.task), TaskSummary($1.task)) }
        var startable: [Run] = []
        for (run, _, agent) in waiting {
            guard let agent else {
                startable.append(run)
                continue
            }
            guard live < Self.limit(change.settings), liveByAgent[agent.id, default: 0] < agent.concurrency ?? .max
            else { continue }
            live += 1
            liveByAgent[agent.id, default: 0] += 1
            startable.append(run)
        }
        return startable
    }

    private func candidate(_ run: Run, includingQueues: Bool) throws -> (task: Task, agent: Agent?)? {
        guard let task = try transaction.getValid(run.task), task.run == run.id else { return nil }
        guard let id = run.agent else { return (task, nil) }
        guard let agent = try transaction.getValid(id) else { return nil }
        return includingQueues || agent.dispatch == .now ? (task, agent) : nil
    }
}

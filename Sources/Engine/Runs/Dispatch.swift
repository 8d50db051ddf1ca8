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
            // Leaving `running` ends the lease, also by hand; unless the task has been taken up again since.
            if try transaction.getValid(task.id)?.status != .running { try transaction.endLease(of: task.id) }
        }
        guard !change.touched.isEmpty else { return }
        var next = 0
        while next < change.touched.values.count {
            let id = change.touched.values[next]
            next += 1
            guard let task = try transaction.get(id) else { continue }
            if task.status.isTerminal {
                for dependent in try transaction.ids(tagged: .dependents(of: id), of: Task.self) {
                    change.touch(dependent)
                }
            }
            try settle(task)
        }
        change.forgetTouched()
    }

    private func settle(_ task: Task) throws {
        if task.assignee == nil, task.status == .todo { change.hasFreedTasks = true }
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
            try queue(task, agent: agent, cause: change.retried.contains(task.id) ? .retry : .assigned)
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
        if agent == nil { run.within = former == nil ? try surroundingRun() : former?.within }
        try transaction.put(run)
        var task = try transaction.get(task.id) ?? task
        task.run = run.id
        try transaction.put(task)
        change.emit("queued", run)
        return run
    }

    /// The agent's run that the caller is the command of, or is within.
    private func surroundingRun() throws -> ID<Run>? {
        guard let id = change.caller.run, let run = try transaction.getValid(id) else { return nil }
        return run.agent == nil ? run.within : run.id
    }

    /// Queues a run for what a trigger does about an event, which holds no task.
    ///
    /// - Parameter former: the run that this one repeats.
    @discardableResult
    func queue(
        _ trigger: ID<Trigger>, about event: JSON, agent: Agent?, command: [String], timeout: WrittenDuration?,
        former: Run? = nil, notBefore: Timestamp? = nil
    ) throws -> Run {
        var run = Run(
            id: try transaction.newID(), task: event["task"]?.string.flatMap { ID($0) }, agent: agent?.id,
            cause: former == nil ? .trigger : .retry, attempt: (former?.attempt ?? 0) + 1, queuedAt: change.now)
        run.depth = change.caller.depth
        run.command = agent?.argumentVector ?? command
        run.notBefore = notBefore
        run.trigger = trigger
        run.event = event
        run.timeout = timeout
        try transaction.put(run)
        change.emit("queued", run)
        change.freesSlots = true
        return run
    }
}

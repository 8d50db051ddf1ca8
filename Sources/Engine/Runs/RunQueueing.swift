import Model
import Store
import System

/// Makes runs that wait to be started.
package struct RunQueueing {
    private let change: Change
    private var transaction: Transaction { change.transaction }

    package init(_ change: Change) {
        self.change = change
    }

    /// Queues a run for a task.
    ///
    /// - Parameter former: the run that this one repeats.
    @discardableResult
    package func queue(
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
        change.emit(.runQueued, run)
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
        change.emit(.runQueued, run)
        change.freesSlots = true
        return run
    }
}

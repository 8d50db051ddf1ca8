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
    func keepRule() throws {
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
            try keepRule(for: task)
        }
        change.forgetTouched()
    }

    private func keepRule(for task: Task) throws {
        if task.assignee == nil, task.status == .todo { change.hasFreedTasks = true }
        let agent = try change.agent(of: task)
        let isReady = try Readiness(in: transaction, at: change.now).isReady(task)
        let active = try change.activeRun(of: task)
        if let run = active, run.status == .queued, !isReady || run.agent != task.assignee?.agent {
            try change.cancel(queued: run)
        } else if active != nil {
            return
        }
        if isReady, let agent, agent.argumentVector != nil, !agent.disabled {
            try RunQueueing(change).queue(
                task, agent: agent, cause: change.retried.contains(task.id) ? .retry : .assigned)
        }
    }
}

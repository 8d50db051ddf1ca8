import Model
import Store
import System

/// Which of the runs that wait somebody is ready to start.
package struct RunSelection: Sendable {
    /// Also runs of agents that only `tf work` and `tf tick` start.
    package var includesQueues: Bool
    /// The task whose runs are wanted; nil for all.
    package var task: ID<Task>?
    /// A worker's share of the work; nil when everything is.
    package var plan: WorkPlan?
    /// How many of that share may be started at the most.
    package var limit = Int.max

    /// Everything that may be started at once, with or without what waits in queues.
    package init(includesQueues: Bool) {
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

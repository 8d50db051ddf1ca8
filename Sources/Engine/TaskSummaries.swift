import Model
import Store
import System

extension TaskSummary {
    /// Whether the time that it was to be done by has come, and it has not ended.
    public func isOverdue(at now: Timestamp) -> Bool {
        guard let due, !status.isTerminal else { return false }
        return due <= now
    }
}

extension Readiness {
    /// The tasks among `summaries` that are ready.
    ///
    /// What the index knows decides for most of them; records are read only where it does not know enough.
    ///
    /// - Parameter all: the summaries of every task, where dependencies are looked up.
    public func ready(among summaries: [TaskSummary], of all: [TaskSummary]) throws -> [TaskSummary] {
        let statuses = Dictionary(all.map { ($0.id.text, $0.status) }) { first, _ in first }
        return try summaries.filter { try isReady($0) { statuses[$0] } }
    }

    /// Whether the task that `summary` is of is ready.
    ///
    /// - Parameter status: the status of the task with an id; nil when there is none.
    public func isReady(_ summary: TaskSummary, status: (String) -> TaskStatus?) throws -> Bool {
        guard summary.status == .todo, !summary.isHeld, summary.notBefore ?? now <= now else { return false }
        if summary.flow == nil, summary.dependsOn.allSatisfy({ status($0) == .done }) { return true }
        guard let task = try source.get(summary.id) else { return false }
        return try isReady(task)
    }
}

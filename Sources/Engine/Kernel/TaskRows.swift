import Model
import Store
import System

extension TaskRow {
    /// Whether the time that it was to be done by has come, and it has not ended.
    public func isOverdue(at now: Timestamp) -> Bool {
        guard let due, !status.isTerminal else { return false }
        return due <= now
    }
}

extension Readiness {
    /// Whether the task of a row is ready. What the index knows decides for most; a record is read only where it does
    /// not know enough.
    ///
    /// - Parameter table: every task, where dependencies are looked up.
    public func isReady(_ row: TaskRow, among table: TaskTable) throws -> Bool {
        guard row.status == .todo, !row.isHeld, row.notBefore ?? now <= now else { return false }
        if !row.isInFlow { return table.isUnhindered(row) }
        guard let task = try source.getValid(row.id) else { return false }
        return try isReady(task)
    }
}

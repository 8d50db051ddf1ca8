import Engine
import Model
import Store
import System

/// What a wait has come to.
public struct Waited<R: Record>: Sendable {
    /// The records that there still are, as they were last seen, in the order in which they were asked for.
    public internal(set) var records: [R] = []
    /// Those that were deleted meanwhile.
    public internal(set) var deleted: [ID<R>] = []
    /// Why it ended before everything else had.
    public internal(set) var end: Vigil.End?
}

extension Engine {
    /// Waits until tasks have ended or are gone.
    ///
    /// - Parameters:
    ///   - limit: how long at most; nil is for ever.
    ///   - show: gets the tasks at the beginning and whenever one has changed, while something is waited for.
    public func wait(
        forTasks references: [String], within limit: Duration?, show: ([Task]) -> Void = { _ in }
    ) throws -> Waited<Task> {
        let snapshot = try workspace.snapshot()
        var ids: [ID<Task>] = []
        for reference in references {
            let id = try snapshot.task(reference).id
            if !ids.contains(id) { ids.append(id) }
        }
        return try wait(for: ids, within: limit, isOver: \.status.isTerminal, run: { $0.run }, show: show)
    }

    /// Waits until runs have ended; for a task, its last one.
    ///
    /// - Parameter limit: how long at most; nil is for ever.
    public func wait(
        forRuns references: [String], within limit: Duration?, show: ([Run]) -> Void = { _ in }
    ) throws -> Waited<Run> {
        let snapshot = try workspace.snapshot()
        let ids = try references.map { try snapshot.run(orLastOf: $0).id }
        return try wait(for: ids, within: limit, isOver: \.status.isTerminal, run: { $0.id }, show: show)
    }

    /// - Parameter run: the run whose end the record waits for.
    private func wait<R: Record & Equatable>(
        for ids: [ID<R>], within limit: Duration?, isOver: (R) -> Bool, run: (R) -> ID<Run>?, show: ([R]) -> Void
    ) throws -> Waited<R> {
        let vigil = try Vigil(in: workspace, within: limit)
        defer { vigil.end() }
        var waited = Waited<R>()
        while true {
            let snapshot = try workspace.snapshot()
            let former = waited.records
            waited.records = []
            waited.deleted = []
            for id in ids {
                // A file that somebody is about to mend has been something else before.
                if let record = try snapshot.getValid(id) ?? former.first(where: { $0.id == id && isBad(id, snapshot) })
                {
                    waited.records.append(record)
                } else {
                    waited.deleted.append(id)
                }
            }
            let open = waited.records.filter { !isOver($0) }
            if open.isEmpty { return waited }
            if waited.records != former { show(waited.records) }
            if try vigil.settleDead(open.compactMap(run), plain()) { continue }
            waited.end = try vigil.pause()
            if waited.end != nil { return waited }
        }
    }

    private func isBad<R: Record>(_ id: ID<R>, _ snapshot: Snapshot) -> Bool {
        do throws(StoreError) {
            return try snapshot.get(id) != nil
        } catch {
            return true
        }
    }
}

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
        var vigil = try Vigil(in: workspace, within: limit)
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
            if try vigil.settleDead(open.compactMap(run), self) { continue }
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

/// Waiting for what others do: woken by commits, by edits of task files, by the end of a supervisor, and by Ctrl-C.
public struct Vigil {
    /// What ended it.
    public enum End: Sendable {
        case timeOver, interrupted
    }

    private let workspace: Workspace
    private let watch: FileWatch
    private let deadline: Duration?
    private var interrupt: Interrupt

    /// Begins before anything is looked at, so that nothing is missed between looking and waiting.
    ///
    /// - Parameter seesEdits: whether edits of task files wake it up, too.
    init(in workspace: Workspace, within limit: Duration?, seesEdits: Bool = true) throws {
        self.workspace = workspace
        watch = FileWatch([workspace.path + "/" + Layout.journal])
        if seesEdits { watch.addSettled(workspace.path + "/" + RecordKind.task.directory) }
        deadline = limit.map { Clock.monotonic() + $0 }
        interrupt = try Interrupt()
    }

    /// Gives Ctrl-C its usual meaning again.
    func end() { Signals.release() }

    /// Settles those of `runs` that say they are running and have no supervisor any more, and starts what follows.
    ///
    /// The others' end is going to wake up ``pause()``: should guard and supervisor go together and commit nothing, the
    /// kernel closes their proof of life.
    ///
    /// - Returns: whether there were any.
    mutating func settleDead(_ runs: [ID<Run>], _ engine: Engine) throws -> Bool {
        let snapshot = try workspace.snapshot()
        var dead: [ID<Run>] = []
        for id in runs {
            guard let run = try snapshot.getValid(id), run.status == .running else { continue }
            watch.addSettled(workspace.path + "/" + Layout.alive(id))
            if try snapshot.observed(run).status == .lost { dead.append(id) }
        }
        guard !dead.isEmpty else { return false }
        let changed = try Engine(workspace, caller: engine.caller).change("lose") { change in
            for id in dead {
                guard let run = try change.transaction.get(id), run.status == .running,
                    try !Liveness(workspace).isAlive(id)
                else { continue }
                try Settlement(change).lose(run)
            }
            return []
        }
        guard changed.hasStartableRuns else { return true }
        // What is started catches signals of its own.
        Signals.release()
        if let problem = Launcher(Engine(workspace, caller: engine.caller)).launch() { workspace.options.warn(problem) }
        interrupt = try Interrupt()
        return true
    }

    /// Why nothing more is to be waited for; nil while there is no reason.
    func reasonToEnd() throws -> End? {
        if let deadline, Clock.monotonic() >= deadline { return .timeOver }
        return try interrupt.hasCome() ? .interrupted : nil
    }

    /// Returns when there may be something new.
    ///
    /// - Parameter limit: how long at most, for something that time alone brings; nil where there is nothing such.
    /// - Returns: why nothing more is to be waited for, if so.
    func pause(within limit: Duration? = nil) throws -> End? {
        let now = Clock.monotonic()
        if let deadline, now >= deadline { return .timeOver }
        let limits = [deadline.map { $0 - now }, limit, watch.pollInterval].compactMap { $0 }
        _ = try Poll.wait(for: [interrupt.file, watch.file].compactMap { $0 }, within: limits.min())
        try watch.drain()
        return try interrupt.hasCome() ? .interrupted : nil
    }
}

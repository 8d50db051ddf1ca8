import Engine
import Model
import Store
import System

/// Waiting for what others do: woken by commits, by edits of task files, by the end of a supervisor, and by Ctrl-C.
public struct Vigil {
    /// What ended it.
    public enum End: Sendable {
        case timeOver, interrupted
    }

    private let workspace: Workspace
    private let watch: FileWatch
    private let deadline: Duration?
    private let interrupt: Interrupt

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
    func settleDead(_ runs: [ID<Run>], _ engine: Engine) throws -> Bool {
        let snapshot = try workspace.snapshot()
        var dead: [ID<Run>] = []
        for id in runs {
            guard let life = try snapshot.life(of: id) else { continue }
            watch.addSettled(workspace.path + "/" + Layout.alive(id))
            if life == .dead { dead.append(id) }
        }
        guard !dead.isEmpty else { return false }
        for run in dead { try LocalMachine().endLeftovers(of: run, in: workspace) }
        let settled = try engine.discharge(try engine.lose(dead))
        if let problem = settled.problem { workspace.options.warn(problem) }
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

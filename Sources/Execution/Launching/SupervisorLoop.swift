import Engine
import Model
import Store
import System

/// Drives a supervisor in a process of its own: one loop that waits, without polling, for signals, for the guard, for a
/// log to grow, for what others commit, and for the next moment at which something is due.
final class SupervisorLoop {
    private let supervisor: Supervisor
    private let workspace: Workspace
    private let signals: Signals
    private let toGuard: ChannelToGuard
    /// What others commit, once that has mattered.
    private var journal: FileWatch?
    private let begun = Clock.monotonic()
    private var isSettled = false

    /// - Parameter channel: the way to the guard.
    init(_ engine: Engine, _ duty: any Duty, _ surroundings: RunSurroundings, _ channel: Channel) throws {
        workspace = engine.workspace.keepingRecords()
        toGuard = ChannelToGuard(channel)
        signals = try Signals(catching: [.child, .user1] + Signals.ending)
        supervisor = Supervisor(
            engine.with(workspace), duty: duty, surroundings: surroundings,
            identity: ProcessIdentity(ofLive: Environment.processID),
            runner: LocalCommands(workspace: workspace.path), guardLink: toGuard, machine: LocalMachine(),
            monotonic: Clock.monotonic)
    }

    /// Has the log of the task in front copied to somebody who watches.
    ///
    /// - Parameter sink: gets what is new, and says how much of it it has taken.
    func show(to sink: @escaping ([UInt8]) throws -> Int) {
        supervisor.live.follower = LogFollower(workspace, sink: sink)
    }

    /// - Parameter told: told of each run that was settled, with its task as it is then.
    func tell(_ told: @escaping (Task, Run) throws -> Void) { supervisor.settled = told }

    /// Makes a run and starts it in one transaction, before anything else is done.
    func begin(target: String, _ make: (Change) throws -> Run) throws -> ID<Task> {
        try supervisor.begin(target: target, make)
    }

    /// Supervises until nothing is left to do.
    ///
    /// - Parameter afterFirstPass: called when everything that could be started at once has been.
    func run(afterFirstPass: () -> Void = {}) throws {
        var isOver = try !supervisor.proceed()
        afterFirstPass()
        while !isOver {
            try wait()
            isOver = try !supervisor.proceed()
        }
        // Who was told to stop does not wait for a slow reader.
        let live = supervisor.live
        live.attempt { try supervisor.shutdown == nil ? live.follower?.finish() : live.follower?.copy() }
        try supervisor.conclude()
    }

    private func wait() throws {
        let now = Clock.monotonic()
        if !isSettled, now - begun > .seconds(1) {
            // A command that has lasted a second may last a day.
            Process.releaseCode()
            isSettled = true
        }
        let logs = supervisor.live.follower?.watch
        let commits = try journalWatch()
        let files = [signals.file, toGuard.file, logs, commits?.file].compactMap { $0 }
        supervisor.readAhead()
        var moments = [supervisor.nextWake(now)].compactMap { $0 }
        // Where nobody tells of commits, one has to look.
        if let commits, commits.file == nil { moments.append(now + .seconds(1)) }
        let ready = try Poll.wait(for: files, within: moments.min().map { max(.zero, $0 - now) })
        if toGuard.file != nil, ready[1], try toGuard.hasEnded() { supervisor.guardIsGone() }
        try takeSignals()
        supervisor.live.attempt { try supervisor.live.follower?.copy() }
        if let commits {
            try commits.drain()
            if supervisor.room > 0 { try supervisor.lookAround() }
        }
        try supervisor.onTime()
    }

    /// What tells that somebody has committed something, while that matters.
    private func journalWatch() throws -> FileWatch? {
        guard supervisor.room > 0 else { return nil }
        if let journal { return journal }
        let watch = FileWatch([workspace.path + "/" + Layout.journal])
        journal = watch
        // Something may have been committed before anybody watched.
        try supervisor.lookAround()
        return watch
    }

    private func takeSignals() throws {
        for arrival in try signals.arrivals() {
            switch arrival.signal {
            case .child: break
            case .user1: try supervisor.reread()
            default: supervisor.end(by: arrival.signal, reachesGroup: !arrival.wasSent)
            }
        }
    }
}

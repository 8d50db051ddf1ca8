import Engine
import Model
import System

/// Commands as child processes of this one, which is a subreaper: whoever loses his parent becomes its child.
package final class LocalCommands: CommandRunner {
    /// The processes of one run.
    private struct Group {
        /// The process of the command, or of the check, that runs now or ran last.
        var pid: Int32
        /// The session that the first command leads, if it leads one.
        let session: Int
        /// When what was asked to end is killed.
        var killAt: Duration?
        /// Whether the last command has ended, and only leftovers are to be ended.
        var isFinished = false
        var isKilled = false
    }

    /// How often it is looked whether killed processes are gone.
    private static let interval = Duration.milliseconds(20)

    /// The path that the processes have in `TF_WORKSPACE`.
    private let workspace: String
    private var groups: [ID<Run>: Group] = [:]

    /// - Parameter workspace: the path of the workspace whose runs these are.
    package init(workspace: String) {
        self.workspace = workspace
    }

    // MARK: Beginning

    package func locate(_ program: String, path: String?, directory: String) throws(Spawn.Failure) -> String {
        try Spawn.locate(program, path: path, directory: directory)
    }

    package func begin(_ command: Spawn) throws(Spawn.Failure) -> any HeldBackCommand {
        do throws(SystemError) { return LocalCommand(try command.begin()) } catch { throw .system(error) }
    }

    package func attend(_ command: any HeldBackCommand, of run: ID<Run>) throws(Spawn.Failure) {
        guard let held = try (command as? LocalCommand)?.held() else { return }
        try held.confirm()
        if groups[run] == nil { groups[run] = Group(pid: held.pid, session: Int(held.pid)) }
        groups[run]?.pid = held.pid
    }

    // MARK: What happens

    package func poll(at now: Duration) throws -> [CommandEvent] {
        var events: [CommandEvent] = []
        while case .ended(let child) = try Process.collect() {
            // One that no run waits for was left behind by some command.
            guard let run = groups.first(where: { $0.value.pid == child.pid && !$0.value.isFinished })?.key else {
                continue
            }
            events.append(.exited(run, child.ending, child.usage))
        }
        for (run, group) in groups {
            if let killAt = group.killAt, now >= killAt {
                send(.kill, to: run)
                groups[run]?.isKilled = true
                // Until they are gone; a process may have been forked meanwhile.
                groups[run]?.killAt = now + Self.interval
            }
            if group.isFinished, try isGone(run) {
                groups[run] = nil
                events.append(.gone(run))
            }
        }
        return events
    }

    package func nextLook(at now: Duration) -> Duration? {
        groups.values.compactMap { group in
            guard group.isFinished else { return group.killAt }
            let look = now + (group.isKilled ? Self.interval / 2 : Self.interval)
            return group.killAt.map { min($0, look) } ?? look
        }.min()
    }

    // MARK: Ending

    package func stop(_ run: ID<Run>, _ teardown: Teardown, at now: Duration) {
        guard let group = groups[run] else { return }
        let killAt = now + teardown.grace
        groups[run]?.killAt = group.killAt.map { min($0, killAt) } ?? killAt
        if let signal = teardown.signal { send(signal, to: run) }
    }

    package func finish(_ run: ID<Run>, _ teardown: Teardown, at now: Duration) {
        guard groups[run] != nil else { return }
        groups[run]?.isFinished = true
        do throws(SystemError) {
            // A command that ended by itself usually leaves nothing, and then there is no need to look.
            guard try Process.hasChildren() else { return }
        } catch {
            // Then it is looked.
        }
        stop(run, teardown, at: now)
    }

    private func isGone(_ run: ID<Run>) throws -> Bool {
        try !Process.hasChildren() || processes(of: run).isEmpty
    }

    private func send(_ signal: Process.Signal, to run: ID<Run>) {
        for pid in processes(of: run) {
            do {
                try Process.send(signal, to: Int32(pid))
                if signal == .terminate { try Process.send(.continue, to: Int32(pid)) }
            } catch {
                // Another user's process (setuid): nothing that we may end.
            }
        }
    }

    /// The processes of a run: those below its command, and those that left it and are told by session or environment.
    private func processes(of run: ID<Run>) -> [Int] {
        guard let group = groups[run] else { return [] }
        guard groups.count > 1 else { return ProcessTable.descendants(of: Environment.processID) }
        let children = ProcessTable.ownChildren()
        let orphans = children?.filter { child in !groups.values.contains { Int($0.pid) == child } }
        let below = group.isFinished ? [] : ProcessTable.descendants(of: Int(group.pid)) + [Int(group.pid)]
        if let orphans, orphans.isEmpty { return below }
        let strays =
            orphans.map { $0 + ProcessTable.descendants(of: $0) }
            ?? ProcessTable.descendants(of: Environment.processID)
        let marks = Leftovers.marks(of: run, in: workspace)
        return below
            + strays.filter { pid in
                !below.contains(pid) && ProcessTable.isAlive(pid)
                    && (ProcessTable.session(of: pid) == group.session || ProcessTable.carries(marks, pid))
            }
    }
}

/// A child that waits to become its command.
private final class LocalCommand: HeldBackCommand {
    private enum State {
        case expected(ExpectedCommand)
        case held(HeldCommand)
    }

    private var state: State

    init(_ expected: ExpectedCommand) {
        state = .expected(expected)
    }

    /// To be called before anything else is done with it.
    func held() throws(Spawn.Failure) -> HeldCommand {
        switch state {
        case .held(let held): return held
        case .expected(let expected):
            do throws(SystemError) {
                let held = try expected.held()
                state = .held(held)
                return held
            } catch {
                throw .system(error)
            }
        }
    }

    func identity() throws(Spawn.Failure) -> ProcessIdentity {
        let held = try held()
        guard let mark = held.startMark else { return ProcessIdentity(ofLive: Int(held.pid)) }
        return ProcessIdentity(pid: Int(held.pid), started: mark)
    }

    func letGo() {
        if case .held(let held) = state { held.letGo() }
    }
}

extension ProcessIdentity {
    /// The process that has this number now.
    package init(ofLive pid: Int) {
        self.init(pid: pid, started: ProcessTable.startMark(of: pid) ?? "")
    }
}

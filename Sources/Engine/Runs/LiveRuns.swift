import Model
import Store
import System

/// The runs whose processes are descendants of this one, from the start of a command until nothing is left of it.
///
/// It knows processes, signals and times; what the end of a run means is the ``Settlement``'s business.
final class LiveRuns {
    /// A run whose processes are gone, and what there is to say of it.
    struct Ended {
        let run: LiveRun
        let ending: RunEnding
    }

    /// How long what a command left behind has to end by itself.
    private static let sweepGrace = Duration.seconds(1)
    /// How often it is looked whether killed processes are gone.
    private static let sweepInterval = Duration.milliseconds(20)

    private let workspace: Workspace
    private var live: [ID<Run>: LiveRun] = [:]
    /// Waiting for their outcome to be committed.
    private(set) var ended: [Ended] = []
    /// Where the journal ended with this process's last commit: until it goes on, tasks are as they were.
    var lastCommit: JournalPosition?
    /// What follows the log of the task in front; nil for a detached supervisor.
    var follower: LogFollower?

    init(_ workspace: Workspace) {
        self.workspace = workspace
    }

    /// Whether no run has processes any more.
    var isEmpty: Bool { live.isEmpty }
    var count: Int { live.count }

    /// Takes in a run whose command has been released.
    func add(_ run: LiveRun) {
        live[run.id] = run
        follower?.begin(run)
    }

    /// Takes in a run whose command could not be started.
    func add(_ run: LiveRun, failedToStart failure: Spawn.Failure) {
        var ending = RunEnding(.notStarted(failure))
        ending.usage = Usage()
        ended.append(Ended(run: run, ending: ending))
    }

    /// Forgets the ended runs, once their outcome is committed.
    func forgetEnded() { ended = [] }

    /// Does something that must not end the supervision of a run when it fails.
    func attempt(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            workspace.options.warn(Failure(error).message)
        }
    }

    // MARK: Time

    /// The next moment, by the monotonic clock, at which something has to be done without being told.
    func nextWake(_ now: Duration) -> Duration? {
        var moments: [Duration] = []
        for run in live.values {
            if case .sweeping(let killAt, let killed) = run.phase {
                moments.append(killed ? now + Self.sweepInterval / 2 : min(killAt, now + Self.sweepInterval))
            }
            if let killAt = run.killAt { moments.append(killAt) }
            if run.stop == nil, let deadline = run.deadline { moments.append(deadline) }
            moments.append(run.bound.nextLook)
        }
        if let look = follower?.nextLook, !live.isEmpty { moments.append(look) }
        return moments.min()
    }

    /// Does what is due: deadlines, kills, sweeps, log bounds.
    func onTime(_ now: Duration) throws {
        for (id, run) in live {
            if run.stop == nil, let deadline = run.deadline, now >= deadline {
                begin(.timeout(after: deadline - run.startedAt), id, grace: run.grace)
            }
            if let killAt = run.killAt, now >= killAt {
                signal(id, .kill)
                // Until they are gone; a process may have been forked meanwhile.
                live[id]?.killAt = now + Self.sweepInterval
            }
            if case .sweeping(let killAt, _) = run.phase { try sweep(id, killAt: killAt, now) }
            if now >= run.bound.nextLook {
                live[id]?.bound.look(now: now, shown: follower?.shown(of: id) ?? .max)
            }
        }
    }

    // MARK: Stopping

    /// In front: the signal goes on to the command, which gets its grace, unless the person asks again.
    ///
    /// - Parameter reachesCommand: whether the command has it already, from the terminal that both belong to.
    func interrupt(by signal: Process.Signal, isRepeated: Bool, reachesCommand: Bool) {
        for (id, run) in live {
            if run.stop == nil { live[id]?.stop = .interrupted }
            live[id]?.killAt = Clock.monotonic() + (isRepeated ? .zero : run.grace)
            if !isRepeated, !reachesCommand { self.signal(id, signal) }
        }
    }

    /// Asks all runs to end.
    func stopAll(_ stop: LiveRun.Stop) {
        for (id, run) in live { begin(stop, id, grace: run.grace) }
    }

    /// Reads again whether somebody wants a run to stop.
    func takeStopRequests() throws {
        let snapshot = try workspace.snapshot()
        for (id, run) in live {
            guard let request = try snapshot.getValid(id)?.stop else { continue }
            if request.verb == .terminate {
                live[id]?.stop = .requested
                live[id]?.killAt = Clock.monotonic()
            } else {
                begin(.requested, id, grace: request.grace?.value ?? run.grace)
            }
        }
    }

    /// Asks the processes of a run to end, and decides when they are killed.
    private func begin(_ stop: LiveRun.Stop, _ id: ID<Run>, grace: Duration) {
        guard let run = live[id] else { return }
        if case .guardLost = stop {
            live[id]?.stop = stop
            live[id]?.killAt = Clock.monotonic()
            return
        }
        guard run.stop == nil else { return }
        live[id]?.stop = stop
        live[id]?.killAt = Clock.monotonic() + grace
        signal(id, .terminate)
    }

    /// Sends a signal to every process of a run.
    private func signal(_ id: ID<Run>, _ signal: Process.Signal) {
        for pid in processes(of: id) {
            do {
                try Process.send(signal, to: Int32(pid))
                if signal == .terminate { try Process.send(.continue, to: Int32(pid)) }
            } catch {
                // Another user's process (setuid): nothing that we may end.
            }
        }
    }

    /// The processes of a run: those below its command, and those that left it and are told by session or environment.
    private func processes(of id: ID<Run>) -> [Int] {
        guard let run = live[id] else { return [] }
        guard live.count > 1 else { return ProcessTable.descendants(of: Environment.processID) }
        // Whoever loses his parent becomes a child of this process, which is a subreaper.
        let children = ProcessTable.ownChildren()
        let orphans = children?.filter { child in !live.values.contains { Int($0.pid) == child } }
        let below = run.isSweeping ? [] : ProcessTable.descendants(of: Int(run.pid)) + [Int(run.pid)]
        if let orphans, orphans.isEmpty { return below }
        let strays =
            orphans.map { $0 + ProcessTable.descendants(of: $0) }
            ?? ProcessTable.descendants(of: Environment.processID)
        let marks = run.marks(in: workspace)
        return below
            + strays.filter { pid in
                !below.contains(pid) && ProcessTable.isAlive(pid)
                    && (ProcessTable.session(of: pid) == run.session || ProcessTable.carries(marks, pid))
            }
    }

    // MARK: The end of a run

    /// Takes note of a child that has ended; one that no run waits for was left behind by some command.
    func childEnded(_ child: Process.Ended) throws {
        guard let (id, run) = live.first(where: { $0.value.pid == child.pid }) else { return }
        live[id]?.add(child.usage)
        switch (run.stop, child.ending) {
        case (.requested?, _): live[id]?.ending = .stopped
        case (.timeout(let limit)?, _): live[id]?.ending = .timedOut(after: limit)
        case (.interrupted?, _): live[id]?.ending = .interrupted
        case (.shutdown?, _): live[id]?.ending = .lost("its supervisor was told to stop")
        case (.guardLost?, _): live[id]?.ending = .lost("its guard is gone")
        case (nil, .exited(let code)):
            if case .check(let number) = run.phase, code != 0 {
                live[id]?.ending = .failedCheck(try checkText(run, number, "exit \(code)"))
            } else if code == 0, try startNextCheck(run) {
                return
            } else if live[id]?.ending == nil {
                live[id]?.ending = .exited(code)
            }
        case (nil, .signalled(let signal)):
            if case .check(let number) = run.phase {
                live[id]?.ending = .failedCheck(try checkText(run, number, "signal \(signal)"))
            } else {
                live[id]?.ending = .signalled(signal)
            }
        }
        let now = Clock.monotonic()
        live[id]?.phase = .sweeping(killAt: now + Self.sweepGrace, killed: false)
        live[id]?.killAt = nil
        if run.isHurried {
            live[id]?.killAt = now
        } else if try Process.hasChildren() {
            signal(id, .terminate)
        }
        try sweep(id, killAt: now + Self.sweepGrace, now)
    }

    /// Starts the next of the task's checks, if there is one.
    private func startNextCheck(_ run: LiveRun) throws -> Bool {
        guard let own = run.task else { return false }
        if own.check.isEmpty, try workspace.position() == lastCommit { return false }
        let next: Int
        if case .check(let number) = run.phase { next = number + 1 } else { next = 0 }
        // The command may have changed its task: what it says now counts.
        let task = try workspace.snapshot().getValid(own.id) ?? own
        guard task.status == .running, task.run == run.id, next < task.check.count else { return false }
        var spawn = run.template
        spawn.program = "/bin/sh"
        spawn.arguments = ["sh", "-c", task.check[next]]
        spawn.input = try File("/dev/null", .read)
        let held = try spawn.start()
        live[run.id]?.pid = held.pid
        live[run.id]?.phase = .check(next)
        do {
            try held.release()
        } catch {
            live[run.id]?.ending = .failedCheck("check \(task.check[next]): \(error)")
        }
        return true
    }

    private func checkText(_ run: LiveRun, _ number: Int, _ outcome: String) throws -> String {
        let checks = try run.task.flatMap { try workspace.snapshot().getValid($0.id) ?? $0 }?.check ?? []
        let check = number < checks.count ? checks[number] : "check \(number + 1)"
        let lines = try RunFiles(workspace, run.id).lastLines(10).joined(separator: "\n")
        return "check failed (\(outcome)): \(check)" + (lines.isEmpty ? "" : "\n\(lines)")
    }

    /// Ends what the command left behind; when nothing is left, the run is ready to be settled.
    private func sweep(_ id: ID<Run>, killAt: Duration, _ now: Duration) throws {
        // A command that ended by itself usually leaves nothing, and then there is no need to look.
        let rest = try Process.hasChildren() ? processes(of: id) : []
        guard rest.isEmpty else {
            let isDue = now >= killAt
            if isDue { signal(id, .kill) }
            live[id]?.phase = .sweeping(killAt: killAt, killed: isDue)
            return
        }
        attempt { try follower?.copy() }
        live[id]?.bound.look(now: now, shown: follower?.shown(of: id) ?? .max)
        guard let run = live.removeValue(forKey: id), let kind = run.ending else { return }
        ended.append(Ended(run: run, ending: ending(of: run, kind)))
    }

    /// Collects what the settlement has to know. What cannot be read is left out: how the command ended is known.
    private func ending(of run: LiveRun, _ kind: RunEnding.Kind) -> RunEnding {
        let files = RunFiles(workspace, run.id)
        var ending = RunEnding(kind)
        var complaint: String?
        attempt { ending.outputs = try files.outputs(excess: &complaint) }
        if case .exited(0) = kind {
            attempt {
                let produced = try Produced(run, in: workspace).result()
                ending.artifacts = produced.paths
                complaint = produced.missing ?? complaint
            }
            if let complaint { ending.kind = .failedCheck(complaint) }
        }
        ending.usage = run.usage
        ending.usage?.wallMilliseconds = Int((Clock.monotonic() - run.startedAt).milliseconds)
        attempt { ending.lastLine = try files.lastLines(1).first }
        return ending
    }
}

extension LiveRun {
    /// Whether its command has ended: what is left of it has another parent by now.
    fileprivate var isSweeping: Bool {
        if case .sweeping = phase { true } else { false }
    }

    /// Whether its processes are to be killed without being asked first.
    fileprivate var isHurried: Bool {
        if case .guardLost? = stop { true } else { false }
    }
}

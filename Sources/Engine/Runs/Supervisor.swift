import Model
import Store
import System

/// What a supervisor is there for.
enum SupervisorRole {
    /// Detached: it starts whatever can be started, as long as it has runs itself; also what waits in queues when it
    /// was started for those.
    case detached(includingQueues: Bool)
    /// In front of somebody who waits for one task: it runs that task alone.
    case front(ID<Task>)
}

/// The parent of the commands of runs: starts them, watches over them, and commits how they end.
///
/// One loop that waits, without polling, for signals, for the guard, for a log to grow and for the next moment at
/// which something is due. Any number of runs live in it at once.
final class Supervisor {
    var engine: Engine
    private(set) var role: SupervisorRole
    let surroundings: RunSurroundings
    private let channel: Channel
    private let signals: Signals
    private(set) var live: [ID<Run>: LiveRun] = [:]
    /// Runs whose processes are gone and whose outcome is not committed yet.
    private var ended: [(run: LiveRun, ending: RunEnding)] = []
    /// When a commit that failed is tried again.
    private var retryAt: Duration?
    private var shutdown: LiveRun.Stop?
    /// Runs that this supervisor has queued for later, and when: it stays for them.
    private var waiting: [ID<Run>: Timestamp] = [:]
    /// When the first of them is due, by the workspace's clock.
    private var nextDue: Timestamp? { waiting.values.min() }
    /// Whether runs wait that somebody else has to start.
    private var leavesStartableRuns = false
    private var hasGuard = true
    private let begun = Clock.monotonic()
    private var isSettled = false
    /// Whether it should be looked whether something can be started.
    private var wantsStart = true
    /// What follows the log of the task in front; nil for a detached one.
    var follower: LogFollower?
    /// What others commit, for who waits in front for a run that is not his own yet.
    private var journal: FileWatch?

    init(_ engine: Engine, role: SupervisorRole, surroundings: RunSurroundings, channel: Channel) throws {
        self.engine = engine
        self.role = role
        self.surroundings = surroundings
        self.channel = channel
        signals = try Signals(catching: [.child, .user1] + Self.endingSignals())
    }

    /// The signals that tell a supervisor to stop, but for those that were ignored when it was started (`nohup`).
    static func endingSignals() -> [Process.Signal] {
        [.interrupt, .terminate, .hangUp].filter { !Process.isIgnored($0) }
    }

    /// Makes a run and starts it in one transaction; from then on this supervisor is in front of its task.
    ///
    /// - Parameter make: queues the run.
    func begin(target: String, _ make: (Change) throws -> Run) throws -> ID<Task> {
        var started: RunStart.Started?
        let changed = try engine.change("exec", target: target) { change in
            let run = try make(change)
            started = try RunStart(change, self.surroundings).start(run)
            if let started { try self.tellGuard(.begin(run.id), with: started.live.alive) }
            return [run.task.key, run.id.key]
        }
        guard let task = changed.keys.first.flatMap({ ID<Task>($0.id) }) else { throw Failure.notFound("the task") }
        role = .front(task)
        // The command's id and revision were for making the task.
        engine = Engine(engine.workspace, caller: engine.caller)
        leavesStartableRuns = changed.hasStartableRuns
        wantsStart = false
        if let started { try release(started) }
        return task
    }

    // MARK: The loop

    /// Supervises until nothing is left to do.
    ///
    /// - Parameter afterFirstPass: called when everything that could be started at once has been.
    func run(afterFirstPass: () -> Void = {}) throws {
        var isFirst = true
        while true {
            try commit()
            if isFirst {
                isFirst = false
                afterFirstPass()
            }
            if try isFinished() { break }
            try wait()
        }
        // Who was told to stop does not wait for a slow reader.
        attempt { try shutdown == nil ? follower?.finish() : follower?.copy() }
        if case .front = role {
            if shutdown != nil { try giveUp() }
            if leavesStartableRuns { try tellGuard(.launch) }
        }
    }

    /// Says something to the guard, if it is still there.
    private func tellGuard(_ message: GuardMessage, with file: File? = nil) throws {
        guard hasGuard else { return }
        do {
            try channel.send(message.text, with: file)
        } catch {
            // Its end of the channel is closed, which the loop takes up.
            guard error.isBrokenPipe else { throw error }
        }
    }

    private func isFinished() throws -> Bool {
        guard live.isEmpty, ended.isEmpty else { return false }
        if shutdown != nil { return true }
        switch role {
        case .detached: return nextDue == nil
        case .front(let task): return try isOver(task)
        }
    }

    /// In front: whether the task has no run any more that could be waited for.
    private func isOver(_ task: ID<Task>) throws -> Bool {
        let snapshot = try engine.workspace.snapshot()
        guard let id = try snapshot.getValid(task)?.run, let run = try snapshot.getValid(id), !run.status.isTerminal
        else {
            return true
        }
        guard run.status == .running else { return false }
        // Somebody else's: only to be watched, unless there is nobody any more.
        if try Liveness(engine.workspace).isAlive(id) {
            try follower?.follow(id)
        } else {
            _ = try engine.change("lose") { change in
                if let run = try change.transaction.get(id) { try Settlement(change).lose(run) }
                return []
            }
        }
        return false
    }

    /// Told to stop before the run in front has begun: nobody is going to wait for it.
    private func giveUp() throws {
        guard case .front(let task) = role else { return }
        let snapshot = try engine.workspace.snapshot()
        guard let id = try snapshot.get(task)?.run, try snapshot.get(id)?.status == .queued else { return }
        var options = VerbOptions()
        options.reason = "interrupted"
        _ = try engine.perform(.cancel, on: [task.text], options)
    }

    private func wait() throws {
        let now = Clock.monotonic()
        if !isSettled, now - begun > .seconds(1) {
            // A command that has lasted a second may last a day.
            Process.releaseCode()
            isSettled = true
        }
        var files = [signals.file]
        if hasGuard { files.append(channel.file) }
        let logs = follower?.watch
        if let logs { files.append(logs) }
        if let journal = try journalWatch() { files.append(journal) }
        let ready = try Poll.wait(for: files, within: nextWake(now).map { max(.zero, $0 - now) })
        if hasGuard, ready[1], try channel.receive() == nil {
            hasGuard = false
            stopAll(.guardLost)
        }
        try takeSignals()
        attempt { try follower?.copy() }
        if live.isEmpty {
            try journal?.drain()
            if isFront { wantsStart = true }
        }
        try onTime(Clock.monotonic())
    }

    /// Readable when somebody has committed something, while that matters here.
    private func journalWatch() throws -> File? {
        guard isFront, live.isEmpty else { return nil }
        if journal == nil { journal = FileWatch([engine.workspace.path + "/" + Layout.journal]) }
        return journal?.file
    }

    /// The next moment, by the monotonic clock, at which something has to be done without being told.
    private func nextWake(_ now: Duration) -> Duration? {
        var moments: [Duration] = []
        for run in live.values {
            if case .sweeping(let killAt, let killed) = run.phase {
                moments.append(killed ? now + .milliseconds(10) : min(killAt, now + .milliseconds(20)))
            }
            if let killAt = run.killAt { moments.append(killAt) }
            if run.stop == nil, let deadline = run.deadline { moments.append(deadline) }
            moments.append(run.bound.nextLook)
        }
        if let retryAt { moments.append(retryAt) }
        if let nextDue { moments.append(now + max(.zero, nextDue.since(engine.workspace.clock.now()))) }
        if let look = follower?.nextLook, !live.isEmpty { moments.append(look) }
        if live.isEmpty, isFront { moments.append(now + .seconds(1)) }
        return moments.min()
    }

    // MARK: What happens

    private func takeSignals() throws {
        for arrival in try signals.arrivals() {
            switch arrival.signal {
            case .child: break
            case .user1: attempt { try takeStopRequests() }
            default:
                if case .front = role {
                    try interrupt(by: arrival)
                } else {
                    stopAll(.shutdown)
                }
            }
        }
        while case .ended(let child) = try Process.collect() {
            guard let id = live.first(where: { $0.value.pid == child.pid })?.key else { continue }
            live[id]?.add(child.usage)
            try processEnded(id, child.ending)
        }
    }

    /// In front: the signal goes on to the command, which gets its grace; a second one is not patient any more.
    private func interrupt(by arrival: Signals.Arrival) throws {
        let isRepeated = shutdown != nil
        shutdown = .interrupted
        for (id, run) in live {
            if run.stop == nil { live[id]?.stop = .interrupted }
            if isRepeated {
                live[id]?.killAt = Clock.monotonic()
            } else {
                live[id]?.killAt = Clock.monotonic() + run.grace
                // From the terminal the command has it already, unless it is in a group of its own.
                if arrival.wasSent || surroundings.leadership != .none { signal(id, arrival.signal) }
            }
        }
    }

    private func stopAll(_ stop: LiveRun.Stop) {
        if shutdown == nil { shutdown = stop }
        for id in live.keys { begin(stop, id, grace: live[id]?.grace ?? .seconds(10)) }
    }

    /// Reads again whether somebody wants a run to stop.
    private func takeStopRequests() throws {
        let snapshot = try engine.workspace.snapshot()
        for id in live.keys {
            guard let request = try snapshot.getValid(id)?.stop else { continue }
            if request.verb == .terminate {
                live[id]?.stop = .requested
                live[id]?.killAt = Clock.monotonic()
            } else {
                begin(.requested, id, grace: request.grace?.value ?? live[id]?.grace ?? .seconds(10))
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
        let all = ProcessTable.descendants(of: Environment.processID)
        guard live.count > 1 else { return all }
        let below = Set(ProcessTable.descendants(of: Int(run.pid)) + [Int(run.pid)])
        let marks = run.marks(in: engine.workspace)
        return all.filter { pid in
            below.contains(pid) || ProcessTable.session(of: pid) == run.session || ProcessTable.carries(marks, pid)
        }
    }

    private func onTime(_ now: Duration) throws {
        for (id, run) in live {
            if run.stop == nil, let deadline = run.deadline, now >= deadline {
                begin(.timeout(after: deadline - run.startedAt), id, grace: run.grace)
            }
            if let killAt = run.killAt, now >= killAt {
                signal(id, .kill)
                // Until they are gone; a process may have been forked meanwhile.
                live[id]?.killAt = now + .milliseconds(20)
            }
            if case .sweeping(let killAt, _) = run.phase { try sweep(id, killAt: killAt, now) }
            if now >= run.bound.nextLook {
                live[id]?.bound.look(now: now, shown: follower?.shown(of: id) ?? .max)
            }
        }
        let due = waiting.filter { $0.value <= engine.workspace.clock.now() }.keys
        if !due.isEmpty {
            wantsStart = true
            // One that cannot be started now waits for a slot: whoever frees that starts it.
            for run in due { waiting[run] = nil }
        }
    }

    // MARK: The end of a run

    /// A process that a run waits for has ended: the command, or one of the checks.
    private func processEnded(_ id: ID<Run>, _ ending: Process.Ending) throws {
        guard let run = live[id] else { return }
        switch (run.stop, ending) {
        case (.requested?, _): live[id]?.ending = .stopped
        case (.timeout(let limit)?, _): live[id]?.ending = .timedOut(after: limit)
        case (.interrupted?, _): live[id]?.ending = .interrupted
        case (.shutdown?, _): live[id]?.ending = .lost("its supervisor was told to stop")
        case (.guardLost?, _): live[id]?.ending = .lost("its guard is gone")
        case (nil, .exited(let code)):
            if case .check(let number) = run.phase, code != 0 {
                live[id]?.ending = .failedCheck(try checkText(run, number, "exit \(code)"))
            } else if code == 0, try startNextCheck(id) {
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
        live[id]?.phase = .sweeping(killAt: Clock.monotonic() + .seconds(1), killed: false)
        live[id]?.killAt = nil
        if run.isHurried { live[id]?.killAt = Clock.monotonic() } else { signal(id, .terminate) }
        try sweep(id, killAt: Clock.monotonic() + .seconds(1), Clock.monotonic())
    }

    /// Starts the next of the task's checks, if there is one.
    private func startNextCheck(_ id: ID<Run>) throws -> Bool {
        guard let run = live[id] else { return false }
        let next: Int
        if case .check(let number) = run.phase { next = number + 1 } else { next = 0 }
        // The command may have changed its task: what it says now counts.
        let task = try engine.workspace.snapshot().getValid(run.task.id) ?? run.task
        guard task.status == .running, task.run == id else { return false }
        guard next < task.check.count else { return false }
        var spawn = run.template
        spawn.program = "/bin/sh"
        spawn.arguments = ["sh", "-c", task.check[next]]
        spawn.input = try File("/dev/null", .read)
        let held = try spawn.start()
        live[id]?.pid = held.pid
        live[id]?.phase = .check(next)
        do {
            try held.release()
        } catch {
            live[id]?.ending = .failedCheck("check \(task.check[next]): \(error)")
        }
        return true
    }

    private func checkText(_ run: LiveRun, _ number: Int, _ outcome: String) throws -> String {
        let task = try engine.workspace.snapshot().getValid(run.task.id) ?? run.task
        let check = number < task.check.count ? task.check[number] : "check \(number + 1)"
        let lines = try RunFiles(engine.workspace, run.id).lastLines(10).joined(separator: "\n")
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
        ended.append((run, ending(of: run, kind)))
    }

    /// Collects what the settlement has to know. What cannot be read is left out: how the command ended is known.
    private func ending(of run: LiveRun, _ kind: RunEnding.Kind) -> RunEnding {
        let files = RunFiles(engine.workspace, run.id)
        var ending = RunEnding(kind)
        attempt {
            guard case .exited(0) = kind else { return }
            let produced = try Produced(run, in: engine.workspace).result()
            ending.artifacts = produced.paths
            if let missing = produced.missing { ending = RunEnding(.failedCheck(missing)) }
        }
        ending.usage = run.usage
        ending.usage?.wallMilliseconds = Int((Clock.monotonic() - run.startedAt).milliseconds)
        attempt { ending.outputs = try files.outputs() }
        attempt { ending.lastLine = try files.lastLines(1).first }
        return ending
    }

    /// Does something that must not end the supervision of a run when it fails.
    private func attempt(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            engine.workspace.options.warn(Failure(error).message)
        }
    }

    // MARK: Transactions

    /// Commits the ends of runs and the starts of others, in one transaction.
    ///
    /// If that cannot be done now (locked, full disk), it is tried again until it can: the proofs of life are kept.
    private func commit() throws {
        let now = Clock.monotonic()
        if let retryAt, now < retryAt { return }
        retryAt = nil
        let starts = wantsStart && shutdown == nil
        guard !ended.isEmpty || starts else { return }
        var started: [RunStart.Started] = []
        do {
            started = try commitOnce(starts: starts || (shutdown == nil && !ended.isEmpty))
        } catch {
            guard !ended.isEmpty || !live.isEmpty else { throw error }
            engine.workspace.options.warn("cannot commit (\(Failure(error).message)); trying again")
            retryAt = now + .seconds(1)
            return
        }
        wantsStart = false
        for (run, _) in ended {
            try tellGuard(.end(run.id))
            run.alive.closeNow()
        }
        ended = []
        for start in started { try release(start) }
    }

    private func commitOnce(starts: Bool) throws -> [RunStart.Started] {
        var started: [RunStart.Started] = []
        let ended = self.ended
        var acting = engine
        if let agent = ended.first?.run.agent {
            acting = Engine(engine.workspace, caller: .supervisor(of: agent.id, depth: engine.caller.depth))
        }
        let changed = try acting.change(ended.isEmpty ? "start" : "settle") { change in
            for (run, ending) in ended { try Settlement(change).settle(run.id, ending) }
            if !ended.isEmpty { try Dispatch(change).settle() }
            if starts {
                for run in try self.startable(change) {
                    guard let start = try RunStart(change, self.surroundings).start(run) else { continue }
                    // Before the commit: from then on the proof must not depend on this process alone.
                    try self.tellGuard(.begin(run.id), with: start.live.alive)
                    started.append(start)
                }
            }
            return []
        }
        leavesStartableRuns = leavesStartableRuns || changed.hasStartableRuns
        for case .run(let run) in changed.commit.records {
            waiting[run.id] = run.status == .queued ? run.notBefore : nil
        }
        return started
    }

    private func startable(_ change: Change) throws -> [Run] {
        switch role {
        case .detached(let includingQueues):
            return try Slots(change).startable(includingQueues: includingQueues)
        case .front(let task):
            return try Slots(change).startable(includingQueues: true).filter { $0.task == task }
        }
    }

    private var isFront: Bool {
        if case .front = role { true } else { false }
    }

    /// Lets a command go whose start is committed.
    private func release(_ start: RunStart.Started) throws {
        live[start.live.id] = start.live
        do {
            try start.held.release()
            follower?.begin(start.live)
        } catch {
            live[start.live.id] = nil
            var ending = RunEnding(.notStarted(error))
            ending.usage = Usage()
            ended.append((start.live, ending))
            try commit()
        }
    }
}

extension LiveRun {
    /// Whether its processes are to be killed without being asked first.
    var isHurried: Bool {
        if case .guardLost? = stop { true } else { false }
    }
}

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
    /// It starts its share of whatever waits, as long as its plan says.
    case worker(WorkPlan)
}

/// The parent of the commands of runs: starts them, watches over them, and commits how they end.
///
/// One loop that waits, without polling, for signals, for the guard, for a log to grow and for the next moment at
/// which something is due. Any number of runs live in it at once.
final class Supervisor {
    var engine: Engine
    private(set) var role: SupervisorRole
    let surroundings: RunSurroundings
    private let identity = ProcessIdentity(ofLive: Environment.processID)
    private let channel: Channel
    private let signals: Signals
    private let live: LiveRuns
    /// When a commit that failed is tried again, and since when it has failed.
    private var retryAt: Duration?
    private var failingSince = Duration.zero
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
    /// What others commit: for who waits in front for a run that is not his own yet, and for a worker with room.
    private var journal: FileWatch?
    /// How far the journal was when it was last looked whether something can be started.
    private var seen: JournalPosition?
    /// A worker that was told to stop once: it takes nothing new, and stays until its runs have ended.
    private var isClosing = false
    /// Whether a worker should make a pass over the workspace: at first, and when something is due.
    private var wantsSweep = true
    /// When that is, once the worker has nothing better to do.
    private var sweepAt: Timestamp?
    /// What waits, as a worker knows it from its last transaction.
    private var queue: RunQueue?
    /// The records of it that have been read already.
    private var awaited: [RecordKey] = []
    /// The task that a worker for one task has taken.
    private var chosen: ID<Task>?
    /// Whether something of a worker's share waits for a slot that somebody else has.
    private var isStarved = false
    /// Whether everything that could be started at once has been: from then on a commit that fails is tried again.
    private var hasMadePass = false
    /// Told of each run that was settled, with its task as it is then.
    var settled: ((Task, Run) throws -> Void)?

    private static let starvedPatience = Duration.seconds(5)
    private static let patience = Duration.seconds(60)

    init(_ engine: Engine, role: SupervisorRole, surroundings: RunSurroundings, channel: Channel) throws {
        self.engine = Engine(
            engine.workspace.keepingRecords(), caller: engine.caller, commandID: engine.commandID, ifRev: engine.ifRev)
        self.role = role
        self.surroundings = surroundings
        self.channel = channel
        live = LiveRuns(engine.workspace)
        signals = try Signals(catching: [.child, .user1] + Self.endingSignals())
    }

    /// Has the log of the task in front copied to somebody who watches.
    func show(to sink: @escaping ([UInt8]) throws -> Int) {
        live.follower = LogFollower(engine.workspace, sink: sink)
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
            started = try RunStart(change, self.surroundings, supervisor: self.identity).start(run)
            if let started {
                try self.tellGuard(.begin(run.id), with: started.live.alive)
                change.transaction.whenCommitted = started.held.letGo
            }
            return [run.task?.key, run.id.key].compactMap { $0 }
        }
        guard let task = changed.keys.first(where: { $0.kind == .task }).flatMap({ ID<Task>($0.id) }) else {
            throw Failure.notFound("the task")
        }
        role = .front(task)
        // The command's id and revision were for making the task.
        engine = Engine(engine.workspace, caller: engine.caller)
        leavesStartableRuns = changed.hasStartableRuns
        wantsStart = false
        if let started { takeIn(started) }
        try leaveRest()
        return task
    }

    // MARK: The loop

    /// Supervises until nothing is left to do.
    ///
    /// - Parameter afterFirstPass: called when everything that could be started at once has been.
    func run(afterFirstPass: () -> Void = {}) throws {
        while true {
            try commit()
            if !hasMadePass {
                hasMadePass = true
                afterFirstPass()
            }
            if try isFinished() { break }
            try wait()
        }
        // Who was told to stop does not wait for a slow reader.
        live.attempt { try shutdown == nil ? live.follower?.finish() : live.follower?.copy() }
        if case .front = role {
            if shutdown != nil { try giveUp() }
        }
        if case .worker(let plan) = role, plan.end == .afterOne, shutdown == nil, leavesStartableRuns {
            // What triggers have queued is none of the work that it was to do.
            try tellGuard(.launch)
        }
    }

    /// In front: leaves what others have to start to another supervisor, at once, for this one may stay long.
    private func leaveRest() throws {
        guard leavesStartableRuns else { return }
        leavesStartableRuns = false
        try tellGuard(.launch)
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
        guard live.isEmpty, live.ended.isEmpty else { return false }
        if wantsStart, shutdown == nil, !isClosing, !isFront { return false }
        if shutdown != nil || isClosing { return true }
        switch role {
        case .detached: return nextDue == nil
        case .front(let task): return try isOver(task)
        case .worker(let plan):
            switch plan.end {
            case .never: return false
            case .whenDrained: return nextDue == nil && !isStarved
            case .afterOne: return try chosen.map(isOver) ?? false
            }
        }
    }

    /// In front: whether the task has no run any more that could be waited for, and is not going to get one either.
    private func isOver(_ id: ID<Task>) throws -> Bool {
        let snapshot = try engine.workspace.snapshot()
        guard let task = try snapshot.getValid(id) else { return true }
        guard let id = task.run, let run = try snapshot.getValid(id), !run.status.isTerminal else {
            return try !Readiness(in: snapshot, at: engine.workspace.clock.now()).comesByItself(task)
        }
        guard run.status == .running else { return false }
        // Somebody else's: only to be watched, unless there is nobody any more.
        if try Liveness(engine.workspace).isAlive(id) {
            try live.follower?.follow(id)
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
        let logs = live.follower?.watch
        if let logs { files.append(logs) }
        if let journal = try journalWatch() { files.append(journal) }
        readAhead()
        let ready = try Poll.wait(for: files, within: nextWake(now).map { max(.zero, $0 - now) })
        if hasGuard, ready[1], try channel.receive() == nil {
            hasGuard = false
            stopAll(.guardLost)
        }
        try takeSignals()
        live.attempt { try live.follower?.copy() }
        if let journal {
            try journal.drain()
            if room > 0 { try lookAround() }
        }
        try onTime(Clock.monotonic())
    }

    /// Uses the time until a run ends to read what is started then.
    private func readAhead() {
        guard let next = queue?.next, next != awaited else { return }
        awaited = next
        engine.workspace.readAhead(next)
    }

    /// Whether others have committed something since it was last looked what can be started.
    private func lookAround() throws {
        let position = try engine.workspace.position()
        guard position != seen || isFront else { return }
        seen = position
        wantsStart = true
    }

    /// How many runs may be started that others have queued.
    private var room: Int {
        switch role {
        case .detached: 0
        case .front: live.isEmpty ? 1 : 0
        case .worker(let plan): isClosing || chosen != nil ? 0 : plan.jobs - live.count
        }
    }

    /// Readable when somebody has committed something, while that matters here.
    private func journalWatch() throws -> File? {
        guard room > 0 else { return nil }
        if journal == nil {
            journal = FileWatch([engine.workspace.path + "/" + Layout.journal])
            // Something may have been committed before anybody watched.
            if case .worker = role { try lookAround() }
        }
        return journal?.file
    }

    /// The next moment, by the monotonic clock, at which something has to be done without being told.
    private func nextWake(_ now: Duration) -> Duration? {
        var moments: [Duration] = []
        if let wake = live.nextWake(now) { moments.append(wake) }
        if let retryAt { moments.append(retryAt) }
        if let nextDue { moments.append(now + max(.zero, nextDue.since(engine.workspace.clock.now()))) }
        if let sweepAt { moments.append(now + max(.zero, sweepAt.since(engine.workspace.clock.now()))) }
        if live.isEmpty, isFront { moments.append(now + .seconds(1)) }
        if room > 0, journal?.file == nil, journal != nil { moments.append(now + .seconds(1)) }
        if wantsStart, shutdown == nil, retryAt == nil { moments.append(now) }
        return moments.min()
    }

    // MARK: What happens

    private func takeSignals() throws {
        for arrival in try signals.arrivals() {
            switch arrival.signal {
            case .child: break
            case .user1:
                live.attempt { try live.takeStopRequests() }
                // One of its commands may have queued something.
                if isFront { try tellGuard(.launch) } else { wantsStart = true }
            default:
                switch role {
                case .front: interrupt(by: arrival)
                case .worker where isClosing || live.isEmpty: interrupt(by: arrival)
                case .worker:
                    isClosing = true
                    engine.workspace.options.warn(
                        "no new work; \(live.count == 1 ? "one run" : "\(live.count) runs") to finish, a second signal"
                            + " cancels \(live.count == 1 ? "it" : "them")")
                case .detached: stopAll(.shutdown)
                }
            }
        }
        while case .ended(let child) = try Process.collect() {
            try live.childEnded(child)
        }
    }

    /// In front: the signal goes on to the command, which gets its grace; a second one is not patient any more.
    private func interrupt(by arrival: Signals.Arrival) {
        let isRepeated = shutdown != nil
        shutdown = .interrupted
        // From the terminal the command has it already, unless it is in a group of its own.
        let reachesCommand = !arrival.wasSent && surroundings.leadership == .none
        live.interrupt(by: arrival.signal, isRepeated: isRepeated, reachesCommand: reachesCommand)
    }

    private func stopAll(_ stop: LiveRun.Stop) {
        if shutdown == nil { shutdown = stop }
        live.stopAll(stop)
    }

    private func onTime(_ now: Duration) throws {
        try live.onTime(now)
        let due = waiting.filter { $0.value <= engine.workspace.clock.now() }.keys
        if !due.isEmpty {
            wantsStart = true
            queue = nil
            // One that cannot be started now waits for a slot: whoever frees that starts it.
            for run in due { waiting[run] = nil }
        }
        if let moment = sweepAt, moment <= engine.workspace.clock.now() {
            sweepAt = nil
            wantsSweep = true
            wantsStart = true
            queue = nil
        }
    }

    // MARK: Transactions

    /// Commits the ends of runs and the starts of others, in one transaction.
    ///
    /// If that cannot be done now (locked, full disk), it is tried again until it can: the proofs of life are kept.
    private func commit() throws {
        // One that could not become its command has ended as soon as it was started.
        repeat { try commitPass() } while !live.ended.isEmpty && retryAt == nil
    }

    private func commitPass() throws {
        let now = Clock.monotonic()
        if let retryAt, now < retryAt { return }
        let isRepeated = retryAt != nil
        retryAt = nil
        let starts = wantsStart && shutdown == nil && !isClosing
        guard !live.ended.isEmpty || starts else { return }
        let (started, changed): ([RunStart.Started], Changed)
        do {
            let mayStart = shutdown == nil && !isClosing
            (started, changed) = try commitOnce(starts: starts || (mayStart && !live.ended.isEmpty))
        } catch {
            if !isRepeated { failingSince = now }
            guard !isGone, !live.ended.isEmpty || !live.isEmpty || hasMadePass && mayTryAgain(now) else { throw error }
            if !isRepeated {
                engine.workspace.options.warn("cannot commit (\(Failure(error).message)); trying again")
            }
            retryAt = now + .seconds(1)
            return
        }
        let ended = live.ended.map(\.run)
        live.forgetEnded()
        for run in ended { run.alive.closeNow() }
        for start in started { takeIn(start) }
        for run in ended { try tellGuard(.end(run.id)) }
        try tellSettled(ended.map(\.id), changed.commit)
        if isFront { try leaveRest() }
        if case .worker = role, room > 0, started.isEmpty {
            sweepAt = try engine.nextDue()
            // Whoever has the slot may go without a word.
            let look = engine.workspace.clock.now() + Self.starvedPatience
            if isStarved { sweepAt = min(sweepAt ?? look, look) }
        }
    }

    /// Whether somebody has removed the workspace: then no outcome has a place any more.
    private var isGone: Bool {
        do throws(SystemError) {
            return try engine.workspace.directory.status().links == 0
        } catch {
            return false
        }
    }

    /// Whether to go on trying to begin something, with nothing to lose: a worker that stays does, everybody else for a
    /// while.
    private func mayTryAgain(_ now: Duration) -> Bool {
        if case .worker(let plan) = role, plan.end == .never { return true }
        return now - failingSince < Self.patience
    }

    private func commitOnce(starts: Bool) throws -> ([RunStart.Started], Changed) {
        var started: [RunStart.Started] = []
        let ended = live.ended
        var acting = engine
        if let agent = ended.first?.run.agent {
            acting = Engine(
                engine.workspace, caller: Caller(actor: "agent:\(agent.id)", depth: engine.caller.depth))
        }
        let changed = try acting.change(ended.isEmpty ? "start" : "settle", leavesStarting: isFront) { change in
            for ended in ended { try Settlement(change).settle(ended.run.id, ended.ending) }
            if !ended.isEmpty { try Dispatch(change).settle() }
            if starts {
                // Its time may have come, which no commit tells of.
                if case .front(let task) = self.role, ended.isEmpty {
                    change.touch(task)
                    try Dispatch(change).settle()
                }
                if case .worker = self.role, self.wantsSweep { _ = try Tick(change).sweep() }
                for run in try self.startable(change) {
                    guard let start = try RunStart(change, self.surroundings, supervisor: self.identity).start(run)
                    else { continue }
                    // Before the commit: from then on the proof must not depend on this process alone.
                    try self.tellGuard(.begin(run.id), with: start.live.alive)
                    started.append(start)
                }
                // While the files are written the commands are on their way already.
                change.transaction.whenCommitted = { for start in started { start.held.letGo() } }
            }
            return []
        }
        if starts { wantsSweep = false }
        // What triggers have queued meanwhile is for this supervisor to start as well.
        wantsStart = changed.hasRunsOfTriggers && !isFront
        if changed.hasRunsOfTriggers { leavesStartableRuns = true }
        seen = changed.commit.position ?? seen
        live.lastCommit = changed.commit.position ?? live.lastCommit
        keepQueue(started, changed)
        leavesStartableRuns = leavesStartableRuns || changed.hasStartableRuns
        for case .run(let run) in changed.commit.records {
            waiting[run.id] = run.status == .queued ? run.notBefore : nil
        }
        if case .worker(let plan) = role, plan.end == .afterOne, chosen == nil, let first = started.first {
            chosen = first.live.task?.id
            queue = nil
        }
        return (started, changed)
    }

    private func tellSettled(_ runs: [ID<Run>], _ commit: Commit) throws {
        guard let settled else { return }
        for case .run(let run) in commit.records where runs.contains(run.id) && !run.isReaction {
            for case .task(let task) in commit.records where task.id == run.task { try settled(task, run) }
        }
    }

    private func startable(_ change: Change) throws -> [Run] {
        var selection = RunSelection(includesQueues: true)
        switch role {
        case .detached(let includingQueues): selection.includesQueues = includingQueues
        case .front(let task): selection.task = task
        case .worker(let plan):
            selection.plan = plan
            selection.limit = plan.jobs - live.count
            if plan.end == .afterOne {
                if let chosen { selection.task = chosen }
                selection.limit = live.isEmpty ? 1 : 0
            }
        }
        guard case .worker = role else { return try Slots(change).startable(selection) }
        let startable = try Slots(change).startable(selection, keeping: &queue)
        // Within a run the slot may be that run's own, which waits for this worker.
        isStarved = engine.caller.run == nil && queue?.isStarved == true
        return startable
    }

    /// Brings the queue up to a commit, or drops it when the commit may have made unassigned tasks ready.
    private func keepQueue(_ started: [RunStart.Started], _ changed: Changed) {
        guard let position = changed.commit.position else { return }
        if case .worker(let plan) = role, plan.agents != nil, changed.hasFreedTasks { queue = nil }
        queue?.commit(
            started.map { ($0.live.id, $0.live.task?.id, $0.live.agent?.id, $0.takesSlot) }, at: position)
    }

    private var isFront: Bool {
        if case .front = role { true } else { false }
    }

    /// Takes in a command that was let go when its start was committed.
    private func takeIn(_ start: RunStart.Started) {
        do throws(Spawn.Failure) {
            try start.held.confirm()
            live.add(start.live)
        } catch {
            live.add(start.live, failedToStart: error)
        }
    }
}

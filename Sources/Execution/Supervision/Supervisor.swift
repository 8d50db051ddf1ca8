@_spi(Execution) import Engine
import Model
import Store
import System

/// The parent of the commands of runs: starts them, watches over them, and commits how they end.
///
/// It waits for nothing by itself: ``proceed()`` does what can be done now, ``nextWake(_:)`` says when there is something
/// to do without being told, and whoever drives it (``SupervisorLoop``, or a test) tells it what has happened. Any number
/// of runs live in it at once. What it is there for is its ``Duty``.
package final class Supervisor {
    private(set) var engine: Engine
    let duty: any Duty
    private let surroundings: RunSurroundings
    private let identity: ProcessIdentity
    private let runner: any CommandRunner
    private let guardLink: any GuardLink
    private let machine: any Machine
    /// The time since some moment in the past; never goes back.
    private let monotonic: () -> Duration

    let live: LiveRuns
    private var agenda = Agenda()
    private var commits: CommitPatience
    /// Why it is to end, once it was told to.
    private(set) var shutdown: LiveRun.Stop?
    /// Told of each run that was settled, with its task as it is then.
    var settled: ((Task, Run) throws -> Void)?

    /// - Parameters:
    ///   - identity: this process.
    ///   - monotonic: the time since some moment in the past.
    package init(
        _ engine: Engine, duty: any Duty, surroundings: RunSurroundings, identity: ProcessIdentity,
        runner: any CommandRunner, guardLink: any GuardLink, machine: any Machine,
        monotonic: @escaping () -> Duration
    ) {
        self.engine = engine
        self.duty = duty
        self.surroundings = surroundings
        self.identity = identity
        self.runner = runner
        self.guardLink = guardLink
        self.machine = machine
        self.monotonic = monotonic
        live = LiveRuns(engine.workspace, runner)
        commits = CommitPatience(isEndless: duty.isEndless)
    }

    /// How long it is until a run is looked at again whose proof of life somebody had.
    private static let holdUp = Duration.milliseconds(100)

    private var workspace: Workspace { engine.workspace }
    private var mayStart: Bool { shutdown == nil && !duty.isClosing }

    // MARK: What its driver asks

    /// Commits what there is to be committed, and starts what may be started.
    ///
    /// - Returns: whether there is something left to wait for.
    package func proceed() throws -> Bool {
        // One that could not become its command has ended as soon as it was started.
        repeat { try commit() } while !live.ended.isEmpty && commits.retryAt == nil
        return try !isFinished()
    }

    /// The next moment, by the monotonic clock, at which something has to be done without being told.
    package func nextWake(_ now: Duration) -> Duration? {
        var moments = [live.nextWake(now), commits.retryAt, agenda.heldUpUntil].compactMap { $0 }
        let clock = workspace.clock.now()
        for due in [agenda.nextDue, duty.nextLook].compactMap({ $0 }) {
            moments.append(now + max(.zero, due.since(clock)))
        }
        if live.isEmpty, let patience = duty.idlePatience { moments.append(now + patience) }
        if agenda.wantsStart, mayStart, commits.retryAt == nil { moments.append(now) }
        return moments.min()
    }

    /// How many runs it may start that others have queued. While there is room, somebody else's commits matter.
    package var room: Int { shutdown == nil ? duty.room(besides: live.count) : 0 }

    /// Uses the time until something happens to read what is started next.
    func readAhead() {
        if let keys = duty.next() { workspace.readAhead(keys) }
    }

    /// What has to be done when there is nothing left to wait for.
    package func conclude() throws {
        switch shutdown {
        case nil: if agenda.leavesStarts, duty.leavesRestAtEnd { try guardLink.launch() }
        case .guardLost:
            // There is no guard that could be asked for another supervisor.
            let problem = agenda.leavesStarts ? machine.launch(engine.plain(), includingQueues: false) : nil
            if let problem { workspace.options.warn(problem) }
        default:
            guard let obliged = try duty.giveUp(engine) else { return }
            _ = takeOver(obliged)
            try leaveOthers()
        }
    }

    // MARK: What its driver tells

    /// Does what is due.
    package func onTime() throws {
        let moment = monotonic()
        try live.onTime(moment)
        if let heldUpUntil = agenda.heldUpUntil, moment >= heldUpUntil {
            agenda.heldUpUntil = nil
            agenda.wantsStart = true
            duty.forgetQueue()
        }
        let now = workspace.clock.now()
        // One that cannot be started now waits for a slot: whoever frees that starts it.
        let (isDue, isDutyDue) = (agenda.takeDue(now), duty.takeDue(now))
        if isDue || isDutyDue {
            agenda.wantsStart = true
            duty.forgetQueue()
        }
    }

    /// Somebody has committed something.
    package func lookAround() throws {
        let position = try workspace.position()
        guard position != agenda.seen || duty.looksAgain else { return }
        agenda.seen = position
        agenda.wantsStart = true
    }

    /// Somebody wants something of one of its runs, or has queued one.
    package func reread() throws {
        live.attempt { try live.takeStopRequests(monotonic()) }
        // One of its commands may have queued something.
        if duty.leavesOthers { try guardLink.launch() } else { agenda.wantsStart = true }
    }

    /// It is told to end.
    ///
    /// - Parameter reachesGroup: whether every process in the terminal's foreground has got the signal as well.
    package func end(by signal: Process.Signal, reachesGroup: Bool) {
        switch duty.answer(toSignalWith: live.count) {
        case .interrupt:
            // A second one is not patient any more.
            let isRepeated = shutdown != nil
            shutdown = .interrupted
            // From the terminal the command has it already, unless it is in a group of its own.
            let reachesCommand = reachesGroup && surroundings.leadership == .none
            live.interrupt(by: signal, isRepeated: isRepeated, reachesCommand: reachesCommand, monotonic())
        case .close(let notice): workspace.options.warn(notice)
        case .shutDown: stopAll(.shutdown)
        }
    }

    /// The guard above it is gone, so nobody would end its runs if it were killed as well.
    package func guardIsGone() { stopAll(.guardLost) }

    private func stopAll(_ stop: LiveRun.Stop) {
        if shutdown == nil { shutdown = stop }
        live.stopAll(stop, monotonic())
    }

    // MARK: Transactions

    /// Makes a run and starts it in one transaction.
    ///
    /// - Parameter make: queues the run.
    /// - Returns: the run's task.
    package func begin(target: String, _ make: (Change) throws -> Run) throws -> ID<Task> {
        var started: RunStarter.Started?
        let changed = try takeOver(
            engine.change("exec", target: target) { change in
                let run = try make(change)
                // Nobody can have the proof of a run that is only being made.
                if case .started(let start) = try starter(change).start(run) { started = start }
                change.transaction.whenCommitted = { started?.command.letGo() }
                return [run.task?.key, run.id.key].compactMap { $0 }
            })
        guard let task = changed.keys.first(where: { $0.kind == .task }).flatMap({ ID<Task>($0.id) }) else {
            throw Failure.notFound("the task")
        }
        // The command's id and revision were for making the task.
        engine = engine.plain()
        agenda.wantsStart = false
        if let started { live.add(started.live, started.command) }
        try leaveOthers()
        return task
    }

    private func starter(_ change: Change) -> RunStarter {
        RunStarter(
            change: change, surroundings: surroundings, runner: runner, guardLink: guardLink, supervisor: identity,
            now: monotonic())
    }

    /// Commits the ends of runs and the starts of others, in one transaction.
    ///
    /// If that cannot be done now (locked, full disk), it is tried again until it can: the proofs of life are kept.
    private func commit() throws {
        let now = monotonic()
        if let retryAt = commits.retryAt, now < retryAt { return }
        guard !live.ended.isEmpty || agenda.wantsStart && mayStart else {
            commits.retryAt = nil
            return
        }
        let (started, changed): ([RunStarter.Started], Changed)
        do {
            (started, changed) = try commitOnce()
        } catch {
            let hasRuns = !live.ended.isEmpty || !live.isEmpty
            guard !workspace.isRemoved, commits.fail(at: now, hasRuns: hasRuns) else { throw error }
            if commits.isFirstFailure {
                workspace.options.warn("cannot commit (\(Failure(error).message)); trying again")
            }
            return
        }
        commits.succeed()
        let ended = live.ended.map(\.run)
        live.forgetEnded()
        for run in ended { run.alive.closeNow() }
        for start in started { live.add(start.live, start.command) }
        for run in ended { try guardLink.end(run.id) }
        try tellSettled(ended.map(\.id), changed.commit)
        try leaveOthers()
        if started.isEmpty, room > 0 { try duty.rest(engine) }
    }

    private func commitOnce() throws -> ([RunStarter.Started], Changed) {
        var started: [RunStarter.Started] = []
        var isHeldUp = false
        let ended = live.ended
        let starts = mayStart
        var acting = engine
        if let agent = ended.first?.run.agent {
            acting = engine.plain(caller: Caller(actor: "agent:\(agent.id)", depth: engine.caller.depth))
        }
        // Nothing is killed while the workspace is locked, so what is dead by now is cleared away before.
        let cleared = starts && duty.wantsSweep ? try clearDead() : []
        let verb = ended.isEmpty ? "start" : "settle"
        let obliged: Obliged<Changed>
        do {
            obliged = try acting.change(verb, leavesStarting: duty.leavesOthers || !starts) { change in
                for ended in ended { try Settlement(change).settle(ended.run.id, ended.result) }
                if !ended.isEmpty { try change.follow() }
                guard starts else { return [] }
                try duty.prepare(change, cleared: cleared, hasEnded: !ended.isEmpty)
                let starter = starter(change)
                for run in try duty.startable(change, besides: live.count) {
                    switch try starter.start(run) {
                    case .started(let start): started.append(start)
                    case .settled: break
                    case .held: isHeldUp = true
                    }
                }
                // While the files are written the commands are on their way already.
                change.transaction.whenCommitted = { for start in started { start.command.letGo() } }
                return []
            }
        } catch {
            // They have not begun, and may have to be started by somebody else.
            for start in started { try guardLink.end(start.live.id) }
            throw error
        }
        agenda.wantsStart = false
        let changed = takeOver(obliged)
        agenda.heldUpUntil = isHeldUp ? monotonic() + Self.holdUp : nil
        if starts { duty.hasLooked(within: engine.caller.run != nil) }
        agenda.seen = changed.commit.position ?? agenda.seen
        live.lastCommit = changed.commit.position ?? live.lastCommit
        agenda.take(changed.commit)
        duty.take(changed, started.map(\.entry))
        return (started, changed)
    }

    /// Ends what is left of the runs whose supervisor is gone.
    private func clearDead() throws -> [ID<Run>] {
        let dead = try workspace.snapshot().deadRuns()
        for run in dead { try machine.endLeftovers(of: run, in: workspace) }
        return dead
    }

    /// Takes on what a change leaves to be done, or leaves it to others where that is the duty.
    private func takeOver<Value>(_ obliged: consuming Obliged<Value>) -> Value {
        let assumed = obliged.takeOver()
        var owed = assumed.obligations
        engine.plain().settleDead(&owed, on: machine)
        agenda.leavesStarts = agenda.leavesStarts || owed.starts
        // What triggers have queued meanwhile, and what has a slot only now, is for this supervisor to start as well.
        if !duty.leavesOthers, owed.starts { agenda.wantsStart = true }
        return assumed.value
    }

    /// In front: leaves what others have to start to another supervisor, at once, for this one may stay long.
    private func leaveOthers() throws {
        guard duty.leavesOthers, agenda.leavesStarts else { return }
        // Without a guard that is done in the end.
        if case .guardLost? = shutdown { return }
        agenda.leavesStarts = false
        try guardLink.launch()
    }

    private func tellSettled(_ runs: [ID<Run>], _ commit: Commit) throws {
        guard let settled else { return }
        for case .run(let run) in commit.records where runs.contains(run.id) && !run.isReaction {
            for case .task(let task) in commit.records where task.id == run.task { try settled(task, run) }
        }
    }

    // MARK: The end

    private func isFinished() throws -> Bool {
        guard live.isEmpty, live.ended.isEmpty else { return false }
        if !mayStart { return true }
        if agenda.wantsStart, !duty.leavesOthers { return false }
        if agenda.heldUpUntil != nil { return false }
        return try duty.isOver(waits: agenda.nextDue != nil, isOver: isOver)
    }

    /// Whether a task has no run any more that could be waited for, and is not going to get one either. The log of a run
    /// that somebody else supervises is followed meanwhile.
    private func isOver(_ id: ID<Task>) throws -> Bool {
        let snapshot = try workspace.snapshot()
        guard let task = try snapshot.getValid(id) else { return true }
        guard let run = try task.run.flatMap({ try snapshot.getValid($0) }), !run.status.isTerminal else {
            return try !Readiness(in: snapshot, at: workspace.clock.now()).comesByItself(task)
        }
        switch try snapshot.life(of: run.id) {
        case nil: break
        case .alive, .elsewhere: try live.follower?.follow(run.id)
        case .dead:
            var owed = Obligations()
            owed.dead = [run.id]
            engine.plain().settleDead(&owed, on: machine)
            agenda.leavesStarts = agenda.leavesStarts || owed.starts
            try leaveOthers()
        }
        return false
    }
}

extension Workspace {
    /// Whether somebody has removed the workspace: then no outcome has a place any more.
    var isRemoved: Bool {
        do throws(SystemError) {
            return try directory.status().links == 0
        } catch {
            return false
        }
    }
}

/// What a supervisor has before it.
private struct Agenda {
    /// Whether it should be looked whether something can be started.
    var wantsStart = true
    /// Whether runs wait that somebody else has to start.
    var leavesStarts = false
    /// How far the journal was when it was last looked whether something can be started.
    var seen: JournalPosition?
    /// Until when it waits because somebody has the proof of life of a run that it could start, by the monotonic clock.
    var heldUpUntil: Duration?
    /// Runs that were queued for later, and when: the supervisor stays for them.
    private var waiting: [ID<Run>: Timestamp] = [:]

    /// When the first of them is due, by the workspace's clock.
    var nextDue: Timestamp? { waiting.values.min() }

    /// Takes in the runs that a commit has queued for later.
    mutating func take(_ commit: Commit) {
        for case .run(let run) in commit.records { waiting[run.id] = run.status == .queued ? run.notBefore : nil }
    }

    /// Forgets those whose time has come.
    ///
    /// - Returns: whether there were any.
    mutating func takeDue(_ now: Timestamp) -> Bool {
        let due = waiting.filter { $0.value <= now }.keys
        for run in due { waiting[run] = nil }
        return !due.isEmpty
    }
}

/// How long a supervisor goes on trying to commit what cannot be committed now.
private struct CommitPatience {
    /// When a commit that failed is tried again.
    var retryAt: Duration?
    /// Since when it has failed.
    private var failingSince: Duration?
    private(set) var isFirstFailure = false
    /// Whether everything that could be started at once has been: from then on a commit that fails is tried again.
    private var hasSucceeded = false
    private let isEndless: Bool

    private static let limit = Duration.seconds(60)

    /// - Parameter isEndless: whether it goes on for ever with nothing to lose, too.
    init(isEndless: Bool) {
        self.isEndless = isEndless
    }

    mutating func succeed() {
        retryAt = nil
        failingSince = nil
        hasSucceeded = true
    }

    /// - Parameter hasRuns: whether an outcome would be lost otherwise.
    /// - Returns: whether to try again.
    mutating func fail(at now: Duration, hasRuns: Bool) -> Bool {
        isFirstFailure = failingSince == nil
        let since = failingSince ?? now
        failingSince = since
        guard hasRuns || hasSucceeded && (isEndless || now - since < Self.limit) else { return false }
        retryAt = now + .seconds(1)
        return true
    }
}

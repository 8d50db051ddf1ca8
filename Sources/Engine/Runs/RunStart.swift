import Model
import Store
import System

/// How the command of a run is connected to whoever starts it.
struct RunSurroundings: Sendable {
    /// Whether the command gets the whole environment: that of `exec` does.
    var passesEnvironment = false
    /// Standard input for a run without an agent.
    var input: File?
    var leadership = Spawn.Leadership.session
    /// How long a run without an agent may take.
    var timeout: WrittenDuration?
    /// Whether the command may run although the workspace is not trusted: one that its user has just typed.
    var isOwnCommand = false
}

extension ProcessIdentity {
    /// The process that has this number now.
    init(ofLive pid: Int) {
        self.init(pid: pid, started: ProcessTable.startMark(of: pid) ?? "")
    }
}

/// Starts queued runs inside a transaction: the proof of life is taken and the command's process is there, held back,
/// before the run counts as running.
struct RunStart {
    private let change: Change
    private let surroundings: RunSurroundings
    private let supervisor: ProcessIdentity
    private var transaction: Transaction { change.transaction }
    private var workspace: Workspace { change.transaction.workspace }

    /// - Parameter supervisor: this process.
    init(_ change: Change, _ surroundings: RunSurroundings, supervisor: ProcessIdentity) {
        self.change = change
        self.surroundings = surroundings
        self.supervisor = supervisor
    }

    /// A run whose command has been forked and waits for the commit.
    struct Started {
        var live: LiveRun
        let held: HeldCommand
        /// Whether it counts against the limit of the workspace.
        let takesSlot: Bool
    }

    /// Starts one run; one that cannot be started is settled as failed, its task blocked.
    ///
    /// - Returns: nil when it was not started.
    func start(_ queued: Run) throws -> Started? {
        try change.asSupervisor(of: queued) { try begin(queued) }
    }

    private func begin(_ queued: Run) throws -> Started? {
        let task = try task(of: queued)
        guard task != nil || queued.isReaction else { return nil }
        let agent = try queued.agent.flatMap { try transaction.get($0) }
        var run = queued
        if let vector = agent?.argumentVector { run.command = vector }
        do {
            let directory = try workingDirectory(of: run, agent)
            run.cwd = directory
            if !surroundings.isOwnCommand, try !workspace.isTrusted() {
                throw Refused.untrusted
            }
            let program = try Spawn.locate(run.command.first ?? "", path: Environment["PATH"], directory: directory)
            return try launch(run, of: task, agent, program: program)
        } catch let failure as Spawn.Failure {
            try fail(queued, failure)
        } catch Refused.untrusted {
            let reason = "the workspace is not trusted; 'tf trust' allows its agents to run"
            try fail(queued, .notExecutable(run.command.first ?? "the command", reason: reason))
        }
        return nil
    }

    /// The task of a run. For a reaction it is only something to know of, so a bad file does not matter.
    private func task(of run: Run) throws -> Task? {
        try run.task.flatMap { try run.isReaction ? transaction.getValid($0) : transaction.get($0) }
    }

    private enum Refused: Error { case untrusted }

    private func fail(_ run: Run, _ failure: Spawn.Failure) throws {
        try Settlement(change).settle(run.id, RunEnding(.notStarted(failure)))
    }

    /// Where the command starts: the agent's directory, relative to the workspace's; else that of the workspace.
    private func workingDirectory(of run: Run, _ agent: Agent?) throws -> String {
        if let cwd = agent?.cwd { return Path.join(workspace.root, cwd) }
        return run.cwd ?? workspace.root
    }

    private func launch(_ run: Run, of task: Task?, _ agent: Agent?, program: String) throws -> Started {
        var run = run
        let files = RunFiles(workspace, run.id)
        let alive = try Liveness(workspace).take(run.id)
        let log = try files.openLog()
        let held = run.isReaction ? nil : try task.map { try begun($0, run, agent) }
        if let held { run.attempt = held.attempt }

        var environment = RunEnvironment(
            workspace: workspace, task: held ?? task, run: run, agent: agent,
            isComplete: surroundings.passesEnvironment)
        // A command that a trigger runs about an event is about no task of its own.
        let subject = run.isReaction && agent == nil ? nil : held ?? task
        let prompt = try subject.map { _ in try files.openPrompt() }
        if prompt != nil { environment.prompt = files.path(Layout.prompt(run.id)) }
        var spawn = Spawn(
            program: program, arguments: run.command, environment: environment.variables, directory: run.cwd,
            input: try prepareInput(run, held ?? task, agent, files, hasPrompt: prompt != nil), output: log, error: log)
        spawn.leadership = surroundings.leadership
        let expected: ExpectedCommand
        do throws(SystemError) { expected = try spawn.begin() } catch { throw Spawn.Failure.system(error) }
        // While the child is being made, what it is going to read is put together.
        if let subject {
            let context = try TaskContext(of: subject, run: run, in: transaction)
            try prompt?.write(Prompt(context).text.utf8)
            if held != nil { run.feedback = context.feedback.map(\.id) }
        }
        let command: HeldCommand
        do throws(SystemError) { command = try expected.held() } catch { throw Spawn.Failure.system(error) }

        run.host = Environment.host
        run.supervisor = supervisor
        run.process =
            command.startMark.map { ProcessIdentity(pid: Int(command.pid), started: $0) }
            ?? ProcessIdentity(ofLive: Int(command.pid))
        run.move(to: .running, at: transaction.now(for: run))
        try transaction.put(run)
        if let held, let task {
            try change.put(held)
            change.emitTransition(.start, held, from: task, run: run.id)
        }
        change.emit("started", run, data: JSONObject([("attempt", run.attempt.json)]))

        let clock = Clock.monotonic()
        let live = LiveRun(
            id: run.id, task: held, agent: agent, alive: alive, log: log, template: spawn, startedAt: clock,
            startedFileTime: Clock.fileTime(),
            deadline: (agent?.timeout ?? run.timeout ?? surroundings.timeout).map { clock + $0.value },
            grace: agent?.grace?.value ?? .seconds(10), pid: command.pid,
            bound: LogBound(log, limit: workspace.settings.logLimit.bytes, now: clock), firstPid: command.pid)
        return Started(live: live, held: command, takesSlot: agent != nil || run.isReaction)
    }

    /// The task as the run holds it from now on.
    private func begun(_ task: Task, _ run: Run, _ agent: Agent?) throws -> Task {
        var task = task
        try task.apply(.start, at: transaction.now(for: task))
        task.hold = false
        task.run = run.id
        task.worker = agent?.id.text ?? change.caller.actor
        return task
    }

    /// Standard input as the agent wants it.
    ///
    /// - Parameter hasPrompt: whether there is a file for the prompt, which a run that is about no task does not have.
    private func prepareInput(
        _ run: Run, _ task: Task?, _ agent: Agent?, _ files: RunFiles, hasPrompt: Bool
    ) throws -> File {
        switch agent?.stdin {
        case .some(.none): return try File("/dev/null", .read)
        case .prompt where hasPrompt: return try files.readPrompt()
        case .json where !run.isReaction:
            return try files.write((task.map { transaction.upcoming($0).json } ?? .null).fileBytes, as: "task.json")
        case .prompt, .json, nil:
            if let event = run.event {
                // One line, as programs that read lines expect it.
                let line = try (delivered(by: run) ?? event).compactBytes + [UInt8(ascii: "\n")]
                return try files.write(line, as: "event.json")
            }
            return try surroundings.input ?? File("/dev/null", .read)
        }
    }

    /// The notification that a run hands over; nil for every other run, and when it is gone.
    private func delivered(by run: Run) throws -> JSON? {
        guard run.trigger == Delivery.trigger, let about = run.event?["about"]?.string else { return nil }
        return try ID<Notification>(about).flatMap { try transaction.getValid($0) }?.json
    }
}

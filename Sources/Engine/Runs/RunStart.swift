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

/// Starts queued runs inside a transaction: the proof of life is taken and the command's process is there, held back,
/// before the run counts as running.
struct RunStart {
    private let change: Change
    private let surroundings: RunSurroundings
    private var transaction: Transaction { change.transaction }
    private var workspace: Workspace { change.transaction.workspace }

    init(_ change: Change, _ surroundings: RunSurroundings) {
        self.change = change
        self.surroundings = surroundings
    }

    /// A run whose command has been forked and waits for the commit.
    struct Started {
        var live: LiveRun
        let held: HeldCommand
    }

    /// Starts one run; one that cannot be started is settled as failed, its task blocked.
    ///
    /// - Returns: nil when it was not started.
    func start(_ queued: Run) throws -> Started? {
        try change.asSupervisor(of: queued.agent) { try begin(queued) }
    }

    private func begin(_ queued: Run) throws -> Started? {
        guard let task = try transaction.get(queued.task) else { return nil }
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

    private enum Refused: Error { case untrusted }

    private func fail(_ run: Run, _ failure: Spawn.Failure) throws {
        try Settlement(change).settle(run.id, RunEnding(.notStarted(failure)))
    }

    /// Where the command starts: the agent's directory, relative to the workspace's; else that of the workspace.
    private func workingDirectory(of run: Run, _ agent: Agent?) throws -> String {
        if let cwd = agent?.cwd { return Path.join(workspace.root, cwd) }
        return run.cwd ?? workspace.root
    }

    private func launch(_ run: Run, of task: Task, _ agent: Agent?, program: String) throws -> Started {
        var run = run
        let files = RunFiles(workspace, run.id)
        let alive = try Liveness(workspace).take(run.id)
        let log = try files.openLog()
        var task = task
        let former = task
        let now = transaction.now(for: task)
        try task.apply(.start, at: now)
        task.hold = false
        task.run = run.id
        task.worker = agent?.id.text ?? change.caller.actor
        run.attempt = task.attempt

        var environment = RunEnvironment(
            workspace: workspace, task: task, run: run, agent: agent, isComplete: surroundings.passesEnvironment)
        let context = try TaskContext(of: task, run: run, in: transaction)
        run.feedback = context.feedback.map(\.id)
        let prompt = try files.writePrompt(Prompt(context).text)
        environment.prompt = files.path(Layout.prompt(files.run))
        let input = try input(task, agent, prompt, files)
        var spawn = Spawn(
            program: program, arguments: run.command, environment: environment.variables, directory: run.cwd,
            input: input, output: log, error: log)
        spawn.leadership = surroundings.leadership
        let held = try spawn.start()

        run.host = Environment.host
        run.supervisor = ProcessIdentity(
            pid: Environment.processID, started: ProcessTable.startMark(of: Environment.processID) ?? "")
        run.process = ProcessIdentity(pid: Int(held.pid), started: ProcessTable.startMark(of: Int(held.pid)) ?? "")
        run.move(to: .running, at: transaction.now(for: run))
        try transaction.put(run)
        try change.put(task)
        change.emitTransition(.start, task, from: former, run: run.id)
        change.emit("started", run, data: JSONObject([("attempt", run.attempt.json)]))

        let clock = Clock.monotonic()
        let live = LiveRun(
            id: run.id, task: task, agent: agent, alive: alive, log: log, template: spawn, startedAt: clock,
            startedFileTime: Clock.fileTime(),
            deadline: (agent?.timeout ?? surroundings.timeout).map { clock + $0.value },
            grace: agent?.grace?.value ?? .seconds(10), pid: held.pid,
            bound: LogBound(log, limit: workspace.settings.logLimit.bytes, now: clock), firstPid: held.pid)
        return Started(live: live, held: held)
    }

    /// Standard input as the agent wants it.
    private func input(_ task: Task, _ agent: Agent?, _ prompt: File, _ files: RunFiles) throws -> File {
        guard let agent else { return try surroundings.input ?? File("/dev/null", .read) }
        switch agent.stdin {
        case .none: return try File("/dev/null", .read)
        case .prompt: return prompt
        case .json:
            let name = Layout.run(files.run) + "/task.json"
            let mode: File.Mode = [.write, .create, .truncate, .unlinked]
            let bytes = transaction.upcoming(task).json.fileBytes
            try File(name, mode, in: files.directory, permissions: 0o660).write(bytes)
            return try File(name, [.read, .unlinked], in: files.directory)
        }
    }
}

@_spi(Execution) import Engine
import Model
import Store
import System

/// How the command of a run is connected to whoever starts it.
package struct RunSurroundings: Sendable {
    /// Whether the command gets the whole environment: that of `exec` does.
    package var passesEnvironment = false
    /// Standard input for a run without an agent.
    package var input: File?
    package var leadership = Spawn.Leadership.session
    /// How long a run without an agent may take.
    package var timeout: WrittenDuration?
    /// Whether the command may run although the workspace is not trusted: one that its user has just typed.
    package var isOwnCommand = false

    package init() {}
}

/// Starts queued runs inside a transaction: the proof of life is taken and the command's process is there, held back,
/// before the run counts as running.
struct RunStarter {
    let change: Change
    let surroundings: RunSurroundings
    let runner: any CommandRunner
    let guardLink: any GuardLink
    /// This process.
    let supervisor: ProcessIdentity
    /// The moment, by the monotonic clock.
    let now: Duration
    private var transaction: Transaction { change.transaction }
    private var workspace: Workspace { change.transaction.workspace }

    /// A run whose command is there and waits for the commit.
    struct Started {
        let live: LiveRun
        let command: any HeldBackCommand
        /// Whether it counts against the limit of the workspace.
        let takesSlot: Bool

        /// What a queue that is kept has to know of it.
        var entry: RunQueue.Started {
            RunQueue.Started(run: live.id, task: live.task?.id, agent: live.agent?.id, takesSlot: takesSlot)
        }
    }

    /// What became of a run that was to be started.
    enum Outcome {
        case started(Started)
        /// It cannot be started, and is settled as failed, or its task is gone.
        case settled
        /// Somebody still has its proof of life: it goes on waiting.
        case held
    }

    /// Starts one run.
    func start(_ queued: Run) throws -> Outcome {
        try change.asSupervisor(of: queued) {
            guard let start = try RunStart(queued, in: change) else { return .settled }
            do {
                return try launch(start).map(Outcome.started) ?? .held
            } catch let failure as Spawn.Failure {
                try Settlement(change).settle(queued.id, RunResult(.notStarted(failure.description)))
                return .settled
            }
        }
    }

    private func launch(_ planned: RunStart) throws -> Started? {
        var start = planned
        let run = start.run
        guard try surroundings.isOwnCommand || workspace.isTrusted() else {
            let reason = "the workspace is not trusted; 'tf trust' allows its agents to run"
            throw Spawn.Failure.notExecutable(run.command.first ?? "the command", reason: reason)
        }
        let program = try runner.locate(
            run.command.first ?? "", path: Environment["PATH"], directory: start.directory)
        let files = RunFiles(workspace, run.id)
        guard let alive = try Liveness(workspace).take(run.id) else { return nil }
        let log = try files.openLog()
        let prompt = try start.subject.map { _ in try files.openPrompt() }
        var environment = RunEnvironment(
            workspace: workspace, task: start.topic, run: run, agent: start.agent,
            isComplete: surroundings.passesEnvironment)
        if prompt != nil { environment.prompt = files.path(Layout.prompt(run.id)) }
        var spawn = Spawn(
            program: program, arguments: run.command, environment: environment.variables, directory: start.directory,
            input: try input(start, files, hasPrompt: prompt != nil), output: log, error: log)
        spawn.leadership = surroundings.leadership
        let command = try runner.begin(spawn)
        // While the process is being made, what it is going to read is put together.
        if let subject = start.subject {
            let context = try TaskContext(of: subject, run: run, in: transaction)
            try prompt?.write(Prompt(context).text.utf8)
            start.note(feedback: context.feedback)
        }
        try start.stage(in: change, supervisor: supervisor, process: try command.identity())
        // Before the commit: from then on the proof must not depend on this process alone.
        try guardLink.begin(run.id, proof: alive)
        let live = LiveRun(
            id: run.id, task: start.task, agent: start.agent, alive: alive, template: spawn, startedAt: now,
            startedFileTime: Clock.fileTime(),
            deadline: (start.timeout ?? surroundings.timeout).map { now + $0.value }, grace: start.grace,
            bound: LogBound(log, limit: workspace.settings.logLimit.bytes, now: now))
        return Started(live: live, command: command, takesSlot: start.takesSlot)
    }

    /// Standard input as the agent wants it.
    ///
    /// - Parameter hasPrompt: whether there is a file for the prompt, which a run that is about no task does not have.
    private func input(_ start: RunStart, _ files: RunFiles, hasPrompt: Bool) throws -> File {
        let run = start.run
        switch start.agent?.stdin {
        case .some(.none): return try File("/dev/null", .read)
        case .prompt where hasPrompt: return try files.readPrompt()
        case .json where !run.isReaction:
            let json = start.task.map { transaction.upcoming($0).json } ?? .null
            return try files.write(json.fileBytes, as: "task.json")
        case .prompt, .json, nil:
            if let event = run.event {
                // One line, as programs that read lines expect it.
                let handed = try Delivery.notification(handedOverBy: run, in: transaction) ?? event
                return try files.write(handed.compactBytes + [UInt8(ascii: "\n")], as: "event.json")
            }
            return try surroundings.input ?? File("/dev/null", .read)
        }
    }
}

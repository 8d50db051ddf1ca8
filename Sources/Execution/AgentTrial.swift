import Engine
import Model
import Store
import System

/// One execution of an agent's command that no task knows of.
public struct AgentTrial {
    /// How the command ended.
    public struct Outcome: Sendable {
        /// `exit 0`, `signal 9`, `timed out`
        public let text: String
        /// What a shell would say of it; 124 when its time was over.
        public let status: Int32
        public let duration: Duration
        /// Empty where the command wrote to the terminal itself.
        public fileprivate(set) var output: [UInt8] = []
    }

    private let agent: Agent
    /// The program and its arguments.
    public let words: [String]
    private let workspace: Workspace
    /// Holds the prompt and what the command reads and writes.
    private let directory: String
    private let environment: [String: String]

    /// Prepares a run of the command of `agent`.
    ///
    /// - Throws: `untrusted` where its user has not said that commands of this workspace may run, `refused` for an
    ///   agent without a command.
    public init(_ agent: Agent, in workspace: Workspace, prompt: String?) throws {
        guard try workspace.isTrusted() else {
            throw Failure(
                .untrusted, "the commands of \(workspace.path) are not trusted",
                hint: "tf trust, once you have read them")
        }
        guard let words = agent.argumentVector else {
            throw Failure(.refused, "agent \(agent.id) has no command", hint: "tf agent edit \(agent.id) -- COMMAND")
        }
        self.agent = agent
        self.words = words
        self.workspace = workspace
        directory = Path.join(Environment["TMPDIR"] ?? "/tmp", "tf-agent-test-\(Process.current)")
        try FileSystem.makeDirectory(directory, permissions: 0o700)
        let prompt = prompt ?? "This is a test of the agent '\(agent.id)'. There is no task. Say that you are there.\n"
        let json: JSON = ["agent": agent.id.json, "prompt": prompt.json, "task": .null]
        let input = agent.stdin == .json ? json.fileBytes : Array(prompt.utf8)
        for (name, bytes) in [("prompt.md", Array(prompt.utf8)), ("input", input), ("outputs", [])] {
            try File(Path.join(directory, name), [.write, .create, .truncate], permissions: 0o600).write(bytes)
        }
        var variables = RunEnvironment.surroundings(for: agent, isComplete: false)
        variables["TF_WORKSPACE"] = workspace.path
        variables["TF_PROMPT"] = Path.join(directory, "prompt.md")
        variables["TF_OUTPUT"] = Path.join(directory, "outputs")
        environment = variables
    }

    /// Removes what the command was given.
    public func remove() {
        do throws(SystemError) { try FileSystem.removeTree(directory) } catch {
            workspace.options.warn("\(directory) is left behind: \(error)")
        }
    }

    /// Runs the command and waits for its end.
    ///
    /// - Parameter keepsOutput: whether what it writes is kept for the outcome instead of going to standard output.
    /// - Throws: `Spawn.Failure` when it cannot be started.
    public func run(keepingOutput keepsOutput: Bool) throws -> Outcome {
        let signals = try Signals(catching: [.child, .interrupt, .terminate, .hangUp])
        let kept = Path.join(directory, "output")
        let output =
            try keepsOutput ? File(kept, [.write, .append, .create], permissions: 0o600) : File.output
        let begin = Clock.monotonic()
        let ending = try wait(for: try start(writingTo: output, error: keepsOutput ? output : File.error), signals)
        var outcome = Outcome(text: ending.text, status: ending.status, duration: Clock.monotonic() - begin)
        if keepsOutput { outcome.output = try FileSystem.contents(kept) ?? [] }
        return outcome
    }

    private func start(writingTo output: File, error: File) throws -> Int32 {
        let place = agent.cwd.map { Path.join(workspace.root, $0) } ?? workspace.root
        let program = try Spawn.locate(words[0], path: environment["PATH"], directory: place)
        let input = agent.stdin == .none ? "/dev/null" : Path.join(directory, "input")
        var spawn = Spawn(
            program: program, arguments: words, environment: environment, directory: place,
            input: try File(input, .read), output: output, error: error)
        // Ctrl-C is meant for it as well.
        spawn.leadership = .none
        let command = try spawn.start()
        try command.release()
        return command.pid
    }

    private struct Ending {
        let text: String
        let status: Int32

        init(_ ending: Process.Ending, isTimeout: Bool) {
            (text, status) =
                switch ending {
                case _ where isTimeout: ("timed out", 124)
                case .exited(let status): ("exit \(status)", status)
                case .signalled(let signal): ("signal \(signal)", 128 + signal)
                }
        }
    }

    /// Waits for the command, and ends it when its time is over: SIGTERM, then SIGKILL after the grace.
    private func wait(for pid: Int32, _ signals: Signals) throws -> Ending {
        let steps: [(wait: Duration, signal: Process.Signal)] =
            agent.timeout.map { [($0.value, .terminate), (agent.grace?.value ?? .seconds(10), .kill)] } ?? []
        var pending = steps[...]
        var deadline = steps.first.map { Clock.monotonic() + $0.wait }
        while true {
            if case .ended(let ended) = try Process.collect(), ended.pid == pid {
                return Ending(ended.ending, isTimeout: pending.count < steps.count)
            }
            let limit = deadline.map { max(.zero, $0 - Clock.monotonic()) }
            _ = try Poll.wait(for: [signals.file], within: limit)
            for arrival in try signals.arrivals() where arrival.signal != .child && arrival.wasSent {
                try Process.send(arrival.signal, to: pid)
            }
            if let end = deadline, Clock.monotonic() >= end, let step = pending.popFirst() {
                try Process.send(step.signal, to: pid)
                deadline = pending.first.map { Clock.monotonic() + $0.wait }
            }
        }
    }
}

import System

/// A named command that can be given tasks.
public struct Agent: CodedRecord {
    /// What the command reads on standard input.
    public enum Input: String, CaseIterable, FieldValue {
        case none, prompt, json
    }

    /// Who starts the runs of this agent.
    public enum Dispatch: String, CaseIterable, FieldValue {
        /// Whoever makes a task ready.
        case now
        /// `tf work` and `tf tick` only.
        case queue
    }

    /// How far the verbs that its command uses reach.
    public enum Scope: String, CaseIterable, FieldValue {
        case task, workspace
    }

    /// What a mapped exit status makes of the task.
    public enum ExitAction: String, CaseIterable, FieldValue {
        case done, review, fail, block, cancel, retry
    }

    public static let kind = RecordKind.agent

    public let id: ID<Agent>
    public var envelope = Envelope()
    /// The program and its arguments. Not together with ``shell``; without either nothing is started.
    public var command: [String] = []
    /// A text for `sh -c`.
    public var shell: String?
    public var cwd: String?
    public var env: [String: EnvironmentValue] = [:]
    public var stdin = Input.none
    public var timeout: WrittenDuration?
    /// The time from SIGTERM to SIGKILL.
    public var grace: WrittenDuration?
    public var maxAttempts: Int?
    public var backoff: Backoff?
    /// How many runs of this agent may be live at once.
    public var concurrency: Int?
    public var exitCodes: [String: ExitAction] = [:]
    /// Whether success goes to review.
    public var review = false
    public var dispatch = Dispatch.now
    public var scope = Scope.task
    public var description: String?
    public var disabled = false

    /// An agent whose work waits to be claimed under its name, until it is given a command.
    public init(id: ID<Agent>) {
        self.id = id
    }

    public init(readingInto id: ID<Agent>) {
        self.init(id: id)
    }

    public mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.usual("command", &command, [])
        try fields.optional("shell", &shell)
        try fields.optional("cwd", &cwd)
        try fields.usual("env", &env, [:])
        try fields.usual("stdin", &stdin, .none)
        try fields.optional("timeout", &timeout)
        try fields.optional("grace", &grace)
        try fields.optional("max_attempts", &maxAttempts)
        try fields.optional("backoff", &backoff)
        try fields.optional("concurrency", &concurrency)
        try fields.usual("exit_codes", &exitCodes, [:])
        try fields.usual("review", &review, false)
        try fields.usual("dispatch", &dispatch, .now)
        try fields.usual("scope", &scope, .task)
        try fields.optional("description", &description)
        try fields.usual("disabled", &disabled, false)
    }

    public func validate() throws(FieldFault) {
        if !command.isEmpty, shell != nil {
            throw FieldFault(
                field: "shell", value: nil, problem: "and command are both given; an agent has one of them")
        }
        if command.first?.isEmpty == true {
            throw FieldFault(field: "command", value: command.json, problem: "begins with an empty program name")
        }
        if let maxAttempts, maxAttempts < 1 {
            throw FieldFault(field: "max_attempts", value: maxAttempts.json, problem: "is less than 1")
        }
        if let concurrency, concurrency < 1 {
            throw FieldFault(field: "concurrency", value: concurrency.json, problem: "is less than 1")
        }
        for code in exitCodes.keys.sorted() where !(Int(code).map { (0...255).contains($0) } ?? false) {
            throw FieldFault(field: "exit_codes", value: .string(code), problem: "is not an exit status (0–255)")
        }
        for name in env.keys.sorted() where name.isEmpty || name.contains("=") || name.contains("\0") {
            throw FieldFault(field: "env", value: .string(name), problem: "is not the name of a variable")
        }
    }

    /// The argument vector that a run of this agent executes, nil when it has no command.
    public var argumentVector: [String]? {
        if let shell { return CommandText.shell(shell).argumentVector }
        return command.isEmpty ? nil : command
    }
}

/// The value of a variable that an agent's command gets.
public enum EnvironmentValue: Hashable, Sendable, FieldValue {
    case value(String)
    /// The value that the variable has where the run is started; null in the file.
    case inherited

    public init(json: JSON) throws(FieldProblem) {
        switch json {
        case .string(let text) where !text.contains("\0"): self = .value(text)
        case .null: self = .inherited
        default: throw FieldProblem("is not a string or null")
        }
    }

    public var json: JSON {
        switch self {
        case .value(let text): .string(text)
        case .inherited: .null
        }
    }
}

/// How long to wait before an attempt is repeated: `delay × factor^(attempt − 1)`, at most `maxDelay`.
public struct Backoff: FieldGroup {
    public var delay = WrittenDuration(.seconds(1))
    public var factor = 2.0
    public var maxDelay = WrittenDuration(.seconds(300))
    /// The part of the delay, 0–1, by which it is shortened or lengthened at random.
    public var jitter: Double?
    public var unknown = JSONObject()

    /// 1 s, 2 s, 4 s, … up to 5 min.
    public init() {}

    public mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.written("delay", &delay)
        try fields.written("factor", &factor)
        try fields.written("max_delay", &maxDelay)
        try fields.optional("jitter", &jitter)
        guard factor >= 1, factor <= 1000 else {
            throw FieldFault(field: "factor", value: factor.json, problem: "is not from 1 to 1000")
        }
        if let jitter, !(0...1).contains(jitter) {
            throw FieldFault(field: "jitter", value: jitter.json, problem: "is not from 0 to 1")
        }
    }

    /// The wait after `attempt` attempts.
    ///
    /// - Parameter random: a number from 0 up to 1 that decides the jitter.
    public func delay(afterAttempt attempt: Int, random: Double) -> Duration {
        var milliseconds = Double(delay.value.milliseconds)
        for _ in 1..<max(1, min(attempt, 64)) { milliseconds *= factor }
        milliseconds *= 1 + (jitter ?? 0) * (random * 2 - 1)
        return .milliseconds(Int64(min(milliseconds, Double(maxDelay.value.milliseconds))))
    }
}

import System

/// One execution of a command for a task.
public struct Run: CodedRecord {
    /// Where a run stands.
    public enum Status: String, CaseIterable, FieldValue {
        case queued, running, succeeded, failed, cancelled
        case timedOut = "timed_out"
        case lost

        /// The event that says that a run has come to this status.
        public var event: EventType {
            switch self {
            case .queued: .runQueued
            case .running: .runStarted
            case .succeeded: .runSucceeded
            case .failed: .runFailed
            case .cancelled: .runCancelled
            case .timedOut: .runTimedOut
            case .lost: .runLost
            }
        }

        /// Whether the run has ended.
        public var isTerminal: Bool { self != .queued && self != .running }

        /// The statuses that can follow this one.
        public var successors: Set<Status> {
            switch self {
            case .queued: [.running, .cancelled, .failed]
            case .running: [.succeeded, .failed, .cancelled, .timedOut, .lost]
            case .succeeded, .failed, .cancelled, .timedOut, .lost: []
            }
        }
    }

    /// Why a run was made.
    public enum Cause: String, CaseIterable, FieldValue {
        case manual, assigned, trigger, flow, heartbeat, retry
    }

    public static let kind = RecordKind.run

    public let id: ID<Run>
    public var envelope = Envelope()
    /// nil where a trigger reacts to something that is about no task.
    public var task: ID<Task>?
    /// Absent for `tf exec`, and for the command of a trigger or hook.
    public var agent: ID<Agent>?
    public var status = Status.queued
    public var cause: Cause
    /// How many triggers stand between this run and something that a person did.
    public var depth = 0
    public var attempt: Int
    public var command: [String] = []
    public var cwd: String?
    public var host: String?
    public var supervisor: ProcessIdentity?
    public var process: ProcessIdentity?
    /// Not started before.
    public var notBefore: Timestamp?
    /// How and by whom the run was asked to end; the first one stays.
    public var stop: StopRequest?
    public var queuedAt: Timestamp
    public var startedAt: Timestamp?
    public var endedAt: Timestamp?
    public var exitCode: Int?
    public var signal: Int?
    public var error: String?
    public var usage: Usage?
    public var outputs: [String: String] = [:]
    /// The open feedback that its prompt contained, which is resolved when it succeeds.
    public var feedback: [ID<Comment>] = []
    /// How many runs before this one ended with a status that is mapped to `retry`, which is no attempt.
    public var repeats = 0
    /// The agent's run whose command has started this one, which has no agent of its own: it reaches no further.
    public var within: ID<Run>?
    /// The trigger whose reaction to an event this is. Such a run never moves its task, nor does the task know of it.
    public var trigger: ID<Trigger>?
    /// That event, which the command gets on standard input.
    public var event: JSON?
    /// How long a trigger's command may take.
    public var timeout: WrittenDuration?

    /// A run that waits to be started.
    public init(id: ID<Run>, task: ID<Task>?, agent: ID<Agent>?, cause: Cause, attempt: Int, queuedAt: Timestamp) {
        self.id = id
        self.task = task
        self.agent = agent
        self.cause = cause
        self.attempt = attempt
        self.queuedAt = queuedAt
    }

    public init(readingInto id: ID<Run>) {
        self.init(
            id: id, task: nil, agent: nil, cause: .manual, attempt: 0, queuedAt: Timestamp(milliseconds: 0))
    }

    public mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.optional("task", &task)
        try fields.optional("agent", &agent)
        try fields.required("status", &status)
        try fields.written("cause", &cause)
        try fields.written("depth", &depth)
        try fields.written("attempt", &attempt)
        try fields.written("command", &command)
        try fields.optional("cwd", &cwd)
        try fields.optional("host", &host)
        try fields.optional("supervisor", &supervisor)
        try fields.optional("process", &process)
        try fields.optional("not_before", &notBefore)
        try fields.optional("stop", &stop)
        try fields.required("queued_at", &queuedAt)
        try fields.optional("started_at", &startedAt)
        try fields.optional("ended_at", &endedAt)
        try fields.optional("exit_code", &exitCode)
        try fields.optional("signal", &signal)
        try fields.optional("error", &error)
        try fields.optional("usage", &usage)
        try fields.usual("outputs", &outputs, [:])
        try fields.usual("feedback", &feedback, [])
        try fields.usual("repeats", &repeats, 0)
        try fields.optional("within", &within)
        try fields.optional("trigger", &trigger)
        try fields.optional("event", &event)
        try fields.optional("timeout", &timeout)
    }

    public func validate() throws(FieldFault) {
        if task == nil, trigger == nil { throw FieldFault(field: "task", value: nil, problem: "is missing") }
    }

    /// Whether it is what a trigger does about an event, and so holds no task.
    public var isReaction: Bool { trigger != nil }

    /// Moves the run on.
    ///
    /// - Precondition: `status` is a successor of the current one.
    public mutating func move(to status: Status, at now: Timestamp) {
        precondition(self.status.successors.contains(status), "\(id) cannot go from \(self.status) to \(status)")
        self.status = status
        if status == .running { startedAt = now }
        if status.isTerminal { endedAt = now }
    }

    /// What happened, in few words: `exit 2`, `signal 9`, `timed out`; nil while the run has not ended.
    public var outcome: String? {
        if !status.isTerminal { return nil }
        if status == .failed || status == .succeeded {
            if let exitCode { return "exit \(exitCode)" }
            if let signal { return "signal \(signal)" }
            return error
        }
        return status == .timedOut ? "timed out" : status.rawValue
    }
}

/// A process that can be told from a later one with the same number.
public struct ProcessIdentity: FieldGroup {
    public var pid = 0
    /// When it started: the boot's id and the ticks since, joined by `/`. Empty where the system does not tell.
    public var started = ""
    public var unknown = JSONObject()

    public init() {}

    /// The process `pid`, which began at `started`.
    public init(pid: Int, started: String) {
        self.pid = pid
        self.started = started
    }

    public mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.required("pid", &pid)
        try fields.written("started", &started)
    }
}

/// The intent that something is to end.
public struct StopRequest: FieldGroup {
    /// What becomes of the task when the run has ended: the word of the verb that asked for it.
    public enum StopVerb: String, CaseIterable, FieldValue {
        case cancel, pause, terminate
        // By hand, with `--force`: the verb settles the task as soon as the run is out of its way.
        case release, block, submit, complete, fail, timeout, delete
        /// Another agent takes over, or nobody: the task is queued again.
        case assign

        /// The verb that settles the task.
        public var settlement: TaskVerb {
            switch self {
            case .cancel: .cancel
            case .pause: .pause
            case .terminate: .terminate
            case .release: .release
            case .block: .block
            case .submit: .submit
            case .complete: .complete
            case .fail: .fail
            case .timeout: .timeout
            case .delete: .cancel
            case .assign: .requeue
            }
        }
    }

    public var verb = StopVerb.cancel
    public var at = Timestamp(milliseconds: 0)
    public var actor = ""
    public var reason: String?
    /// The time from SIGTERM to SIGKILL that was asked for.
    public var grace: WrittenDuration?
    public var unknown = JSONObject()

    public init() {}

    /// An intent of `actor`.
    public init(verb: StopVerb, at: Timestamp, actor: String, reason: String?, grace: WrittenDuration? = nil) {
        self.verb = verb
        self.at = at
        self.actor = actor
        self.reason = reason
        self.grace = grace
    }

    public mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.required("verb", &verb)
        try fields.required("at", &at)
        try fields.required("actor", &actor)
        try fields.optional("reason", &reason)
        try fields.optional("grace", &grace)
    }
}

/// What a run used.
public struct Usage: FieldGroup {
    public var wallMilliseconds = 0
    public var userMilliseconds = 0
    public var systemMilliseconds = 0
    /// The largest resident set of any of its processes, in bytes.
    public var maximumResidentBytes = 0
    public var unknown = JSONObject()

    public init() {}

    public mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.written("wall_ms", &wallMilliseconds)
        try fields.written("user_ms", &userMilliseconds)
        try fields.written("system_ms", &systemMilliseconds)
        try fields.written("max_rss_bytes", &maximumResidentBytes)
    }
}

extension Run {
    /// What it is for, in a word: its task, or the trigger whose command it is.
    public var purpose: String {
        if let trigger { return "trigger \(trigger)" }
        return task?.text ?? "no task"
    }
}

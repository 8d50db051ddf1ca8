import Model
import Store
import System

/// What a trigger does about one event.
struct Firing {
    /// What it came to.
    struct Result {
        /// The run that was queued; nil for what is done at once.
        var run: ID<Run>?
        /// What the event of it says besides.
        var members = JSONObject()
    }

    /// How long a hook and the command for notifications may take.
    static let hookTimeout = WrittenDuration(.seconds(60))
    /// How large an event may be that a command gets: it is kept in the run's record.
    private static let largestEvent = 256 << 10

    private let change: Change
    private let trigger: Trigger
    private let event: Event
    private var transaction: Transaction { change.transaction }

    init(_ change: Change, _ trigger: Trigger, _ event: Event) {
        self.change = change
        self.trigger = trigger
        self.event = event
    }

    /// Whether nothing follows from an event any more. A notification is handed over however it came about: nothing
    /// else follows from that.
    static func isTooDeep(_ event: Event, for trigger: Trigger) -> Bool {
        event.depth >= Trigger.deepest && trigger.action != .deliver
    }

    /// Stages it, in the name of the change's caller.
    func perform() throws -> Result {
        switch trigger.action {
        case .assign(let agent): try assign(agent)
        case .run(let agent): try run(agent)
        case .createTask(let object): try createTask(object)
        case .exec(let command): try queue(command.argumentVector)
        case .notify(let user): try notify(user)
        case .hook(let file): try queue([Path.join(transaction.workspace.path, Layout.hook(file))], Self.hookTimeout)
        case .deliver: try deliver()
        }
    }

    private func assign(_ agent: ID<Agent>) throws -> Result {
        guard let id = event.task.flatMap({ ID<Task>($0) }) else {
            throw Failure(.refused, "event \(event.seq) (\(event.type)) is about no task that could be assigned")
        }
        guard let task = try transaction.get(id) else { throw Failure.notFound("task \(id)") }
        try Assignment(change).assign(task, to: .agent(try transaction.agent(agent.text).id), hold: false)
        return Result()
    }

    private func run(_ name: ID<Agent>) throws -> Result {
        let agent = try transaction.agent(name.text)
        guard let command = agent.argumentVector else {
            throw Failure(.refused, "the agent \(agent.id) has no command")
        }
        guard !agent.disabled else { throw Failure(.refused, "the agent \(agent.id) is disabled") }
        return try queue(command, agent: agent)
    }

    private func createTask(_ object: JSONObject) throws -> Result {
        let draft = try TaskDraft(json: .object(object))
        let task = try Creation(change).create([draft], hold: false)[0]
        return Result(members: JSONObject([("task", task.id.json)]))
    }

    private func notify(_ user: String) throws -> Result {
        let notification = try Notices(change).tell(user, of: event, by: trigger)
        return Result(members: JSONObject([("notification", notification?.id.json ?? .null)]))
    }

    private func deliver() throws -> Result {
        guard let command = change.settings.notifyCommand else {
            throw Failure(.refused, "notify_command is not set")
        }
        return try queue(Trigger.CommandText.shell(command).argumentVector, Self.hookTimeout)
    }

    /// Queues a run of a command.
    private func queue(_ command: [String], _ timeout: WrittenDuration? = nil, agent: Agent? = nil) throws -> Result {
        guard try transaction.workspace.isTrusted() else {
            throw Failure(
                .untrusted, "the workspace is not trusted: its triggers and hooks run no commands",
                hint: "tf trust allows them to, once you know what they do")
        }
        let json = event.json
        guard json.compactBytes.count <= Self.largestEvent else {
            throw Failure(.refused, "event \(event.seq) is too large to be given to a command")
        }
        return Result(
            run: try Dispatch(change).queue(trigger.id, about: json, agent: agent, command: command, timeout: timeout)
                .id)
    }
}

/// What the end of a run means for the trigger that caused it.
struct ReactionOutcome {
    private let change: Change
    private var transaction: Transaction { change.transaction }

    init(_ change: Change) {
        self.change = change
    }

    /// Takes in how a run has ended: it is repeated as often as its agent may be, and then its trigger has failed.
    ///
    /// - Parameter isUnstarted: whether its command could not even be started.
    func settle(_ run: Run, isUnstarted: Bool) throws {
        guard let name = run.trigger, let json = run.event, run.status != .cancelled else { return }
        let event = Event.Reference(json)
        let agent = try run.agent.flatMap { try transaction.getValid($0) }
        if run.status != .succeeded, !isUnstarted, run.attempt < agent?.maxAttempts ?? 1 {
            let delay = (agent?.backoff ?? Backoff()).delay(afterAttempt: run.attempt, random: .random(in: 0..<1))
            try Dispatch(change).queue(
                name, about: json, agent: agent, command: run.command, timeout: run.timeout, former: run,
                notBefore: change.now + delay)
            return
        }
        if name == Delivery.trigger {
            if run.status != .succeeded { try Delivery(change).fail(event, Self.failure(of: run), run: run.id) }
            return
        }
        guard var trigger = try transaction.getValid(name) else { return }
        if run.status != .succeeded {
            _ = try TriggerFailure(change).note(trigger, event, Self.failure(of: run), run: run.id)
        } else if trigger.failures > 0 {
            trigger.failures = 0
            try transaction.put(trigger)
        }
    }

    private static func failure(of run: Run) -> Failure {
        var details = JSONObject()
        details["exit_code"] = run.exitCode?.json
        details["signal"] = run.signal?.json
        return Failure(.refused, "\(run.id) \(run.error ?? run.status.rawValue)", details: details)
    }
}

/// Says that a trigger has failed: in an event with the record and the fields, in a warning, and after some failures in
/// a row in the inbox of whoever made it.
struct TriggerFailure {
    private let change: Change

    init(_ change: Change) {
        self.change = change
    }

    /// - Returns: the trigger as it is staged.
    func note(_ former: Trigger, _ event: Event.Reference, _ failure: Failure, run: ID<Run>? = nil) throws -> Trigger {
        if former.action == .deliver {
            try Delivery(change).fail(event, failure, run: run)
            return former
        }
        var trigger = former
        trigger.failures += 1
        try change.transaction.put(trigger)
        var data = JSONObject([("error", failure.message.json), ("code", failure.code.rawValue.json)])
        if !failure.details.isEmpty { data["details"] = .object(failure.details) }
        data["failures"] = trigger.failures.json
        change.transaction.emit(
            EventType.triggerFailed, about: trigger.key, task: event.task, run: run,
            data: event.data(of: trigger, adding: data))
        failure.warn(
            change,
            "trigger \(trigger.id) failed on event \(event.seq) (\(event.type) \(event.about)): \(failure.message)")
        if trigger.failures == Trigger.failuresToTell {
            try Notices(change).failed(trigger, failure.message, besides: event.actor)
        }
        return trigger
    }
}

extension Failure {
    /// Warns that something failed for what this says. That nothing runs at all is said once, with what would help, and
    /// not for every trigger and event.
    func warn(_ change: Change, _ text: String) {
        let general = hint.map { "\(message); \($0)" } ?? message
        change.transaction.workspace.options.warn(code == .untrusted ? general : text)
    }
}

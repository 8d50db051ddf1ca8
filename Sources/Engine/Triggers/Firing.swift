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
        guard let command = try change.settings.notifyCommand else {
            throw Failure(.refused, "notify_command is not set")
        }
        return try queue(CommandText.shell(command).argumentVector, Self.hookTimeout)
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
            run: try RunQueueing(change).queue(
                trigger.id, about: json, agent: agent, command: command, timeout: timeout
            )
            .id)
    }
}

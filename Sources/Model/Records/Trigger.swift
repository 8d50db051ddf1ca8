import System

/// A rule that reacts to events.
///
/// Hooks (executables in `.tf/hooks/`) and the setting `notify_command` are triggers too, which `tf` makes and removes
/// itself, so that there is one mechanism for everything that follows from an event.
public struct Trigger: CodedRecord {
    /// What a trigger does.
    public enum Action: Hashable, Sendable {
        /// Gives the event's task to an agent.
        case assign(ID<Agent>)
        /// Runs an agent's command about the event. The event's task stays as it is.
        case run(ID<Agent>)
        /// Makes a task: the record of one, as `tf task create --from` takes it.
        case createTask(JSONObject)
        /// Runs a command about the event.
        case exec(CommandText)
        /// Puts something into a person's inbox.
        case notify(String)
        /// Runs the executable of that name in `.tf/hooks/`.
        case hook(String)
        /// Hands the notification that the event is about to the setting `notify_command`.
        case deliver
    }

    public static let kind = RecordKind.trigger

    public let id: ID<Trigger>
    public var envelope = Envelope()
    /// A type of event, or a pattern with `*` and `?`.
    public var on: String
    /// What the event must be like besides; all of them.
    public var conditions: [TriggerCondition] = []
    public var action: Action
    /// The last event that it has done something about; what came before is none of its business. nil begins with the
    /// next transaction: the store puts the number in when it commits.
    public var position: Int?
    /// How often it has failed since it last did not.
    public var failures = 0
    public var disabled = false
    public var createdBy: String?

    /// How many failures in a row somebody is told of.
    public static let failuresToTell = 3
    /// An event as deep as this causes nothing any more.
    public static let deepest = 3

    /// A trigger that begins with the next transaction.
    public init(id: ID<Trigger>, on: String, action: Action) {
        self.id = id
        self.on = on
        self.action = action
    }

    public init(readingInto id: ID<Trigger>) {
        self.init(id: id, on: "", action: .notify(""))
    }

    public mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.required("on", &on)
        try fields.usual("where", &conditions, [])
        try fields.required("action", &action)
        try fields.optional("position", &position)
        try fields.usual("failures", &failures, 0)
        try fields.usual("disabled", &disabled, false)
        try fields.optional("created_by", &createdBy)
    }

    public func validate() throws(FieldFault) {
        if let problem = EventType.problem(inPattern: on) {
            throw FieldFault(field: "on", value: on.json, problem: problem)
        }
        if let position, position < 0 {
            throw FieldFault(field: "position", value: position.json, problem: "is negative")
        }
    }

    /// Whether it is `tf` that makes and removes it.
    public var isMadeByTF: Bool {
        switch action {
        case .hook, .deliver: true
        case .assign, .run, .createTask, .exec, .notify: false
        }
    }

    /// Whether an event is of a type that the trigger is for. It is never told of itself, and nothing ever follows from
    /// the news that something did not happen.
    public func concerns(_ event: Event) -> Bool {
        Self.concerns(event, id: id.text, on: on)
    }

    /// The same for a trigger of which no more is known.
    public static func concerns(_ event: Event, id: String, on: String) -> Bool {
        Glob.matches(event.type, on) && !event.is(.triggerSuppressed)
            && !(event.about == id && event.tells(of: .trigger))
    }
}

extension Trigger.Action: FieldValue {
    public init(json: JSON) throws(FieldProblem) {
        guard let object = json.object, object.count == 1, let (name, value) = object.first else {
            throw FieldProblem("is not an object with one of \(Self.names)")
        }
        func text() throws(FieldProblem) -> String {
            guard let text = value.string, !text.trimmingBlanks.isEmpty else {
                var problem = FieldProblem("is not a text")
                problem.path = "." + name
                throw problem
            }
            return text
        }
        switch name {
        case "assign": self = .assign(try Self.agent(value, name))
        case "run": self = .run(try Self.agent(value, name))
        case "create_task":
            guard let task = value.object else { throw FieldProblem("has no task in create_task") }
            self = .createTask(task)
        case "exec": self = .exec(try CommandText(json: value))
        case "notify": self = .notify(try text())
        case "hook": self = .hook(try text())
        case "deliver": self = .deliver
        default: throw FieldProblem("is not an object with one of \(Self.names)")
        }
    }

    private static let names = "assign, run, create_task, exec, notify"

    private static func agent(_ json: JSON, _ name: String) throws(FieldProblem) -> ID<Agent> {
        guard let text = json.string, let id = ID<Agent>(text) else {
            var problem = FieldProblem("is not the name of an agent")
            problem.path = "." + name
            throw problem
        }
        return id
    }

    /// The agent that it is for; nil for an action without one.
    public var agent: ID<Agent>? {
        switch self {
        case .assign(let agent), .run(let agent): agent
        case .createTask, .exec, .notify, .hook, .deliver: nil
        }
    }

    /// The word for the action, as the record has it.
    public var name: String {
        switch self {
        case .assign: "assign"
        case .run: "run"
        case .createTask: "create_task"
        case .exec: "exec"
        case .notify: "notify"
        case .hook: "hook"
        case .deliver: "deliver"
        }
    }

    public var json: JSON {
        let value: JSON =
            switch self {
            case .assign(let agent), .run(let agent): agent.json
            case .createTask(let task): .object(task)
            case .exec(let command): command.json
            case .notify(let user): user.json
            case .hook(let file): file.json
            case .deliver: true
            }
        return .object(JSONObject([(name, value)]))
    }
}

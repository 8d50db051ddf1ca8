/// Something that an actor does to a workspace. Tasks are meant by their numbers, which need not exist.
public struct Step: Equatable, Sendable {
    public enum Action: Equatable, Sendable {
        case create(Fields, user: String?, dependsOn: [Int])
        /// A row of the transition table.
        case verb(String, Int, reason: String?, Authorization)
        /// Without a number, what is next.
        case claim(Int?, Claim)
        case heartbeat(Int, Beat, Authorization)
        case assign(Int, agent: String?, user: String?, hold: Bool)
        case depend(Int, on: [Int], off: [Int])
        case edit(Int, Fields, Authorization)
        case delete(Int, force: Bool)
        case comment(Int, String)
        case tick
    }

    /// What a task is given when it is created or edited; what is nil stays as it is.
    public struct Fields: Equatable, Sendable {
        public var title: String?
        public var priority: String?
        /// A label that is added.
        public var label: String?
        /// In milliseconds, as all moments here.
        public var due: Int64?
        public var notBefore: Int64?
        public var maxAttempts: Int?

        /// The priorities, most urgent first.
        public static let priorities = ["urgent", "high", "normal", "low"]

        public init() {}
    }

    /// What somebody who looks for work says.
    public struct Claim: Equatable, Sendable {
        public var owner: String
        /// How long the lease is to last, in milliseconds.
        public var length: Int64?
        /// The label that the task must have.
        public var label: String?

        public init(owner: String) {
            self.owner = owner
        }
    }

    /// What a heartbeat says.
    public struct Beat: Equatable, Sendable {
        /// How long the lease is to last from now on, in milliseconds.
        public var length: Int64?
        public var note: String?
        public var percent: Int?

        public init() {}
    }

    /// By what right somebody acts on a task that may be leased.
    public struct Authorization: Equatable, Sendable {
        public var token: Token?
        public var force = false

        public init() {}
    }

    /// A token by what it is: the real one is drawn at random when a task is claimed.
    public enum Token: String, Sendable {
        /// That of the latest lease that the task has had.
        case latest
        /// That of the lease before.
        case former
        /// One that never was.
        case nonsense
    }

    public var actor: String
    /// The moment, in milliseconds.
    public var at: Int64
    public var action: Action
    public var commandID: String?
    public var ifRev: Int?

    public init(actor: String, at: Int64, action: Action, commandID: String? = nil, ifRev: Int? = nil) {
        self.actor = actor
        self.at = at
        self.action = action
        self.commandID = commandID
        self.ifRev = ifRev
    }

    /// The title that a task gets when it is created.
    public static let title = "Work"
}

extension Step.Action {
    /// The verb, as one types it.
    public var word: String {
        switch self {
        case .create: "create"
        case .verb(let verb, _, _, _): verb
        case .claim: "claim"
        case .heartbeat: "heartbeat"
        case .assign(_, nil, nil, _): "unassign"
        case .assign: "assign"
        case .depend: "depend"
        case .edit: "edit"
        case .delete: "delete"
        case .comment: "comment"
        case .tick: "tick"
        }
    }

    /// What makes two steps the same command, when they have the same id: verb and target.
    var identity: String {
        let target: String =
            switch self {
            case .create, .tick: ""
            case .claim(let number, let claim): "\(number.map(String.init) ?? "next") as \(claim.owner)"
            case .assign(let number, let agent, let user, _): "\(number) \(agent ?? "") \(user ?? "")"
            case .depend(let number, let on, let off): "\(number) \(on) \(off)"
            case .verb(_, let number, _, _), .heartbeat(let number, _, _), .edit(let number, _, _),
                .delete(let number, _), .comment(let number, _):
                "\(number)"
            }
        return word + " " + target
    }
}

extension Step: CustomStringConvertible {
    /// As one would type it, after the moment.
    public var description: String {
        let global = Words.option("command-id", commandID) + Words.option("if-rev", ifRev)
        return (["\(at)", "tf", "--actor", actor] + global + action.words).joined(separator: " ")
    }
}

extension Step.Action {
    fileprivate var words: [String] {
        switch self {
        case .create(let fields, let user, let dependsOn):
            ["task", word, Step.title] + fields.words + Words.option("user", user)
                + dependsOn.flatMap { Words.option("depends-on", $0) }
        case .verb(_, let number, let reason, let authorization):
            ["task", word, "\(number)"] + Words.option("reason", reason) + authorization.words
        case .claim(let number, let claim):
            ["task", word] + (number.map { ["\($0)"] } ?? []) + Words.option("as", claim.owner)
                + Words.option("lease", claim.length) + Words.option("label", claim.label)
        case .heartbeat(let number, let beat, let authorization):
            ["task", word, "\(number)"] + Words.option("for", beat.length) + Words.option("note", beat.note)
                + Words.option("percent", beat.percent) + authorization.words
        case .assign(let number, let agent, let user, let hold):
            ["task", "assign", "\(number)"] + Words.option("agent", agent) + Words.option("user", user)
                + (agent == nil && user == nil ? ["--none"] : []) + (hold ? ["--no-run"] : [])
        case .depend(let number, let on, let off):
            ["task", word, "\(number)"] + on.flatMap { Words.option("on", $0) }
                + off.flatMap { Words.option("off", $0) }
        case .edit(let number, let fields, let authorization):
            ["task", word, "\(number)"] + fields.words + authorization.words
        case .delete(let number, let force): ["task", word, "\(number)"] + (force ? ["--force"] : [])
        case .comment(let number, let text): ["task", word, "\(number)", "'\(text)'"]
        case .tick: [word]
        }
    }
}

extension Step.Fields {
    fileprivate var words: [String] {
        Words.option("title", title) + Words.option("priority", priority) + Words.option("label", label)
            + Words.option("due", due) + Words.option("not-before", notBefore)
            + Words.option("max-attempts", maxAttempts)
    }
}

extension Step.Authorization {
    fileprivate var words: [String] {
        (token.map { ["--lease", $0.rawValue.uppercased()] } ?? []) + (force ? ["--force"] : [])
    }
}

/// Words of a command line.
private enum Words {
    static func option(_ name: String, _ value: (some CustomStringConvertible)?) -> [String] {
        guard let value else { return [] }
        return ["--" + name, value is String ? "'\(value)'" : "\(value)"]
    }
}

/// Who a task is given to.
public enum Assignee: Hashable, Sendable, FieldValue {
    case agent(ID<Agent>)
    case user(String)

    /// The agent, nil for a user.
    public var agent: ID<Agent>? {
        if case .agent(let agent) = self { agent } else { nil }
    }

    /// The user, nil for an agent.
    public var user: String? {
        if case .user(let user) = self { user } else { nil }
    }

    public init(json: JSON) throws(FieldProblem) {
        guard let object = json.object, object.count == 1, let (kind, value) = object.first, let name = value.string
        else { throw FieldProblem("is not {\"agent\": NAME} or {\"user\": NAME}") }
        switch kind {
        case "agent":
            guard let id = ID<Agent>(name) else { throw FieldProblem("does not name an agent") }
            self = .agent(id)
        case "user" where !name.isEmpty: self = .user(name)
        default: throw FieldProblem("is not {\"agent\": NAME} or {\"user\": NAME}")
        }
    }

    public var json: JSON {
        switch self {
        case .agent(let id): ["agent": .string(id.text)]
        case .user(let name): ["user": .string(name)]
        }
    }
}

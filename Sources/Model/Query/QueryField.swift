import System

/// A field of a query. The raw value is what people type before the colon.
///
/// What is to be known of a field stands in its row of ``row`` and in what it has for a task; the parser, the help and
/// the deciding derive from these.
public enum QueryField: String, CaseIterable, Sendable {
    case status, `is`, label, priority, agent, user, assignee, flow, parent, type, name, id
    case title, description, text
    case due, created, updated, ended

    /// How the values of a field are read and compared.
    enum Kind: Hashable {
        /// Has a condition of its own.
        case special
        /// A word or a pattern for it.
        case word
        /// Who has a task; users can be written as lists show them.
        case person
        /// A pattern, or what people type for the record; `none` where there may be none.
        case reference(orNone: Bool)
        /// A day or time; a weekday is the coming one, or the last one.
        case moment(looksBack: Bool)
    }

    /// What help says of a field, and how its values are read.
    ///
    /// Fields that follow each other and mean the same share a line of help.
    private var row: (kind: Kind, value: String, meaning: String) {
        switch self {
        case .status: (.special, "S", "it has this status")
        case .is: (.special, "X", "it is open (has not ended), ended, ready, overdue, held, or has this status")
        case .label: (.word, "L", "it has this label")
        case .priority: (.special, "P", "also with <, <=, > or >=, of which more is more urgent: priority:>=high")
        case .agent: (.reference(orNone: true), "A", "it is assigned to this agent, or this user")
        case .user: (.person, "U", "it is assigned to this agent, or this user")
        case .assignee: (.person, "N", "it is assigned to an agent or user of that name; @N means a user")
        case .flow: (.reference(orNone: true), "F", "it belongs to this flow")
        case .parent: (.reference(orNone: true), "T", "it is a child of this task")
        case .type: (.word, "K", "its type, its name")
        case .name: (.word, "N", "its type, its name")
        case .id: (.reference(orNone: false), "T", "it is this task")
        case .title: (.special, "TEXT", "the text occurs in its title")
        case .description: (.special, "TEXT", "the text occurs in its description")
        case .text: (.special, "TEXT", "as a word")
        case .due: (.moment(looksBack: false), "W", "the moment fits W, below")
        case .created, .updated, .ended: (.moment(looksBack: true), "W", "the moment fits W, below")
        }
    }

    var kind: Kind { row.kind }

    /// Whether its values are moments.
    var isTime: Bool {
        if case .moment = kind { true } else { false }
    }

    /// The texts that the field has for a task.
    func values(of task: some QueriedTask) -> [String] {
        switch self {
        case .label: task.labels
        case .agent: one(task.assignee?.agent?.text)
        case .user: one(task.assignee?.user)
        case .assignee: one(task.assignee.map { $0.agent?.text ?? $0.user ?? "" })
        case .flow: one(task.flow?.text)
        case .parent: one(task.parent)
        case .type: one(task.type)
        case .name: one(task.name)
        case .id: [task.id.text]
        case .status, .is, .priority, .title, .description, .text, .due, .created, .updated, .ended: []
        }
    }

    private func one(_ value: String?) -> [String] { value.map { [$0] } ?? [] }

    /// The moment that the field has for a task.
    func moment(of task: some QueriedTask) -> Timestamp? {
        switch self {
        case .due: task.due
        case .created: task.createdAt
        case .updated: task.updatedAt
        case .ended: task.endedAt
        default: nil
        }
    }

    /// Every field with what it means, as help lists them: `agent:A  user:U`.
    public static var help: [(terms: String, meaning: String)] {
        var lines: [(terms: String, meaning: String)] = []
        for field in allCases {
            let term = "\(field.rawValue):\(field.row.value)"
            if let last = lines.last, last.meaning == field.row.meaning {
                lines[lines.count - 1].terms += "  " + term
            } else {
                lines.append((term, field.row.meaning))
            }
        }
        return lines
    }
}

/// What a query asks of a task: the part of it that lists keep.
public protocol QueriedTask {
    var id: ID<Task> { get }
    var status: TaskStatus { get }
    var priority: Priority { get }
    var isHeld: Bool { get }
    var createdAt: Timestamp { get }
    var updatedAt: Timestamp { get }
    var due: Timestamp? { get }
    var endedAt: Timestamp? { get }
    var title: String { get }
    var name: String? { get }
    var type: String? { get }
    var flow: ID<Flow>? { get }
    var parent: String? { get }
    var assignee: Assignee? { get }
    var labels: [String] { get }
}

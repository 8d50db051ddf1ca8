import Model
import System

/// A field of a task that people give: to one that is made, and, where the target is a ``TaskEdit``, to one that there
/// is.
///
/// One row each, below: its name, how it may be left out, and where its value goes. The keys of batches are these rows;
/// the options of commands and the arguments of tools are declared for them.
public struct TaskField<Target: TaskFieldTarget, Value: FieldValue>: Sendable {
    /// As records, batches and tools call it.
    public let name: String
    fileprivate let presence: Presence
    fileprivate let put: @Sendable (FieldChange<Value>, inout Target) -> Void

    /// When an item of a batch may lack a field. It is as in the record.
    fileprivate enum Presence {
        case required
        /// Null stands for a field that is not given.
        case optional
        /// Null is a value like any other, and seldom a right one.
        case written
    }

    fileprivate init(
        _ name: String, _ presence: Presence = .optional,
        put: @escaping @Sendable (FieldChange<Value>, inout Target) -> Void
    ) {
        self.name = name
        self.presence = presence
        self.put = put
    }
}

/// A value that is set, or taken away.
public enum FieldChange<Value: Sendable>: Sendable {
    case set(Value)
    case clear

    /// What there is afterwards.
    public var value: Value? {
        switch self {
        case .set(let value): value
        case .clear: nil
        }
    }
}

/// An entry that is added to a list, or taken out of it.
public enum ListChange<Element: Sendable>: Sendable {
    case add(Element)
    case remove(Element)
}

// MARK: - Rows

extension TaskField<TaskEdit, String> {
    public static var title: TaskField {
        TaskField("title", .required) { $1.title = $0.value }
    }

    /// Empty is none.
    public static var description: TaskField {
        TaskField("description") { change, edit in
            edit.change { $0.description = change.value.flatMap { $0.isEmpty ? nil : $0 } }
        }
    }

    public static var name: TaskField { TaskField("name") { $1.name = $0 } }
    public static var type: TaskField { TaskField("type", \.type) }
    /// An id or a name, as people type it.
    public static var parent: TaskField { TaskField("parent") { $1.parent = $0 } }
    /// The id of a flow, as people type it.
    public static var flow: TaskField { TaskField("flow") { $1.flow = $0 } }
}

extension TaskField<TaskEdit, [String]> {
    /// All of them, in place of those that there are.
    public static var labels: TaskField {
        TaskField("labels", .written) { $1.labels = ($0.value ?? []).map(ListChange.add) }
    }

    public static var artifacts: TaskField { TaskField("artifacts", \.artifacts, usual: []) }
    public static var check: TaskField { TaskField("check", \.check, usual: []) }
    public static var produces: TaskField { TaskField("produces", \.produces, usual: []) }
}

extension TaskField<TaskEdit, JSON> {
    public static var payload: TaskField { TaskField("payload", \.payload) }
}

extension TaskField<TaskEdit, Priority> {
    public static var priority: TaskField { TaskField("priority", \.priority, usual: .normal) }
}

extension TaskField<TaskEdit, Int> {
    public static var maxAttempts: TaskField { TaskField("max_attempts", \.maxAttempts) }
}

extension TaskField<TaskEdit, Timestamp> {
    public static var due: TaskField { TaskField("due", \.due) }
    public static var notBefore: TaskField { TaskField("not_before", \.notBefore) }
}

// What there are verbs for, once the task is there.

extension TaskField<TaskDraft, [String]> {
    /// Ids or names, as people type them.
    public static var dependsOn: TaskField {
        TaskField("depends_on", .written) { $1.dependsOn = $0.value ?? [] }
    }
}

extension TaskField<TaskDraft, String> {
    /// The name of an agent, as people type it.
    public static var agent: TaskField { TaskField("agent") { $1.agent = $0.value } }
    public static var user: TaskField { TaskField("user") { $1.user = $0.value } }
    /// The id under which a repetition is known, in a batch.
    public static var commandID: TaskField { TaskField("command_id") { $1.commandID = $0.value } }
}

extension TaskField<TaskDraft, Assignee> {
    /// Comes before what is short for it.
    fileprivate static var assignee: TaskField {
        TaskField("assignee") { change, draft in
            draft.agent = change.value?.agent?.text ?? draft.agent
            draft.user = change.value?.user ?? draft.user
        }
    }
}

extension TaskDraft {
    /// Every row, in the order in which the first fault of an item is looked for.
    package static let fields: [any DraftedField] = [
        TaskField.title, TaskField.description, TaskField.name, TaskField.type, TaskField.labels, TaskField.payload,
        TaskField.artifacts, TaskField.priority, TaskField.parent, TaskField.dependsOn, TaskField.flow,
        TaskField.agent, TaskField.user, TaskField.assignee, TaskField.maxAttempts, TaskField.check,
        TaskField.produces, TaskField.due, TaskField.notBefore, TaskField.commandID,
    ]
}

// MARK: - Fields that are nothing but a value of the record

extension TaskField where Target == TaskEdit {
    fileprivate init(_ name: String, _ path: WritableKeyPath<Task, Value?> & Sendable) {
        self.init(name) { change, edit in edit.change { $0[keyPath: path] = change.value } }
    }

    /// - Parameter usual: what the field has when nothing is said of it.
    fileprivate init(_ name: String, _ path: WritableKeyPath<Task, Value> & Sendable, usual: Value) {
        self.init(name, .written) { change, edit in edit.change { $0[keyPath: path] = change.value ?? usual } }
    }
}

// MARK: - Targets

/// What takes the values of fields: a ``TaskEdit``, or the ``TaskDraft`` around it.
public protocol TaskFieldTarget: Sendable {
    /// Changes the part of a draft that this is.
    static func change(in draft: inout TaskDraft, _ body: (inout Self) -> Void)
}

extension TaskEdit: TaskFieldTarget {
    public static func change(in draft: inout TaskDraft, _ body: (inout TaskEdit) -> Void) { body(&draft.edit) }

    /// Notes what becomes of a field.
    public mutating func put<Value>(_ field: TaskField<TaskEdit, Value>, _ change: FieldChange<Value>) {
        field.put(change, &self)
    }

    /// Sets a field; nil leaves it as it is.
    public mutating func set<Value>(_ field: TaskField<TaskEdit, Value>, to value: Value?) {
        if let value { put(field, .set(value)) }
    }
}

extension TaskDraft: TaskFieldTarget {
    public static func change(in draft: inout TaskDraft, _ body: (inout TaskDraft) -> Void) { body(&draft) }

    /// Sets a field; nil leaves it as it is.
    public mutating func set<Target, Value>(_ field: TaskField<Target, Value>, to value: Value?) {
        guard let value else { return }
        Target.change(in: &self) { field.put(.set(value), &$0) }
    }
}

/// A row without the type of its value, as the reader of batches sees it.
package protocol DraftedField: Sendable {
    var name: String { get }
    /// Takes the field out of an item.
    func read(_ item: inout FieldReader, into draft: inout TaskDraft) throws(FieldFault)
}

extension TaskField: DraftedField {
    package func read(_ item: inout FieldReader, into draft: inout TaskDraft) throws(FieldFault) {
        let value: Value? = try item.value(name, takesNull: presence != .optional)
        if value == nil, presence == .required { throw FieldFault(field: name, value: nil, problem: "is missing") }
        draft.set(self, to: value)
    }
}

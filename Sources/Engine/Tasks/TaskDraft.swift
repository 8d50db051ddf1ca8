import Model
import Store
import System

/// A task as somebody wants it, before it is checked and has an id.
public struct TaskDraft: Sendable {
    public var title: String
    public var description: String?
    public var name: String?
    public var type: String?
    public var labels: [String] = []
    public var payload: JSON?
    public var artifacts: [String] = []
    public var priority = Priority.normal
    /// Ids or names, as people type them, and so are those of flow and agent.
    public var parent: String?
    public var dependsOn: [String] = []
    public var flow: String?
    public var agent: String?
    public var user: String?
    public var maxAttempts: Int?
    public var check: [String] = []
    public var produces: [String] = []
    public var due: Timestamp?
    public var notBefore: Timestamp?
    /// The id under which a repetition is known, in a batch.
    public var commandID: String?

    /// A task with this title and nothing else.
    public init(title: String) {
        self.title = title
    }

    /// The fields of a record that `tf` sets: they are ignored, so that a list of records can be read back.
    private static let ignored: Set<String> = [
        "schema", "id", "rev", "created_at", "updated_at", "status", "status_reason", "created_by",
        "requested_by", "attempt", "last_error", "run", "worker", "progress", "lease", "started_at", "ended_at", "hold",
        "step",
    ]

    /// Reads one item of a batch: a task record, with `agent` or `user` as short for `assignee`.
    ///
    /// - Throws: the first field that is wrong or that tasks do not have.
    public init(json: JSON) throws(FieldFault) {
        guard let object = json.object else {
            throw FieldFault(field: "the item", value: json, problem: "is not an object")
        }
        var item = BatchItem()
        do throws(FieldProblem) {
            item = try BatchItem(json: .object(object))
        } catch {
            throw FieldFault(
                field: error.fieldPath, value: json.value(at: error.fieldPath), problem: error.reason)
        }
        if let unknown = item.unknown.first(where: { !Self.ignored.contains($0.key) }) {
            throw FieldFault(field: unknown.key, value: unknown.value, problem: "is not a field of a task")
        }
        self = item.draft
        if let assignee = item.assignee {
            agent = assignee.agent?.text ?? agent
            user = assignee.user ?? user
        }
    }
}

/// The members of one item of a batch.
private struct BatchItem: FieldGroup {
    var draft = TaskDraft(title: "")
    var assignee: Assignee?
    var unknown = JSONObject()

    mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.required("title", &draft.title)
        try fields.optional("description", &draft.description)
        try fields.optional("name", &draft.name)
        try fields.optional("type", &draft.type)
        try fields.written("labels", &draft.labels)
        try fields.optional("payload", &draft.payload)
        try fields.written("artifacts", &draft.artifacts)
        try fields.written("priority", &draft.priority)
        try fields.optional("parent", &draft.parent)
        try fields.written("depends_on", &draft.dependsOn)
        try fields.optional("flow", &draft.flow)
        try fields.optional("agent", &draft.agent)
        try fields.optional("user", &draft.user)
        try fields.optional("assignee", &assignee)
        try fields.optional("max_attempts", &draft.maxAttempts)
        try fields.written("check", &draft.check)
        try fields.written("produces", &draft.produces)
        try fields.optional("due", &draft.due)
        try fields.optional("not_before", &draft.notBefore)
        try fields.optional("command_id", &draft.commandID)
    }

    static func == (left: BatchItem, right: BatchItem) -> Bool { left.json == right.json }
    func hash(into hasher: inout Hasher) { hasher.combine(json) }
}

import Model
import Store
import System

/// A task as somebody wants it, before it is checked and has an id: the edit of one that there is not yet, and what there
/// are verbs for once there is.
public struct TaskDraft: Sendable {
    public var edit = TaskEdit()
    /// Ids or names, as people type them, and so is the agent.
    public var dependsOn: [String] = []
    public var agent: String?
    public var user: String?
    /// The id under which a repetition is known, in a batch.
    public var commandID: String?

    /// A task with this title and nothing else.
    public init(title: String) {
        edit.title = title
    }

    public var title: String { edit.title ?? "" }
    public var name: String? { edit.name?.value }

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
        var item = FieldReader(object)
        do throws(FieldFault) {
            for field in Self.fields { try field.read(&item, into: &self) }
        } catch {
            // The value is the one that is wrong, where that is a part of the field's.
            throw FieldFault(field: error.field, value: json.value(at: error.field), problem: error.problem)
        }
        if let unknown = item.rest.first(where: { !Self.ignored.contains($0.key) }) {
            throw FieldFault(field: unknown.key, value: unknown.value, problem: "is not a field of a task")
        }
    }
}

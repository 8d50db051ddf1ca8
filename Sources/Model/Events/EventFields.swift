/// The fields that a trigger's conditions can name.
///
/// `actor about seq depth task run flow` are the event's, and so is everything in its `data` (`to`, `exit_code`, also
/// as `data.to`). All others are those of the record that the event is about, or else of its task: `label` means any
/// of the labels, `agent` and `user` whom a task is assigned to; for an event of a run `agent` is the run's.
public struct EventFields {
    private let event: Event
    private let record: JSON?
    private let task: JSON?

    /// - Parameters:
    ///   - record: what the event is about, as the event left it; nil when it is gone.
    ///   - task: the task of the event, when that is not the record itself.
    public init(_ event: Event, record: JSON?, task: JSON?) {
        self.event = event
        self.record = record
        self.task = task
    }

    /// The fields of the event itself.
    public static let ofEvent: Set<String> = ["actor", "about", "seq", "depth", "task", "run", "flow", "data"]

    /// What `tf`'s own events have in their `data`; those that people emit have what they are given.
    public static let ofData = Set(EventMember.allCases.map(\.rawValue))

    /// The short words for fields of tasks.
    public static let words: Set<String> = ["label", "agent", "user"]

    /// Whether a field can be told without a look at any record.
    public static func isOfEvent(_ field: String, _ event: Event) -> Bool {
        let first = String(field.prefix { $0 != "." })
        return ofEvent.contains(first) || JSON.object(event.data).value(at: field) != nil
    }

    /// The value of a field; nil when there is no such field.
    public subscript(field: String) -> JSON? {
        let first = String(field.prefix { $0 != "." })
        if Self.ofEvent.contains(first) { return event.json.value(at: field) }
        if let value = JSON.object(event.data).value(at: field) { return value }
        for json in [record, task] {
            guard let json else { continue }
            // A run has an agent of its own, or none: what a trigger or hook runs is not the agent's of its task.
            if json == task, field == "agent", event.tells(of: .run) { continue }
            if let value = json.value(at: field) { return value }
            switch field {
            case "label": if let labels = json["labels"] { return labels }
            case "agent", "user": if let name = json.value(at: "assignee.\(field)") { return name }
            default: break
            }
        }
        return nil
    }
}

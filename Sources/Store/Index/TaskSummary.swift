import Model
import System

/// What lists show of a task, as the index keeps it. Fields mean what they mean in `Task`.
public struct TaskSummary: Sendable, Hashable {
    public let id: ID<Task>
    public let rev: Int
    public let status: TaskStatus
    public let priority: Priority
    public let isHeld: Bool
    public let attempt: Int
    public let createdAt: Timestamp
    public let updatedAt: Timestamp
    public let due: Timestamp?
    public let notBefore: Timestamp?
    public let endedAt: Timestamp?
    public let title: String
    public let name: String?
    public let type: String?
    public let flow: ID<Flow>?
    public let parent: String?
    public let run: String?
    public let assignee: Assignee?
    public let labels: [String]
    public let dependsOn: [String]

    /// What lists show of `task`.
    public init(_ task: Task) {
        id = task.id
        rev = task.envelope.rev
        status = task.status
        priority = task.priority
        isHeld = task.hold
        attempt = task.attempt
        createdAt = task.envelope.createdAt
        updatedAt = task.envelope.updatedAt
        due = task.due
        notBefore = task.notBefore
        endedAt = task.endedAt
        title = task.title
        name = task.name
        type = task.type
        flow = task.flow
        parent = task.parent?.text
        run = task.run?.text
        assignee = task.assignee
        labels = task.labels
        dependsOn = task.dependsOn.map(\.text)
    }

}

extension TaskSummary {
    /// What a row of the index knows.
    public init(_ row: TaskRow) {
        id = row.id
        rev = row.rev
        status = row.status
        priority = row.priority
        isHeld = row.isHeld
        attempt = row.attempt
        createdAt = row.createdAt
        updatedAt = row.updatedAt
        due = row.due
        notBefore = row.notBefore
        endedAt = row.endedAt
        title = row.text(.title) ?? ""
        name = row.text(.name)
        type = row.text(.type)
        flow = row.text(.flow).map { ID(checked: $0) }
        parent = row.text(.parent)
        run = row.text(.run)
        assignee = row.assignee
        labels = row.texts(.labels)
        dependsOn = row.texts(.dependsOn)
    }
}

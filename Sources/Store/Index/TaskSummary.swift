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
    public let flow: String?
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

    fileprivate static let statuses = TaskStatus.allCases
    fileprivate static let priorities = Priority.allCases

    /// The layout in the index: numbers of fixed length first, so that a scan can stop after them.
    var payload: [UInt8] {
        var writer = ByteWriter()
        writer.write(UInt8(Self.statuses.firstIndex(of: status) ?? 0))
        writer.write(UInt8(priority.rank))
        writer.write(UInt8(isHeld ? 1 : 0))
        writer.write(UInt8(0))
        writer.write(UInt32(attempt))
        writer.write(createdAt)
        writer.write(updatedAt)
        writer.write(due)
        writer.write(notBefore)
        writer.write(endedAt)
        writer.write(title)
        writer.write(name)
        writer.write(type)
        writer.write(flow)
        writer.write(parent)
        writer.write(run)
        writer.write(assignee?.agent?.text)
        writer.write(assignee?.user)
        writer.write(labels)
        writer.write(dependsOn)
        return writer.bytes
    }

    /// - Returns: nil when the payload is not one of a task: the index is damaged.
    init?(id: ID<Task>, rev: Int, payload: UnsafeRawBufferPointer) {
        var reader = ByteReader(payload)
        guard let status = reader.integer(UInt8.self), let priority = reader.integer(UInt8.self),
            let held = reader.integer(UInt8.self), reader.integer(UInt8.self) != nil,
            let attempt = reader.integer(UInt32.self), let createdAt = reader.moment() ?? nil,
            let updatedAt = reader.moment() ?? nil, let due = reader.moment(), let notBefore = reader.moment(),
            let endedAt = reader.moment(), let title = reader.text(), let name = reader.optionalText(),
            let type = reader.optionalText(), let flow = reader.optionalText(), let parent = reader.optionalText(),
            let run = reader.optionalText(), let agent = reader.optionalText(), let user = reader.optionalText(),
            let labels = reader.texts(), let dependsOn = reader.texts(),
            Int(status) < Self.statuses.count, Int(priority) < Self.priorities.count
        else { return nil }
        self.id = id
        self.rev = rev
        self.status = Self.statuses[Int(status)]
        self.priority = Self.priorities[Int(priority)]
        isHeld = held != 0
        self.attempt = Int(attempt)
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.due = due
        self.notBefore = notBefore
        self.endedAt = endedAt
        self.title = title
        self.name = name
        self.type = type
        self.flow = flow
        self.parent = parent
        self.run = run
        assignee = agent.flatMap { ID<Agent>($0) }.map(Assignee.agent) ?? user.map(Assignee.user)
        self.labels = labels
        self.dependsOn = dependsOn
    }
}

/// What decides whether and when a task is worked on, as far as it can be read without making a text: the beginning of
/// the payload of ``TaskSummary``.
struct TaskOutline: WorkOrder.Place {
    let status: TaskStatus
    let priority: Priority
    let isHeld: Bool
    let createdAt: Timestamp
    let due: Timestamp?
    let notBefore: Timestamp?

    init(_ summary: TaskSummary) {
        status = summary.status
        priority = summary.priority
        isHeld = summary.isHeld
        createdAt = summary.createdAt
        due = summary.due
        notBefore = summary.notBefore
    }

    /// - Returns: nil when the payload is not one of a task: the index is damaged.
    init?(payload: UnsafeRawBufferPointer) {
        var reader = ByteReader(payload)
        guard let status = reader.integer(UInt8.self), let priority = reader.integer(UInt8.self),
            let held = reader.integer(UInt8.self), reader.integer(UInt8.self) != nil,
            reader.integer(UInt32.self) != nil, let createdAt = reader.moment() ?? nil, reader.moment() != nil,
            let due = reader.moment(), let notBefore = reader.moment(), Int(status) < TaskSummary.statuses.count,
            Int(priority) < TaskSummary.priorities.count
        else { return nil }
        self.status = TaskSummary.statuses[Int(status)]
        self.priority = TaskSummary.priorities[Int(priority)]
        isHeld = held != 0
        self.createdAt = createdAt
        self.due = due
        self.notBefore = notBefore
    }
}

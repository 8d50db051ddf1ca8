import System

/// An item in a person's inbox.
public struct Notification: CodedRecord {
    /// What a notification tells of.
    public enum NotificationType: String, CaseIterable, FieldValue {
        case taskAssigned = "task_assigned"
        case taskCompleted = "task_completed"
        case taskFailed = "task_failed"
        case runFailed = "run_failed"
        case approvalRequired = "approval_required"
        case agentBlocked = "agent_blocked"
        case heartbeatFused = "heartbeat_fused"
        case watchdog
        case triggerFailed = "trigger_failed"
        case mention
    }

    /// How much a notification wants to be seen.
    public enum Urgency: String, CaseIterable, FieldValue {
        case urgent, normal, info
    }

    public static let kind = RecordKind.notification

    public let id: ID<Notification>
    public var envelope = Envelope()
    public var to: String
    public var type: NotificationType
    public var priority: Urgency
    public var title: String
    public var body: String?
    /// The id of the record that this is about.
    public var about: String
    public var readAt: Timestamp?
    public var resolvedAt: Timestamp?
    public var resolution: String?
    /// Why it could not be handed to the setting `notify_command`.
    public var deliveryError: String?

    /// A notification that nobody has read yet.
    public init(
        id: ID<Notification>, to: String, type: NotificationType, priority: Urgency, title: String, about: String
    ) {
        self.id = id
        self.to = to
        self.type = type
        self.priority = priority
        self.title = title
        self.about = about
    }

    public init(readingInto id: ID<Notification>) {
        self.init(id: id, to: "", type: .mention, priority: .normal, title: "", about: "")
    }

    public mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.required("to", &to)
        try fields.required("type", &type)
        try fields.written("priority", &priority)
        try fields.required("title", &title)
        try fields.optional("body", &body)
        try fields.required("about", &about)
        try fields.optional("read_at", &readAt)
        try fields.optional("resolved_at", &resolvedAt)
        try fields.optional("resolution", &resolution)
        try fields.optional("delivery_error", &deliveryError)
    }
}

import System

/// What can be set with `tf config`.
public struct Settings: FieldGroup {
    /// When a commit counts as done.
    public enum Durability: String, CaseIterable, FieldValue {
        /// When it has reached the disk.
        case commit
        /// When the system has it: a power cut loses the last ones. For throwaway workspaces.
        case none
    }

    /// The settings that there are, with what `tf config` says of each.
    public enum Key: String, CaseIterable, Sendable {
        case durability, jobs
        case logLimit = "log_limit"
        case retention, notify
        case notifyCommand = "notify_command"
        case types
    }

    public var durability = Durability.commit
    /// How many runs may be live at once; nil is the number of processors, at least 4.
    public var jobs: Int?
    /// How much of a log is kept; the middle is given back beyond it.
    public var logLimit = ByteCount(100_000_000)
    /// How long ended runs, their logs and resolved notifications are kept.
    public var retention = WrittenDuration(.seconds(7 * 86_400))
    /// The types of notification that are made; nil is all of them.
    public var notify: [Notification.NotificationType]?
    /// Gets each notification as JSON on standard input.
    public var notifyCommand: String?
    /// What each type of task requires, by name.
    public var types: [String: TaskType] = [:]
    public var unknown = JSONObject()

    public init() {}

    public mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.usual("durability", &durability, .commit)
        try fields.optional("jobs", &jobs)
        try fields.usual("log_limit", &logLimit, ByteCount(100_000_000))
        try fields.usual("retention", &retention, WrittenDuration(.seconds(7 * 86_400)))
        try fields.optional("notify", &notify)
        try fields.optional("notify_command", &notifyCommand)
        if notifyCommand?.trimmingBlanks.isEmpty == true { notifyCommand = nil }
        try fields.usual("types", &types, [:])
        if let jobs, jobs < 1 { throw FieldFault(field: "jobs", value: jobs.json, problem: "is less than 1") }
    }
}

/// What a type of task requires.
public struct TaskType: FieldGroup {
    /// Dotted paths that the payload must have.
    public var required: [String] = []
    public var unknown = JSONObject()

    public init() {}

    public mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.written("required", &required)
    }

    /// The required paths that `payload` lacks.
    public func missing(in payload: JSON?) -> [String] {
        required.filter { (payload ?? .null).value(at: $0) ?? .null == .null }
    }
}

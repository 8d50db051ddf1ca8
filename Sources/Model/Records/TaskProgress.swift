import System

/// How far the work on a task has come, as whoever works on it says.
public struct TaskProgress: FieldGroup {
    /// What the work is at.
    public var text: String?
    /// From 0 to 100.
    public var percent: Int?
    /// When that was said.
    public var at: Timestamp?
    public var unknown = JSONObject()

    /// Nothing has been said yet.
    public init() {}

    public mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.optional("text", &text)
        try fields.optional("percent", &percent)
        try fields.optional("at", &at)
    }
}

import System

/// How a task runs again and again, and how that stands. Any member may be missing; one that is missing is not written.
public struct Automation: FieldGroup {
    /// The time from one tick to the next; without one no tick comes.
    public var every: WrittenDuration?
    /// How long a run may go without a sign of life.
    public var timeout: WrittenDuration?
    /// When the next tick is due.
    public var nextAt: Timestamp?
    /// One more with each arming: whoever still holds the tick before knows by it that it is over.
    public var tick: Int?
    /// How many runs in a row have failed.
    public var failures: Int?
    public var lastBeatAt: Timestamp?
    public var unknown = JSONObject()

    public init() {}

    /// An automation that was never armed.
    public init(every: WrittenDuration) {
        self.every = every
    }

    public mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.optional("every", &every)
        try fields.optional("timeout", &timeout)
        try fields.optional("next_at", &nextAt)
        try fields.optional("tick", &tick)
        try fields.optional("failures", &failures)
        try fields.optional("last_beat_at", &lastBeatAt)
    }
}

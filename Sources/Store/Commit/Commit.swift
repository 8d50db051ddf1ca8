import Model

/// What a transaction has changed.
public struct Commit: Sendable {
    /// In the order in which they happened; those of adopted edits first.
    public var events: [Event] = []
    /// The records as they are now.
    public var records: [AnyRecord] = []
    public var deleted: [RecordKey] = []
    /// Where the journal ends with it; nil when nothing was written.
    public internal(set) var position: JournalPosition?
    /// Whether triggers may have to be told of something: of this, or of what others have left.
    public internal(set) var leavesReactions = false
    /// Whether the disk should be brought up to date.
    var wantsSync = false

    /// Nothing.
    public init() {}

    /// Whether nothing has changed.
    public var isEmpty: Bool { events.isEmpty && records.isEmpty && deleted.isEmpty }
}

/// A JSON file of a workspace, of a kind that this version knows the fields of: a task, a comment, a run, …
public protocol Record: CodedRecord {
    /// The record among those of all kinds.
    var boxed: AnyRecord { get }
    /// - Returns: nil when it is of another kind.
    init?(_ record: AnyRecord)
}

/// A record of any kind that this version knows the fields of.
///
/// The values are kept in boxes, because records have dozens of fields and are passed around a lot.
public indirect enum AnyRecord: Hashable, Sendable {
    case workspace(WorkspaceRecord)
    case task(Task)
    case comment(Comment)
    case run(Run)
    case agent(Agent)
    case trigger(Trigger)
    case notification(Notification)
    case lease(Lease)

    /// Reads a record of `kind`.
    ///
    /// - Throws: the first field that is wrong; for a kind that this version has no fields for, its `kind`.
    public init(kind: RecordKind, json: JSON) throws(FieldFault) {
        switch kind {
        case .workspace: self = .workspace(try WorkspaceRecord(json: json))
        case .task: self = .task(try Task(json: json))
        case .comment: self = .comment(try Comment(json: json))
        case .run: self = .run(try Run(json: json))
        case .agent: self = .agent(try Agent(json: json))
        case .notification: self = .notification(try Notification(json: json))
        case .lease: self = .lease(try Lease(json: json))
        case .trigger: self = .trigger(try Trigger(json: json))
        case .flow:
            throw FieldFault(field: "kind", value: .string(kind.rawValue), problem: "is not known to this version")
        }
    }

    /// The type of the records of a kind; nil where this version has no fields for them.
    public static func type(of kind: RecordKind) -> (any Record.Type)? {
        switch kind {
        case .workspace: WorkspaceRecord.self
        case .task: Task.self
        case .comment: Comment.self
        case .run: Run.self
        case .agent: Agent.self
        case .trigger: Trigger.self
        case .notification: Notification.self
        case .lease: Lease.self
        case .flow: nil
        }
    }

    /// The same record as a value of its own type; nil when it is of another kind.
    public func typed<R: Record>(_ type: R.Type = R.self) -> R? { R(self) }

    /// A record of one of the known types.
    public init<R: Record>(_ record: R) { self = record.boxed }

    public var key: RecordKey {
        switch self {
        case .workspace(let record): record.key
        case .task(let record): record.key
        case .comment(let record): record.key
        case .run(let record): record.key
        case .agent(let record): record.key
        case .trigger(let record): record.key
        case .notification(let record): record.key
        case .lease(let record): record.key
        }
    }

    public var json: JSON {
        switch self {
        case .workspace(let record): record.json
        case .task(let record): record.json
        case .comment(let record): record.json
        case .run(let record): record.json
        case .agent(let record): record.json
        case .trigger(let record): record.json
        case .notification(let record): record.json
        case .lease(let record): record.json
        }
    }

    /// What stands in the record's file.
    public var fileBytes: [UInt8] {
        switch self {
        case .workspace(let record): record.fileBytes
        case .task(let record): record.fileBytes
        case .comment(let record): record.fileBytes
        case .run(let record): record.fileBytes
        case .agent(let record): record.fileBytes
        case .trigger(let record): record.fileBytes
        case .notification(let record): record.fileBytes
        case .lease(let record): record.fileBytes
        }
    }

    public var subdirectory: String {
        if case .comment(let comment) = self { comment.subdirectory } else { "" }
    }

    /// The record as the journal has it, where its file has more: a lease without its token. nil for all others.
    public var journaled: AnyRecord? {
        guard case .lease(var lease) = self else { return nil }
        lease.token = nil
        return .lease(lease)
    }

    /// The fields that every record has.
    public var envelope: Envelope {
        get {
            switch self {
            case .workspace(let record): record.envelope
            case .task(let record): record.envelope
            case .comment(let record): record.envelope
            case .run(let record): record.envelope
            case .agent(let record): record.envelope
            case .trigger(let record): record.envelope
            case .notification(let record): record.envelope
            case .lease(let record): record.envelope
            }
        }
        set {
            func updated<R: Record>(_ record: R) -> AnyRecord {
                var record = record
                record.envelope = newValue
                return record.boxed
            }
            self =
                switch self {
                case .workspace(let record): updated(record)
                case .task(let record): updated(record)
                case .comment(let record): updated(record)
                case .run(let record): updated(record)
                case .agent(let record): updated(record)
                case .trigger(let record): updated(record)
                case .notification(let record): updated(record)
                case .lease(let record): updated(record)
                }
        }
    }
}

// MARK: - From and to values of their own types

extension WorkspaceRecord: Record {
    public var boxed: AnyRecord { .workspace(self) }

    public init?(_ record: AnyRecord) {
        guard case .workspace(let record) = record else { return nil }
        self = record
    }
}

extension Task: Record {
    public var boxed: AnyRecord { .task(self) }

    public init?(_ record: AnyRecord) {
        guard case .task(let record) = record else { return nil }
        self = record
    }
}

extension Comment: Record {
    public var boxed: AnyRecord { .comment(self) }

    public init?(_ record: AnyRecord) {
        guard case .comment(let record) = record else { return nil }
        self = record
    }
}

extension Run: Record {
    public var boxed: AnyRecord { .run(self) }

    public init?(_ record: AnyRecord) {
        guard case .run(let record) = record else { return nil }
        self = record
    }
}

extension Agent: Record {
    public var boxed: AnyRecord { .agent(self) }

    public init?(_ record: AnyRecord) {
        guard case .agent(let record) = record else { return nil }
        self = record
    }
}

extension Trigger: Record {
    public var boxed: AnyRecord { .trigger(self) }

    public init?(_ record: AnyRecord) {
        guard case .trigger(let record) = record else { return nil }
        self = record
    }
}

extension Notification: Record {
    public var boxed: AnyRecord { .notification(self) }

    public init?(_ record: AnyRecord) {
        guard case .notification(let record) = record else { return nil }
        self = record
    }
}

extension Lease: Record {
    public var boxed: AnyRecord { .lease(self) }

    public init?(_ record: AnyRecord) {
        guard case .lease(let record) = record else { return nil }
        self = record
    }
}

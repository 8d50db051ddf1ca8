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

    /// The same record as a value of its own type; nil when it is of another kind.
    public func typed<R: Record>(_ type: R.Type = R.self) -> R? { record as? R }

    /// The record, whatever its type.
    public var record: any Record {
        switch self {
        case .workspace(let record): record
        case .task(let record): record
        case .comment(let record): record
        case .run(let record): record
        case .agent(let record): record
        case .trigger(let record): record
        case .notification(let record): record
        case .lease(let record): record
        }
    }

    /// A record of one of the known types.
    public init<R: Record>(_ record: R) {
        switch record {
        case let record as WorkspaceRecord: self = .workspace(record)
        case let record as Task: self = .task(record)
        case let record as Comment: self = .comment(record)
        case let record as Run: self = .run(record)
        case let record as Agent: self = .agent(record)
        case let record as Trigger: self = .trigger(record)
        case let record as Notification: self = .notification(record)
        case let record as Lease: self = .lease(record)
        default: preconditionFailure("\(R.self) is not a record of this version")
        }
    }

    public var key: RecordKey { record.key }
    public var json: JSON { record.json }
    public var subdirectory: String { record.subdirectory }

    /// The record as the journal has it, where its file has more: a lease without its token. nil for all others.
    public var journaled: AnyRecord? {
        guard case .lease(var lease) = self else { return nil }
        lease.token = nil
        return .lease(lease)
    }

    /// The fields that every record has.
    public var envelope: Envelope {
        get { record.envelope }
        set {
            func updated<R: Record>(_ record: R) -> AnyRecord {
                var record = record
                record.envelope = newValue
                return AnyRecord(record)
            }
            self = updated(record)
        }
    }
}

import System

/// A claim of a task for a limited time: who holds it, until when, and the token that proves it.
///
/// The id is that of the task. The token stands in the lease's file alone: not in the journal, not in the index, in no
/// event. So a lease is never compared with the journal; what its file says counts, and without a file there is none.
public struct Lease: CodedRecord {
    public static let kind = RecordKind.lease

    /// The lengths that a lease can have. A heartbeat that is missed must not cost the task, and somebody who is gone
    /// must not hold it for ever.
    public static let lengths: ClosedRange<Duration> = .seconds(5) ... .seconds(24 * 3600)
    /// The length of a lease when nobody asks for one.
    public static let usualLength = WrittenDuration(.seconds(30))

    public let id: ID<Lease>
    public var envelope = Envelope()
    /// Who holds the task.
    public var owner: String
    /// What its owner has to show; nil as the journal has it.
    public var token: String?
    /// From this moment on the lease authorises nothing.
    public var expiresAt: Timestamp
    /// How long a heartbeat extends it: what was asked for at the claim.
    public var length: WrittenDuration
    /// The id of the command that took the task, where it had one: the only one that is given the token again.
    public var commandID: String?

    /// A lease of `task` that begins at `now`.
    public init(of task: ID<Task>, owner: String, token: String, length: WrittenDuration, from now: Timestamp) {
        id = task.lease
        self.owner = owner
        self.token = token
        self.length = length
        expiresAt = now + length.value
    }

    public init(readingInto id: ID<Lease>) {
        self.id = id
        owner = ""
        expiresAt = Timestamp(milliseconds: 0)
        length = Self.usualLength
    }

    public mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.required("owner", &owner)
        try fields.optional("token", &token)
        try fields.required("expires_at", &expiresAt)
        try fields.written("length", &length)
        try fields.optional("command_id", &commandID)
    }

    /// The task that is held.
    public var task: ID<Task> { id.task }

    /// Whether the lease has run out.
    public func isExpired(at now: Timestamp) -> Bool { expiresAt <= now }

    /// Whether `text` is the token. Takes as long for a wrong one as for the right one.
    public func isToken(_ text: String) -> Bool {
        guard let token else { return false }
        let (own, other) = (Array(token.utf8), Array(text.utf8))
        guard own.count == other.count else { return false }
        var difference: UInt8 = 0
        for index in own.indices { difference |= own[index] ^ other[index] }
        return difference == 0
    }

    /// What others may see of it: `{owner, expires_at}`.
    public var publicJSON: JSON { ["owner": .string(owner), "expires_at": expiresAt.json] }

    /// A length within ``lengths``.
    ///
    /// - Returns: the length as it was asked for where that is one, else the nearest.
    public static func clamped(_ length: WrittenDuration) -> WrittenDuration {
        if length.value < lengths.lowerBound { return WrittenDuration(lengths.lowerBound) }
        return length.value > lengths.upperBound ? WrittenDuration(lengths.upperBound) : length
    }
}

extension ID<Task> {
    /// The id of the task's lease.
    public var lease: ID<Lease> { ID<Lease>(checked: text) }
}

extension ID<Lease> {
    /// The task that the lease is of.
    public var task: ID<Task> { ID<Task>(checked: text) }
}

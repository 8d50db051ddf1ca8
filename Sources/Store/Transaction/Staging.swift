import Model
import System

/// What a transaction is going to change, as far as it has been decided: a value, so that a part can be taken back.
struct Staging {
    /// A change of a record that is to be committed.
    struct Change {
        /// The record as it was found; nil when there was none.
        let before: AnyRecord?
        /// The record as it is to be; nil to delete it.
        fileprivate(set) var after: AnyRecord?
        let subdirectory: String
        /// Whether another record takes its id in the same transaction, as when one lease follows another.
        fileprivate(set) var isAnother = false
    }

    /// An event that has no number yet.
    struct StagedEvent {
        let event: Event
        let key: RecordKey
    }

    private(set) var changes = RecordMap<Change>()
    /// In the order in which they were emitted.
    private(set) var events: [StagedEvent] = []
    /// Leases of which there is no file that could be read, but which the index has.
    private(set) var forgotten: [JournalLine.Deletion] = []
    /// Receipts of items of a batch.
    private(set) var receipts: [CommandReceipt] = []

    /// Whether a record's change has begun.
    func has(_ key: RecordKey) -> Bool { changes[key] != nil }

    /// Begins the change of a record.
    ///
    /// - Parameter before: the record as it was found.
    mutating func begin(_ key: RecordKey, from before: AnyRecord?, to after: AnyRecord?, subdirectory: String) {
        changes[key] = Change(before: before, after: after, subdirectory: subdirectory)
    }

    /// Sets what becomes of a record whose change has begun.
    mutating func change(_ key: RecordKey, to after: AnyRecord?) {
        guard var change = changes[key] else { return }
        if after != nil, change.after == nil, change.before != nil { change.isAnother = true }
        change.after = after
        changes[key] = change
    }

    mutating func emit(_ event: Event, about key: RecordKey) { events.append(StagedEvent(event: event, key: key)) }

    mutating func forget(_ lease: JournalLine.Deletion) { forgotten.append(lease) }

    mutating func remember(_ receipt: CommandReceipt) { receipts.append(receipt) }

    /// A record with the revision and the times that it is going to have when it is committed at `now`.
    func upcoming<R: Record>(_ record: R, at now: Timestamp) -> R {
        let former = changes[record.key].map { $0.before?.envelope } ?? record.envelope
        var record = record
        record.envelope = record.envelope.following(former, at: now)
        return record
    }
}

extension Envelope {
    /// What it becomes when its record is committed at `now` in the place of `former`, or as a new one.
    func following(_ former: Envelope?, at now: Timestamp) -> Envelope {
        var envelope = self
        envelope.rev = (former?.rev ?? 0) + 1
        envelope.createdAt = former?.createdAt ?? now
        envelope.updatedAt = max(now, former?.updatedAt ?? now)
        return envelope
    }
}

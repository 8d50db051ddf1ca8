import Model
import System

// What the index holds of a record, by its kind: written here for all of them, read by the type that each row names.

extension IndexEntry {
    /// The entry for a record whose file holds `bytes`.
    init(_ record: AnyRecord, identity: FileIdentity, sum: UInt32) {
        subject = .record(record.key, subdirectory: record.subdirectory)
        isDeleted = false
        rev = record.envelope.rev
        self.sum = sum
        self.identity = identity
        tags = record.tags
        switch record {
        case .task(let task): payload = TaskRow.payload(of: task)
        case .run(let run): payload = ActiveRun.payload(of: run)
        case .lease(let lease):
            var writer = ByteWriter()
            writer.write(lease.expiresAt)
            payload = writer.bytes
        case .trigger(let trigger): payload = TriggerOutline.payload(of: trigger)
        case .workspace, .comment, .agent, .notification: payload = []
        }
    }
}

extension TaskRow {
    /// The row of a record that the index does not have like that; nil when it is no task.
    public init?(_ record: AnyRecord) {
        guard case .task = record else { return nil }
        self.init(IndexBytes(IndexEntry(record, identity: .unknown, sum: 0).bytes), at: 0)
    }
}

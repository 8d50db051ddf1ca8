import Model
import Store

/// What a change came to.
public struct Changed: Sendable {
    /// The records that the command is about, as they are now; deleted ones are left out.
    public private(set) var records: [AnyRecord]
    /// All that it is about, in the order of the command line.
    public let keys: [RecordKey]
    /// What was committed; empty when nothing has changed.
    public private(set) var commit = Commit()
    /// Whether the command had been carried out before, under the same id.
    public let isRepeated: Bool
    /// What triggers did about it, and about what others had left to them.
    public internal(set) var reactions: [Reaction] = []
    /// What the person should know, one line each.
    public let notes: [String]
    /// Whether tasks may have become ready that nobody has.
    package let hasFreedTasks: Bool

    init(_ change: Change, keys: [RecordKey]) throws {
        self.keys = keys
        records = try keys.compactMap(change.transaction.record)
        isRepeated = false
        notes = change.notes
        hasFreedTasks = change.hasFreedTasks
    }

    init(repeating receipt: CommandReceipt, in transaction: Transaction) throws {
        keys = (receipt.outcome.array ?? []).compactMap { pair in
            guard let kind = pair.array?.first?.string.flatMap(RecordKind.init(rawValue:)),
                let id = pair.array?.last?.string
            else { return nil }
            return RecordKey(kind: kind, id: id)
        }
        records = try keys.compactMap { key in
            let record = try transaction.record(key)
            // The lease may be another one by now, with somebody else's token.
            guard case .lease(let lease)? = record, lease.commandID != receipt.id else { return record }
            return record?.journaled
        }
        isRepeated = true
        notes = []
        hasFreedTasks = false
    }

    /// Takes in what was committed: from now on the records have the revisions and times that they got.
    mutating func complete(by commit: Commit) {
        self.commit = commit
        var committed = RecordMap<AnyRecord>()
        for record in commit.records { committed[record.key] = record }
        records = records.map { committed[$0.key] ?? $0 }
    }

    /// The record of a key, as it is now.
    public func record<R: Record>(_ id: ID<R>) -> R? { records.first { $0.key == id.key }?.typed() }

    /// The first record of a type.
    public func first<R: Record>(_ type: R.Type = R.self) -> R? {
        for record in records { if let typed: R = record.typed() { return typed } }
        return nil
    }
}

import Model
import Store
import System

/// How records that no table moves are changed, such as agents and settings: one transaction, after the checks that
/// come before every change.
struct RecordChange: Sendable {
    let workspace: Workspace
    let caller: Caller
    let commandID: String?
    let ifRev: Int?

    /// Carries out a change of records of one kind.
    ///
    /// - Parameter body: returns the records that the change is about; those that it deletes as they were.
    func change<R: Record>(
        _ verb: String, target: String, _ body: (Transaction) throws -> [R]
    ) throws -> Recorded<R> {
        let purpose = Purpose(
            actor: caller.actor, verb: verb, target: target, commandID: commandID, depth: caller.depth)
        let (recorded, committed) = try workspace.transact(purpose) { transaction -> Recorded<R> in
            if let commandID, let receipt = transaction.receipt(ofCommand: commandID) {
                return try repeated(receipt, as: purpose, in: transaction)
            }
            try checkScope(in: transaction)
            let records = try body(transaction)
            transaction.outcome = records.map(\.id.text).json
            return Recorded(records: records, isRepeated: false, isUnchanged: false)
        }
        return recorded.completed(by: committed)
    }

    private func repeated<R: Record>(
        _ receipt: CommandReceipt, as purpose: Purpose, in transaction: Transaction
    ) throws -> Recorded<R> {
        guard receipt.verb == purpose.verb, receipt.target == purpose.target else {
            throw Failure(
                .commandIDReused, "the command id \(receipt.id) belongs to '\(receipt.verb) \(receipt.target)'")
        }
        let ids = (receipt.outcome.array ?? []).compactMap { $0.string.flatMap { ID<R>($0) } }
        let records = try ids.compactMap { try transaction.get($0) as R? }
        return Recorded(records: records, isRepeated: true, isUnchanged: false)
    }

    /// An agent that may change nothing but its task must not give itself more, by editing itself or the settings.
    private func checkScope(in transaction: Transaction) throws {
        guard let run = caller.run, let agent = try transaction.get(run)?.agent,
            try transaction.get(agent)?.scope != .workspace
        else { return }
        throw Failure(
            .outOfScope, "\(run) works on one task; agent \(agent) would need scope workspace to change more than that")
    }

    /// - Throws: `rev_mismatch` unless the record is at the revision that was asked for.
    func checkRev(_ record: some Record) throws {
        guard let ifRev, record.envelope.rev != ifRev else { return }
        var details = JSONObject()
        details["id"] = record.id.text.json
        details["rev"] = record.envelope.rev.json
        throw Failure(
            .revMismatch, "\(record.id) is at revision \(record.envelope.rev), not \(ifRev)", details: details)
    }
}

/// What a change of records came to.
public struct Recorded<R: Record>: Sendable {
    /// The records as they are now, or as they were for those that are gone.
    public private(set) var records: [R]
    /// Whether the command had been carried out before, under the same id.
    public let isRepeated: Bool
    /// Whether everything was as it should be already, so that nothing was committed.
    public private(set) var isUnchanged: Bool

    fileprivate func completed(by commit: Commit) -> Recorded {
        var copy = self
        let committed = Dictionary(commit.records.map { ($0.key, $0) }) { $1 }
        copy.records = records.map { committed[$0.key]?.typed() ?? $0 }
        copy.isUnchanged = !isRepeated && commit.isEmpty
        return copy
    }
}

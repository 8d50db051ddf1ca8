import Model
import Store
import System

/// The way to change a workspace: every verb is a method on it, in the files of this module.
public struct Engine: Sendable {
    public let workspace: Workspace
    public let caller: Caller
    /// The id under which a repeated command is known.
    public var commandID: String?
    /// The revision that the records in question must have.
    public var ifRev: Int?
    /// What follows from a change.
    private let rules: Consequences

    /// Changes `workspace` on behalf of `caller`.
    init(_ workspace: Workspace, caller: Caller, commandID: String?, ifRev: Int?, rules: Consequences) {
        self.workspace = workspace
        self.caller = caller
        self.commandID = commandID
        self.ifRev = ifRev
        self.rules = rules
    }

    /// The same engine for something that is not the command itself, perhaps on behalf of somebody else: without the
    /// command id and the revision, which are for the command alone.
    public func plain(caller: Caller? = nil) -> Engine {
        Engine(workspace, caller: caller ?? self.caller, commandID: nil, ifRev: nil, rules: rules)
    }

    /// The same engine on another opening of the workspace.
    package func with(_ workspace: Workspace) -> Engine {
        Engine(workspace, caller: caller, commandID: commandID, ifRev: ifRev, rules: rules)
    }

    /// Carries out one transaction: what `body` stages, and everything that follows from it, to the point where nothing
    /// follows any more. What triggers do about it comes in further transactions of their own.
    ///
    /// This is the only way to change a workspace.
    ///
    /// - Parameters:
    ///   - verb: what is done, for the journal.
    ///   - target: what it is done to, to tell a repeated command from another one with the same id.
    ///   - leavesStarting: whether the caller has to know if there are runs to be started; looking for them is not free.
    ///   - body: returns the records that the command is about.
    /// - Returns: what was committed, bound to what has to be done because of it.
    package func change(
        _ verb: String, target: String = "", leavesStarting: Bool = true, _ body: (Change) throws -> [RecordKey]
    ) throws -> Obliged<Changed> {
        let (result, committed) = try commit(verb, target: target, leavesStarting: leavesStarting, body)
        var (changed, obligations) = result
        changed.complete(by: committed)
        if committed.leavesReactions {
            changed.reactions = rules.carryOn(workspace) { verb, body in
                let further = plain(caller: Caller(actor: caller.actor, depth: caller.depth))
                let (result, committed) = try further.commit(verb, target: "", leavesStarting: true) { change in
                    try body(change)
                    return []
                }
                obligations.add(result.obligations)
                if result.obligations.starts { obligations.startsReactions = true }
                return Carried(leavesMore: committed.leavesReactions)
            }
        }
        return Obliged(changed, obligations)
    }

    private func commit(
        _ verb: String, target: String, leavesStarting: Bool, _ body: (Change) throws -> [RecordKey]
    ) throws -> (result: (changed: Changed, obligations: Obligations), committed: Commit) {
        let purpose = Purpose(
            actor: caller.actor, verb: verb, target: target, commandID: commandID, depth: caller.depth)
        return try workspace.transact(purpose, concerning: rules.concern) { transaction in
            if let commandID, let receipt = try transaction.receipt(ofCommand: commandID) {
                guard receipt.verb == verb, try transaction.means(receipt.target, target) else {
                    throw Failure(
                        .commandIDReused, "the command id \(commandID) belongs to '\(receipt.verb) \(receipt.target)'")
                }
                return (try Changed(repeating: receipt, in: transaction), Obligations())
            }
            let change = Change(transaction, caller: caller, ifRev: ifRev, rules: rules)
            try rules.prepare(change)
            let keys = try body(change)
            try rules.follow(change)
            if leavesStarting, change.mayLeaveStarts {
                change.obligations.starts = try change.obligations.starts || rules.leaveStarts(change)
            }
            transaction.outcome = .array(keys.map { [.string($0.kind.rawValue), .string($0.id)] })
            return (try Changed(change, keys: keys), change.obligations)
        }
    }
}

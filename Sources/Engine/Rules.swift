import Model
import Store
import System

extension Consequences {
    /// What follows from changes: the one place that names all of the rules, in the order in which they are asked.
    ///
    /// - A task that became ready gets a run, and one that is not ready any more loses the one that waits
    ///   (``Dispatch``).
    /// - The end of a run that a trigger caused means something for that trigger (``ReactionOutcome``).
    /// - What has been committed, and may concern a trigger (``TriggerConcern``), is told to the triggers, in
    ///   transactions of their own (``Reactions``).
    static let ofTheHouse = Consequences(
        prepare: { change in
            let workspace = change.transaction.workspace
            if change.transaction.changedHooks != nil { Hooks(change).adoptIfPossible() }
            if workspace.settings.notifyCommand != nil, try !change.transaction.exists(Delivery.trigger.key) {
                // Somebody has written the setting into the file.
                try Delivery(change).adopt(workspace.settings)
            }
        },
        follow: { change in
            repeat {
                for ended in change.takeEndedReactions() { try ReactionOutcome(change).takeIn(ended) }
                try Dispatch(change).keepRule()
            } while !change.endedReactions.isEmpty
        },
        leaveStarts: { change in
            try !Slots(change).startable(RunSelection(includesQueues: false)).isEmpty
        },
        concern: TriggerConcern.isPossible,
        carryOn: { workspace, change in
            Reactions(workspace).tell(by: change)
        })
}

extension Engine {
    /// Changes `workspace` on behalf of `caller`, by the rules of the house.
    ///
    /// - Parameters:
    ///   - commandID: the id under which a repeated command is known.
    ///   - ifRev: the revision that the records in question must have.
    public init(_ workspace: Workspace, caller: Caller, commandID: String? = nil, ifRev: Int? = nil) {
        self.init(workspace, caller: caller, commandID: commandID, ifRev: ifRev, rules: .ofTheHouse)
    }
}

import Model
import Store
import System

/// What follows from changes, by the rules that the layers above the kernel lay down.
///
/// The kernel knows only when they are asked: everything that follows from a change follows on the one way on which
/// every change is made, ``Engine/change(_:target:leavesStarting:_:)``. What a rule needs to know it reads off the
/// records and off what the change has noted; it keeps nothing from one transaction to the next.
struct Consequences: Sendable {
    /// Takes in, before the command's own change, what somebody did around `tf` and what acts without being asked for.
    let prepare: @Sendable (Change) throws -> Void

    /// Stages what follows from everything that was noted so far, until nothing follows any more.
    let follow: @Sendable (Change) throws -> Void

    /// Whether runs wait that could be started as soon as the change is committed.
    let leaveStarts: @Sendable (Change) throws -> Bool

    /// Whether triggers may have to be told of something of a line that is being committed. See `TriggerDecision`.
    let concern: @Sendable (JournalLine, [TriggerOutline]) -> Bool

    /// Carries out, in transactions of their own, what follows from what has been committed; gives what came of it.
    ///
    /// It never fails: what cannot be done now is left to the next command, and said.
    let carryOn: @Sendable (Workspace, FurtherChange) -> [Reaction]

    /// Makes one of these transactions, for a verb. Nothing is carried on from those by themselves.
    typealias FurtherChange = (String, (Change) throws -> Void) throws -> Carried
}

/// One of the transactions in which the consequences of a change are carried on.
struct Carried {
    /// Whether it was not the last one.
    let leavesMore: Bool
}

/// Something that came of an event, because of a trigger.
public struct Reaction: Hashable, Sendable {
    /// What came of it.
    public enum Outcome: String, CaseIterable, Sendable {
        case fired
        /// Too many triggers stand between the event and something that a person did.
        case suppressed
        case failed
    }

    public let trigger: ID<Trigger>
    public let outcome: Outcome
    /// The number of the event.
    public let seq: Int
    /// All of it in a sentence.
    public let text: String

    init(_ trigger: ID<Trigger>, _ outcome: Outcome, _ event: Event, _ detail: String? = nil) {
        self.trigger = trigger
        self.outcome = outcome
        seq = event.seq
        text =
            "trigger \(trigger) \(outcome.rawValue) on event \(event.seq) (\(event.type) \(event.about))"
            + (detail.map { ": \($0)" } ?? "")
    }
}

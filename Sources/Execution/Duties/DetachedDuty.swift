import Engine
import Model
import System

/// Starts whatever can be started, as long as it has runs itself, or has queued some for later.
package final class DetachedDuty: Duty {
    private let includesQueues: Bool

    /// - Parameter includesQueues: whether it starts also what waits in queues.
    package init(includingQueues includesQueues: Bool) {
        self.includesQueues = includesQueues
    }

    package func room(besides live: Int) -> Int { 0 }

    package func startable(_ change: Change, besides live: Int) throws -> [Run] {
        try Slots(change).startable(RunSelection(includesQueues: includesQueues))
    }

    package func answer(toSignalWith live: Int) -> SignalAnswer { .shutDown }

    package func isOver(waits: Bool, isOver: (ID<Task>) throws -> Bool) throws -> Bool { !waits }
}

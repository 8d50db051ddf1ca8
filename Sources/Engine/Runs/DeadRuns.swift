import Model
import Store
import System

// Runs that say they are running, and that nobody supervises any more. Whoever settles one has ended what was left of
// its processes before, outside of any transaction; so what is settled here is only what somebody has cleared away.

extension Snapshot {
    /// The runs whose supervisor is gone, in the order of their ids.
    package func deadRuns() throws -> [ID<Run>] {
        try activeRuns().filter { $0.status == .running }.map(\.id)
            .filter { try life(of: $0) == .dead }
            .sorted { Identifier.precedes($0.text, $1.text) }
    }
}

extension Engine {
    /// Settles runs whose supervisor is gone.
    ///
    /// - Parameter cleared: runs of which no process is left. Those that have been settled meanwhile stay as they are.
    package func lose(_ cleared: [ID<Run>]) throws -> Obliged<Changed> {
        try change("lose") { change in
            for run in cleared where try change.life(of: run) == .dead { try Settlement(change).lose(run) }
            return []
        }
    }

    /// The same for runs whose proof of life is in the caller's own hands, who has outlived their supervisor. What that
    /// was about to start is now for others to start, whether or not it had any run.
    package func lose(own runs: [ID<Run>]) throws -> Obliged<Changed> {
        try change("lose") { change in
            change.freesSlots = true
            for run in runs.sorted(by: { Identifier.precedes($0.text, $1.text) }) { try Settlement(change).lose(run) }
            return []
        }
    }
}

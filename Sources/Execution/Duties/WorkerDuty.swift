import Engine
import Model
import Store
import System

/// Starts its share of whatever waits, as long as its plan says. It keeps what waits in memory from one transaction to
/// the next, and waits for what others commit.
///
/// The first signal lets the runs that are live end; a second one cancels them.
package final class WorkerDuty: Duty {
    private let plan: WorkPlan
    /// What waits, as it is known from the last transaction.
    private var queue: RunQueue?
    /// The records of it that have been read already.
    private var awaited: [RecordKey] = []
    /// The task that a worker for one task has taken.
    private var chosen: ID<Task>?
    /// Whether something of its share waits for a slot that somebody else has.
    private var isStarved = false
    /// Whether to make a pass over the workspace: at first, and when something is due.
    package private(set) var wantsSweep = true
    /// When that is, once there is nothing better to do.
    package private(set) var nextLook: Timestamp?
    package private(set) var isClosing = false

    /// How long it is until a slot is looked for again: whoever has it may go without a word.
    private static let starvedPatience = Duration.seconds(5)

    package init(_ plan: WorkPlan) {
        self.plan = plan
    }

    package var isEndless: Bool { plan.end == .never }
    // What triggers have queued is none of the work that it was to do.
    package var leavesRestAtEnd: Bool { plan.end == .afterOne }

    package func room(besides live: Int) -> Int { isClosing || chosen != nil ? 0 : plan.jobs - live }

    package func takeDue(_ now: Timestamp) -> Bool {
        guard let moment = nextLook, moment <= now else { return false }
        nextLook = nil
        wantsSweep = true
        return true
    }

    package func prepare(_ change: Change, cleared: [ID<Run>], hasEnded: Bool) throws {
        if wantsSweep { _ = try Tick(change, cleared: cleared).sweep() }
    }

    package func startable(_ change: Change, besides live: Int) throws -> [Run] {
        var selection = RunSelection(includesQueues: true)
        selection.plan = plan
        selection.limit = plan.jobs - live
        if plan.end == .afterOne {
            if let chosen { selection.task = chosen }
            selection.limit = live == 0 ? 1 : 0
        }
        return try Slots(change).startable(selection, keeping: &queue)
    }

    package func hasLooked(within isWithinRun: Bool) {
        wantsSweep = false
        // Within a run the slot may be that run's own, which waits for this worker.
        isStarved = !isWithinRun && queue?.isStarved == true
    }

    /// Brings the queue up to a commit, or drops it when the commit may have made unassigned tasks ready.
    package func take(_ changed: Changed, _ started: [RunQueue.Started]) {
        if let position = changed.commit.position {
            if plan.agents != nil, changed.hasFreedTasks { queue = nil }
            queue?.commit(started, at: position)
        }
        if plan.end == .afterOne, chosen == nil, let first = started.first {
            chosen = first.task
            queue = nil
        }
    }

    package func rest(_ engine: Engine) throws {
        nextLook = try engine.nextDue()
        guard isStarved else { return }
        let look = engine.workspace.clock.now() + Self.starvedPatience
        nextLook = min(nextLook ?? look, look)
    }

    package func next() -> [RecordKey]? {
        guard let next = queue?.next, next != awaited else { return nil }
        awaited = next
        return next
    }

    package func forgetQueue() { queue = nil }

    package func answer(toSignalWith live: Int) -> SignalAnswer {
        if isClosing || live == 0 { return .interrupt }
        isClosing = true
        return .close(
            "no new work; \(live == 1 ? "one run" : "\(live) runs") to finish, a second signal"
                + " cancels \(live == 1 ? "it" : "them")")
    }

    package func isOver(waits: Bool, isOver: (ID<Task>) throws -> Bool) throws -> Bool {
        switch plan.end {
        case .never: false
        case .whenDrained: !waits && !isStarved
        case .afterOne: try chosen.map(isOver) ?? false
        }
    }
}

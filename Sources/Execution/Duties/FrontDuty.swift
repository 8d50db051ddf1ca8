@_spi(Execution) import Engine
import Model
import System

/// Runs one task in front of somebody who waits for it. What else can be started is left to others.
package final class FrontDuty: Duty {
    /// nil until the task is made.
    private var task: ID<Task>?

    package init(_ task: ID<Task>? = nil) {
        self.task = task
    }

    /// From now on it is this task that somebody waits for.
    package func begin(_ task: ID<Task>) { self.task = task }

    package let leavesOthers = true
    package let looksAgain = true
    package let idlePatience: Duration? = .seconds(1)

    package func room(besides live: Int) -> Int { live == 0 ? 1 : 0 }

    package func prepare(_ change: Change, cleared: [ID<Run>], hasEnded: Bool) throws {
        // Its time may have come, which no commit tells of.
        guard let task, !hasEnded else { return }
        change.touch(task)
        try change.follow()
    }

    package func startable(_ change: Change, besides live: Int) throws -> [Run] {
        guard let task else { return [] }
        var selection = RunSelection(includesQueues: true)
        selection.task = task
        return try Slots(change).startable(selection)
    }

    package func answer(toSignalWith live: Int) -> SignalAnswer { .interrupt }

    package func isOver(waits: Bool, isOver: (ID<Task>) throws -> Bool) throws -> Bool {
        try task.map(isOver) ?? true
    }

    /// Told to stop before the run in front has begun, nobody is going to wait for it.
    package func giveUp(_ engine: Engine) throws -> Obliged<Changed>? {
        guard let task else { return nil }
        let snapshot = try engine.workspace.snapshot()
        guard let id = try snapshot.get(task)?.run, try snapshot.get(id)?.status == .queued else { return nil }
        var options = VerbOptions()
        options.reason = "interrupted"
        return try engine.perform(.cancel, on: [task.text], options)
    }
}

import Engine
import Model
import Store
import System

/// What a supervisor is there for: which runs it starts, how long it stays, and what a signal means to it.
///
/// The supervisor does the same for every duty; whatever differs is asked here.
package protocol Duty: AnyObject {
    /// Whether other runs than its own are for another supervisor to start.
    var leavesOthers: Bool { get }
    /// Whether that supervisor is wanted only when this one ends.
    var leavesRestAtEnd: Bool { get }
    /// Whether it goes on trying to begin something for ever, with nothing to lose.
    var isEndless: Bool { get }
    /// Whether it takes nothing new any more, and stays until its runs have ended.
    var isClosing: Bool { get }

    /// How many runs it may start that others have queued, while it has `live` runs.
    func room(besides live: Int) -> Int
    /// Whether to look again after a commit of its own, too.
    var looksAgain: Bool { get }
    /// How long to wait, at the most, before it is looked again whether it is over; nil where that is always told.
    var idlePatience: Duration? { get }
    /// When it has to look through the workspace, by the workspace's clock; nil for never.
    var nextLook: Timestamp? { get }
    /// Takes note of the time.
    ///
    /// - Returns: whether the moment for a look has come.
    func takeDue(_ now: Timestamp) -> Bool

    /// Whether the next transaction takes in everything that time or somebody else has moved.
    var wantsSweep: Bool { get }
    /// Stages what has to be done before runs are started.
    ///
    /// - Parameters:
    ///   - cleared: the runs without supervisor of which no process is left.
    ///   - hasEnded: whether a run of its own has ended.
    func prepare(_ change: Change, cleared: [ID<Run>], hasEnded: Bool) throws
    /// The runs to be started now, while `live` runs are.
    func startable(_ change: Change, besides live: Int) throws -> [Run]
    /// It has been looked whether something can be started.
    ///
    /// - Parameter isWithinRun: whether this process was started by the command of a run.
    func hasLooked(within isWithinRun: Bool)
    /// Takes in what was committed and started.
    func take(_ changed: Changed, _ started: [RunQueue.Started])
    /// Nothing can be started at the moment, although there is room.
    func rest(_ engine: Engine) throws
    /// What is going to be started next, as far as it is known.
    func next() -> [RecordKey]?
    /// Something may wait that was not known to wait.
    func forgetQueue()

    /// What a signal to end means, while `live` runs are.
    func answer(toSignalWith live: Int) -> SignalAnswer
    /// Whether it is over, now that it has no live run.
    ///
    /// - Parameters:
    ///   - waits: whether it has queued runs for later.
    ///   - isOver: whether a task has no run any more that could be waited for.
    func isOver(waits: Bool, isOver: (ID<Task>) throws -> Bool) throws -> Bool
    /// What becomes of what it was there for, when it was told to end before that had begun; nil for nothing.
    func giveUp(_ engine: Engine) throws -> Obliged<Changed>?
}

/// What a supervisor does about a signal that tells it to end.
package enum SignalAnswer {
    /// The signal goes on to the commands; the work is cancelled.
    case interrupt
    /// Nothing new is begun, which is said like this.
    case close(String)
    /// The commands are ended; their runs are lost.
    case shutDown
}

// What most duties have in common.
extension Duty {
    package var leavesOthers: Bool { false }
    package var leavesRestAtEnd: Bool { false }
    package var isEndless: Bool { false }
    package var isClosing: Bool { false }
    package var looksAgain: Bool { false }
    package var idlePatience: Duration? { nil }
    package var nextLook: Timestamp? { nil }
    package func takeDue(_ now: Timestamp) -> Bool { false }
    package var wantsSweep: Bool { false }
    package func prepare(_ change: Change, cleared: [ID<Run>], hasEnded: Bool) throws {}
    package func hasLooked(within isWithinRun: Bool) {}
    package func take(_ changed: Changed, _ started: [RunQueue.Started]) {}
    package func rest(_ engine: Engine) throws {}
    package func next() -> [RecordKey]? { nil }
    package func forgetQueue() {}
    package func giveUp(_ engine: Engine) throws -> Obliged<Changed>? { nil }
}

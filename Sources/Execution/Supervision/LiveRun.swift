import Model
import Store
import System

/// A run whose command this supervisor has started, until it is settled.
struct LiveRun {
    /// Where the run stands between its start and its settlement.
    enum Phase {
        case command
        /// One of the task's checks, after the command has exited 0.
        case check(Int)
        /// The last command has ended; what was left behind is being ended.
        case finishing
    }

    /// What ends the run, once something does.
    enum Stop {
        case requested
        case timeout(after: Duration)
        case interrupted
        case shutdown
        case guardLost
    }

    let id: ID<Run>
    /// The task that the run holds; nil for what a trigger does.
    let task: Task?
    let agent: Agent?
    /// The proof of life.
    let alive: File
    /// How checks are started: like the command, with another one.
    let template: Spawn
    let startedAt: Duration
    let startedFileTime: Int64
    let deadline: Duration?
    let grace: Duration

    var phase = Phase.command
    var stop: Stop?
    var ending: RunEnding?
    var usage = Usage()
    var bound: LogBound

    /// Adds what a command of the run used.
    mutating func add(_ used: Process.ResourceUsage) {
        usage.userMilliseconds += Int(used.userTime.milliseconds)
        usage.systemMilliseconds += Int(used.systemTime.milliseconds)
        usage.maximumResidentBytes = max(usage.maximumResidentBytes, Int(used.maximumResidentBytes))
    }
}

import Model
import Store
import System

/// A run whose processes are descendants of this supervisor.
struct LiveRun {
    /// Where the run stands between its start and its settlement.
    enum Phase {
        case command
        /// One of the task's checks, after the command has exited 0.
        case check(Int)
        /// The command has ended; what it left behind is being ended.
        case sweeping(killAt: Duration, killed: Bool)
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
    let log: File
    /// How checks are started: like the command, with another one.
    let template: Spawn
    let startedAt: Duration
    let startedFileTime: Int64
    let deadline: Duration?
    let grace: Duration

    /// The process of the command, or of the check.
    var pid: Int32
    var phase = Phase.command
    var stop: Stop?
    /// When what was asked to end is killed.
    var killAt: Duration?
    var ending: RunEnding.Kind?
    var usage = Usage()
    var bound: LogBound
    /// Processes of the run that do not descend from the command any more can only be told by this.
    var session: Int { Int(firstPid) }
    let firstPid: Int32

    /// The variables that tell the processes of this run from those of others.
    func marks(in workspace: Workspace) -> [String: String] {
        ["TF_RUN": id.text, "TF_WORKSPACE": workspace.path]
    }

    /// Adds what a process of the run used.
    mutating func add(_ used: Process.ResourceUsage) {
        usage.userMilliseconds += Int(used.userTime.milliseconds)
        usage.systemMilliseconds += Int(used.systemTime.milliseconds)
        usage.maximumResidentBytes = max(usage.maximumResidentBytes, Int(used.maximumResidentBytes))
    }
}

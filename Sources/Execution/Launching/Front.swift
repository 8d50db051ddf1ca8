import Engine
import Model
import Store
import System

/// Supervises a run in front of somebody: in this process's terminal, mirroring its outcome.
public struct Front {
    /// What to do with the command's output.
    public enum Show {
        /// It is kept in the log only.
        case nothing
        /// It is copied to a sink as it comes, which says how many bytes it has taken.
        case output(([UInt8]) throws -> Int)
    }

    /// Divides this process: the caller goes on as the guard, and a child that runs `body` is the supervisor.
    ///
    /// The caller must have nothing buffered, and one thread. It returns in the guard only.
    ///
    /// - Parameters:
    ///   - workspace: opens the workspace, for the guard, should it have to settle anything.
    ///   - body: what the supervisor does; its result is the exit status.
    /// - Returns: that exit status.
    public static func divide(
        _ engine: @escaping () throws -> Engine, _ body: (FrontSupervisor) -> Int32
    ) throws -> Int32 {
        try Guard.divide(engine) { channel in body(FrontSupervisor(channel: channel)) }
    }
}

/// The supervisor's side of ``Front``.
public struct FrontSupervisor {
    let channel: Channel

    /// Waits until the task has no run any more, running what is queued for it in this process.
    ///
    /// - Returns: the task's last run; nil when it never had one.
    public func wait(for task: ID<Task>, _ engine: Engine, show: Front.Show) throws -> Run? {
        let loop = try SupervisorLoop(
            engine, FrontDuty(task), Self.surroundings(isOwnCommand: false), channel)
        if case .output(let sink) = show { loop.show(to: sink) }
        try loop.run()
        return try lastRun(of: task, engine)
    }

    /// Makes a task and runs a command for it at once, until the task has no run any more.
    ///
    /// - Parameters:
    ///   - draft: the task to make.
    ///   - existing: the id or name of a task that there is already, instead.
    ///   - directory: where the command starts.
    /// - Returns: the task, and its last run.
    public func execute(
        _ command: [String], draft: TaskDraft, existing: String?, timeout: WrittenDuration?, directory: String,
        _ engine: Engine, show: Front.Show
    ) throws -> (task: ID<Task>, run: Run?) {
        var surroundings = Self.surroundings(isOwnCommand: true)
        surroundings.timeout = timeout
        let duty = FrontDuty()
        let loop = try SupervisorLoop(engine, duty, surroundings, channel)
        if case .output(let sink) = show { loop.show(to: sink) }
        let task = try loop.begin(target: existing ?? draft.title) { change in
            let task =
                try existing.map { try change.targets([$0])[0] } ?? Creation(change).create([draft], hold: false)[0]
            if existing != nil { try change.checkStartable(task) }
            return try RunQueueing(change).queue(
                task, agent: nil, cause: .manual, command: command, directory: directory)
        }
        duty.begin(task)
        try loop.run()
        return (task, try lastRun(of: task, engine))
    }

    private func lastRun(of task: ID<Task>, _ engine: Engine) throws -> Run? {
        let snapshot = try engine.workspace.snapshot()
        return try snapshot.get(task)?.run.flatMap { try snapshot.get($0) }
    }

    /// The command stays in the terminal's foreground group; without a terminal it leads a group of its own.
    static func surroundings(isOwnCommand: Bool) -> RunSurroundings {
        var surroundings = RunSurroundings()
        surroundings.isOwnCommand = isOwnCommand
        surroundings.passesEnvironment = isOwnCommand
        surroundings.input = isOwnCommand ? File.input : nil
        surroundings.leadership = TerminalDevice.standardInput.isTerminal ? .none : .group
        return surroundings
    }
}

extension FrontSupervisor {
    /// Works through what waits in the workspace until the plan says that it is enough, or until it is told to stop.
    ///
    /// The first INT, TERM or HUP lets the runs that are live end; a second one cancels them.
    ///
    /// - Parameter settled: told of each run that has ended, with its task as it is then.
    public func work(_ plan: WorkPlan, _ engine: Engine, settled: @escaping (Task, Run) throws -> Void) throws {
        let loop = try SupervisorLoop(engine, WorkerDuty(plan), RunSurroundings(), channel)
        loop.tell(settled)
        try loop.run()
    }
}

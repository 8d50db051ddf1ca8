import Model
import Store
import System

/// Starts detached supervisors: in a session of their own, without a terminal, under a guard.
public struct Launcher {
    private let engine: Engine

    /// Starts supervisors for the workspace of `engine`.
    public init(_ engine: Engine) {
        self.engine = engine
    }

    /// Starts a supervisor for the runs that wait, and returns when it has started what can be started now.
    ///
    /// The caller must have nothing buffered for its standard output, and one thread.
    ///
    /// What it is to start is committed already, so that it cannot be done now is no error: the runs wait.
    ///
    /// - Parameter includingQueues: also runs of agents with dispatch `queue`.
    /// - Returns: why nothing could be started, in a sentence; nil when it could.
    public func launch(includingQueues: Bool = false) -> String? {
        let reason: String?
        do { reason = try start(includingQueues: includingQueues) } catch { reason = Failure(error).message }
        return reason.map { "the runs that wait could not be started (\($0)); tf tick tries it again" }
    }

    private func start(includingQueues: Bool) throws -> String? {
        if try wakesSurrounding() { return nil }
        let report = try Pipe()
        _ = try fork(reportingTo: report.writer, closing: [report.reader], includingQueues: includingQueues)
        report.writer.closeNow()
        // It closes when the first pass is over, or when they are gone; an error is all that is said over it.
        let reason = String(decoding: try report.reader.rest(), as: UTF8.self)
        return reason.isEmpty ? nil : reason
    }

    /// The same for a guard, whose own runs go on meanwhile: it neither waits nor is told.
    ///
    /// - Parameter files: what the guard holds, and nobody else may.
    /// - Returns: the new process; nil when the supervisor of a surrounding run starts what waits.
    func leave(closing files: [File]) throws -> Int32? {
        if try wakesSurrounding() { return nil }
        let report = try Pipe()
        defer {
            report.reader.closeNow()
            report.writer.closeNow()
        }
        return try fork(reportingTo: report.writer, closing: files + [report.reader], includingQueues: false)
    }

    /// Makes the process that becomes the guard of a new supervisor.
    private func fork(reportingTo report: File, closing files: [File], includingQueues: Bool) throws -> Int32 {
        let pid = try Process.fork()
        guard pid == 0 else { return pid }
        for file in files { file.closeNow() }
        // What the caller catches arrives in a pipe that the two processes would share.
        Signals.release()
        do {
            try Process.startSession()
            try Self.leaveStreams()
            let status = try Guard.divide({ try Self.ownEngine(engine) }, inGuard: { report.closeNow() }) { channel in
                supervise(channel, report, includingQueues: includingQueues)
            }
            Process.exit(status)
        } catch {
            Process.exit(125)
        }
    }

    /// Wakes the supervisor of the live run whose command has started this process: what is started from within a run is
    /// ended with it, but that supervisor is not, and can start more.
    ///
    /// - Returns: whether there is such a run.
    private func wakesSurrounding() throws -> Bool {
        guard let id = engine.caller.run, let run = try engine.workspace.snapshot().getValid(id),
            run.status == .running,
            try Liveness(engine.workspace).isAlive(id)
        else { return false }
        try Engine.wake(run)
        return true
    }

    private func supervise(_ channel: Channel, _ report: File, includingQueues: Bool) -> Int32 {
        do {
            let engine = try Self.ownEngine(engine)
            let supervisor = try Supervisor(
                engine, role: .detached(includingQueues: includingQueues), surroundings: RunSurroundings(),
                channel: channel)
            try supervisor.run { report.closeNow() }
            return 0
        } catch {
            do throws(SystemError) {
                try report.write(Failure(error).message.utf8)
            } catch {
                // Nobody waits for it any more.
            }
            return 125
        }
    }

    /// An engine of this process: the workspace is opened again, and there is nobody to warn.
    private static func ownEngine(_ engine: Engine) throws -> Engine {
        var options = engine.workspace.options
        options.warn = { _ in }
        return Engine(
            try engine.workspace.reopened(options: options),
            caller: Caller(actor: engine.caller.actor, depth: engine.caller.depth))
    }

    /// Standard input, output and error lead nowhere from now on, and no shell waits for them to close.
    private static func leaveStreams() throws {
        let nowhere = try File("/dev/null", .readWrite)
        for stream in [File.input, .output, .error] { try nowhere.replace(stream) }
    }
}

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
        let supervisor = try Supervisor(
            engine, role: .front(task), surroundings: Self.surroundings(isOwnCommand: false), channel: channel)
        if case .output(let sink) = show { supervisor.show(to: sink) }
        try supervisor.run()
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
        let supervisor = try Supervisor(
            engine, role: .front(ID(number: 0)), surroundings: surroundings, channel: channel)
        if case .output(let sink) = show { supervisor.show(to: sink) }
        let task = try supervisor.begin(target: existing ?? draft.title) { change in
            let task =
                try existing.map { try change.targets([$0])[0] } ?? Creation(change).create([draft], hold: false)[0]
            if existing != nil { try change.checkStartable(task) }
            return try Dispatch(change).queue(
                task, agent: nil, cause: .manual, command: command, directory: directory)
        }
        try supervisor.run()
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

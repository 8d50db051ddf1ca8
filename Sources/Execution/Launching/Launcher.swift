import Engine
import Model
import Store
import System

/// Starts detached supervisors: in a session of their own, without a terminal, under a guard.
struct Launcher {
    private let engine: Engine
    private let losses: Int

    /// Starts supervisors for the workspace of `engine`.
    ///
    /// - Parameter losses: how many were killed, one after the other, before this one was made.
    init(_ engine: Engine, after losses: Int = 0) {
        self.engine = engine
        self.losses = losses
    }

    /// Starts a supervisor for the runs that wait, and returns when it has started what can be started now.
    ///
    /// The caller must have nothing buffered for its standard output, and one thread.
    ///
    /// What it is to start is committed already, so that it cannot be done now is no error: the runs wait.
    ///
    /// - Parameter includingQueues: also runs of agents with dispatch `queue`.
    /// - Returns: why nothing could be started, in a sentence; nil when it could.
    func launch(includingQueues: Bool = false) -> String? {
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
            let status = try Guard.divide(
                { try Self.ownEngine(engine) }, after: losses, inGuard: { report.closeNow() }
            ) { channel in
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
        guard let id = engine.caller.run else { return false }
        let snapshot = try engine.workspace.snapshot()
        guard try snapshot.life(of: id) == .alive, let run = try snapshot.getValid(id) else { return false }
        try LocalMachine().wake(run)
        return true
    }

    private func supervise(_ channel: Channel, _ report: File, includingQueues: Bool) -> Int32 {
        do {
            let engine = try Self.ownEngine(engine)
            let loop = try SupervisorLoop(
                engine, DetachedDuty(includingQueues: includingQueues), RunSurroundings(), channel)
            try loop.run { report.closeNow() }
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
        return engine.with(try engine.workspace.reopened(options: options))
            .plain(caller: Caller(actor: engine.caller.actor, depth: engine.caller.depth))
    }

    /// Standard input, output and error lead nowhere from now on, and no shell waits for them to close.
    private static func leaveStreams() throws {
        let nowhere = try File("/dev/null", .readWrite)
        for stream in [File.input, .output, .error] { try nowhere.replace(stream) }
    }
}

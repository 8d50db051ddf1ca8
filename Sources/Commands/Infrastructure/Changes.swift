import Arguments
import Engine
import Execution
import Model
import Store
import System
import Terminal

// What commands that change something have in common: they commit, start what became ready, wait for what has to end,
// and print.

extension Context {
    /// The engine for this command, on behalf of its caller.
    func engine() throws -> Engine {
        Engine(try workspace(), caller: caller, commandID: commandID, ifRev: ifRev)
    }

    /// Does what a change has left to be done before the command ends: waits for runs that have to end, and starts a
    /// supervisor for runs that can begin.
    ///
    /// - Parameter grace: the time from SIGTERM to SIGKILL that was asked for.
    func discharge(
        _ obliged: consuming Obliged<Changed>, _ engine: Engine, grace: Duration? = nil,
        starting starts: Starts = .ready
    ) throws -> Discharged<Changed> {
        let done = try engine.discharge(obliged, grace: grace, starting: starts) { changed in
            for note in changed.notes { output.notice(note) }
        }
        if let problem = done.problem { output.warn(problem) }
        return done
    }

    /// Prints the tasks that a change was about, as they are when everything it caused has begun.
    ///
    /// - Parameter isBatch: whether several were asked for; then JSON is an array even when there is one.
    func report(_ done: Discharged<Changed>, _ engine: Engine, isBatch: Bool = false) throws {
        let tasks = try current(done, engine)
        try output.done(tasks, isBatch: isBatch, deduped: done.value.isRepeated) { "\($0.id) \($0.status.rawValue)" }
    }

    /// The tasks that a change was about, read again where something may have gone on since.
    func current(_ done: Discharged<Changed>, _ engine: Engine) throws -> [Task] {
        guard done.hasGoneOn else { return done.value.records.compactMap { $0.typed() } }
        let snapshot = try engine.workspace.snapshot()
        return try done.value.keys.filter { $0.kind == .task }.compactMap { key in
            try ID<Task>(key.id).flatMap { try snapshot.get($0) }
        }
    }

    /// Says what is still stopping, when something is.
    ///
    /// - Throws: `pending`.
    func refuseIfPending(_ rest: [ID<Run>]) throws {
        guard !rest.isEmpty else { return }
        let list = rest.map(\.text).joined(separator: ", ")
        throw Failure(
            .pending, "accepted, still stopping: \(list)", hint: "tf run wait \(list) waits for the end",
            details: JSONObject([("runs", .array(rest.map { .string($0.text) }))]))
    }

    // MARK: Standing in for the work

    /// Refuses `--wait` where nothing would ever run that could be waited for.
    ///
    /// - Parameter agent: the id of the agent that the task is for; nil when it is for nobody, or for a person.
    func checkWait(for agent: String?) throws {
        guard let agent else {
            throw invocation.refusal("--wait needs --agent: nothing runs for a task without one")
        }
        // One that does not exist is for the command itself to refuse.
        guard let id = ID<Agent>(agent), let found = try snapshot().get(id) else { return }
        if found.disabled { throw Failure(.refused, "the agent \(id) is disabled: --wait would wait for nothing") }
        if found.argumentVector == nil {
            throw Failure(.refused, "the agent \(id) has no command: --wait would wait for nothing")
        }
    }

    /// Waits in front until a task has no run any more, and mirrors how the last one ended. A task that waits for
    /// others, or for its time, is waited for as well.
    ///
    /// What was queued for the task runs in this process, so Ctrl-C reaches it.
    ///
    /// - Parameters:
    ///   - deduped: whether the command had been carried out before, under the same command id.
    ///   - printsRun: whether the run belongs to what `--json` prints, or the task alone.
    /// - Returns: the exit status of the process.
    func standIn(for task: ID<Task>, _ engine: Engine, deduped: Bool, printsRun: Bool = true) throws -> Int32 {
        try output.flush()
        let plain = engine.plain()
        return try Front.divide({ plain }) { front in
            inFront {
                let run = try front.wait(for: task, plain, show: show)
                return try mirror(task, run, plain, deduped: deduped, printsRun: printsRun)
            }
        }
    }

    /// Carries out the supervisor's part in front: its errors are printed there, and `tf` failing is 125.
    func inFront(_ body: () throws -> Int32) -> Int32 {
        do {
            let status = try body()
            try output.flush()
            return status
        } catch {
            return ErrorReport(error).print(output.errorForm)
        }
    }

    /// Where the command's output goes: to standard output as it comes, unless only ids or JSON are wanted there.
    var show: Front.Show {
        if output.isQuiet || output.isStructured { return .nothing }
        var isClosed = false
        return .output { bytes in
            // Nobody reads any more, as with `| head`: the command goes on, its log keeps everything.
            if isClosed { return bytes.count }
            guard try Poll.canWrite(to: File.output, within: .zero) else { return 0 }
            let chunk = Array(bytes.prefix(4096))
            do throws(SystemError) {
                try File.output.write(chunk)
            } catch {
                guard error.isBrokenPipe else { throw error }
                isClosed = true
            }
            return chunk.count
        }
    }

    /// Prints how the task and its last run ended.
    ///
    /// - Returns: what the command exited with, as the process is to exit.
    func mirror(
        _ id: ID<Task>, _ run: Run?, _ engine: Engine, deduped: Bool = false, printsRun: Bool = true
    ) throws -> Int32 {
        let task = try engine.workspace.snapshot().get(id)
        if output.isStructured {
            var shown = JSONObject([("task", task?.shownJSON ?? .null), ("run", run?.shownJSON ?? .null)])
            if !printsRun, let task = task?.shownJSON.object { shown = task }
            if deduped { shown["deduped"] = true }
            try output.json(.object(shown))
        } else if output.isQuiet {
            try output.line(id.text)
        } else if let task, let run {
            var text = "\(task.id) \(task.status.rawValue) (\(run.id)"
            if let outcome = run.outcome { text += ", \(outcome)" }
            if let usage = run.usage { text += ", " + Duration.milliseconds(usage.wallMilliseconds).humanReadable }
            output.notice(text + ")")
        }
        guard let run else {
            throw Failure(.refused, "\(id) has no run" + (try task.map { ": it " + (try whatKeeps($0, engine)) } ?? ""))
        }
        let status = run.mirroredStatus
        // The command may have settled its task otherwise than it then exited.
        let successes: [TaskStatus] = [.done, .review, .scheduled, .running]
        return status == 0 && task.map { successes.contains($0.status) } == false ? ExitStatus.refused.rawValue : status
    }

    /// Why a task has no run, completing a sentence that begins with it.
    private func whatKeeps(_ task: Task, _ engine: Engine) throws -> String {
        let readiness = Readiness(in: try engine.workspace.snapshot(), at: clock.now())
        return try readiness.causes(task).first?.text ?? "is \(task.status.rawValue)"
    }
}

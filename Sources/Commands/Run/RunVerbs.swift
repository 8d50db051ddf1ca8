import Arguments
import Engine
import Execution
import Model
import Store
import System

/// `tf run start`
enum RunStartCommand {
    static let task = Argument("TASK", .task, "the task")
    static let agent = Option("agent", short: "a", .agent, "assign it to this agent first")
    static let wait = Flag("wait", "stay until the work has ended, and exit as it did; Ctrl-C cancels it")

    static let command = Command(
        "start", "start a run for a task",
        discussion: "Runs the command of the agent that the task is assigned to. Ends what --no-run has held back.",
        examples: [Example("tf run start T-1 --wait", "run it and exit as the command did")],
        parameters: [task, agent, wait], run: performing(start))

    static func start(_ context: Context) throws -> Int32 {
        let engine = try context.engine()
        let done = try context.discharge(
            engine.startRun(for: try context.required(task), agent: context[agent]), engine,
            starting: context[wait] ? .inFront : .ready)
        let changed = done.value
        guard let task: Task = changed.first() else { throw Failure.notFound("the task") }
        if context[wait] { return try context.standIn(for: task.id, engine, deduped: changed.isRepeated) }
        try context.reportRun(of: task.id, engine, deduped: changed.isRepeated)
        return ExitStatus.done.rawValue
    }
}

/// `tf run wait`
enum RunWait {
    static let runs = Argument("RUN", .run, "the run, or a task: its last one", .many(atLeast: 1))
    static let timeout = Option("timeout", .duration, "how long to wait at most")

    static let command = Command(
        "wait", "wait for runs to end",
        discussion: "Exits as the command of the run did; of several, as the first that did not succeed.",
        examples: [Example("tf run wait R-1 --timeout 10m", "wait for it, but not for ever")],
        parameters: [runs, timeout], exitCodes: [ExitCode(124, "the time is over")], run: performing(wait))

    static func wait(_ context: Context) throws -> Int32 {
        let engine = try context.engine()
        var progress = context.output.progress()
        let isTold = !context.output.isQuiet && !context.output.isStructured
        let waited = try engine.wait(forRuns: context.all(runs), within: context[timeout]?.value) { runs in
            let open = runs.filter { !$0.status.isTerminal }.map { "\($0.id) (\($0.status.rawValue))" }
            if isTold, !open.isEmpty { progress.show("waiting for " + open.joined(separator: ", ")) }
        }
        progress.clear()
        let runs = waited.records
        if waited.end == .interrupted {
            let rest = runs.map(\.id.text).joined(separator: " ")
            return context.interrupted("the work goes on", comingBackWith: "tf run wait \(rest)", "waits again")
        }
        if let id = waited.deleted.first { throw Failure.notFound("run \(id)") }
        try context.output.done(runs, isBatch: context.all(Self.runs).count > 1) { run in
            "\(run.id) \(run.status.rawValue)" + (run.outcome.map { $0 == run.status.rawValue ? "" : " (\($0))" } ?? "")
        }
        if waited.end == .timeOver { return 124 }
        return runs.map(\.mirroredStatus)
            .first { $0 != 0 } ?? 0
    }
}

/// `tf run cancel`
enum RunCancel {
    static let run = Argument("RUN", .run, "the run", .many(atLeast: 1))
    static let reason = Option("reason", short: "r", .text, "why")
    static let grace = Option("grace", .duration, "the time from SIGTERM to SIGKILL")

    static let command = Command(
        "cancel", "cancel the task of a run",
        discussion: "The same as tf task cancel for the run's task. What a trigger has started is stopped by itself.",
        examples: [Example("tf run cancel R-1", "stop it")],
        parameters: [run, reason, grace], exitCodes: [ExitCode(6, "accepted, still stopping")],
        run: performing(cancel))

    static func cancel(_ context: Context) throws {
        let engine = try context.engine()
        let runs = context.all(run)
        var options = VerbOptions()
        options.reason = context[reason]
        options.grace = context[grace]
        let done = try context.discharge(engine.cancel(runs: runs, options), engine, grace: options.grace?.value)
        try context.refuseIfPending(done.pending)
        let snapshot = try engine.workspace.snapshot()
        try context.output.done(
            try done.value.keys.compactMap { key in
                switch try snapshot.record(key) {
                case .task(let task): (Shown(task), "\(task.id) \(task.status.rawValue)")
                case .run(let run): (Shown(run), "\(run.id) \(run.status.rawValue)")
                default: nil
                }
            }, isBatch: runs.count > 1)
    }
}

/// `tf run retry`
enum RunRetry {
    static let run = Argument("RUN", .run, "the run", .many(atLeast: 1))

    static let command = Command(
        "retry", "try the task of a run again", discussion: "The same as tf task retry for the run's task.",
        examples: [Example("tf run retry R-1", "run it once more")], parameters: [run], run: performing(retry))

    static func retry(_ context: Context) throws {
        let engine = try context.engine()
        let tasks = try context.all(run).map { try engine.task(ofRun: $0).id.text }
        let done = try context.discharge(engine.perform(.retry, on: tasks), engine)
        try context.report(done, engine, isBatch: tasks.count > 1)
    }
}

import Arguments
import Engine
import Execution
import Model
import Store
import System
import Terminal

/// `tf run show`
enum RunShow {
    static let run = Argument("RUN", .run, "the run, or a task: its last one")

    static let command = Command(
        "show", "show a run",
        examples: [
            Example("tf run show R-3", "what it ran, how it ended, what it used"),
            Example("tf run show T-1", "the last run of a task"),
        ],
        parameters: [run], run: performing(show))

    static func show(_ context: Context) throws {
        let snapshot = try context.snapshot()
        let run = try snapshot.observed(try snapshot.run(orLastOf: try context.required(run)))
        try context.output.show(Shown(run)) { details(of: run, in: snapshot, context) }
    }

    private static func details(of run: Run, in snapshot: Snapshot, _ context: Context) -> String {
        let output = context.output
        func moment(_ moment: Timestamp?) -> String? { moment.map(output.text(of:)) }
        var details = Details()
        details.add("id", run.id.text, .bold)
        details.add("task", run.task?.text)
        details.add("trigger", run.trigger?.text)
        details.add("event", run.event.map { "\($0["seq"]?.integer ?? 0) \($0["type"]?.string ?? "")" })
        details.add("agent", run.agent?.text)
        details.add("status", run.status.rawValue, run.status.style)
        details.add("outcome", run.outcome)
        details.add("error", run.error)
        details.add("attempt", String(run.attempt))
        details.add("cause", run.cause.rawValue + (run.depth > 0 ? ", depth \(run.depth)" : ""))
        details.add("command", run.command.isEmpty ? nil : run.command.map(\.shellWord).joined(separator: " "))
        details.add("directory", run.cwd)
        details.add("host", run.host)
        details.add("process", run.process.map { String($0.pid) })
        details.add("supervisor", run.supervisor.map { String($0.pid) })
        details.add("queued", output.text(of: run.queuedAt))
        details.add("not before", moment(run.notBefore))
        details.add("started", moment(run.startedAt))
        details.add("ended", moment(run.endedAt))
        details.add("took", run.duration(at: context.clock.now())?.humanReadable)
        if let stop = run.stop {
            let reason = stop.reason.map { " (\($0))" } ?? ""
            details.add("stop", "\(stop.verb.rawValue) by \(stop.actor) \(output.text(of: stop.at))\(reason)")
        }
        if let usage = run.usage {
            let (user, system) = (usage.userMilliseconds, usage.systemMilliseconds)
            details.add("processor", "user \(duration(user)), system \(duration(system))")
            details.add("memory", ByteCount(Int64(max(0, usage.maximumResidentBytes))).humanReadable)
        }
        let outputs = run.outputs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        details.add("outputs", outputs.isEmpty ? nil : outputs.joined(separator: "\n"))
        details.add("log", snapshot.workspace.path + "/" + Layout.log(run.id))
        return details.render(painter: output.painter)
    }

    private static func duration(_ milliseconds: Int) -> String { Duration.milliseconds(milliseconds).humanReadable }
}

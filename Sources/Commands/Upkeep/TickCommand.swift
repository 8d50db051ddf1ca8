import Arguments
import Engine
import Execution
import Model
import Store
import System

/// `tf tick`
enum TickCommand {
    static let watch = Flag("watch", "stay, and make a pass whenever something is due")
    static let dryRun = Flag("dry-run", short: "n", "say what would be done, and do nothing")

    static let command = Command(
        "tick", "make one pass over everything that is due",
        discussion: """
            Finishes what was interrupted, takes edits by hand into the journal, takes back tasks whose lease has expired, \
            settles lost runs, tells triggers what nobody has told them, queues runs for tasks \
            whose time has come, and starts queued runs, those of agents with dispatch queue included. A line for each \
            thing that it does. From cron: * * * * * cd DIR && tf tick -q
            """,
        examples: [
            Example("tf tick", "one pass"), Example("tf tick --dry-run", "what a pass would do"),
            Example("tf tick --watch", "until it is interrupted"),
        ],
        parameters: [OneOf([watch, dryRun])], run: performing(tick))

    static func tick(_ context: Context) throws {
        let engine = try context.engine()
        guard context[watch] else { return try pass(context, engine) }
        let signals = try Signals(catching: [.interrupt, .terminate, .hangUp])
        let files = FileWatch([engine.workspace.path + "/" + Layout.journal])
        while true {
            try pass(context, engine)
            try context.output.flush()
            _ = try Poll.wait(for: [signals.file] + (files.file.map { [$0] } ?? []), within: try wait(engine))
            try files.drain()
            if try !signals.arrivals().isEmpty { return }
            // Supervisors that it has started and that have ended.
            while case .ended = try Process.collect() {}
        }
    }

    /// How long until something is due by itself; a lost run tells nobody, so that is looked for from time to time.
    private static func wait(_ engine: Engine) throws -> Duration {
        let now = engine.workspace.clock.now()
        return max(.milliseconds(10), min(.seconds(30), try engine.nextDue().map { $0.since(now) } ?? .seconds(30)))
    }

    private static func pass(_ context: Context, _ engine: Engine) throws {
        let done = try engine.discharge(engine.tick(dryRun: context[dryRun]), starting: .readyAndQueued)
        var report = done.value
        for invalid in report.invalid { context.output.warn("\(invalid)") }
        if let problem = done.problem {
            context.output.warn(problem)
            try report.forgetUnstarted(in: engine)
        }
        switch context.output.form {
        case .json, .jsonLines:
            try context.output.json([
                "actions": .array(report.actions.map(\.json)), "dry_run": .bool(context[dryRun]),
                "invalid": .array(report.invalid.map { ["file": $0.file.json, "reason": $0.reason.json] }),
                "summary": .object(summary(of: report)),
            ])
        case .text, .template:
            for action in report.actions {
                try context.output.line(context.output.isQuiet ? action.about : action.text)
            }
        }
    }

    private static func summary(of report: TickReport) -> JSONObject {
        JSONObject(
            TickAction.Kind.allCases.map { kind in
                (kind.rawValue, report.actions.count { $0.kind == kind }.json)
            })
    }
}

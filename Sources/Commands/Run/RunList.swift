import Arguments
import Engine
import Model
import Store
import System
import Terminal

/// `tf run list`
enum RunList {
    static let task = Option("task", short: "t", .task, "those of a task")
    static let agent = Option("agent", short: "a", .agent, "those of an agent")
    static let status = Option(
        "status", short: "s", .runStatus, "those with this status", repeats: true)
    static let withoutTriggers = Flag("no-triggers", "without what triggers, hooks and notify_command run")
    static let limit = Option("limit", short: "n", .integer(0...Int.max), "at most N")

    static let command = Command(
        "list", "list runs",
        discussion: """
            Lists runs, the newest first. In the place of an agent, the command of a trigger, a hook or notify_command \
            has the trigger's name in parentheses.
            """,
        examples: [
            Example("tf run list --status running", "what is running"),
            Example("tf run list --task T-12", "every attempt at a task"),
        ],
        parameters: [Section("Filters", [task, agent, status, withoutTriggers]), limit], aliases: ["ls"],
        run: performing(list))

    static func list(_ context: Context) throws {
        let snapshot = try context.snapshot()
        var runs: [Run]
        if let reference = context[task] {
            runs = try snapshot.records(tagged: .runs(of: try snapshot.task(reference).id))
        } else {
            runs = try snapshot.all()
        }
        runs = try runs.map(snapshot.observed)
        if let name = context[agent] {
            let agent = try snapshot.agent(name).id
            runs = runs.filter { $0.agent == agent }
        }
        let statuses = Set(context.all(status))
        if !statuses.isEmpty { runs = runs.filter { statuses.contains($0.status) } }
        if context[withoutTriggers] { runs.removeAll(where: \.isReaction) }
        runs = runs.reversed()
        if let limit = context[limit] { runs = Array(runs.prefix(limit)) }
        try context.output.list(runs, listing(context))
    }

    private static func listing(_ context: Context) -> Listing<Run> {
        let output = context.output
        let now = context.clock.now()
        return Listing(
            columns: [
                .init("id") { Cell($0.id.text) },
                .init("task") { Cell($0.task?.text) },
                .init("status") { Cell($0.status.rawValue, $0.status.style) },
                .init("agent", shrink: .to(6, order: 1)) { Cell($0.agent?.text ?? $0.trigger.map { "(\($0))" }) },
                .init("outcome", shrink: .to(8)) { Cell($0.outcome) },
                .init("attempt", .right, fromWidth: 80) { Cell(String($0.attempt)) },
                .init("started", fromWidth: 60) { Cell($0.startedAt.map(output.text(of:)), .dim) },
                .init("took", .right, fromWidth: 60) { Cell($0.duration(at: now)?.humanReadable) },
            ],
            id: { $0.id.text }, shown: { Shown($0) },
            empty: context[limit] == 0 ? TaskList.noneWanted : "no runs; tf task assign T --agent A starts one")
    }
}

extension Run {
    /// How long it took, or has taken so far; nil when it was not started.
    func duration(at now: Timestamp) -> Duration? { startedAt.map { (endedAt ?? max(now, $0)).since($0) } }
}

import Arguments
import Engine
import Model
import Store
import System
import Terminal

/// `tf prime`
enum PrimeCommand {
    static let command = Command(
        "prime", "print what a coding agent needs to know to work here",
        discussion: """
            Prints, as Markdown of less than 60 lines, what is ready, what goes on, the commands to work with, and how \
            to report back. Within a run it is about the run's own task. Have an agent run it before it begins: a line \
            in AGENTS.md or CLAUDE.md, or a hook at the start of its session.
            """,
        examples: [
            Example("tf prime", "read what an agent is told"),
            Example("echo 'Before you begin, run `tf prime`.' >> AGENTS.md", "have every agent read it"),
        ],
        parameters: [], run: performing(print))

    static func print(_ context: Context) throws {
        let collected = try PrimeContext(of: context)
        let text = Prime(collected).text
        var json = JSONObject([
            ("workspace", collected.path.json), ("ready", .array(collected.ready.map(\.listedJSON))),
            ("prime", text.json),
        ])
        json["task"] = collected.own?.id.json
        let shown = Shown(id: collected.path, json: .object(json), fields: ["workspace", "task", "ready", "prime"])
        try context.output.show(shown) { text.visibleBlock }
    }
}

/// What ``Prime`` tells of, collected from the workspace.
struct PrimeContext {
    let path: String
    /// The task that the caller works on, when it is a run's command.
    let own: Task?
    /// How far the caller reaches.
    let scope: Scope
    /// What could be started now, in the order in which it would be worked on.
    private(set) var ready: [TaskRow] = []
    private(set) var running: [TaskRow] = []
    /// The work on those that are running.
    let work: [ID<Task>: TaskWork]
    /// What goes on only when a person does something.
    private(set) var stuck: [TaskRow] = []
    /// How many tasks have not ended.
    let open: Int

    init(of context: Context) throws {
        let snapshot = try context.snapshot()
        path = snapshot.workspace.root
        own = try context.caller.task.flatMap { try snapshot.getValid($0) }
        scope = try Scope(of: context.caller, in: snapshot)
        let table = try snapshot.tasks()
        let now = context.clock.now()
        let readiness = Readiness(in: snapshot, at: now)
        work = try snapshot.work(on: table.rows, at: now)
        for task in table.rows {
            switch task.status {
            case .todo: if try readiness.isReady(task, among: table) { ready.append(task) }
            case .running: running.append(task)
            case .review, .blocked: stuck.append(task)
            default: break
            }
        }
        open = table.rows.count { !$0.status.isTerminal }
        ready = ready.inWorkOrder()
        running = running.inWorkOrder()
        stuck = stuck.inWorkOrder()
    }
}

/// What a coding agent needs to know to work in a workspace: Markdown of less than 60 lines.
struct Prime {
    private static let mostReady = 10
    private static let mostOthers = 4
    private static let titleWidth = 100

    private let context: PrimeContext

    /// Renders what was collected.
    init(_ context: PrimeContext) {
        self.context = context
    }

    /// The text, with a newline at its end.
    var text: String {
        let parts = context.own.map { inside($0) } ?? outside
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    // MARK: The parts

    private var outside: [String] {
        [
            """
            # Tasks are kept with tf

            `tf` keeps the tasks of \(context.path.visibleLine) as files, shared with people and other agents.
            Take work from it, and report to it: it is the only list. \(context.open) \
            \(context.open == 1 ? "task has" : "tasks have") not ended.
            """,
            section("Ready now", context.ready, most: Self.mostReady, rest: "tf task list --ready")
                ?? "## Ready now\n\nNothing is ready. `tf task why T-1` says what a task waits for.",
            section("Going on", context.running, most: Self.mostOthers, rest: "tf task list --status running") ?? "",
            section(
                "Waits for a person", context.stuck, most: Self.mostOthers,
                rest: "tf task list --status review --status blocked") ?? "",
            """
            ## Commands

            - `tf task show T-1` tells everything of a task, `tf task prompt T-1` what to know before working on it
            - `tf task claim --as NAME` takes the next one: it prints the id and a token, for TF_LEASE or `--lease`
            - `tf task create TITLE -d TEXT --parent T-1 --depends-on T-2` notes work that you find on the way
            - `tf task edit T-1 --label +x --artifact PATH` changes a task
            - `tf task list QUERY` finds tasks; `--json` prints any result as JSON, with the fields of the records
            """,
            """
            ## Reporting

            Nothing is done before you have said so:

            - `tf task heartbeat T-1 --note TEXT --percent N`: still at it; a lease lasts 30 seconds unless `claim` is
              given `--lease 10m`, and one that expires hands the task back
            - `tf task comment T-1 TEXT`: what the next one should know
            - `tf task complete T-1`: done; what depends on it becomes ready
            - `tf task submit T-1`: done, and a person has to look
            - `tf task block T-1 --reason TEXT`: what you cannot go on without
            - `tf task release T-1`: back to the others, not done

            A command that exits with another status than 0 has changed nothing; its one line says why.
            """,
        ]
    }

    private func inside(_ task: Task) -> [String] {
        let run = task.run.map { " in run \($0)" } ?? ""
        return [
            """
            # You work on \(task.id)\(run)

            \(task.title.visibleLine.truncated(toWidth: Self.titleWidth))

            `tf task prompt` prints all there is to know of it: feedback, dependencies, earlier runs, comments.
            """,
            "## Reporting\n\n" + Prompt.reportingContract,
            """
            ## Further work

            - `tf task create TITLE --parent \(task.id)` notes work that belongs to it
            - `tf task list`, `tf task tree`, `tf task why T-1`, `tf task comments T-1`, `tf task history T-1` and
              `tf events` look around in the whole workspace
            \(reach)
            """,
        ]
    }

    /// What can be shown in full, and changed.
    private var reach: String {
        if context.scope.isWorkspace {
            return "- `tf task show T-1` tells everything of a task; every task can be changed"
        }
        let shown = "- `tf task show T-1` and `tf task prompt T-1` tell everything of"
        let reached = "your own task, its children and its flow's"
        return context.scope.showsWorkspace
            ? "\(shown) a task; only \(reached)\n  can be changed"
            : "\(shown) \(reached),\n  and only these can be changed"
    }

    /// A heading and tasks; nil when there are none.
    private func section(_ heading: String, _ tasks: [TaskRow], most: Int, rest command: String) -> String? {
        guard !tasks.isEmpty else { return nil }
        var lines = tasks.prefix(most).map(line)
        if tasks.count > most { lines.append("- and \(tasks.count - most) more: `\(command)`") }
        return "## \(heading)\n\n" + lines.joined(separator: "\n")
    }

    /// `- T-4 urgent: Fix the login (web; @alice)`
    private func line(_ task: TaskRow) -> String {
        let priority = task.priority == .normal ? "" : " \(task.priority.rawValue)"
        let status = task.status == .todo || task.status == .running ? "" : " \(task.status.rawValue)"
        let work = context.work[task.id]
        let who = work?.holderText ?? task.assignee?.text
        let facts = [task.labels.joined(separator: ", "), who ?? "", work?.progress ?? ""].filter { !$0.isEmpty }
        let tail = facts.isEmpty ? "" : " (\(facts.joined(separator: "; ")))"
        let title = task.title.visibleLine.truncated(toWidth: Self.titleWidth)
        return "- \(task.id)\(priority)\(status): \(title)\(tail.visibleLine)"
    }
}

import Arguments
import Engine
import Model
import Store
import System
import Terminal

/// `tf task list`
enum TaskList {
    static let words = Argument(
        "QUERY", .text, "words and terms such as label:ci; see tf help query", .many(atLeast: 0))
    static let status = Option("status", short: "s", .status, "those with this status", repeats: true)
    static let label = Option("label", short: "l", .label, "those with this label", repeats: true)
    static let agent = Option("agent", short: "a", .agent, "those assigned to an agent")
    static let user = Option("user", short: "u", .user, "those assigned to a user")
    static let flow = Option("flow", .flow, "those of a flow")
    static let parent = Option("parent", .task, "the children of a task")
    static let ready = Flag("ready", "those that could be started now")
    static let overdue = Flag("overdue", "those that should have been done by now")
    static let all = Flag("all", "also those that have ended")
    static let sort = Option("sort", .taskOrder, "order by a key, or by several separated by commas")
    static let limit = Option("limit", short: "n", .integer(0...Int.max), "at most N")

    /// What is said of a list that is empty because nothing was asked for.
    static let noneWanted = "--limit 0 shows nothing"

    static let command = Command(
        "list", "list tasks",
        discussion: """
            Lists the tasks that have not ended, unless --all, --status or the query says otherwise, in the order in \
            which they would be worked on: by priority, then due, then age. Several statuses mean any of them, several \
            labels all of them. What QUERY can say is explained by 'tf help query'.

            --sort takes created, updated, due, priority, id, title and status, the earliest, smallest or most urgent \
            first; '-' before a key turns it round. Tasks without a due time come last in any case.
            """,
        examples: [
            Example("tf task list", "what is to be done"),
            Example("tf task list --ready --agent coder", "what an agent could start with"),
            Example("tf task list status:failed label:ci flaky", "what has failed in CI and says flaky"),
            Example("tf task list 'due:<+2d' -label:later", "what is due within two days, unless it can wait"),
            Example("tf task list --all --sort -updated --limit 10", "what was changed last"),
            Example(#"tf task list --format '{id}\t{title}'"#, "for a script"),
        ],
        parameters: [
            words, Section("Filters", [status, label, OneOf([agent, user]), flow, parent, ready, overdue, all]), sort,
            limit,
        ],
        aliases: ["ls"], isQueryWord: { Query.isNegatedField($0) }, run: performing(list))

    static func list(_ context: Context) throws {
        var query = try context.query(words)
        let snapshot = try context.snapshot()
        filter(context).narrow(&query)
        let table = try snapshot.tasks()
        let search = TaskSearch(query, order: context[sort] ?? TaskOrder(), limit: context[limit] ?? .max)
        let tasks = try search.tasks(among: table, in: snapshot, at: context.clock.now())
        let isTable = if case .text = context.output.form { !context.output.isQuiet } else { false }
        let work = isTable ? try snapshot.work(on: tasks, at: context.clock.now()) : [:]
        try context.output.list(tasks, listing(context, snapshot, work, isEmpty: table.rows.isEmpty))
    }

    private static func filter(_ context: Context) -> TaskFilter {
        var filter = TaskFilter()
        filter.statuses = context.all(status)
        filter.labels = context.all(label)
        filter.agent = context[agent]
        filter.user = context[user]
        filter.flow = context[flow]
        filter.parent = context[parent]
        filter.isReady = context[ready]
        filter.isOverdue = context[overdue]
        filter.includesEnded = context[all]
        return filter
    }

    private static func listing(
        _ context: Context, _ snapshot: Snapshot, _ work: [ID<Task>: TaskWork], isEmpty: Bool
    ) -> Listing<TaskRow> {
        let output = context.output
        let now = context.clock.now()
        return Listing(
            columns: [
                .init("id") { Cell($0.id.text) },
                .init("status") { Cell($0.status.rawValue, $0.status.style) },
                .init("title", shrink: .to(16)) { Cell($0.text(.title)) },
                .init("priority", fromWidth: 60) { Cell($0.priority.rawValue, $0.priority.style) },
                .init("assignee", shrink: .to(8, order: 1), fromWidth: 60) { Cell($0.assignee?.text) },
                .init(
                    "holder", shrink: .to(8, order: 1), fromWidth: 60,
                    ifAny: { !work.isEmpty && work[$0.id]?.holder != nil }
                ) {
                    task in
                    Cell(work[task.id]?.holderText, work[task.id]?.holderStyle ?? .plain)
                },
                .init(
                    "progress", shrink: .to(8, order: 1), fromWidth: 80,
                    ifAny: { !work.isEmpty && work[$0.id]?.progress != nil }
                ) {
                    Cell(work[$0.id]?.progress)
                },
            ] + TaskFields.columns(output, at: now) + [
                .init("updated", fromWidth: work.isEmpty ? 60 : 100) { Cell(output.text(of: $0.updatedAt), .dim) }
            ],
            id: { $0.id.text }, shown: { try snapshot.get($0.id).map { Shown($0, lease: try snapshot.lease(of: $0)) } },
            empty: isEmpty
                ? "no tasks yet: tf task create TITLE makes one"
                : context[limit] == 0 ? Self.noneWanted : "no task fits; --all shows ended ones too")
    }
}

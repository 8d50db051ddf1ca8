import Arguments
import Engine
import Model
import Store
import System
import Terminal

/// `tf task list`
enum TaskList {
    static let status = Option("status", short: "s", .status, "those with this status", repeats: true)
    static let label = Option("label", short: "l", .label, "those with this label", repeats: true)
    static let agent = Option("agent", short: "a", .agent, "those assigned to an agent")
    static let user = Option("user", short: "u", .user, "those assigned to a user")
    static let flow = Option("flow", .flow, "those of a flow")
    static let parent = Option("parent", .task, "the children of a task")
    static let ready = Flag("ready", "those that could be started now")
    static let overdue = Flag("overdue", "those that should have been done by now")
    static let all = Flag("all", "also those that have ended")
    static let limit = Option("limit", short: "n", .integer(0...Int.max), "at most N")

    static let command = Command(
        "list", "list tasks",
        discussion: """
            Lists the tasks that have not ended, unless --all or --status says otherwise, in the order in which they \
            would be worked on: by priority, then due, then age. Several statuses mean any of them, several labels all \
            of them.
            """,
        examples: [
            Example("tf task list", "what is to be done"),
            Example("tf task list --ready --agent coder", "what an agent could start with"),
            Example("tf task list --status failed --label ci", "what has failed in CI"),
            Example(#"tf task list --format '{id}\t{title}'"#, "for a script"),
        ],
        parameters: [
            Section("Filters", [status, label, OneOf([agent, user]), flow, parent, ready, overdue, all]), limit,
        ],
        aliases: ["ls"], run: performing(list))

    static func list(_ context: Context) throws {
        let snapshot = try context.snapshot()
        let all = try snapshot.taskSummaries()
        var tasks = try filter(all, context, snapshot)
        if context[ready] {
            tasks = try Readiness(in: snapshot, at: context.clock.now()).ready(among: tasks, of: all)
        }
        // Positions are sorted, because what lists show of a task is large.
        let order = tasks.indices.sorted { WorkOrder.precedes(tasks[$0], tasks[$1]) }
        tasks = order.prefix(context[limit] ?? .max).map { tasks[$0] }
        try context.output.list(tasks, listing(context, snapshot, isEmpty: all.isEmpty))
    }

    private static func filter(
        _ tasks: [TaskSummary], _ context: Context, _ snapshot: Snapshot
    ) throws -> [TaskSummary] {
        let statuses = Set(context.all(status))
        let labels = context.all(label)
        let assignee = try assignee(context, snapshot)
        let parent = try context[parent].map { try snapshot.task($0).id.text }
        let flow = context[flow].map { Identifier.canonical($0, prefix: RecordKind.flow.prefix ?? "") ?? $0 }
        let now = context.clock.now()
        let showsEnded = context[all]
        let wantsOverdue = context[overdue]
        return tasks.filter { task in
            guard statuses.isEmpty ? showsEnded || !task.status.isTerminal : statuses.contains(task.status) else {
                return false
            }
            if wantsOverdue, !task.isOverdue(at: now) { return false }
            if let assignee, task.assignee != assignee { return false }
            if let flow, task.flow != flow { return false }
            if let parent, task.parent != parent { return false }
            return labels.allSatisfy(task.labels.contains)
        }
    }

    private static func assignee(_ context: Context, _ snapshot: Snapshot) throws -> Assignee? {
        if let user = context[user] { return .user(user) }
        guard let name = context[agent] else { return nil }
        return .agent(try snapshot.agent(name).id)
    }

    private static func listing(
        _ context: Context, _ snapshot: Snapshot, isEmpty: Bool
    ) -> Listing<TaskSummary> {
        let output = context.output
        let now = context.clock.now()
        return Listing(
            columns: [
                .init("id") { Cell($0.id.text) },
                .init("status") { Cell($0.status.rawValue, $0.status.style) },
                .init("title", shrink: .to(16)) { Cell($0.title) },
                .init("priority", fromWidth: 60) { Cell($0.priority.rawValue, $0.priority.style) },
                .init("assignee", shrink: .to(8, order: 1), fromWidth: 60) { Cell($0.assignee?.text) },
                .init("due", fromWidth: 80) { task in
                    Cell(task.due.map(output.text(of:)), task.isOverdue(at: now) ? .red : .plain)
                },
                .init("updated", fromWidth: 60) { Cell(output.text(of: $0.updatedAt), .dim) },
                .init("labels", shrink: .to(8, order: 1), fromWidth: 100) { Cell($0.labels.joined(separator: ",")) },
            ],
            id: { $0.id.text }, shown: { try snapshot.get($0.id).map { Shown($0, lease: try snapshot.lease(of: $0)) } },
            empty: isEmpty ? "no tasks yet: tf task create TITLE makes one" : "no task fits; --all shows ended ones too"
        )
    }
}

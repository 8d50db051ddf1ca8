import Arguments
import Engine
import MCP
import Model
import Store
import System

/// `list_tasks`
enum ListTasksTool {
    static let query = ToolArgument(
        "query", .text(.text),
        "Words and field:value terms, such as 'label:ci priority:>=high flaky'; -field:value leaves out.")
    static let status = ToolArgument("status", .words(.status), "Those with any of these statuses.")
    static let labels = ToolArgument("labels", .texts(.label), "Those with all of these labels.")
    static let agent = ToolArgument("agent", .text(.agent), "Those assigned to an agent.")
    static let user = ToolArgument("user", .text(.user), "Those assigned to a user.")
    static let flow = ToolArgument("flow", .text(.flow), "Those of a flow.")
    static let parent = ToolArgument("parent", .text(.task), "The children of a task.")
    static let ready = ToolArgument("ready", .flag, "Those that could be started now.")
    static let overdue = ToolArgument("overdue", .flag, "Those that should have been done by now.")
    static let all = ToolArgument("all", .flag, "Also those that have ended.")
    static let sort = ToolArgument(
        "sort", .text(.taskOrder),
        "created, updated, due, priority, id, title or status, several separated by commas, '-' before one for the "
            + "reverse; the order in which tasks would be worked on unless given.")
    static let limit = ToolArgument(
        "limit", .integer(0...10_000), "At most so many: \(usualLimit) unless given. 'total' says how many fit.")

    /// A client reads all of it into a model's context.
    private static let usualLimit = 100

    static func tool(_ session: ToolSession) -> Tool {
        Tool(
            "list_tasks", "List tasks",
            "Lists tasks that have not ended, in the order in which they would be worked on. show_task tells the rest "
                + "of one.",
            .reads,
            arguments: [query, status, labels, agent, user, flow, parent, ready, overdue, all, sort, limit],
            result: ToolResults.schema(
                ("tasks", ["type": "array", "items": ToolResults.listedTask]), ("total", ["type": "integer"]))
        ) { call in
            let snapshot = try session.snapshot()
            let search = TaskSearch(
                try wanted(call, session), order: call[sort] ?? TaskOrder(), limit: .max)
            let tasks = try search.tasks(among: try snapshot.tasks(), in: snapshot, at: session.now)
            return JSONObject([
                ("tasks", .array(tasks.prefix(call[limit] ?? usualLimit).map(\.listedJSON))),
                ("total", tasks.count.json),
            ])
        }
    }

    private static func wanted(_ call: ToolCall, _ session: ToolSession) throws -> Query {
        var query: Query
        do throws(QueryFault) {
            query = try session.context.query(call[self.query] ?? "")
        } catch {
            throw Failure(.usage, error.message, hint: error.hint)
        }
        var filter = TaskFilter()
        filter.statuses = call[status] ?? []
        filter.labels = call[labels] ?? []
        filter.agent = call[agent]
        filter.user = call[user]
        filter.flow = call[flow]
        filter.parent = call[parent]
        filter.isReady = call[ready] ?? false
        filter.isOverdue = call[overdue] ?? false
        filter.includesEnded = call[all] ?? false
        filter.narrow(&query)
        return query
    }
}

extension ToolResults {
    /// A task among others: what the index holds of it.
    static let listedTask: JSON = [
        "type": "object",
        "properties": [
            "id": ["type": "string"], "title": ["type": "string"], "status": ["type": "string"],
            "priority": ["type": "string"],
        ],
        "required": ["id", "title", "status", "priority"],
    ]
}

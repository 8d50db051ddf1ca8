import Arguments
import Engine
import MCP
import Model
import Store

/// `show_task`
enum ShowTaskTool {
    static func tool(_ session: ToolSession) -> Tool {
        Tool(
            "show_task", "Show a task",
            "Everything about one task: its record, whether it is ready or what it waits for, its comments and its runs.",
            .reads, arguments: [CommonArguments.task],
            result: ToolResults.schema(
                ("task", ToolResults.task), ("ready", ["type": "boolean"]),
                ("waits", ["type": "array", "items": ["type": "string"]]), ("comments", ToolResults.records),
                ("runs", ToolResults.records))
        ) { call in
            try session.details(of: try session.task(call))
        }
    }
}

extension ToolSession {
    /// A task and what belongs to it.
    func details(of reference: String) throws -> JSONObject {
        let snapshot = try snapshot()
        let task = try snapshot.task(reference)
        try context.checkReach(of: task, in: snapshot)
        let causes = try Readiness(in: snapshot, at: now).causes(task)
        let comments = try snapshot.records(tagged: .comments(on: task.id), of: Comment.self)
        let runs = try snapshot.records(tagged: .runs(of: task.id), of: Run.self).map(snapshot.observed)
        return JSONObject([
            ("task", try shown(task, in: snapshot)), ("ready", causes.isEmpty.json),
            ("waits", causes.map { "it " + $0.text }.json), ("comments", .array(comments.map(\.shownJSON))),
            ("runs", .array(runs.map(\.shownJSON))),
        ])
    }
}

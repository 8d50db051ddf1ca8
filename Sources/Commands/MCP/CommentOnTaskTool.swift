import Arguments
import Engine
import Execution
import MCP
import Model

/// `comment_on_task`
enum CommentOnTaskTool {
    static let text = ToolArgument("text", .text(.text), "What is to be said, as Markdown.", isRequired: true)
    static let kind = ToolArgument(
        "kind", .word(.enumeration(Comment.CommentKind.self)),
        "What it is for: comment unless given; feedback is put before the next attempt.")

    static func tool(_ session: ToolSession) -> Tool {
        Tool(
            "comment_on_task", "Comment on a task",
            "Says something about a task, for people and for whoever works on it next. Who is mentioned as @name is told.",
            .writes, arguments: [CommonArguments.task, text, kind, CommonArguments.commandID],
            result: ToolResults.schema(("comment", ["type": "object"]), ("deduped", ["type": "boolean"]))
        ) { call in
            let engine = try session.engine(call)
            let changed = try session.context.discharge(
                engine.comment(
                    on: try session.task(call), try call.required(text), kind: call[kind] ?? .comment), engine
            ).value
            let comment: Comment? = changed.first()
            return session.marked(JSONObject([("comment", comment?.shownJSON ?? .null)]), changed)
        }
    }
}

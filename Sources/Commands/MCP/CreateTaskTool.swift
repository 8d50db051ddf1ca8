import Arguments
import Engine
import Execution
import MCP
import Model
import System

/// `create_task`
enum CreateTaskTool {
    static let ensure = ToolArgument(
        "ensure", .flag, "With a name: return the task that has it, if there is one, instead of refusing.")
    static let hold = ToolArgument("hold", .flag, "Give it to the agent without starting anything.")

    static func tool(_ session: ToolSession) -> Tool {
        Tool(
            "create_task", "Create a task",
            "Creates a task and returns its record. Use depends_on for what must be done first, parent for a part of "
                + "another task.",
            .writes,
            arguments: TaskFields.created.flatMap(\.arguments) + [ensure, hold, CommonArguments.commandID],
            result: ToolResults.changedTask
        ) { call in
            let ensures = call[ensure] ?? false
            var draft = TaskDraft(title: "")
            for field in TaskFields.created { try field.take(call, &draft) }
            if ensures, draft.name == nil {
                throw Failure(.usage, "ensure needs a name: a title may occur twice")
            }
            let engine = try session.engine(call)
            return try session.finish(
                try engine.create(draft, ensure: ensures, hold: call[hold] ?? false), engine)
        }
    }
}

import Arguments
import Engine
import Execution
import MCP
import Model
import System

/// `create_task`
enum CreateTaskTool {
    static let title = ToolArgument("title", .text(.text), "What is to be done, in one line.", isRequired: true)
    static let description = ToolArgument("description", .text(.text), "What there is to know, as Markdown.")
    static let name = ToolArgument(
        "name", .text(.text), "A unique name that stands for the id: a-z, 0-9, '.', '_', '-'.")
    static let priority = ToolArgument("priority", .word(.priority), "How urgent it is: normal unless given.")
    static let labels = ToolArgument("labels", .texts(.label), "Labels, without blanks and commas.")
    static let type = ToolArgument("type", .text(.line), "What kind of task it is.")
    static let payload = ToolArgument("payload", .json, "Anything that whoever works on it is to know.")
    static let parent = ToolArgument("parent", .text(.task), "The task that it is a part of.")
    static let dependsOn = ToolArgument("depends_on", .texts(.task), "Tasks that must be done first, by id or name.")
    static let flow = ToolArgument("flow", .text(.flow), "The flow that it belongs to.")
    static let agent = ToolArgument(
        "agent", .text(.agent), "Give it to an agent, whose command is started as soon as the task is ready.")
    static let user = ToolArgument("user", .text(.user), "Give it to a user, who is told.")
    static let maxAttempts = ToolArgument(
        "max_attempts", .integer(1...1_000_000), "How many attempts may be started automatically.")
    static let due = ToolArgument(
        "due", .text(.time), "When it should be done: 2026-03-01, 2026-03-01T09:30:00Z, +2h, tomorrow.")
    static let notBefore = ToolArgument("not_before", .text(.time), "When it may begin, in the same forms.")
    static let check = ToolArgument(
        "check", .texts(.line), "Shell commands that must pass after an agent's command has exited 0.")
    static let produces = ToolArgument(
        "produces", .texts(.line), "Paths that must be there, and new, after an agent's command has exited 0.")
    static let ensure = ToolArgument(
        "ensure", .flag, "With a name: return the task that has it, if there is one, instead of refusing.")
    static let hold = ToolArgument("hold", .flag, "Give it to the agent without starting anything.")

    static func tool(_ session: ToolSession) -> Tool {
        Tool(
            "create_task", "Create a task",
            "Creates a task and returns its record. Use depends_on for what must be done first, parent for a part of "
                + "another task.",
            .writes,
            arguments: [
                title, description, name, priority, labels, type, payload, parent, dependsOn, flow, agent, user,
                maxAttempts, due, notBefore, check, produces, ensure, hold, CommonArguments.commandID,
            ],
            result: ToolResults.changedTask
        ) { call in
            let ensures = call[ensure] ?? false
            if ensures, call[name] == nil {
                throw Failure(.usage, "ensure needs a name: a title may occur twice")
            }
            let engine = try session.engine(call)
            return try session.finish(
                try engine.create(try draft(call), ensure: ensures, hold: call[hold] ?? false), engine)
        }
    }

    private static func draft(_ call: ToolCall) throws -> TaskDraft {
        var draft = TaskDraft(title: try call.required(title))
        draft.description = call[description]
        draft.name = call[name]
        draft.priority = call[priority] ?? .normal
        draft.labels = call[labels] ?? []
        draft.type = call[type]
        draft.payload = call[payload].flatMap { $0 == .null ? nil : $0 }
        draft.parent = call[parent]
        draft.dependsOn = call[dependsOn] ?? []
        draft.flow = call[flow]
        draft.agent = call[agent]
        draft.user = call[user]
        draft.maxAttempts = call[maxAttempts]
        draft.due = call[due]
        draft.notBefore = call[notBefore]
        draft.check = call[check] ?? []
        draft.produces = call[produces] ?? []
        return draft
    }
}

import Arguments
import Engine
import Execution
import MCP
import Model

/// `complete_task`
enum CompleteTaskTool {
    static func tool(_ session: ToolSession) -> Tool {
        Tool(
            "complete_task", "Complete a task",
            "Says that a running task is done; what depends on it becomes ready.", .writes,
            arguments: [
                CommonArguments.task, CommonArguments.reason, CommonArguments.lease, CommonArguments.commandID,
                CommonArguments.ifRev,
            ],
            result: ToolResults.changedTask
        ) { call in
            try session.perform(.complete, call, reason: call[CommonArguments.reason])
        }
    }
}

/// `block_task`
enum BlockTaskTool {
    static let reason = ToolArgument(
        "reason", .text(.text), "What it cannot go on without, in a sentence.", isRequired: true)

    static func tool(_ session: ToolSession) -> Tool {
        Tool(
            "block_task", "Block a task",
            "Says what a task cannot go on without, such as a decision or a key. A person is told when an agent blocks "
                + "the task that it works on.",
            .writes,
            arguments: [
                CommonArguments.task, reason, CommonArguments.lease, CommonArguments.commandID, CommonArguments.ifRev,
            ],
            result: ToolResults.changedTask
        ) { call in
            try session.perform(.block, call, reason: try call.required(reason))
        }
    }
}

extension ToolSession {
    /// Moves the task of a call along the transition table.
    fileprivate func perform(_ verb: TaskVerb, _ call: ToolCall, reason: String?) throws -> JSONObject {
        let engine = try engine(call)
        var options = VerbOptions()
        options.reason = reason
        options.lease = call[CommonArguments.lease]
        return try finish(try engine.perform(verb, on: [try task(call)], options), engine)
    }
}

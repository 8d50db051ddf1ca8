import Arguments
import Engine
import Execution
import MCP
import Model
import System

/// `update_task`
enum UpdateTaskTool {
    static let progress = ToolArgument(
        "progress", .text(.line), "What is being done now; a sign of life that also extends the lease.")
    static let percent = ToolArgument("percent", .integer(0...100), "How much of it is done; a sign of life as well.")

    static func tool(_ session: ToolSession) -> Tool {
        Tool(
            "update_task", "Update a task",
            "Changes fields of a task, and tells how far the work is: progress or percent needs a task that is running, "
                + "and extends its lease. Statuses are moved by claim_task, complete_task and block_task.",
            .writes,
            arguments: [CommonArguments.task] + TaskFields.edited.flatMap(\.arguments) + [
                progress, percent, CommonArguments.lease, CommonArguments.commandID, CommonArguments.ifRev,
            ],
            result: ToolResults.changedTask
        ) { call in
            let reference = try session.task(call)
            var edit = TaskEdit()
            for field in TaskFields.edited { try field.take(call, &edit) }
            let heartbeat = heartbeat(call)
            guard !edit.isEmpty || heartbeat != nil else {
                throw Failure(.usage, "nothing to change in \(reference)")
            }
            if call[TaskFields.payloadArgument] != nil, call[TaskFields.payloadMergeArgument] != nil {
                throw Failure(.usage, "the arguments 'payload' and 'payload_merge' exclude each other")
            }
            let engine = try session.engine(call)
            return try session.finish(
                engine.edit(reference, edit, lease: call[CommonArguments.lease], heartbeat: heartbeat), engine)
        }
    }

    private static func heartbeat(_ call: ToolCall) -> Heartbeat? {
        guard call[progress] != nil || call[percent] != nil else { return nil }
        var heartbeat = Heartbeat()
        heartbeat.lease = call[CommonArguments.lease]
        heartbeat.note = call[progress]
        heartbeat.percent = call[percent]
        return heartbeat
    }
}

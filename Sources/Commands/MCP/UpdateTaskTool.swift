import Arguments
import Engine
import Execution
import MCP
import Model
import System

/// `update_task`
enum UpdateTaskTool {
    static let title = ToolArgument("title", .text(.text), "Another title.")
    static let description = ToolArgument("description", .text(.text), "Another description; empty removes it.")
    static let name = ToolArgument("name", .text(.text), "Another name; empty frees it.")
    static let type = ToolArgument("type", .text(.text), "Another type; empty removes it.")
    static let priority = ToolArgument("priority", .word(.priority), "How urgent it is.")
    static let addLabels = ToolArgument("add_labels", .texts(.label), "Labels to put on it.")
    static let removeLabels = ToolArgument("remove_labels", .texts(.label), "Labels to take away.")
    static let payload = ToolArgument("payload", .json, "Another payload; null removes it.")
    static let payloadMerge = ToolArgument(
        "payload_merge", .object, "Changes members of the payload (a JSON merge patch); null removes one.")
    static let parent = ToolArgument("parent", .text(.task), "The task that it is a part of; none removes it.")
    static let flow = ToolArgument("flow", .text(.flow), "The flow that it belongs to; none removes it.")
    static let due = ToolArgument("due", .text(.timeOrNone), "When it should be done; none removes it.")
    static let notBefore = ToolArgument("not_before", .text(.timeOrNone), "When it may begin; none removes it.")
    static let maxAttempts = ToolArgument(
        "max_attempts", .integer(1...1_000_000), "How many attempts may be started automatically.")
    static let artifacts = ToolArgument("artifacts", .texts(.line), "Paths or URLs that the work left, to be added.")
    static let progress = ToolArgument(
        "progress", .text(.line), "What is being done now; a sign of life that also extends the lease.")
    static let percent = ToolArgument("percent", .integer(0...100), "How much of it is done; a sign of life as well.")

    static func tool(_ session: ToolSession) -> Tool {
        Tool(
            "update_task", "Update a task",
            "Changes fields of a task, and tells how far the work is: progress or percent needs a task that is running, "
                + "and extends its lease. Statuses are moved by claim_task, complete_task and block_task.",
            .writes,
            arguments: [
                CommonArguments.task, title, description, name, type, priority, addLabels, removeLabels, payload,
                payloadMerge, parent, flow, due, notBefore, maxAttempts, artifacts, progress, percent,
                CommonArguments.lease, CommonArguments.commandID, CommonArguments.ifRev,
            ],
            result: ToolResults.changedTask
        ) { call in
            let reference = try session.task(call)
            let edit = edit(call)
            let heartbeat = heartbeat(call)
            guard edit.changesSomething || heartbeat != nil else {
                throw Failure(.usage, "nothing to change in \(reference)")
            }
            if call[payload] != nil, call[payloadMerge] != nil {
                throw Failure(.usage, "the arguments 'payload' and 'payload_merge' exclude each other")
            }
            let engine = try session.engine(call)
            return try session.finish(
                engine.edit(reference, edit, lease: call[CommonArguments.lease], heartbeat: heartbeat), engine)
        }
    }

    private static func edit(_ call: ToolCall) -> TaskEdit {
        var edit = TaskEdit()
        edit.title = call[title]
        edit.description = call[description]
        edit.name = call[name]
        edit.type = call[type]
        edit.priority = call[priority]
        edit.labels = (call[addLabels] ?? []).map { "+" + $0 } + (call[removeLabels] ?? []).map { "-" + $0 }
        edit.payload = call[payload]
        edit.payloadMerge = call[payloadMerge]
        edit.parent = call[parent]
        edit.flow = call[flow]
        edit.due = call[due]
        edit.notBefore = call[notBefore]
        edit.maxAttempts = call[maxAttempts]
        edit.artifacts = call[artifacts] ?? []
        return edit
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

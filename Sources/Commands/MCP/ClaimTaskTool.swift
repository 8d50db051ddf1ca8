import Arguments
import Engine
import Execution
import MCP
import Model
import System

/// `claim_task`
enum ClaimTaskTool {
    static let task = ToolArgument(
        "task", .text(.task), "A certain task, by id or name; the next one that is ready unless given.")
    static let owner = ToolArgument(
        "as", .text(.line),
        "Who is going to hold it. Unless given, the --actor or TF_ACTOR of the server, else the name of this client.")
    static let duration = ToolArgument(
        "duration", .text(.duration),
        "How long the lease lasts without update_task: 90s, 10m, 1h; 30 seconds unless given, 5 seconds to 24 hours.")
    static let labels = ToolArgument("labels", .texts(.label), "One that has all of these labels.")
    static let type = ToolArgument("type", .text(.line), "One of this type.")
    static let flow = ToolArgument("flow", .text(.flow), "One of this flow.")

    static func tool(_ session: ToolSession) -> Tool {
        Tool(
            "claim_task", "Claim a task",
            "Takes a ready task with a lease, so that nobody else works on it. The token in task.lease is needed for "
                + "every later call about it; a lease that expires hands the task back. Without anything to claim, task "
                + "is absent.",
            .writes,
            arguments: [task, owner, duration, labels, type, flow, CommonArguments.commandID, CommonArguments.ifRev],
            result: ToolResults.changedTask
        ) { call in
            var request = ClaimRequest(owner: call[owner] ?? session.name(of: call))
            request.length = call[duration]
            request.labels = call[labels] ?? []
            request.type = call[type]
            request.flow = call[flow]
            if call[task] != nil, !request.labels.isEmpty || request.type != nil || request.flow != nil {
                throw Failure(.usage, "a task that is named is not looked for: it takes no filter")
            }
            let engine = try session.engine(call)
            let changed = try session.context.discharge(engine.claim(call[task], request), engine).value
            guard let claimed: Task = changed.first() else { return JSONObject() }
            let shown = Shown(claimed, lease: changed.first(), withToken: true)
            return session.marked(JSONObject([("task", shown.json)]), changed)
        }
    }
}

extension ToolSession {
    /// Who takes a task in a call: the actor that the server was started for, else the client by its own name.
    fileprivate func name(of call: ToolCall) -> String {
        let given = context.invocation[GlobalOptions.actor] ?? Environment["TF_ACTOR"].flatMap { $0.isEmpty ? nil : $0 }
        return given ?? call.client.flatMap(Self.name) ?? context.caller.actor
    }

    /// `Claude Code` as the name of an agent: `claude-code`; nil when nothing is left of it.
    private static func name(ofClient text: String) -> String? {
        let words = text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber || "._".contains($0))) }
        let name = words.joined(separator: "-").drop { "._-".contains($0) }.prefix(63)
        return name.isEmpty ? nil : String(name)
    }
}

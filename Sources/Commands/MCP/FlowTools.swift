import Arguments
import Engine
import MCP
import Model
import Store

// What there is of flows so far: the tasks that belong to one.

/// `flow_status`
enum FlowStatusTool {
    static let flow = ToolArgument(
        "flow", .text(.flow), "The flow, such as F-1. Within a run, the flow of its own task unless given.")

    static func tool(_ session: ToolSession) -> Tool {
        Tool(
            "flow_status", "Show a flow",
            "How the tasks of a flow stand: how many have which status, which are ready, and each in a line.", .reads,
            arguments: [flow],
            result: ToolResults.schema(
                ("flow", ["type": "string"]), ("summary", ["type": "object"]),
                ("ready", ["type": "array", "items": ["type": "string"]]),
                ("tasks", ["type": "array", "items": ToolResults.listedTask]))
        ) { call in
            let snapshot = try session.snapshot()
            let flow = try session.flow(call[flow], in: snapshot)
            let table = try snapshot.tasks()
            let tasks = table.rows.filter { $0.text(.flow, is: flow.text) }.inWorkOrder()
            guard !tasks.isEmpty else { throw Failure.notFound("flow \(flow)") }
            let readiness = Readiness(in: snapshot, at: session.now)
            let ready = try tasks.filter { try readiness.isReady($0, among: table) }
            var summary = JSONObject()
            for status in TaskStatus.allCases {
                let count = tasks.count { $0.status == status }
                if count > 0 { summary[status.rawValue] = count.json }
            }
            return JSONObject([
                ("flow", flow.json), ("summary", .object(summary)), ("ready", ready.map(\.id.text).json),
                ("tasks", .array(tasks.map(\.listedJSON))),
            ])
        }
    }
}

/// `note`
enum NoteTool {
    /// What a note is.
    enum Kind: String, CaseIterable, Sendable {
        case fact, decision, question, artifact, summary
    }

    static let kind = ToolArgument("kind", .word(.enumeration(Kind.self)), "What it is.", isRequired: true)
    static let text = ToolArgument("text", .text(.text), "The note; the path of an artifact.", isRequired: true)

    static func tool(_ session: ToolSession) -> Tool {
        Tool(
            "note", "Note something on a flow's board",
            "Not available: this version of tf keeps no boards of flows, and every call is refused. Use comment_on_task "
                + "for what others should know of a task, update_task for its artifacts.",
            .writes, arguments: [kind, text, FlowStatusTool.flow],
            result: ToolResults.schema()
        ) { call in
            let flow = try session.flow(call[FlowStatusTool.flow], in: try session.snapshot())
            throw Failure(
                .refused, "\(flow) has no board: tf \(Version.number) keeps no boards of flows",
                hint: "comment_on_task keeps it with a task; update_task keeps artifacts")
        }
    }
}

extension ToolSession {
    /// The flow that is meant: the one that is named, else that of the caller's own task.
    fileprivate func flow(_ named: String?, in snapshot: Snapshot) throws -> ID<Flow> {
        if let named {
            guard let id = ID<Flow>(typed: named) else { throw Failure.notFound("flow \(named)") }
            return id
        }
        guard let own = context.caller.task else {
            throw Failure(
                .usage, "the argument 'flow' is missing", hint: "it can be left out only within a run of a flow's task")
        }
        guard let flow = try snapshot.task(own.text).flow else { throw Failure(.refused, "\(own) belongs to no flow") }
        return flow
    }
}

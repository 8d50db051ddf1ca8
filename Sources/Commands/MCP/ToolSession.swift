import Arguments
import Engine
import Execution
import MCP
import Model
import Store
import System

/// What the tools of one client work with: the context of the process, looked at anew for every call.
struct ToolSession {
    let context: Context

    init(_ context: Context) {
        self.context = context
    }

    /// The engine for one call.
    func engine(_ call: ToolCall) throws -> Engine {
        Engine(
            try context.workspace(), caller: context.caller, commandID: call[CommonArguments.commandID],
            ifRev: call[CommonArguments.ifRev])
    }

    func snapshot() throws -> Snapshot { try context.snapshot() }

    var now: Timestamp { context.clock.now() }

    /// The task that a call is about: the one it names, else the one that the caller works on.
    func task(_ call: ToolCall) throws -> String {
        if let reference = call[CommonArguments.task] ?? context.caller.task?.text { return reference }
        throw Failure(
            .usage, "the argument 'task' is missing",
            hint: "it can be left out only within a run, which has a task of its own")
    }

    /// Does what a commit asks for, and gives the tasks that it was about.
    func finish(_ obliged: consuming Obliged<Changed>, _ engine: Engine) throws -> JSONObject {
        let done = try context.discharge(obliged, engine)
        try context.refuseIfPending(done.pending)
        var result = JSONObject()
        if let task = try context.current(done, engine).first {
            result["task"] = try shown(task, in: engine.workspace.snapshot())
        }
        return marked(result, done.value)
    }

    /// Notes that a call had been carried out before, under the same command id.
    func marked(_ result: JSONObject, _ changed: Changed) -> JSONObject {
        var result = result
        if changed.isRepeated { result["deduped"] = true }
        return result
    }

    /// A task as `tf task show --json` prints it.
    func shown(_ task: Task, in snapshot: Snapshot) throws -> JSON {
        Shown(task, lease: try snapshot.lease(of: task)).json
    }
}

/// Arguments that several tools have.
enum CommonArguments {
    static let task = ToolArgument(
        "task", .text(.task), "The task, by id (T-12) or name. Within a run, its own task unless given.")
    static let lease = ToolArgument(
        "lease", .text(.line), "The token that claim_task gave, for a task that is held under a lease.")
    static let reason = ToolArgument("reason", .text(.text), "Why, in a sentence.")
    static let commandID = ToolArgument(
        "command_id", .text(.line), "Makes the call safe to repeat: it is carried out once, however often it is sent.")
    static let ifRev = ToolArgument(
        "if_rev", .integer(0...Int.max), "Refuse unless the task is at this revision (its field rev).")
}

/// The schemas of what tools give.
enum ToolResults {
    static let task: JSON = [
        "type": "object",
        "description": "The record of the task.",
        "properties": [
            "id": ["type": "string"], "title": ["type": "string"], "rev": ["type": "integer"],
            "status": ["type": "string", "enum": .array(TaskStatus.allCases.map(\.json))],
            "priority": ["type": "string", "enum": .array(Priority.allCases.map(\.json))],
        ],
        "required": ["id", "title", "rev", "status", "priority"],
    ]
    static let records: JSON = ["type": "array", "items": ["type": "object"]]

    /// What a result has, or, when the call was refused, `ok` and `error`.
    static func schema(_ members: (String, JSON)...) -> JSONObject {
        var schema = JSONObject(members)
        schema["ok"] = ["type": "boolean", "description": "False when the call was refused; absent otherwise."]
        schema["error"] = [
            "type": "object",
            "properties": [
                "code": ["type": "string", "enum": .array(Failure.Code.allCases.map { .string($0.rawValue) })],
                "message": ["type": "string"], "hint": ["type": "string"],
            ],
            "required": ["code", "message"],
        ]
        return schema
    }

    /// The result of a tool that changes a task.
    static let changedTask = schema(("task", task), ("deduped", ["type": "boolean"]))
}

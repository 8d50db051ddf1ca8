import Arguments
import Engine
import Execution
import Model
import Store

/// `tf task delete`
enum TaskDelete {
    static let tasks = Argument("TASK", .task, "the task", .many(atLeast: 1))
    static let force = Flag("force", "also one that is running, or that others depend on")
    static let reason = Option("reason", short: "r", .text, "why")

    static let command = Command(
        "delete", "remove tasks",
        discussion: """
            The file goes, the journal keeps the record. A task that is running is cancelled first with --force; tasks \
            that depend on it then no longer do.
            """,
        examples: [Example("tf task delete T-1", "remove a task")],
        parameters: [tasks, force, reason], aliases: ["rm"], run: performing(delete))

    static func delete(_ context: Context) throws {
        let engine = try context.engine()
        let references = context.all(tasks)
        let before = try engine.workspace.snapshot()
        // What is not there any more was deleted by the same command before, or is refused.
        let tasks = try references.compactMap { try before.taskID($0).flatMap(before.getValid) }
        let done = try context.discharge(
            engine.delete(references, force: context[force], reason: context[reason]), engine)
        try context.refuseIfPending(done.pending)
        let changed = done.value
        let shown = changed.keys.map { key -> (shown: Shown, line: String) in
            let task = tasks.first { $0.key == key }
            var members = JSONObject([("deleted", true)])
            if changed.isRepeated { members["deduped"] = true }
            let json = task.map { Shown($0, adding: members) }
            members["id"] = .string(key.id)
            return (json ?? Shown(id: key.id, json: .object(members)), "\(key.id) deleted")
        }
        try context.output.done(shown, isBatch: references.count > 1)
    }
}

import Arguments
import Engine
import Execution
import Model
import Store
import System

/// `tf task edit`
enum TaskEditCommand {
    static let task = Argument("TASK", .task, "the task; within an agent's command, its own unless given", .optional)

    static let command = Command(
        "edit", "change fields of a task",
        examples: [
            Example("tf task edit T-1 --priority high --label +ci --label -later", "change priority and labels"),
            Example(
                #"tf task edit T-1 --payload-merge '{"branch": "main", "old": null}'"#, "change one member, drop one"),
        ],
        parameters: [task] + TaskFields.edited.flatMap(\.parameters) + [TaskVerbs.lease, TaskVerbs.leaseForce],
        foreignNames: ["update", "modify", "set"], run: performing(edit))

    static func edit(_ context: Context) throws {
        let reference = try context[task] ?? context.ownTask()
        var edit = TaskEdit()
        for field in TaskFields.edited { try field.read(context, &edit) }
        if context[TaskFields.editor] {
            edit.set(.description, to: try edited(try context.snapshot().task(reference), context))
        }
        guard !edit.isEmpty else { throw try emptiness(reference, context) }
        let engine = try context.engine()
        let done = try context.discharge(
            engine.edit(reference, edit, lease: context[TaskVerbs.lease], force: context[TaskVerbs.leaseForce]), engine)
        try context.report(done, engine)
    }

    /// Why an edit is refused that gives no field.
    private static func emptiness(_ reference: String, _ context: Context) throws -> UsageFault {
        guard let own = context.caller.task, try context.snapshot().taskID(reference) == nil else {
            return context.invocation.refusal(
                "nothing to change in \(reference)", hint: "tf task edit --help lists the fields")
        }
        return context.invocation.refusal(
            "'\(reference)' is no task, and nothing is said to be changed in \(own)",
            hint: "--title \(reference.shellWord) changes the title; tf task edit --help lists the fields")
    }

    /// Has the description changed in the user's editor.
    private static func edited(_ task: Task, _ context: Context) throws -> String {
        guard let editor = Environment["VISUAL"] ?? Environment["EDITOR"], !editor.isEmpty else {
            throw Failure(.refused, "neither VISUAL nor EDITOR is set")
        }
        let path = Path.join(Environment["TMPDIR"] ?? "/tmp", "tf-\(task.id)-\(Environment.processID).md")
        let file = try File(path, [.write, .create, .exclusive], permissions: 0o600)
        try file.write((task.description ?? "").utf8)
        let spawn = Spawn(
            program: "/bin/sh", arguments: ["sh", "-c", editor + " \"$1\"", editor, path], environment: Environment.all,
            directory: nil, input: .input, output: .output, error: .error)
        let status = try spawn.runInForeground()
        guard status == .exited(0) else {
            throw Failure(.refused, "the editor failed; what was written stays in \(path)")
        }
        let text = String(decoding: try FileSystem.contents(path) ?? [], as: UTF8.self)
        try FileSystem.remove(path)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}

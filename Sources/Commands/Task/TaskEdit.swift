import Arguments
import Engine
import Execution
import Model
import Store
import System

/// `tf task edit`
enum TaskEditCommand {
    static let task = Argument("TASK", .task, "the task; within an agent's command, its own unless given", .optional)
    static let title = Option("title", .title.named("TEXT"), "another title")
    static let description = Option("description", short: "d", .text, "another description; empty removes it")
    static let descriptionFile = Option(
        "file", short: "F", .path, "read the description from a file; - is standard input")
    static let name = Option(
        "name", ValueType("NAME", allowed: Identifier.nameRule) { $0.isEmpty || Identifier.isName($0) ? $0 : nil },
        "another name; empty frees it")
    static let type = Option("type", .text.named("TYPE"), "another type; empty removes it")
    static let priority = Option("priority", short: "p", .priority, "how urgent it is")
    static let label = Option(
        "label", short: "l", ValueType("+LABEL|-LABEL", allowed: "a label, with + or - before it") { $0 },
        "+x adds a label, -x removes it", repeats: true)
    static let payload = Option("payload", .json, "replace the payload; null removes it")
    static let payloadMerge = Option("payload-merge", .json, "change members of the payload; null removes one")
    static let flow = Option("flow", .flow, "the flow that it belongs to; none removes it")
    static let parent = Option("parent", .task, "the task that it is a part of; none removes it")
    static let due = Option("due", .timeOrNone, "when it should be done; none removes it")
    static let notBefore = Option("not-before", .timeOrNone, "when it may begin; none removes it")
    static let maxAttempts = Option(
        "max-attempts", .integer(1...1_000_000), "how many attempts may be started automatically")
    static let artifact = Option("artifact", .line.named("PATH"), "add a path or URL that the work left", repeats: true)
    static let editor = Flag("editor", "change the description in $VISUAL or $EDITOR")

    static let command = Command(
        "edit", "change fields of a task",
        examples: [
            Example("tf task edit T-1 --priority high --label +ci --label -later", "change priority and labels"),
            Example(
                #"tf task edit T-1 --payload-merge '{"branch": "main", "old": null}'"#, "change one member, drop one"),
        ],
        parameters: [
            task, title, OneOf([description, descriptionFile, editor]), name, type, priority, label,
            OneOf([payload, payloadMerge]), flow, parent, due, notBefore, maxAttempts, artifact,
            TaskVerbs.lease, TaskVerbs.leaseForce,
        ],
        foreignNames: ["update", "modify", "set"], run: performing(edit))

    static func edit(_ context: Context) throws {
        let reference = try context[task] ?? context.ownTask()
        var edit = TaskEdit()
        edit.title = context[title]
        edit.description = try context[description] ?? context[descriptionFile].map(context.text)
        edit.name = context[name]
        edit.type = context[type]
        edit.priority = context[priority]
        edit.labels = context.all(label)
        edit.payload = try context[payload].map(context.json)
        edit.payloadMerge = try context[payloadMerge].map(context.json)
        edit.flow = context[flow]
        edit.parent = context[parent]
        edit.due = context[due]
        edit.notBefore = context[notBefore]
        edit.maxAttempts = context[maxAttempts]
        edit.artifacts = context.all(artifact)
        if context[editor] { edit.description = try edited(try context.snapshot().task(reference), context) }
        guard edit.changesSomething else { throw try emptiness(reference, context) }
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

extension TaskEdit {
    /// Whether anything was given.
    var changesSomething: Bool {
        title != nil || description != nil || name != nil || type != nil || priority != nil || !labels.isEmpty
            || payload != nil || payloadMerge != nil || flow != nil || parent != nil || due != nil || notBefore != nil
            || maxAttempts != nil || !artifacts.isEmpty
    }
}

extension ValueType<FieldChange<Timestamp>> {
    /// A time, or `none`.
    static var timeOrNone: ValueType<FieldChange<Timestamp>> {
        let time = ValueType<Timestamp>.time
        return ValueType(time.placeholder, allowed: time.allowed + ", none") {
            (text: String, context: ParseContext) throws(ValueFault) -> FieldChange<Timestamp>? in
            if text == "none" { return .clear }
            return try time.parse(text, context).map { .set($0) }
        }
    }
}

import Arguments
import Engine
import MCP
import Model
import Store
import System
import Terminal

/// The fields of a task that people and programs give, a row each: the options of `tf task create` and `tf task edit`
/// and the arguments of `create_task` and `update_task` are these.
///
/// The lists at the end say where a field stands in help, and which ones exclude each other.
enum TaskFields {
    static let title = TaskFieldRow(
        .title, created: titled,
        edited: FieldInput(
            .title, FieldForm(.kept(.title.named("TEXT")), "another title", argument: .text(.kept(.text)))))

    static let description = TaskFieldRow(
        .description,
        created: described(
            FieldForm(short: "d", .text, "what there is to know", tool: "What there is to know, as Markdown.")
        ) { text, draft in draft.set(.description, to: text) },
        edited: described(
            FieldForm(short: "d", .text, "another description; empty removes it"), or: [editor]
        ) { text, edit in edit.set(.description, to: text) })

    static let name = TaskFieldRow(
        .name,
        created: FieldForm(
            .taskName, "a name that stands for the id", argument: .text(.text),
            tool: "A unique name that stands for the id: a-z, 0-9, '.', '_', '-'."),
        edited: FieldForm(
            .orEmpty(.taskNameOrNone), "another name; empty frees it", argument: .text(.orEmpty(.text))))

    static let type = TaskFieldRow(
        .type, created: FieldForm(.line.named("TYPE"), "what kind of task it is"),
        edited: FieldForm(.orEmpty(.text.named("TYPE")), "another type; empty removes it"))

    static let priority = TaskFieldRow(
        .priority,
        created: FieldForm(
            short: "p", .priority, "how urgent it is", argument: .word(.priority),
            tool: "How urgent it is: normal unless given."),
        edited: FieldForm(short: "p", .kept(.priority), "how urgent it is", argument: .word(.kept(.priority))))

    static let labels = TaskFieldRow(
        .labels,
        created: FieldInput(
            .labels,
            FieldListForm(
                option: "label", short: "l", .label, "put a label on it", tool: "Labels, without blanks and commas.")),
        edited: changedLabels)

    static let payload = TaskFieldRow(.payload, created: newPayload, edited: changedPayload)

    static let flow = TaskFieldRow(
        .flow, created: FieldForm(.flow, "the flow that it belongs to"),
        edited: FieldForm(.orNone(.flow), "the flow that it belongs to; none removes it"))

    static let parent = TaskFieldRow(
        .parent, created: FieldForm(.task, "the task that it is a part of"),
        edited: FieldForm(.orNone(.task), "the task that it is a part of; none removes it"))

    static let due = TaskFieldRow(
        .due,
        created: FieldForm(
            .time, "when it should be done",
            tool: "When it should be done: 2026-03-01, 2026-03-01T09:30:00Z, +2h, tomorrow."),
        edited: FieldForm(.timeOrNone, "when it should be done; none removes it"))

    static let notBefore = TaskFieldRow(
        .notBefore, created: FieldForm(.time, "when it may begin", tool: "When it may begin, in the same forms."),
        edited: FieldForm(.timeOrNone, "when it may begin; none removes it"))

    static let maxAttempts = TaskFieldRow(
        .maxAttempts,
        created: FieldForm(
            .integer(attempts), "how many attempts may be started automatically", argument: .integer(attempts)),
        edited: FieldForm(
            .kept(.integer(attempts)), "how many attempts may be started automatically",
            argument: ArgumentType.integer(attempts).mapped { .set($0) }))

    static let check = TaskFieldRow(
        .check,
        created: FieldListForm(
            .line.named("CMD"), "a shell command that must pass after the work has exited 0",
            tool: "Shell commands that must pass after an agent's command has exited 0."),
        edited: FieldListForm(
            .lineOrEmpty.named("CMD"), "a shell command that must pass, instead of those so far; empty removes them",
            element: .line, tool: "Shell commands that must pass, instead of those so far; an empty list removes them.")
    )

    static let produces = TaskFieldRow(
        .produces,
        created: FieldListForm(
            .line.named("PATH"), "a path that must be there, and new, after the work has exited 0",
            tool: "Paths that must be there, and new, after an agent's command has exited 0."),
        edited: FieldListForm(
            .lineOrEmpty.named("PATH"), "a path that must be there, instead of those so far; empty removes them",
            element: .line, tool: "Paths that must be there, instead of those so far; an empty list removes them."))

    // MARK: Fields that have verbs of their own once the task is there

    static let dependsOn = FieldInput(
        .dependsOn,
        FieldListForm(
            .task, "a task that must be done first", tool: "Tasks that must be done first, by id or name."))

    static let agent = FieldInput(
        .agent,
        FieldForm(
            short: "a", .agent, "give it to an agent, whose command is started",
            tool: "Give it to an agent, whose command is started as soon as the task is ready."))

    static let user = FieldInput(
        .user, FieldForm(short: "u", .user, "give it to a user", tool: "Give it to a user, who is told."))

    // MARK: Fields that only an edit has: the work leaves them behind

    static let artifacts = FieldInput<TaskEdit>(
        TaskField.artifacts.name,
        FieldListForm(
            option: "artifact", .line.named("PATH"), "add a path or URL that the work left", element: .line,
            tool: "Paths or URLs that the work left, to be added.")
    ) { artifacts, edit in edit.add(artifacts: artifacts) }

    // MARK: Places

    /// What a new task takes, in the order of help.
    static let created: [FieldInput<TaskDraft>] = [
        title.created, description.created, name.created, priority.created, labels.created, type.created,
        payload.created, parent.created, dependsOn, flow.created, FieldInput(oneOf: [agent, user]),
        maxAttempts.created, due.created, notBefore.created, check.created, produces.created,
    ]

    /// What an edit takes, in the order of help.
    static let edited: [FieldInput<TaskEdit>] = [
        title.edited, description.edited, name.edited, type.edited, priority.edited, labels.edited, payload.edited,
        flow.edited, parent.edited, due.edited, notBefore.edited, maxAttempts.edited, check.edited, produces.edited,
        artifacts,
    ]
}

// MARK: - How fields are shown

/// A line of `tf task show`.
struct TaskDetail: Sendable {
    let label: String
    /// Nothing where the task has nothing of it.
    let text: @Sendable (Task, Output) -> String?
}

extension TaskFields {
    /// What `tf task show` says of a task between its work and its history.
    static let details = [
        TaskDetail(label: "not before") { task, output in task.notBefore.map(output.text(of:)) },
        TaskDetail(label: "due") { task, output in task.due.map(output.text(of:)) },
        TaskDetail(label: "automation") { task, _ in task.automation?.json.compactText },
        TaskDetail(label: "check") { task, _ in task.check.joined("\n") },
        TaskDetail(label: "produces") { task, _ in task.produces.joined(", ") },
        TaskDetail(label: "artifacts") { task, _ in task.artifacts.joined("\n") },
    ]

    /// The columns of `tf task list` that are left out where no task has anything in them.
    static func columns(_ output: Output, at now: Timestamp) -> [Listing<TaskRow>.ListColumn] {
        [
            .init("due", fromWidth: 80, ifAny: { $0.due != nil }) { task in
                Cell(task.due.map(output.text(of:)), task.isOverdue(at: now) ? .red : .plain)
            },
            .init("labels", shrink: .to(8, order: 1), fromWidth: 100, ifAny: { !$0.joined(.labels).isEmpty }) {
                Cell($0.joined(.labels))
            },
        ]
    }
}

extension TaskRow {
    /// The fields of a task that tell it from others, named as in its record.
    var listedJSON: JSON {
        var object = JSONObject()
        object["id"] = id.text.json
        object["title"] = title.json
        object["name"] = name?.json
        object["status"] = status.json
        object["priority"] = priority.json
        object["labels"] = labels.isEmpty ? nil : labels.json
        object["assignee"] = assignee?.json
        object["parent"] = parent?.json
        object["flow"] = flow?.json
        object["due"] = due?.json
        object["updated_at"] = updatedAt.json
        return .object(object)
    }
}

extension [String] {
    /// The entries in one text; nil where there are none.
    fileprivate func joined(_ separator: String) -> String? { isEmpty ? nil : joined(separator: separator) }
}

// MARK: - Fields that are more than one option or argument

extension TaskFields {
    static let newTitle = Argument("TITLE", .title, "what is to be done, in one line", .optional)
    static let editor = Flag("editor", "change the description in $VISUAL or $EDITOR")
    static let payloadArgument = ToolArgument("payload", .json, "Another payload; null removes it.")
    static let payloadMergeArgument = ToolArgument(
        "payload_merge", .object, "Changes members of the payload (a JSON merge patch); null removes one.")

    private static let attempts = 1...1_000_000

    /// A new task has no option for its title, which is the argument.
    private static var titled: FieldInput<TaskDraft> {
        let argument = ToolArgument("title", .text(.text), "What is to be done, in one line.", isRequired: true)
        return FieldInput(
            parameters: [newTitle], arguments: [argument], given: { _ in [] },
            read: { context, draft in draft.set(.title, to: try context.required(newTitle)) },
            take: { call, draft in draft.set(.title, to: try call.required(argument)) })
    }

    /// A description can be read from a file as well.
    private static func described<Target>(
        _ form: FieldForm<String>, or others: [any Parameter] = [],
        put: @escaping @Sendable (String, inout Target) -> Void
    ) -> FieldInput<Target> {
        let file = Option("file", short: "F", .path, "read the description from a file; - is standard input")
        let text = FieldInput(TaskField.description.name, form, put: put)
        return FieldInput(
            parameters: [OneOf(text.parameters + [file] + others)], arguments: text.arguments,
            given: { text.given($0) + ($0.has(file) ? [file.long] : []) },
            read: { context, target in
                try text.read(context, &target)
                if let path = context[file] { put(try context.text(path), &target) }
            }, take: text.take)
    }

    private static var changedLabels: FieldInput<TaskEdit> {
        let label = Option(
            "label", short: "l", ValueType("+LABEL|-LABEL", allowed: "a label, with + or - before it") { $0 },
            "+x adds a label, -x removes it", repeats: true)
        let added = ToolArgument("add_labels", .texts(.label), "Labels to put on it.")
        let removed = ToolArgument("remove_labels", .texts(.label), "Labels to take away.")
        return FieldInput(
            parameters: [label], arguments: [added, removed], given: { $0.has(label) ? [label.long] : [] },
            read: { context, edit in
                edit.labels = context.all(label).map { text in
                    if text.hasPrefix("-") { return .remove(String(text.dropFirst())) }
                    return .add(text.hasPrefix("+") ? String(text.dropFirst()) : text)
                }
            },
            take: { call, edit in
                edit.labels = (call[added] ?? []).map(ListChange.add) + (call[removed] ?? []).map(ListChange.remove)
            })
    }

    private static var newPayload: FieldInput<TaskDraft> {
        let argument = ToolArgument("payload", .json, "Anything that whoever works on it is to know.")
        let option = Option("payload", .json, "anything that an agent is to know")
        return FieldInput(
            parameters: [option], arguments: [argument], given: { $0.has(option) ? [option.long] : [] },
            read: { context, draft in draft.set(.payload, to: try context[option].map(context.json)) },
            take: { call, draft in draft.set(.payload, to: call[argument].flatMap { $0 == .null ? nil : $0 }) })
    }

    /// A payload is replaced, or changed member by member.
    private static var changedPayload: FieldInput<TaskEdit> {
        let whole = Option("payload", .json, "replace the payload; null removes it")
        let merge = Option("payload-merge", .json, "change members of the payload; null removes one")
        @Sendable func replace(_ payload: JSON?, of edit: inout TaskEdit) {
            if let payload { edit.put(.payload, payload == .null ? .clear : .set(payload)) }
        }
        return FieldInput(
            parameters: [OneOf([whole, merge])], arguments: [payloadArgument, payloadMergeArgument],
            given: { ($0.has(whole) ? [whole.long] : []) + ($0.has(merge) ? [merge.long] : []) },
            read: { context, edit in
                replace(try context[whole].map(context.json), of: &edit)
                if let patch = try context[merge].map(context.json) { edit.mergePayload(with: patch) }
            },
            take: { call, edit in
                replace(call[payloadArgument], of: &edit)
                if let patch = call[payloadMergeArgument] { edit.mergePayload(with: patch) }
            })
    }
}

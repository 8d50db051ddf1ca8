import Arguments
import Engine
import Execution
import Model
import Store
import System

/// `tf task create`
enum TaskCreate {
    static let from = Option(
        "from", .path, "read tasks from a JSON array or JSON lines; - is standard input; all or nothing")
    static let ensure = Flag("ensure", "with --name: print the task that has the name, if there is one")
    static let wait = Flag("wait", "stay until the work has ended, and exit as it did; Ctrl-C cancels it")
    static let noRun = Flag("no-run", "assign it without starting anything")

    static let command = Command(
        "create", "create a task",
        discussion: """
            Prints the new id alone. With --agent, the agent's command is started as soon as the task is ready.

            The items of --from are task records, with agent or user as short for assignee; they may refer to each \
            other by name. An item may carry a command_id of its own.
            """,
        examples: [
            Example("tf task create 'Fix the login'", "print the id of a new task"),
            Example("tf task create Deploy --agent deployer --depends-on T-1 --wait", "give it to an agent and wait"),
            Example("tf task create --from tasks.json", "create many, or none"),
        ],
        parameters: TaskFields.created.flatMap(\.parameters) + [from, ensure, OneOf([wait, noRun])],
        exitCodes: [ExitCode(1, "refused; with --wait also: the work exited with it")], foreignNames: ["add", "new"],
        run: performing(create))

    static func create(_ context: Context) throws -> Int32 {
        if let source = context[from] {
            try createBatch(context, source)
            return ExitStatus.done.rawValue
        }
        let draft = try draft(context)
        if context[ensure], draft.name == nil {
            throw context.invocation.refusal("--ensure needs --name: a title may occur twice")
        }
        if context[wait] { try context.checkWait(for: draft.agent) }
        let engine = try context.engine()
        let done = try context.discharge(
            engine.create(draft, ensure: context[ensure], hold: context[noRun]), engine,
            starting: context[wait] ? .inFront : .ready)
        let changed = done.value
        if context[wait], let task: Task = changed.first() {
            return try context.standIn(for: task.id, engine, deduped: changed.isRepeated, printsRun: false)
        }
        let tasks = try context.current(done, engine)
        try context.output.done(tasks, deduped: changed.isRepeated) { $0.id.text }
        return ExitStatus.done.rawValue
    }

    private static func draft(_ context: Context) throws -> TaskDraft {
        var draft = TaskDraft(title: "")
        for field in TaskFields.created { try field.read(context, &draft) }
        return draft
    }

    /// The options that were given, and that `--from` has nothing to do with.
    private static func optionsOfOneTask(_ context: Context) -> [String] {
        TaskFields.created.flatMap { $0.given(context.invocation) } + (context[ensure] ? [ensure.long] : [])
            + (context[wait] ? [wait.long] : [])
    }

    private static func createBatch(_ context: Context, _ source: String) throws {
        let drafts = try BatchInput(bytes: try context.input(source), name: source == "-" ? "standard input" : source)
            .drafts()
        if let title = context[TaskFields.newTitle] {
            throw context.invocation.refusal("--from reads the titles; '\(title)' is one too many")
        }
        if let option = optionsOfOneTask(context).first {
            throw context.invocation.refusal("--\(option) is for one task; the items of --from say it themselves")
        }
        guard !drafts.isEmpty else {
            if context.output.isStructured { try context.output.json(.array([])) }
            return
        }
        let engine = try context.engine()
        let done = try context.discharge(engine.create(batch: drafts, hold: context[noRun]), engine)
        let changed = done.value
        let tasks = try context.current(done, engine)
        try context.output.done(tasks, isBatch: true, deduped: changed.isRepeated) { $0.id.text }
    }
}

/// What `--from` reads: a JSON array, or an object a line.
struct BatchInput {
    let bytes: [UInt8]
    /// What the input is called in messages.
    let name: String

    /// - Throws: `usage`, naming the line or item that is wrong.
    func drafts() throws -> [TaskDraft] {
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        let items: [JSON]
        if first == UInt8(ascii: "[") { items = try array() } else { items = try lines() }
        return try items.enumerated().map { number, item in
            do throws(FieldFault) {
                return try TaskDraft(json: item)
            } catch {
                throw Failure(.usage, "\(name): item \(number + 1): \(error)")
            }
        }
    }

    private func array() throws -> [JSON] {
        do throws(JSONFault) {
            return try JSON(parsing: bytes).array ?? []
        } catch {
            throw Failure(.usage, "\(name): \(error)")
        }
    }

    private func lines() throws -> [JSON] {
        var items: [JSON] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() where line.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) {
            do throws(JSONFault) {
                items.append(try JSON(parsing: line))
            } catch {
                throw Failure(.usage, "\(name): line \(number + 1): \(error.reason) at column \(error.column)")
            }
        }
        return items
    }
}

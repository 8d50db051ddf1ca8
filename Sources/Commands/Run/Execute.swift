import Arguments
import Engine
import Execution
import Model
import Store
import System

/// `tf exec`
enum Execute {
    static let title = Option("title", .line.named("TEXT"), "the title of the task: the command itself unless given")
    static let task = Option("task", .task, "run it for a task that there is already")
    static let timeout = Option("timeout", .duration, "how long it may take")
    static let maxAttempts = Option(
        "max-attempts", .integer(1...1_000_000), "how many attempts may be made: one unless given")
    static let words = Argument("COMMAND", .text, "the command and its arguments", .trailing(atLeast: 1))

    static let command = Command(
        "exec", "run a command as a task, in the foreground",
        discussion: """
            One task, one run: the command has tf's standard input and, in a terminal, its keys; its output is kept in the \
            run's log and shown as it comes. tf exits as the command did. Makes a workspace in the current directory if \
            there is none.
            """,
        examples: [
            Example("tf exec -- make test", "run the tests, and keep what they said"),
            Example("tf exec --timeout 10m --max-attempts 3 -- ./deploy", "try three times, ten minutes each"),
        ],
        parameters: [OneOf([title, task]), timeout, maxAttempts, words],
        exitCodes: [
            ExitCode(124, "it took too long"), ExitCode(125, "tf failed, or the run was lost"),
            ExitCode(126, "the command cannot be executed"), ExitCode(127, "the command was not found"),
            ExitCode(130, "it was cancelled"),
        ],
        commandEndsOptions: true, run: performing(execute))

    static func execute(_ context: Context) throws -> Int32 {
        let workspace = try workspace(context)
        let engine = Engine(workspace, caller: context.caller, commandID: context.commandID, ifRev: context.ifRev)
        let command = context.all(words)
        let directory = try FileSystem.currentDirectory()
        var draft = TaskDraft(title: context[title] ?? Self.title(of: command))
        draft.set(.maxAttempts, to: context[maxAttempts] ?? 1)
        if let repeated = try repeated(context, engine, draft) { return repeated }
        return try Front.divide({ Engine(workspace, caller: context.caller) }) { front in
            context.inFront {
                let (task, run) = try front.execute(
                    command, draft: draft, existing: context[Self.task], timeout: context[timeout],
                    directory: directory, engine, show: context.show)
                return try context.mirror(task, run, engine)
            }
        }
    }

    private static func workspace(_ context: Context) throws -> Workspace {
        // A task that is named is in a workspace already.
        if context[task] != nil { return try context.workspace() }
        if let workspace = try context.workspaceIfAny() { return workspace }
        var record = WorkspaceRecord()
        record.workspace = try Workspace.newIdentity()
        let workspace = try Workspace.create(
            in: ".", record: record, actor: context.caller.actor, options: context.workspaceOptions)
        context.output.notice("made the workspace \(workspace.path)")
        return workspace
    }

    /// The command as one line of text.
    private static func title(of command: [String]) -> String {
        let text = command.joined(separator: " ").map { $0.isNewline ? " " : $0 }
        let line = String(text).trimmingBlanks
        return line.isEmpty ? "command" : String(line.prefix(Limit.titleCharacters))
    }

    /// The outcome of the task that was made under the same command id, when there is one.
    private static func repeated(_ context: Context, _ engine: Engine, _ draft: TaskDraft) throws -> Int32? {
        guard let id = context.commandID, let receipt = try engine.workspace.snapshot().receipt(ofCommand: id) else {
            return nil
        }
        guard receipt.verb == "exec", receipt.target == context[task] ?? draft.title,
            let made = receipt.outcome.array?.first?.array?.last?.string.flatMap({ ID<Task>($0) })
        else { throw Failure(.commandIDReused, "the command id \(id) belongs to '\(receipt.verb) \(receipt.target)'") }
        let snapshot = try engine.workspace.snapshot()
        return try context.mirror(
            made, try snapshot.get(made)?.run.flatMap { try snapshot.get($0) }, engine, deduped: true)
    }
}

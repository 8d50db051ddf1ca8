import Arguments
import Engine
import MCP
import Model
import System
import Terminal

/// `tf mcp`
enum MCPCommand {
    static let command = Command(
        "mcp", "serve the workspace to a coding agent, by the Model Context Protocol",
        discussion: """
            Speaks the Model Context Protocol on standard input and output, a JSON text a line, until the client closes \
            its end. A client starts it; there is nothing to be started by hand, and it listens nowhere.

            The tools are create_task, list_tasks, show_task, claim_task, update_task, comment_on_task, complete_task, \
            block_task, flow_status and note, which is not available yet and refuses. They do what the commands do, with the same checks and messages. Within a \
            run (TF_TASK and TF_RUN) they mean the run's own task where none is named, and reach no further than its \
            commands do. The resources are the text of tf prime, the status, and every open task; the prompt of a task \
            and the log of a run can be read as well.

            The workspace is looked for at every call, so it may be made while the server runs.
            """,
        examples: [
            Example("claude mcp add tf -- tf mcp", "have Claude Code use it in this directory"),
            Example("tf -C ~/shop --actor reviewer mcp", "another workspace, under another name"),
        ],
        parameters: [], run: performing(serve))

    static func serve(_ context: Context) throws {
        if TerminalDevice.standardInput.isTerminal {
            context.output.hint("tf mcp waits for a client's messages; Ctrl-D ends it, tf mcp --help explains it")
        }
        // Supervisors that a tool has started outlive the call, and perhaps the server.
        try Process.forgetChildren()
        let session = ToolSession(context)
        var server = Server(
            identity, tools: WorkspaceTools.all(session), resources: WorkspaceResources(session),
            moment: { ParseContext(now: context.clock.now(), zone: .current) }, describe: describe)
        try server.serve(.input, .output)
    }

    private static let identity = Server.Identity(
        name: "tf", title: "TaskFlow", version: Version.number,
        instructions: """
            Tasks of this workspace, shared with people and other agents. list_tasks with ready shows what can be done \
            now; claim_task takes one, and its lease token goes with every later call about it; update_task with \
            progress keeps the lease alive; complete_task or block_task ends the work. The resource tf:///prime says \
            more. Within a run of an agent the tools mean the run's own task.
            """)

    /// What would help a client: where commands name an option, the argument of the tool that has its place; nil where
    /// there is none.
    private static func hint(_ text: String) -> String? {
        guard text.hasPrefix("--") else { return text }
        if text.hasPrefix("--lease") { return "the argument lease takes the token that claim_task gave" }
        if text.hasPrefix("--reason") { return "the argument reason takes it" }
        return nil
    }

    /// An error as the commands print it: what happened, then what would help.
    private static func describe(_ error: any Error) -> (text: String, json: JSONObject) {
        let found = (error as? UnfitCall).map { Failure(.usage, $0.message) } ?? Failure(error)
        let failure = Failure(found.code, found.message, hint: found.hint.flatMap(hint), details: found.details)
        let text = failure.message + (failure.hint.map { "\nhint: " + $0 } ?? "")
        return (text, failure.json.object ?? JSONObject())
    }
}

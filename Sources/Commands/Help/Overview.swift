import Arguments
import Engine
import Model
import Store
import Terminal

/// `tf` without arguments: what it is for, where to begin, and how the workspace stands.
enum Overview {
    private static let firstSteps: [(command: String, meaning: String)] = [
        ("tf init", "make a workspace here"),
        ("tf task list", "what is to be done"),
        ("tf agent add NAME -- COMMAND", "name a command that can be given tasks"),
        ("tf status", "what runs, what is stuck, what waits for you"),
        ("tf --help", "every command"),
    ]

    static func show(_ context: Context) throws {
        let output = context.output
        let workspace = try context.workspaceIfAny()
        let state = try workspace.map { try WorkspaceState($0, context) }
        if output.isStructured {
            return try output.json(["version": .string(Version.number), "status": state?.json ?? .null])
        }
        let painter = output.painter
        try output.line("tf \(Version.number): turn a task list into an automation layer\n")
        for step in firstSteps {
            let command = painter.paint(step.command.padded(toWidth: 30), .bold)
            try output.line("  \(command)\(step.meaning)")
        }
        try output.line("")
        guard let state else { return try output.line("There is no workspace here.") }
        try output.line("Workspace \(state.path.visibleLine)")
        try output.line("Tasks: \(state.counts)")
        if !state.runs.isEmpty { try output.line("Runs: \(state.runs.count) running or queued") }
        if !state.inbox.isEmpty { try output.line("\(state.inbox.count) waiting for you: tf inbox") }
    }
}

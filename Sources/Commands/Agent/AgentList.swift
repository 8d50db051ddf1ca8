import Arguments
import Engine
import Model
import Store
import Terminal

/// `tf agent list`
enum AgentList {
    static let command = Command(
        "list", "list agents",
        examples: [
            Example("tf agent list", "which there are, and how many tasks each has to do"),
            Example("tf agent list --format '{id}'", "their names, for a script"),
        ],
        aliases: ["ls"], run: performing(list))

    static func list(_ context: Context) throws {
        let snapshot = try context.snapshot()
        let agents: [Agent] = try snapshot.all()
        let open = try agents.map { try snapshot.ids(tagged: .openTasks(of: .agent($0.id)), of: Task.self).count }
        try context.output.list(
            Array(zip(agents, open)),
            Listing(
                columns: [
                    .init("name") { Cell($0.0.id.text) },
                    .init("tasks", .right) { Cell(String($0.1)) },
                    .init("command", shrink: .to(16)) { Cell($0.0.commandLine ?? "(none: its tasks are claimed)") },
                    .init("description", shrink: .to(12, order: 1), fromWidth: 80) { Cell($0.0.description) },
                    .init("state") { Cell($0.0.disabled ? "disabled" : nil, .yellow) },
                ],
                id: { $0.0.id.text }, shown: { Shown($0.0) },
                empty: "no agents: tf agent add NAME -- COMMAND makes one"))
    }
}

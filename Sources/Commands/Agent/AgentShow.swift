import Arguments
import Engine
import Model
import Store
import Terminal

/// `tf agent show`
enum AgentShow {
    static let name = Argument("NAME", .agent, "the agent")

    static let command = Command(
        "show", "show an agent",
        examples: [Example("tf agent show coder", "its command, its limits, and how it is run")],
        parameters: [name], run: performing(show))

    static func show(_ context: Context) throws {
        let snapshot = try context.snapshot()
        let agent = try snapshot.agent(try context.required(name))
        try context.output.show(Shown(agent)) {
            let tasks = try snapshot.ids(tagged: .openTasks(of: .agent(agent.id)), of: Task.self)
            return details(of: agent, tasks: tasks, context.output)
        }
    }

    private static func details(of agent: Agent, tasks: [ID<Task>], _ output: Output) -> String {
        var details = Details()
        details.add("name", agent.id.text, .bold)
        details.add("description", agent.description)
        if agent.disabled { details.add("state", "disabled", .yellow) }
        details.add("command", agent.commandLine ?? "none: its tasks are claimed under this name")
        details.add("directory", agent.cwd)
        let variables = agent.env.sorted { $0.key < $1.key }.map { name, value in
            value == .inherited ? "\(name) (passed on)" : "\(name)=***"
        }
        details.add("environment", variables.isEmpty ? nil : variables.joined(separator: "\n"))
        details.add("stdin", agent.stdin == .none ? nil : agent.stdin.rawValue)
        details.add("timeout", agent.timeout?.text)
        details.add("grace", agent.grace?.text)
        details.add("max attempts", agent.maxAttempts.map(String.init))
        details.add("backoff", agent.backoff.map { "\($0.delay), factor \($0.factor), at most \($0.maxDelay)" })
        details.add("concurrency", agent.concurrency.map(String.init))
        let codes = agent.exitCodes.sorted { (Int($0.key) ?? 0) < (Int($1.key) ?? 0) }
        details.add(
            "exit codes", codes.isEmpty ? nil : codes.map { "\($0.key)=\($0.value.rawValue)" }.joined(separator: ", "))
        details.add("review", agent.review ? "success goes to review" : nil)
        details.add("dispatch", agent.dispatch.rawValue)
        details.add("scope", agent.scope.rawValue)
        details.add("tasks", tasks.isEmpty ? nil : tasks.map(\.text).joined(separator: ", "))
        details.add("created", output.text(of: agent.envelope.createdAt))
        details.add("updated", "\(output.text(of: agent.envelope.updatedAt)), rev \(agent.envelope.rev)")
        return details.render(painter: output.painter)
    }
}

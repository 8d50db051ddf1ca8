import Arguments
import Engine
import Execution
import Model

/// `tf agent add`
enum AgentAdd {
    static let name = Argument("NAME", .newAgent, "what it is to be called")

    static let command = Command(
        "add", "add an agent",
        discussion: """
            The command stands after --. It is started in the directory of the workspace; TF_TASK, TF_RUN and the \
            other variables that tf task prompt describes tell it what to do, and its exit status moves the task on.
            """,
        examples: [
            Example("tf agent add coder --stdin prompt --timeout 30m -- claude -p", "give tasks to a coding agent"),
            Example("tf agent add tests --exit-code 2=block -- make test", "exit status 2 blocks the task"),
            Example("tf agent add humans", "no command: its tasks are claimed by whoever works under that name"),
        ],
        parameters: [
            name, Section("Execution", AgentOptions.execution), Section("Limits", AgentOptions.limits),
            Section("Conduct", AgentOptions.conduct), AgentOptions.command,
        ],
        exitCodes: [ExitCode(1, "there is an agent of that name already")], run: performing(add))

    static func add(_ context: Context) throws {
        var agent = Agent(id: try context.required(name))
        try AgentOptions.apply(context, to: &agent)
        let engine = try context.engine()
        let changed = try context.discharge(engine.addAgent(agent), engine).value
        let agents: [Agent] = changed.records.compactMap { $0.typed() }
        try context.output.done(agents, deduped: changed.isRepeated) { $0.id.text }
    }
}

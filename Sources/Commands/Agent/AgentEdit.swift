import Arguments
import Engine
import Execution
import Model

/// `tf agent edit`
enum AgentEdit {
    /// What `--unset` takes back.
    enum Field: String, CaseIterable, Sendable {
        case command, cwd, env, timeout, grace
        case maxAttempts = "max-attempts"
        case backoff, concurrency
        case exitCodes = "exit-codes"
        case description
    }

    static let name = Argument("NAME", .agent, "the agent")
    static let unset = Option("unset", .enumeration(Field.self).named("FIELD"), "take a field back", repeats: true)
    static let unsetEnv = Option("unset-env", .line.named("KEY"), "neither set nor pass on a variable", repeats: true)
    static let disabled = Flag("disabled", "start no more runs of it", negatable: true)

    static let command = Command(
        "edit", "change an agent",
        discussion: """
            Changes what is given and leaves the rest. Variables and exit statuses are added to those that there are; a \
            command after -- replaces the one before. Runs that are live go on as they were started.
            """,
        examples: [
            Example("tf agent edit coder --timeout 1h --max-attempts 3", "more time and more attempts"),
            Example("tf agent edit coder --unset timeout --unset-env TOKEN", "no limit, and one variable less"),
        ],
        parameters: [
            name, unset, unsetEnv, disabled, Section("Execution", AgentOptions.execution),
            Section("Limits", AgentOptions.limits), Section("Conduct", AgentOptions.conduct), AgentOptions.command,
        ],
        run: performing(edit))

    static func edit(_ context: Context) throws {
        let engine = try context.engine()
        let edited = try engine.editAgent(try context.required(name)) { agent in
            for field in context.all(unset) { agent.unset(field) }
            for variable in context.all(unsetEnv) { agent.env[variable] = nil }
            if let disabled = context.invocation.value(disabled) { agent.disabled = disabled }
            try AgentOptions.apply(context, to: &agent)
        }
        // More runs may go on at once now.
        let changed = try context.discharge(edited, engine).value
        let word = changed.commit.isEmpty && !changed.isRepeated ? "unchanged" : "edited"
        let agents: [Agent] = changed.records.compactMap { $0.typed() }
        try context.output.done(agents, deduped: changed.isRepeated) { "\($0.id) \(word)" }
    }
}

extension Agent {
    fileprivate mutating func unset(_ field: AgentEdit.Field) {
        switch field {
        case .command:
            command = []
            shell = nil
        case .cwd: cwd = nil
        case .env: env = [:]
        case .timeout: timeout = nil
        case .grace: grace = nil
        case .maxAttempts: maxAttempts = nil
        case .backoff: backoff = nil
        case .concurrency: concurrency = nil
        case .exitCodes: exitCodes = [:]
        case .description: description = nil
        }
    }
}

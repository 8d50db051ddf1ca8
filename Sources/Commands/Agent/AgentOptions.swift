import Arguments
import Engine
import Model
import System

/// What `agent add` and `agent edit` can say of an agent.
enum AgentOptions {
    static let command = Argument("COMMAND", .text, "the command and its arguments", .trailing(atLeast: 0))
    static let shell = Option("shell", .text, "a text for sh -c, instead of a command")
    static let cwd = Option("cwd", .directory, "where it runs, from the directory of the workspace on")
    static let env = Option(
        "env", short: "e", .keyValue, "set a variable, or without a value pass it on", repeats: true)
    static let stdin = Option(
        "stdin", .enumeration(Agent.Input.self), "what it reads on standard input: none unless given")
    static let timeout = Option("timeout", .duration, "stop a run that takes longer")
    static let grace = Option("grace", .duration, "the time from SIGTERM to SIGKILL: 10s unless given")
    static let maxAttempts = Option(
        "max-attempts", .integer(1...Int.max), "try a task up to N times: once unless given")
    static let backoff = Option("backoff", .backoff, "how long to wait before another attempt: 1s,2,5m unless given")
    static let concurrency = Option("concurrency", .integer(1...Int.max), "at most N runs at once")
    static let exitCode = Option("exit-code", .exitCode, "what an exit status makes of the task", repeats: true)
    static let review = Flag("review", "success goes to review, where a person approves it", negatable: true)
    static let dispatch = Option(
        "dispatch", .enumeration(Agent.Dispatch.self), "queue: only tf work and tf tick start its runs")
    static let scope = Option(
        "scope", .enumeration(Agent.Scope.self), "how far it may reach from inside a run: its task unless given")
    static let description = Option("description", short: "d", .line, "what it is good for")

    static let execution: [any Parameter] = [shell, cwd, env, stdin]
    static let limits: [any Parameter] = [timeout, grace, maxAttempts, backoff, concurrency]
    static let conduct: [any Parameter] = [exitCode, review, dispatch, scope, description]

    /// Puts everything that was given into an agent.
    static func apply(_ context: Context, to agent: inout Agent) throws {
        let words = context.all(command)
        if !words.isEmpty, context[shell] != nil {
            throw context.invocation.refusal("an agent has a command or --shell, not both")
        }
        if !words.isEmpty {
            agent.command = words
            agent.shell = nil
        }
        if let shell = context[shell] {
            agent.shell = shell
            agent.command = []
        }
        if let cwd = context[cwd] { agent.cwd = cwd }
        for variable in context.all(env) {
            agent.env[variable.key] = variable.value.map(EnvironmentValue.value) ?? .inherited
        }
        if let stdin = context[stdin] { agent.stdin = stdin }
        if let timeout = context[timeout] { agent.timeout = timeout }
        if let grace = context[grace] { agent.grace = grace }
        if let maxAttempts = context[maxAttempts] { agent.maxAttempts = maxAttempts }
        if let backoff = context[backoff] { agent.backoff = backoff }
        if let concurrency = context[concurrency] { agent.concurrency = concurrency }
        for (status, action) in context.all(exitCode).map({ ($0.status, $0.action) }) {
            agent.exitCodes[String(status)] = action
        }
        if let review = context.invocation.value(review) { agent.review = review }
        if let dispatch = context[dispatch] { agent.dispatch = dispatch }
        if let scope = context[scope] { agent.scope = scope }
        if let description = context[description] { agent.description = description }
    }
}

/// What an exit status makes of a task.
struct ExitMapping: Sendable, Hashable {
    let status: Int
    let action: Agent.ExitAction
}

extension ValueType<ExitMapping> {
    /// `2=block`
    static var exitCode: ValueType<ExitMapping> {
        let actions = Agent.ExitAction.allCases.map(\.rawValue).joined(separator: ", ")
        return ValueType("N=ACTION", allowed: "an exit status from 0 to 255 and one of \(actions), such as 2=block") {
            text in
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let status = Int(parts[0]), (0...255).contains(status),
                let action = Agent.ExitAction(rawValue: String(parts[1]))
            else { return nil }
            return ExitMapping(status: status, action: action)
        }
    }
}

extension ValueType<Backoff> {
    /// `1s,2,5m`
    static var backoff: ValueType<Backoff> {
        ValueType(
            "DELAY[,FACTOR[,MAX]]", allowed: "a delay, a factor from 1 to 1000 and a longest delay, such as 1s,2,5m"
        ) { text in
            let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard (1...3).contains(parts.count), let delay = WrittenDuration(parts[0]) else { return nil }
            var backoff = Backoff()
            backoff.delay = delay
            if parts.count > 1 {
                guard let factor = Double(parts[1]), (1...1000).contains(factor) else { return nil }
                backoff.factor = factor
            }
            if parts.count > 2 {
                guard let longest = WrittenDuration(parts[2]) else { return nil }
                backoff.maxDelay = longest
            }
            return backoff
        }
    }
}

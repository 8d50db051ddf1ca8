import Arguments
import Engine
import Execution
import Model
import Store

/// `tf task assign`
enum TaskAssign {
    static let task = Argument("TASK", .task, "the task")
    static let agent = Option("agent", short: "a", .agent, "the agent, whose command is started")
    static let user = Option("user", short: "u", .user, "the user")
    static let none = Flag("none", "take it away from whoever has it")
    static let wait = Flag("wait", "stay until the work has ended, and exit as it did; Ctrl-C cancels it")
    static let noRun = Flag("no-run", "assign it without starting anything")
    static let force = Flag("force", "interrupt the live run of another agent")

    static let command = Command(
        "assign", "give a task to an agent or a user",
        discussion: """
            Assigning a task to an agent starts the agent's command as soon as the task is ready. When the prompt is \
            back, the command is running. Assigning the agent that it has already changes nothing.
            """,
        examples: [
            Example("tf task assign T-1 --agent coder", "have an agent work on it"),
            Example("tf task assign T-1 --agent coder --wait", "wait for it and exit as it did"),
            Example("tf task assign T-1 --none", "take it back"),
        ],
        parameters: [task, OneOf([agent, user, none], isRequired: true), OneOf([wait, noRun]), force],
        run: performing(assign))

    static func assign(_ context: Context) throws -> Int32 {
        if context[wait] { try context.checkWait(for: context[agent]) }
        let engine = try context.engine()
        let done = try context.discharge(
            engine.assign(
                try context.required(task), agent: context[agent], user: context[user], hold: context[noRun],
                force: context[force]), engine, starting: context[wait] ? .inFront : .ready)
        let changed = done.value
        guard let assigned: Task = changed.first() else { throw Failure.notFound("the task") }
        if context[wait] { return try context.standIn(for: assigned.id, engine, deduped: changed.isRepeated) }
        try context.refuseIfPending(done.pending)
        try context.reportRun(of: assigned.id, engine, deduped: changed.isRepeated)
        return ExitStatus.done.rawValue
    }
}

extension Context {
    /// Prints a task and its run: `{"task", "run"}`, or a line.
    func reportRun(of id: ID<Task>, _ engine: Engine, deduped: Bool) throws {
        let snapshot = try engine.workspace.snapshot()
        guard let task = try snapshot.get(id) else { throw Failure.notFound("task \(id)") }
        let run = try task.run.flatMap { try snapshot.get($0) }
        let active = run.flatMap { $0.status.isTerminal && task.status == .todo ? nil : $0 }
        var json = JSONObject([("task", task.shownJSON), ("run", active?.shownJSON ?? .null)])
        if deduped { json["deduped"] = true }
        var line = "\(task.id) \(task.status.rawValue)"
        switch task.assignee {
        case .agent(let agent): line += " (\(agent)" + (active.map { ", \($0.id)" } ?? "") + ")"
        case .user(let user): line += " (\(user))"
        case nil: break
        }
        if task.status == .blocked, let reason = task.statusReason { line += ": \(reason)" }
        try output.done([(Shown(id: task.id.text, json: .object(json), fields: ["task", "run"]), line)])
    }
}

import Arguments
import Engine
import Execution
import Model

/// `tf trigger add`
enum TriggerAdd {
    static let name = Argument("NAME", .newTrigger, "what it is to be called")
    static let on = Option("on", .eventPattern, "the type of event, or a pattern with * and ?", isRequired: true)
    static let condition = Option(
        "where", .condition, "what the event must be like besides; all of them", repeats: true)
    static let assign = Option("assign", .agent, "give the event's task to an agent")
    static let run = Option("run", .agent, "run an agent's command about the event; its task stays as it is")
    static let createTask = Option("create-task", .json, "make a task: a record as task create --from takes it")
    static let exec = Option(
        "exec", .text.named("CMD"), "run a command about the event: a text for sh -c, or a program with words after --")
    static let notify = Option("notify", .user, "put it into a person's inbox")
    static let words = Argument("ARG", .text, "arguments for the program of --exec", .trailing(atLeast: 0))

    static let command = Command(
        "add", "add a trigger",
        discussion: """
            It is told of what is committed from now on. The fields of --where are those of the record that the event \
            is about, as the event left it, or else of its task: label (any of them), priority, title, agent, user, \
            payload.env, exit_code, and so on. actor, depth, task, run and everything in the event's data (from, to, \
            reason) are the event's own. A field that is not there is equal to nothing. For an event of a run, agent is the \
            run's own, which the command of a trigger or hook does not have: that has a trigger. So a trigger for \
            run/failed leaves out the runs of its own command with --where trigger!=NAME.

            A command of --exec gets the event as JSON on standard input, and TF_EVENT, TF_TRIGGER, TF_TASK and TF_RUN \
            in its environment.
            """,
        examples: [
            Example(
                "tf trigger add ship --on task/completed --where label=deploy --exec ./ship.sh", "run a command"),
            Example("tf trigger add triage --on task/created --where type=bug --assign triager", "assign new bugs"),
            Example("tf trigger add tell --on 'run/failed' --notify alice", "tell alice of every run that fails"),
            Example(
                #"tf trigger add test --on task/completed --where type=feature --create-task '{"title": "Test it"}'"#,
                "let a task follow"),
        ],
        parameters: [
            name, on, condition,
            Section("Action", [OneOf([assign, run, createTask, exec, notify], isRequired: true)]), words,
        ],
        exitCodes: [ExitCode(1, "there is a trigger of that name already"), ExitCode(3, "there is no such agent")],
        run: performing(add))

    static func add(_ context: Context) throws {
        guard let on = context[on] else { throw context.invocation.refusal("--on is missing") }
        var trigger = Trigger(id: try context.required(name), on: on, action: try action(context))
        trigger.conditions = context.all(condition)
        for condition in trigger.conditions { try check(condition.field, on) }
        let engine = try context.engine()
        let changed = try context.discharge(engine.addTrigger(trigger), engine).value
        let triggers: [Trigger] = changed.records.compactMap { $0.typed() }
        try context.output.done(triggers, deduped: changed.isRepeated) { $0.id.text }
    }

    /// - Throws: a usage failure for a field that no event which fits `pattern` can have.
    private static func check(_ field: String, _ pattern: String) throws {
        // What people emit says whatever they like.
        if Glob.matches("custom/x", pattern) || pattern.hasPrefix(CustomEventType.prefix) { return }
        var known = EventFields.ofEvent.union(EventFields.ofData).union(EventFields.words).union(Task.fieldNames)
        for type in EventType.allCases where Glob.matches(type.rawValue, pattern) {
            // A lease is not shown, and whatever it has the event of its task has.
            if type.kind != .lease, let record = AnyRecord.type(of: type.kind) { known.formUnion(record.fieldNames) }
        }
        let first = String(field.prefix { $0 != "." })
        guard !known.contains(first) else { return }
        let meant = nearest(to: first, among: known.sorted()).first
        throw Failure(
            .usage, "--where: there is no field '\(first)'" + (meant.map { "; did you mean '\($0)'?" } ?? ""),
            hint: "data.\(first) is what the event itself says of it")
    }

    private static func action(_ context: Context) throws -> Trigger.Action {
        let words = context.all(words)
        if let program = context[exec] {
            guard !program.trimmingBlanks.isEmpty else {
                throw context.invocation.refusal("--exec: the command is empty")
            }
            return .exec(words.isEmpty ? .shell(program) : .words([program] + words))
        }
        if let extra = words.first {
            throw context.invocation.refusal("'\(extra)' is an argument for --exec, which is not given")
        }
        if let name = context[assign] { return .assign(try agent(name)) }
        if let name = context[run] { return .run(try agent(name)) }
        if let user = context[notify] { return .notify(user.trimmingBlanks) }
        guard let source = context[createTask] else {
            throw context.invocation.refusal("what the trigger does is missing")
        }
        let json = try context.json(source)
        guard let task = json.object else {
            throw Failure(.usage, "--create-task: \(json.kindName) is not a task, which is an object with a title")
        }
        do throws(FieldFault) {
            _ = try TaskDraft(json: json)
        } catch {
            throw Failure(.usage, "--create-task: \(error)")
        }
        return .createTask(task)
    }

    private static func agent(_ name: String) throws -> ID<Agent> {
        guard let id = ID<Agent>(name.lowercased()) else {
            throw Failure.notFound("agent \(name)", hint: "tf agent list shows those that there are")
        }
        return id
    }
}

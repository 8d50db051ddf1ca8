import Arguments
import Engine
import Execution
import Model
import Store
import System

/// The verbs that move tasks along the transition table: `tf task start`, `block`, `complete`, …
///
/// What they take, say and refuse is read off the table; a verb that is added there is a command here.
enum TaskVerbs {
    static let tasks = Argument(
        "TASK", .task, "the task; within an agent's command, its own unless given", .many(atLeast: 0))
    static let reason = Option("reason", short: "r", .text, "why")
    static let force = Flag("force", "also where a live run works on it, which is stopped first, or somebody leases it")
    static let leaseForce = Flag("force", "also where somebody else leases it")
    static let grace = Option("grace", .duration, "the time from SIGTERM to SIGKILL for a live run")
    static let lease = Option(
        "lease", .line.named("TOKEN"), "the token of the lease under which it is held; TF_LEASE unless given")

    /// The verbs that are nothing but a row of the table. The others have files of their own.
    static let plain: [TaskVerb] = [
        .start, .release, .block, .unblock, .pause, .resume, .submit, .approve, .reject, .complete, .fail, .cancel,
        .terminate, .timeout, .retry, .reopen,
    ]

    /// The commands for ``plain``.
    static var commands: [Command] { plain.map(command) }

    static func command(_ verb: TaskVerb) -> Command {
        Command(
            verb.rawValue, TaskTransition.of(verb).summary.imperative, discussion: discussion(verb),
            examples: [example(verb)], parameters: parameters(verb),
            exitCodes: TaskTransition.of(verb).runs == .stops ? [ExitCode(6, "accepted, still stopping")] : [],
            foreignNames: verb == .complete ? ["done", "finish"] : verb == .start ? ["begin"] : [],
            run: performing { try perform(verb, $0) })
    }

    private static func parameters(_ verb: TaskVerb) -> [any Parameter] {
        let transition = TaskTransition.of(verb)
        var parameters: [any Parameter] = [tasks, reason]
        if transition.runs == .needsForce {
            parameters.append(force)
        } else if transition.needsLease {
            parameters.append(leaseForce)
        }
        if transition.runs == .stops { parameters.append(grace) }
        if transition.needsLease { parameters.append(lease) }
        return parameters
    }

    private static func discussion(_ verb: TaskVerb) -> String {
        let transition = TaskTransition.of(verb)
        let statuses = TaskStatus.allCases.filter(transition.from.contains).map(\.rawValue).joined(separator: ", ")
        var discussion = "Needs a task that is \(statuses)"
        switch transition.to {
        case .status(let status): discussion += "; it becomes \(status.rawValue)"
        case .statusUnlessAutomated(let status):
            discussion += "; it becomes \(status.rawValue), or scheduled if it is automated"
        case .unchanged, .nowhere: break
        }
        discussion += ". Several tasks are one transaction: all or none."
        if transition.needsLease { discussion += " One that is leased needs the token of the lease." }
        return transition.needsReason ? discussion + " A reason is required." : discussion
    }

    private static func example(_ verb: TaskVerb) -> Example {
        let reason = TaskTransition.of(verb).needsReason ? " --reason 'why'" : ""
        return Example("tf task \(verb.rawValue) T-1\(reason)", TaskTransition.of(verb).summary.imperative)
    }

    static func perform(_ verb: TaskVerb, _ context: Context) throws {
        let engine = try context.engine()
        var (references, reason) = try references(context, textFor: verb)
        var options = VerbOptions()
        reason = context[Self.reason] ?? reason
        options.reason = reason
        options.force = context[force]
        options.grace = context[grace]
        options.lease = context[lease]
        if references.isEmpty { references = [try context.ownTask()] }
        let done = try context.discharge(
            engine.perform(verb, on: references, options), engine, grace: options.grace?.value)
        if !done.pending.isEmpty, !context.output.isStructured {
            try context.report(done, engine, isBatch: references.count > 1)
        }
        try context.refuseIfPending(done.pending)
        try context.report(done, engine, isBatch: references.count > 1)
    }

    /// The verbs by which an agent's command reports: within it they need no task.
    private static let reports: [TaskVerb] = [.block, .submit, .complete, .fail, .heartbeat]

    /// The tasks that are meant. Within an agent's command the only argument of a verb that reports is the text, unless
    /// it is a task, or looks like one that was mistyped.
    static func references(_ context: Context, textFor verb: TaskVerb) throws -> ([String], text: String?) {
        let words = context.all(tasks)
        guard context.caller.task != nil, words.count == 1, reports.contains(verb), !words[0].resemblesTask,
            try context.snapshot().taskID(words[0]) == nil
        else { return (words, nil) }
        return ([], words[0])
    }
}

extension Context {
    /// The task that the caller works on.
    ///
    /// - Throws: a missing argument, for a caller that is nobody's command.
    func ownTask() throws -> String {
        guard let task = caller.task else { throw invocation.refusal(.missingArgument("TASK")) }
        return task.text
    }
}

extension String {
    /// Whether it could be meant as an id: letters and a number, with or without a dash, or a part of that.
    fileprivate var resemblesTask: Bool {
        let rest = utf8.drop { ($0 | 0x20) &- UInt8(ascii: "a") < 26 }
        let number = rest.first == UInt8(ascii: "-") ? rest.dropFirst() : rest
        return !rest.isEmpty && number.allSatisfy { $0.decimalDigit != nil }
    }

    /// `ends a task` as `end a task`: the summaries of the table complete "This command …", those of commands do not.
    fileprivate var imperative: String {
        guard let end = firstIndex(of: " ") else { return self }
        let verb = self[..<end]
        let plain: Substring
        if verb.hasSuffix("ries") { plain = verb.dropLast(3) + "y" } else { plain = verb.dropLast() }
        return String(plain) + self[end...]
    }
}

import Arguments
import Engine
import Execution
import Model
import Store

/// `tf inbox read`
enum InboxRead {
    static let notifications = Argument("N", .notification, "the notification", .many(atLeast: 1))

    static let command = Command(
        "read", "mark notifications as read", examples: [Example("tf inbox read N-1 N-2", "both have been seen")],
        parameters: [notifications], run: performing(read))

    static func read(_ context: Context) throws {
        let engine = try context.engine()
        let references = context.all(notifications)
        let changed = try context.discharge(engine.read(notifications: references), engine).value
        let read: [Notification] = changed.records.compactMap { $0.typed() }
        try context.output.done(read, isBatch: references.count > 1, deduped: changed.isRepeated) { "\($0.id) read" }
    }
}

/// `tf inbox resolve`
enum InboxResolve {
    static let notifications = Argument("N", .notification, "the notification", .many(atLeast: 0))
    static let all = Flag("all", "all that only says that a task is done or yours, of the actor's inbox")
    static let resolution = Option(
        "as", .enumeration(Resolution.self), "what is to become of the task that it is about: dismiss unless given")
    static let reason = Option("reason", short: "r", .text, "why; kept as feedback on the task")

    static let command = Command(
        "resolve", "settle a notification",
        discussion: """
            approve, reject and retry do to the task what the verbs of tf task do, in the same transaction: where the \
            task is not in a status for that, nothing is resolved. dismiss leaves the task as it is. The reason is kept \
            as feedback, which the next attempt is given.

            An automated task that waited for this decision alone is scheduled again; so is one that was paused after \
            failures, with retry.
            """,
        examples: [
            Example("tf inbox resolve N-1 --as approve", "accept the work that it is about"),
            Example("tf inbox resolve N-1 --as reject --reason 'tests are missing'", "send it back"),
            Example("tf inbox resolve --all", "put away what needs no answer"),
        ],
        parameters: [notifications, OneOf([all, resolution]), reason], run: performing(resolve))

    static func resolve(_ context: Context) throws {
        let engine = try context.engine()
        let references = context.all(notifications)
        let done: Discharged<Changed>
        if context[all] {
            guard references.isEmpty else { throw context.invocation.refusal("--all and N exclude each other") }
            guard context[reason] == nil else {
                throw context.invocation.refusal("--all and --reason exclude each other")
            }
            done = try context.discharge(engine.resolveInformation(), engine)
        } else {
            guard !references.isEmpty else {
                throw context.invocation.refusal("N is missing: which notifications, or --all")
            }
            done = try context.discharge(
                engine.resolve(
                    notifications: references, as: context[resolution] ?? .dismiss, reason: context[reason]), engine)
        }
        let changed = done.value
        let resolved: [Notification] = changed.records.compactMap { $0.typed() }
        let isBatch = context[all] || references.count > 1
        try context.output.done(resolved, isBatch: isBatch, deduped: changed.isRepeated) { "\($0.id) resolved" }
        if resolved.isEmpty {
            context.output.hint("nothing in the inbox of \(context.caller.actor) is only to be read")
        }
    }
}

import Arguments
import Engine
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
        let changed = try engine.read(notifications: references)
        _ = try context.settle(changed, engine)
        let read: [Notification] = changed.records.compactMap { $0.typed() }
        try context.output.done(read, isBatch: references.count > 1, deduped: changed.isRepeated) { "\($0.id) read" }
    }
}

/// `tf inbox resolve`
enum InboxResolve {
    static let notification = Argument("N", .notification, "the notification")
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
        ],
        parameters: [notification, resolution, reason], run: performing(resolve))

    static func resolve(_ context: Context) throws {
        let engine = try context.engine()
        let changed = try engine.resolve(
            notification: try context.required(notification), as: context[resolution] ?? .dismiss,
            reason: context[reason])
        _ = try context.settle(changed, engine)
        let resolved: [Notification] = changed.records.compactMap { $0.typed() }
        try context.output.done(resolved, deduped: changed.isRepeated) { "\($0.id) resolved" }
    }
}

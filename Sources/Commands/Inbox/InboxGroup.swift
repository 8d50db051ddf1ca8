import Arguments
import Engine
import Model
import Store
import System
import Terminal

/// `tf inbox`, and its verbs.
enum InboxGroup {
    static let all = Flag("all", "also what is resolved")
    static let user = Option("user", short: "u", .user, "what waits for another user")
    static let follow = Flag("follow", short: "f", "go on as notifications are made")

    static let command = Command(
        "inbox", "show what waits for you",
        discussion: """
            Lists the notifications to the actor that nobody has resolved, the urgent ones first, then the newest. The \
            actor is --actor, TF_ACTOR or the login name.

            With --follow each notification is a line, and the list goes on with new ones as they are made; with \
            --follow and --json each is printed as a line of its own.
            """,
        examples: [
            Example("tf inbox", "what waits for you"),
            Example("tf inbox --user alice --all", "everything that alice has ever been told"),
            Example("tf inbox --follow --format '{title}'", "what comes, for a program that shows it"),
        ],
        parameters: [all, user, follow],
        exitCodes: [ExitCode(130, "interrupted while it followed")], run: performing(list),
        subcommands: { [InboxRead.command, InboxResolve.command] })

    static func list(_ context: Context) throws -> Int32 {
        let snapshot = try context.snapshot()
        let user = context[user] ?? context.caller.actor
        var notifications: [Notification] =
            try context[all] ? snapshot.all() : snapshot.records(tagged: .openNotifications)
        notifications = notifications.filter { $0.to == user }.reversed()
        let ranks = Notification.Urgency.allCases
        notifications.sort { left, right in
            if (left.resolvedAt == nil) != (right.resolvedAt == nil) { return left.resolvedAt == nil }
            let (leftRank, rightRank) = (ranks.firstIndex(of: left.priority), ranks.firstIndex(of: right.priority))
            if leftRank != rightRank { return leftRank ?? 0 < rightRank ?? 0 }
            return left.envelope.createdAt > right.envelope.createdAt
        }
        if context[follow] {
            try InboxStream(context.output, to: user).follow(after: notifications, in: snapshot)
            return context.interruptedStream("\(CommandLine.line) goes on")
        }
        try context.output.list(notifications, listing(context.output, user: user))
        return ExitStatus.done.rawValue
    }

    private static func listing(_ output: Output, user: String) -> Listing<Notification> {
        Listing(
            columns: [
                .init("id") { Cell($0.id.text, $0.readAt == nil ? .bold : .plain) },
                .init("priority", fromWidth: 60) { Cell($0.priority.rawValue, $0.priority.style) },
                .init("type", fromWidth: 60) { Cell($0.type.rawValue) },
                .init("about") { Cell($0.about) },
                .init("title", shrink: .to(16)) { Cell($0.title) },
                .init("when", fromWidth: 50) { Cell(output.text(of: $0.envelope.createdAt), .dim) },
                .init("resolution", fromWidth: 100) {
                    Cell($0.resolution ?? ($0.resolvedAt == nil ? nil : "resolved"))
                },
            ],
            id: { $0.id.text }, shown: { Shown($0) }, empty: "nothing waits for \(user)")
    }
}

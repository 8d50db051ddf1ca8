import Engine
import Model
import Store
import System
import Terminal

/// Prints notifications to a user as they are made.
struct InboxStream {
    private let output: Output
    private let user: String

    init(_ output: Output, to user: String) {
        self.output = output
        self.user = user
    }

    /// Prints `notifications`, which `snapshot` had, and then each new one, for as long as somebody reads, or until
    /// Ctrl-C.
    func follow(after notifications: [Notification], in snapshot: Snapshot) throws {
        let interrupt = try Interrupt()
        var follower = Follower(snapshot.workspace, from: snapshot.position)
        for notification in notifications { try print(notification) }
        while true {
            let lines = try follower.next()
            for line in lines { for notification in new(in: line) { try print(notification) } }
            try output.flush()
            if try interrupt.hasCome() { return }
            if lines.isEmpty { try follower.wait(beside: interrupt.file) }
        }
    }

    /// What a transaction has made for the user, in the order in which it did.
    private func new(in line: JournalLine) -> [Notification] {
        line.events.filter { $0.is(.notificationCreated) }.compactMap { event in
            for case .notification(let notification) in line.put where notification.id.text == event.about {
                return notification.to == user ? notification : nil
            }
            return nil
        }
    }

    private func print(_ notification: Notification) throws {
        switch output.form {
        case .json, .jsonLines: try output.line(notification.shownJSON.compactText)
        case .template(let template): try output.print(Shown(notification), template)
        case .text: try output.line(output.isQuiet ? notification.id.text : line(of: notification))
        }
    }

    private func line(of notification: Notification) -> String {
        let moment = notification.envelope.createdAt
        let head = output.isTerminal ? moment.timeOfDay : moment.description
        let columns = [
            notification.id.text.padded(toWidth: 5), notification.priority.rawValue.padded(toWidth: 6),
            notification.type.rawValue, notification.about, notification.title.visibleLine,
        ]
        let rest = columns.joined(separator: "  ")
        guard let width = output.width else { return head + "  " + rest }
        let painter = output.painter
        return painter.paint(head, .dim) + "  " + rest.truncated(toWidth: max(10, width - head.displayWidth - 2))
    }
}

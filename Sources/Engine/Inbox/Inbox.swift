import Model
import Store
import System

extension Engine {
    /// Marks notifications as read.
    public func read(notifications references: [String]) throws -> Obliged<Changed> {
        try change("read", target: references.joined(separator: " ")) { change in
            try references.map { reference in
                var notification = try change.reachable(reference)
                try change.checkRev(notification)
                if notification.readAt == nil {
                    notification.readAt = change.transaction.now(for: notification)
                    try change.transaction.put(notification)
                    change.emit(.notificationRead, notification)
                }
                return notification.key
            }
        }
    }

    /// Resolves notifications, all or none, and does to their tasks what the resolution says.
    ///
    /// The reason becomes a feedback comment on the task. An automated task that waited for this decision alone is armed
    /// again. Resolving again changes nothing.
    public func resolve(
        notifications references: [String], as resolution: Resolution, reason: String?
    ) throws -> Obliged<Changed> {
        let target = references.joined(separator: " ") + " \(resolution.rawValue)"
        return try change("resolve", target: target) { change in
            try references.map { reference in
                let notification = try change.reachable(reference)
                try change.checkRev(notification)
                try change.resolve(notification, as: resolution, reason: reason)
                return notification.key
            }
        }
    }

    /// Resolves everything of which the caller only had to be told.
    public func resolveInformation() throws -> Obliged<Changed> {
        try change("resolve", target: "--all") { change in
            let open = try change.transaction.records(tagged: .openNotifications, of: Notification.self)
                .filter { $0.to == caller.actor && $0.type.isInformation }
                .sorted { Identifier.precedes($0.id.text, $1.id.text) }
            for notification in open { try change.resolve(notification, as: .dismiss, reason: nil) }
            return open.map(\.key)
        }
    }
}

extension Notification.NotificationType {
    /// Whether nobody is asked for anything by it.
    fileprivate var isInformation: Bool { self == .taskCompleted || self == .taskAssigned }
}

extension Change {
    fileprivate func emit(_ type: EventType, _ notification: Notification) {
        let task = ID<Task>(notification.about)
        transaction.emit(type, about: notification.key, task: task)
    }

    /// The notification that is meant, when the caller may do something about it.
    fileprivate func reachable(_ reference: String) throws -> Notification {
        let notification = try transaction.notification(reference)
        try Scope(self).check(notification, about: ID<Task>(notification.about))
        return notification
    }

    fileprivate func resolve(_ notification: Notification, as resolution: Resolution, reason: String?) throws {
        guard notification.resolvedAt == nil else {
            let isOver = resolution == .dismiss && notification.resolution == Notices.superseded
            guard isOver || notification.resolution == resolution.rawValue else {
                throw Failure(
                    .refused, "\(notification.id) was resolved before, as \(notification.resolution ?? "dismiss")")
            }
            return
        }
        try answer(notification, as: resolution, reason: reason)
        // What was done to the task may have answered it already.
        guard let current = try transaction.get(notification.id), current.resolvedAt == nil else { return }
        try Notices(self).resolve(current, as: resolution.rawValue)
    }

    /// Does to the task what the resolution says.
    private func answer(_ notification: Notification, as resolution: Resolution, reason: String?) throws {
        var options = VerbOptions()
        options.reason = reason
        if notification.type == .triggerFailed, resolution != .dismiss {
            throw Failure(
                .refused,
                "\(notification.id) is about the trigger \(notification.about), and \(resolution.rawValue) is for tasks",
                hint:
                    "tf inbox resolve \(notification.id) puts it away; tf trigger show \(notification.about) says more")
        }
        guard let id = ID<Task>(notification.about), let task = try transaction.get(id) else {
            if resolution == .dismiss { return }
            throw Failure.notFound("task \(notification.about), which \(notification.id) is about,")
        }
        switch resolution {
        case .dismiss: if try isLastToHold(notification, task) { try rearm(task) }
        case .approve: try perform(.approve, on: task, options)
        case .reject:
            // The rejection keeps its reason as feedback itself.
            try perform(.reject, on: task, options)
            return
        case .retry:
            // An automation that a fuse has stopped is tried again by arming it.
            if try task.status != .paused || !rearm(task) { try perform(.retry, on: task, options) }
        }
        if let reason, !reason.trimmingBlanks.isEmpty {
            try comment(on: id, reason, kind: .feedback, author: caller.actor)
        }
    }

    /// Whether an automated task is held up by this notification, which is being resolved, and by no other one.
    private func isLastToHold(_ notification: Notification, _ task: Task) throws -> Bool {
        // Who paused it wants it paused.
        guard notification.holdsAutomation, task.automation != nil, task.status != .paused else { return false }
        let open = try transaction.records(tagged: .openNotifications(about: task.id.text), of: Notification.self)
        return !open.contains { $0.id != notification.id && $0.holdsAutomation }
    }
}

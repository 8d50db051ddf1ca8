import Model
import Store
import System

/// Tells people what they should know of, by notifications in the transaction that it happens in.
///
/// Nobody is told of what they did themselves; what time has done, nobody did.
struct Notices {
    private let change: Change

    init(_ change: Change) {
        self.change = change
    }

    /// A task was given to a user.
    func assigned(_ task: Task, to user: String) throws {
        try tell(user, .taskAssigned, .normal, "\(task.id) is yours: \(task.title)", about: task)
    }

    /// A verb has moved a task.
    func tell(_ verb: TaskVerb, of task: Task, run: ID<Run>?) throws {
        switch verb {
        case .complete, .approve:
            guard task.status == .done else { return }
            try tell(task.createdBy, .taskCompleted, .info, "\(task.id) is done: \(task.title)", about: task)
        case .fail, .timeout, .lose:
            let type: Notification.NotificationType = run == nil ? .taskFailed : .runFailed
            try tell(
                task.createdBy, type, .normal, "\(task.id) \(task.status.rawValue): \(task.title)",
                body: task.lastError, about: task)
        case .submit: try approvalRequired(task)
        case .block:
            // A person who blocks a task by hand knows it, also when its run had to be stopped for that.
            let byAgent = change.stopper.map { $0.hasPrefix("agent:") } ?? (run != nil || change.caller.task == task.id)
            guard byAgent else { return }
            try tell(
                task.createdBy, .agentBlocked, .urgent, "\(task.id) is blocked: \(task.title)",
                body: task.statusReason, about: task)
        default: break
        }
    }

    /// A person must look at a task.
    func approvalRequired(_ task: Task) throws {
        try tell(
            task.assignee?.user ?? task.createdBy, .approvalRequired, .urgent,
            "\(task.id) waits for approval: \(task.title)", body: task.statusReason, about: task)
    }

    /// `@name` in a comment.
    func mentions(in comment: Comment, of task: Task) throws {
        var told: Set<String> = []
        for word in comment.text.split(whereSeparator: { $0.isWhitespace || $0 == "," || $0 == "(" || $0 == ")" })
        where word.hasPrefix("@") {
            let name = word.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." }
            let trimmed = String(name.reversed().drop { $0 == "." }.reversed())
            guard !trimmed.isEmpty, told.insert(trimmed).inserted else { continue }
            try tell(
                trimmed, .mention, .normal, "\(comment.author) mentioned you on \(task.id)", body: comment.text,
                about: task)
        }
    }

    /// What a trigger is to tell somebody of, also of what he did himself: he has asked for it.
    ///
    /// - Returns: nil where notifications of that type are not wanted.
    func tell(_ user: String, of event: Event, by trigger: Trigger) throws -> Notification? {
        let task = try event.task.flatMap { ID<Task>($0) }.flatMap { try change.transaction.getValid($0) }
        let title = "\(event.type) \(event.about)" + (task.map { ": \($0.title)" } ?? "")
        return try put(
            user, event.notificationType, .normal, title, body: "trigger \(trigger.id), event \(event.seq)",
            about: task?.id.text ?? event.about, task: task?.id)
    }

    /// A trigger has failed several times in a row.
    ///
    /// - Parameter user: who is told where nobody has made the trigger.
    func failed(_ trigger: Trigger, _ error: String, besides user: String) throws {
        try put(
            trigger.createdBy ?? user, .triggerFailed, .urgent,
            "trigger \(trigger.id) has failed \(trigger.failures) times in a row", body: error, about: trigger.id.text,
            task: nil)
    }

    private func tell(
        _ person: String?, _ type: Notification.NotificationType, _ urgency: Notification.Urgency, _ title: String,
        body: String? = nil, about task: Task
    ) throws {
        guard let person = try person.flatMap(reader) else { return }
        if !change.isByTime, person == change.caller.actor || person == change.stopper { return }
        try put(person, type, urgency, title, body: body, about: task.id.text, task: task.id)
    }

    /// Who reads what a name is told: for a trigger the one who made it, who may be nobody.
    private func reader(_ name: String) throws -> String? {
        guard let trigger = Caller.trigger(named: name) else { return name }
        return try change.transaction.getValid(trigger)?.createdBy
    }

    @discardableResult
    private func put(
        _ person: String, _ type: Notification.NotificationType, _ urgency: Notification.Urgency, _ title: String,
        body: String?, about: String, task: ID<Task>?
    ) throws -> Notification? {
        if let wanted = change.settings.notify, !wanted.contains(type) { return nil }
        let id: ID<Notification> = try change.transaction.newID()
        var notification = Notification(
            id: id, to: person, type: type, priority: urgency, title: String(title.prefix(Limit.titleCharacters)),
            about: about)
        notification.body = body.map { String($0.prefix(1000)) }
        try change.transaction.put(notification)
        change.transaction.emit(EventType.notificationCreated, about: notification.key, task: task)
        return notification
    }

    /// What somebody was asked for by a notification has been done: a task is reviewed, or not blocked any more.
    func answered(_ former: Task, by verb: TaskVerb) throws {
        let type: Notification.NotificationType
        switch former.status {
        case .review: type = .approvalRequired
        case .blocked: type = .agentBlocked
        default: return
        }
        let open = try change.transaction.records(
            tagged: .openNotifications(about: former.id.text), of: Notification.self)
        for notification in open where notification.type == type {
            try resolve(notification, as: Resolution(rawValue: verb.rawValue)?.rawValue ?? "dismiss")
        }
    }

    /// Stages that a notification has been dealt with.
    func resolve(_ notification: Notification, as resolution: String) throws {
        var notification = notification
        notification.resolvedAt = change.transaction.now(for: notification)
        notification.resolution = resolution
        try change.transaction.put(notification)
        change.transaction.emit(
            "notification/resolved", about: notification.key, task: ID<Task>(notification.about))
    }
}

extension Event {
    /// The type of the notification that a trigger makes of it.
    fileprivate var notificationType: Notification.NotificationType {
        switch type {
        case "task/assigned": .taskAssigned
        case "task/completed": .taskCompleted
        case "task/failed", "task/timed_out", "task/lost": .taskFailed
        case "run/failed", "run/timed_out", "run/lost": .runFailed
        case EventType.triggerFailed: .triggerFailed
        default: .mention
        }
    }
}

import Model
import Store
import System

/// Tells people what they should know of, by notifications in the transaction that it happens in.
///
/// Nobody is told of what they did themselves; what time has done, nobody did.
struct Notices {
    /// The resolution of what nobody has answered, and what is over all the same.
    static let superseded = "superseded"

    private let change: Change
    private var requester: Requester { Requester(change) }

    init(_ change: Change) {
        self.change = change
    }

    /// A task was given to a user.
    func assigned(_ task: Task, to user: String) throws {
        try tell(user, .taskAssigned, .normal, "\(task.id) is yours: \(task.title)", about: task)
    }

    /// A verb has moved a task.
    ///
    /// - Parameter isByAgent: whether it was an agent that did, as far as the one who moved it can tell.
    func tell(_ verb: TaskVerb, of task: Task, run: ID<Run>?, isByAgent: Bool) throws {
        switch verb {
        case .complete, .approve:
            guard task.status == .done else { return }
            // An agent that has created it may be waiting for that.
            let creator = task.createdBy.flatMap { Caller.isAgent($0) ? $0 : nil }
            try tell(
                creator ?? requester.of(task), .taskCompleted, .info, "\(task.id) is done: \(task.title)",
                about: task)
        case .fail, .timeout, .lose:
            let type: Notification.NotificationType = run == nil ? .taskFailed : .runFailed
            try tell(
                requester.of(task), type, .normal, "\(task.id) \(task.status.rawValue): \(task.title)",
                body: task.lastError, about: task)
        case .submit: try approvalRequired(task)
        case .block:
            // A person who blocks a task by hand knows it, also when its run had to be stopped for that.
            let isByRun = run != nil || change.caller.task == task.id
            guard change.stopper.map(Caller.isAgent) ?? (isByRun || isByAgent) else { return }
            try tell(
                requester.of(task), .agentBlocked, .urgent, "\(task.id) is blocked: \(task.title)",
                body: task.statusReason, about: task)
        default: break
        }
    }

    /// A person must look at a task: whoever it is assigned to, unless he has handed it in himself.
    func approvalRequired(_ task: Task) throws {
        let assigned = task.assignee?.user.flatMap { $0 == change.caller.actor || $0 == change.stopper ? nil : $0 }
        try tell(
            assigned ?? requester.of(task), .approvalRequired, .urgent,
            "\(task.id) waits for approval: \(task.title)", body: task.statusReason, about: task)
    }

    /// `@name` in a comment.
    func mentions(in comment: Comment, of task: Task) throws {
        for name in Mentions.names(in: comment.text) {
            try tell(
                name, .mention, .normal, "\(comment.author) mentioned you on \(task.id)", body: comment.text,
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
            requester.behind(trigger.createdBy ?? user), .triggerFailed, .urgent,
            "trigger \(trigger.id) has failed \(trigger.failures) times in a row", body: error, about: trigger.id.text,
            task: nil)
    }

    private func tell(
        _ person: String?, _ type: Notification.NotificationType, _ urgency: Notification.Urgency, _ title: String,
        body: String? = nil, about task: Task
    ) throws {
        guard let person else { return }
        if !change.isByTime, person == change.caller.actor || person == change.stopper { return }
        try put(person, type, urgency, title, body: body, about: task.id.text, task: task.id)
    }

    @discardableResult
    private func put(
        _ person: String, _ type: Notification.NotificationType, _ urgency: Notification.Urgency, _ title: String,
        body: String?, about: String, task: ID<Task>?
    ) throws -> Notification? {
        if let wanted = try change.settings.notify, !wanted.contains(type) { return nil }
        let id: ID<Notification> = try change.transaction.newID()
        var notification = Notification(
            id: id, to: person, type: type, priority: urgency, title: String(title.prefix(Limit.titleCharacters)),
            about: about)
        notification.body = body.map { String($0.prefix(1000)) }
        try change.transaction.put(notification)
        change.transaction.emit(.notificationCreated, about: notification.key, task: task)
        return notification
    }

    /// What a notification asked for, or told of, is over: a task is reviewed, not blocked any more, or tried again.
    func answered(_ former: Task, by verb: TaskVerb) throws {
        let (types, otherwise): ([Notification.NotificationType], String)
        switch former.status {
        case .review: (types, otherwise) = ([.approvalRequired], Resolution.dismiss.rawValue)
        case .blocked: (types, otherwise) = ([.agentBlocked], Resolution.dismiss.rawValue)
        case .failed, .timedOut, .lost: (types, otherwise) = ([.taskFailed, .runFailed], Self.superseded)
        default: return
        }
        let open = try change.transaction.records(
            tagged: .openNotifications(about: former.id.text), of: Notification.self)
        for notification in open where types.contains(notification.type) {
            try resolve(notification, as: Resolution(rawValue: verb.rawValue)?.rawValue ?? otherwise)
        }
    }

    /// Stages that a notification has been dealt with.
    func resolve(_ notification: Notification, as resolution: String) throws {
        var notification = notification
        notification.resolvedAt = change.transaction.now(for: notification)
        notification.resolution = resolution
        try change.transaction.put(notification)
        change.transaction.emit(
            .notificationResolved, about: notification.key, task: ID<Task>(notification.about))
    }
}

extension Event {
    /// The type of the notification that a trigger makes of it.
    fileprivate var notificationType: Notification.NotificationType {
        switch EventType(rawValue: type) {
        case .taskAssigned: .taskAssigned
        case .taskCompleted: .taskCompleted
        case .taskFailed, .taskTimedOut, .taskLost: .taskFailed
        case .runFailed, .runTimedOut, .runLost: .runFailed
        case .triggerFailed: .triggerFailed
        default: .mention
        }
    }
}

import Model
import Store
import System

/// Hands notifications to the setting `notify_command`.
///
/// The setting has a trigger of its own on `notification/created`, so each notification becomes one queued run: made in
/// a transaction of its own after the commit, started by whoever starts runs, stopped after a minute, logged like every
/// run. The command that caused the notification neither waits for it nor learns how it ends.
package struct Delivery {
    /// The trigger of the setting.
    static let trigger = ID<Trigger>("notify-command")!

    private let change: Change
    private var transaction: Transaction { change.transaction }

    init(_ change: Change) {
        self.change = change
    }

    /// Makes the trigger when there is a command, and removes it when there is none any more.
    func adopt(_ settings: Settings) throws {
        let present = try transaction.getValid(Self.trigger)
        if settings.notifyCommand == nil {
            guard let present else { return }
            try transaction.delete(present)
            transaction.emit(.triggerRemoved, about: present.key)
        } else if present == nil {
            var trigger = Trigger(id: Self.trigger, on: EventType.notificationCreated.rawValue, action: .deliver)
            // The setting may have been there before what is being done now.
            trigger.position = transaction.lastSeq
            try transaction.put(trigger)
            transaction.emit(.triggerCreated, about: trigger.key)
        }
    }

    /// The notification that a run hands over; nil for every other run, and when it is gone.
    package static func notification(handedOverBy run: Run, in source: any RecordSource) throws -> JSON? {
        guard run.trigger == trigger, let about = run.event?["about"]?.string else { return nil }
        return try ID<Notification>(about).flatMap { try source.getValid($0) }?.json
    }

    /// Says that a notification could not be handed over.
    func fail(_ event: Event.Reference, _ failure: Failure, run: ID<Run>?) throws {
        guard let id = ID<Notification>(event.about), var notification = try transaction.getValid(id) else { return }
        notification.deliveryError = failure.message
        try transaction.put(notification)
        transaction.emit(
            .notificationUndelivered, about: notification.key, task: event.task, run: run,
            data: JSONObject([("event", event.seq.json), ("to", notification.to.json), ("error", failure.message.json)])
        )
        failure.warn(change, "\(id) was not delivered: \(failure.message)")
    }
}

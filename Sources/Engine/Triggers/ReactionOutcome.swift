import Model
import Store
import System

/// What the end of a run means for the trigger that caused it.
struct ReactionOutcome {
    private let change: Change
    private var transaction: Transaction { change.transaction }

    init(_ change: Change) {
        self.change = change
    }

    /// Takes in how a run has ended: it is repeated as often as its agent may be, and then its trigger has failed.
    func takeIn(_ ended: Change.EndedReaction) throws {
        try change.asSupervisor(of: ended.run) { try judge(ended.run, isUnstarted: ended.isUnstarted) }
    }

    private func judge(_ run: Run, isUnstarted: Bool) throws {
        guard let name = run.trigger, let json = run.event, run.status != .cancelled else { return }
        let event = Event.Reference(json)
        let agent = try run.agent.flatMap { try transaction.getValid($0) }
        if run.status != .succeeded, !isUnstarted, run.attempt < agent?.maxAttempts ?? 1 {
            let delay = (agent?.backoff ?? Backoff()).delay(afterAttempt: run.attempt, random: .random(in: 0..<1))
            try RunQueueing(change).queue(
                name, about: json, agent: agent, command: run.command, timeout: run.timeout, former: run,
                notBefore: change.now + delay)
            return
        }
        if name == Delivery.trigger {
            if run.status != .succeeded { try Delivery(change).fail(event, Self.failure(of: run), run: run.id) }
            return
        }
        guard var trigger = try transaction.getValid(name) else { return }
        if run.status != .succeeded {
            _ = try TriggerFailure(change).note(trigger, event, Self.failure(of: run), run: run.id)
        } else if trigger.failures > 0 {
            trigger.failures = 0
            try transaction.put(trigger)
        }
    }

    private static func failure(of run: Run) -> Failure {
        var details = JSONObject()
        details["exit_code"] = run.exitCode?.json
        details["signal"] = run.signal?.json
        return Failure(.refused, "\(run.id) \(run.error ?? run.status.rawValue)", details: details)
    }
}

/// Says that a trigger has failed: in an event with the record and the fields, in a warning, and after some failures in
/// a row in the inbox of whoever made it.
struct TriggerFailure {
    private let change: Change

    init(_ change: Change) {
        self.change = change
    }

    /// - Returns: the trigger as it is staged.
    func note(_ former: Trigger, _ event: Event.Reference, _ failure: Failure, run: ID<Run>? = nil) throws -> Trigger {
        if former.action == .deliver {
            try Delivery(change).fail(event, failure, run: run)
            return former
        }
        var trigger = former
        trigger.failures += 1
        try change.transaction.put(trigger)
        var data = JSONObject([("error", failure.message.json), ("code", failure.code.rawValue.json)])
        if !failure.details.isEmpty { data["details"] = .object(failure.details) }
        data["failures"] = trigger.failures.json
        change.transaction.emit(
            .triggerFailed, about: trigger.key, task: event.task, run: run,
            data: event.data(of: trigger, adding: data))
        failure.warn(
            change,
            "trigger \(trigger.id) failed on event \(event.seq) (\(event.type) \(event.about)): \(failure.message)")
        if trigger.failures == Trigger.failuresToTell {
            try Notices(change).failed(trigger, failure.message, besides: event.actor)
        }
        return trigger
    }
}

extension Failure {
    /// Warns that something failed for what this says. That nothing runs at all is said once, with what would help, and
    /// not for every trigger and event.
    func warn(_ change: Change, _ text: String) {
        let general = hint.map { "\(message); \($0)" } ?? message
        change.transaction.workspace.options.warn(code == .untrusted ? general : text)
    }
}

import Model
import Store
import System

extension Notification {
    /// Whether an automated task stands still until a person has dealt with this. What tells of an error does not count,
    /// or the third failure in a row could never come.
    var holdsAutomation: Bool {
        switch type {
        case .runFailed, .taskFailed, .heartbeatFused, .watchdog, .triggerFailed: false
        case .taskAssigned, .taskCompleted, .approvalRequired, .agentBlocked, .mention: priority == .urgent
        }
    }
}

extension Change {
    /// Lets an automated task run again at its next moment, one interval from now.
    ///
    /// A task whose automation has no interval that is longer than nothing stays as it is, and so does one that `arm`
    /// does not apply to.
    ///
    /// - Returns: whether it is armed now.
    @discardableResult
    func rearm(_ former: Task) throws -> Bool {
        guard var automation = former.automation, TaskTransition.of(.arm).from.contains(former.status),
            let every = automation.every, every.value > .zero
        else { return false }
        var task = former
        let now = transaction.now(for: task)
        try task.apply(.arm, at: now)
        automation.failures = 0
        automation.nextAt = now + every.value
        automation.tick = (automation.tick ?? 0) + 1
        task.automation = automation
        try put(task)
        emitTransition(.arm, task, from: former, run: nil)
        transaction.emit(
            .automationArmed, about: task.key, task: task.id, flow: task.flow,
            data: JSONObject([("next_at", (now + every.value).json)]), actor: caller.actor)
        return true
    }
}

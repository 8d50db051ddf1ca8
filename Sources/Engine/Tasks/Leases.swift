import Model
import Store
import System

/// What leases have to say in a change: who may act on a task that is claimed, and what becomes of it when nobody says
/// that he still works on it.
struct Leases {
    private let change: Change
    private var transaction: Transaction { change.transaction }

    init(_ change: Change) {
        self.change = change
    }

    // MARK: Who may act

    /// - Parameter token: what the command line gives, before what the surroundings do (`TF_LEASE`).
    /// - Throws: when the table does not allow `verb` for `task`. Whoever comes with the token of a lease that has ended
    ///   is told so, and not to begin anew.
    func require(_ verb: TaskVerb, of task: Task, token: String?) throws {
        do throws(TransitionRefusal) {
            try task.require(verb)
        } catch {
            guard TaskTransition.of(verb).needsLease, task.status != .running,
                let token = token ?? change.caller.lease, try !isInForce(token)
            else { throw error }
            throw Failure(
                .refused, "\(error.message); the token given is that of no lease any more",
                hint: task.status == .todo
                    ? "tf task claim \(task.id) --as \(task.worker ?? "NAME")" : "tf task show \(task.id)",
                details: Failure(error).details)
        }
    }

    /// Whether some task is leased under a token.
    private func isInForce(_ token: String) throws -> Bool {
        try transaction.records(tagged: .leases, of: Lease.self).contains { $0.isToken(token) }
    }

    /// Refuses what needs the token of the task's lease, unless it is given or `--force` goes over it.
    ///
    /// - Parameter token: what the command line gives, before what the surroundings do (`TF_LEASE`).
    /// - Returns: the lease; nil when the task is not leased.
    @discardableResult
    func authorize(_ verb: TaskVerb, on task: Task, token: String?, force: Bool) throws -> Lease? {
        guard TaskTransition.of(verb).needsLease else { return nil }
        // What is left over from a task that somebody has moved by hand is no lease any more.
        guard task.status == .running else { return nil }
        if force { return try transaction.getValid(task.id.lease) }
        guard let lease = try transaction.get(task.id.lease) else {
            // A token on the command line is meant for a lease that was there.
            if token != nil { throw notLeased(task) }
            return nil
        }
        guard let token = token ?? change.caller.lease else {
            throw refusal(
                .leaseRequired, lease,
                "\(task.id) is leased to \(lease.owner); \(verb.rawValue) needs the lease's token",
                hint: lease.isExpired(at: change.now)
                    ? "that lease has expired; the next claim, or tf tick, hands the task back"
                    : "--lease TOKEN gives it, or TF_LEASE")
        }
        guard lease.isToken(token) else {
            throw refusal(
                .leaseInvalid, lease, "that is not the token of the lease under which \(lease.owner) holds \(task.id)",
                hint: nil)
        }
        guard !lease.isExpired(at: change.now) else {
            throw refusal(
                .leaseExpired, lease, "the lease of \(task.id) expired at \(lease.expiresAt)",
                hint: "tf task claim \(task.id) --as \(lease.owner)")
        }
        return lease
    }

    private func refusal(_ code: Failure.Code, _ lease: Lease, _ message: String, hint: String?) -> Failure {
        var details = JSONObject()
        details["task"] = lease.task.text.json
        details["owner"] = lease.owner.json
        details["expires_at"] = lease.expiresAt.json
        return Failure(code, message, hint: hint, details: details)
    }

    private func notLeased(_ task: Task) -> Failure {
        Failure(
            .leaseInvalid, "\(task.id) is not leased: the token is of a lease that has ended",
            details: JSONObject([("task", task.id.text.json)]))
    }

    // MARK: Stale leases

    /// A task whose lease has run out, and what became of it.
    struct Stale {
        let task: Task
        let owner: String
    }

    /// Takes back every task whose lease has expired: to be done again, or failed once its attempts are used up.
    ///
    /// - Parameter thoroughly: looks at every lease's file, as `tick` does.
    func takeBack(thoroughly: Bool = false) throws -> [Stale] {
        var stale: [Stale] = []
        for lease in try transaction.takeExpiredLeases(thoroughly: thoroughly) {
            if let task = try takeBack(lease) { stale.append(Stale(task: task, owner: lease.owner)) }
        }
        return stale
    }

    /// Takes back the task of one lease, if that has expired.
    ///
    /// - Returns: the task as it is now; nil when there is nothing to take back.
    @discardableResult
    func takeBack(_ lease: Lease) throws -> Task? {
        guard lease.isExpired(at: change.now) else { return nil }
        try transaction.delete(lease)
        // Somebody may have moved the task by hand; and what a run works on, the run holds.
        guard let former = try transaction.getValid(lease.task), former.status == .running,
            try change.activeRun(of: former) == nil
        else { return nil }
        let reason = "lease expired while held by \(lease.owner)"
        let agent = try former.assignee?.agent.flatMap { try transaction.getValid($0) }
        var task = former
        let now = transaction.now(for: task)
        if former.attempt < former.automaticAttempts(agent: agent) {
            try task.apply(.requeue, at: now)
            task.lastError = reason
            try change.put(task)
            change.emitTransition(
                .requeue, task, from: former, run: nil, event: .taskStaleRequeued,
                data: JSONObject([("owner", lease.owner.json)]))
        } else {
            try task.apply(
                .fail, at: now, reason: reason, landingIn: former.automation == nil ? nil : TaskStatus.scheduled)
            try change.byTime { try change.record(.fail, on: task, from: former, reason: nil) }
        }
        return task
    }
}

extension Snapshot {
    /// The lease under which a task is held; nil when it is not leased, or the lease's file is bad.
    public func lease(of task: Task) throws -> Lease? {
        task.status == .running ? try getValid(task.id.lease) : nil
    }
}

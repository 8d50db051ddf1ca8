import Model
import Store
import System

/// How a verb is to be carried out.
public struct VerbOptions: Sendable {
    public var reason: String?
    /// Takes a task from under its run, which is stopped first.
    public var force = false
    /// The time from SIGTERM to SIGKILL for a run that has to be stopped.
    public var grace: WrittenDuration?
    /// The token of the lease under which the task is held.
    public var lease: String?

    /// As the verb does it by itself.
    public init() {}
}

extension Engine {
    /// Moves tasks along the transition table, all or none of them.
    ///
    /// - Parameter references: ids or names, as people type them.
    public func perform(_ verb: TaskVerb, on references: [String], _ options: VerbOptions = VerbOptions()) throws
        -> Obliged<Changed>
    {
        try change(verb.rawValue, target: references.joined(separator: " ")) { change in
            var keys: [RecordKey] = []
            for task in try change.targets(references) {
                try change.perform(verb, on: task, options)
                keys.append(task.key)
            }
            return keys
        }
    }
}

extension Change {
    /// The tasks that are meant, each once, after the checks that come before the table: found, scope, revision.
    package func targets(_ references: [String]) throws -> [Task] {
        var tasks: [Task] = []
        for reference in references {
            let task = try transaction.task(reference)
            guard !tasks.contains(where: { $0.id == task.id }) else { continue }
            try Scope(self).check(task)
            try checkRev(task)
            tasks.append(task)
        }
        return tasks
    }

    /// Carries out one verb on one task, with what it means for the task's run.
    func perform(_ verb: TaskVerb, on task: Task, _ options: VerbOptions) throws {
        let transition = TaskTransition.of(verb)
        guard transition.performer == .anyone else {
            throw Failure(.refused, "\(verb.rawValue) is not done by hand")
        }
        try Leases(self).require(verb, of: task, token: options.lease)
        let lease = try Leases(self).authorize(verb, on: task, token: options.lease, force: options.force)
        let reason = options.reason.flatMap { $0.trimmingBlanks.isEmpty ? nil : $0 }
        if transition.needsReason, reason == nil {
            throw Failure(.refused, "\(verb.rawValue) needs a reason", hint: "--reason TEXT gives it")
        }
        if verb == .start { try checkReady(task) }
        if let run = try activeRun(of: task), try stopsFirst(run, of: task, for: verb, options) { return }
        var task = task
        let former = task
        let agent = try verb == .retry ? self.agent(of: task) : nil
        try task.apply(verb, at: transaction.now(for: task), reason: reason, agent: agent)
        if verb == .start { task.worker = caller.actor }
        if verb == .start || verb == .retry || verb == .reopen { task.hold = false }
        // Put back by its own run, it would start over again without end.
        if task.status == .todo, let run = caller.run, task.run == run, task.assignee?.agent != nil {
            task.hold = true
            notes.append("\(task.id) is held: tf run start \(task.id) runs it again")
        }
        if verb == .retry { retried.append(task.id) }
        if verb == .retry, former.maxAttempts != task.maxAttempts, let maximum = task.maxAttempts {
            notes.append("\(task.id): max_attempts raised to \(maximum)")
        }
        let holder =
            try options.force ? nil : lease.flatMap { ID<Agent>($0.owner) }.flatMap { try transaction.getValid($0) }
        try record(
            verb, on: task, from: former, reason: reason, isByAgent: holder != nil || Caller.isAgent(caller.actor))
    }

    /// Stages a task that a verb has moved, and everything that is said of it.
    ///
    /// - Parameter isByAgent: whether an agent has moved it that is not `run`'s.
    func record(
        _ verb: TaskVerb, on task: Task, from former: Task, reason: String?, run: ID<Run>? = nil,
        isByAgent: Bool = false
    ) throws {
        try put(task)
        // What a run works on, the run holds: there is no lease.
        if run == nil, former.status == .running, task.status != .running { try transaction.endLease(of: task.id) }
        emitTransition(verb, task, from: former, run: run)
        if verb == .reject, let reason {
            try comment(on: task.id, reason, kind: .feedback, author: caller.actor)
        }
        if former.status != task.status { try Notices(self).answered(former, by: verb) }
        try Notices(self).tell(verb, of: task, run: run, isByAgent: isByAgent)
    }

    /// The events of a transition: `status_changed`, `completed` for whatever is done now, then the verb's own.
    ///
    /// - Parameters:
    ///   - event: the verb's own event, where it is not the table's.
    ///   - data: what that event says besides the reason.
    func emitTransition(
        _ verb: TaskVerb, _ task: Task, from former: Task, run: ID<Run>?, event: EventType? = nil,
        data details: JSONObject = JSONObject()
    ) {
        if former.status != task.status {
            var data = JSONObject()
            data["from"] = former.status.json
            data["to"] = task.status.json
            data["reason"] = task.statusReason?.json
            emit(.taskStatusChanged, task, run: run, data: data)
        }
        if task.status == .done, verb != .complete { emit(.taskCompleted, task, run: run) }
        if let event = event ?? TaskTransition.of(verb).event {
            var data = details
            data["reason"] = task.statusReason?.json
            emit(event, task, run: run, data: data)
        }
    }

    /// - Throws: a refusal unless a run of the task could begin now, or unless it could be claimed.
    package func checkStartable(_ task: Task, for verb: TaskVerb = .start) throws {
        try task.require(verb)
        try checkReady(task, endsHold: verb == .start)
        if let run = try activeRun(of: task) {
            throw Failure(.refused, "\(task.id) has a run that is \(run.status.rawValue): \(run.id)")
        }
    }

    private func checkReady(_ task: Task, endsHold: Bool = true) throws {
        let causes = try Readiness(in: transaction, at: now).causes(task).filter { cause in
            if case .status(.todo, _) = cause { return false }
            if case .status(.scheduled, _) = cause { return false }
            // Starting it is what ends the hold.
            return !endsHold || cause != .held
        }
        guard let first = causes.first else { return }
        throw Failure(.refused, "\(task.id) is not ready: it \(first.text)")
    }

    // MARK: Runs in the way

    /// Deals with a run that waits or is live, as the verb's row of the table says.
    ///
    /// - Returns: whether the verb has to wait for the run to end: the intent is staged, and the task settles later.
    private func stopsFirst(_ run: Run, of task: Task, for verb: TaskVerb, _ options: VerbOptions) throws -> Bool {
        let policy = TaskTransition.of(verb).runs
        switch policy {
        case .ignores: return false
        case .forbids:
            throw Failure(.refused, "\(task.id) has a run that is \(run.status.rawValue): \(run.id)")
        case .needsForce, .stops:
            // A run that only waits, or that the caller is part of, is no obstacle.
            if run.status == .queued || caller.run == run.id { return false }
            if policy == .needsForce, !options.force {
                throw Failure(
                    .refused, "\(task.id) has a live run: \(run.id)", hint: "--force stops the run first")
            }
            guard let stopVerb = StopRequest.StopVerb(rawValue: verb.rawValue) else { return false }
            try requestStop(of: run, for: stopVerb, reason: options.reason, grace: options.grace)
            return true
        }
    }
}

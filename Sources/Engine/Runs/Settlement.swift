import Model
import Store
import System

/// How the command of a run ended, and what it left.
struct RunEnding: Sendable {
    enum Kind: Sendable {
        case exited(Int32)
        case signalled(Int32)
        case timedOut(after: Duration)
        /// Ended because of the run's stop request.
        case stopped
        /// The supervisor was told to stop, in front: the work is cancelled.
        case interrupted
        case lost(String)
        case notStarted(Spawn.Failure)
        /// Exited 0, but did not do what it was to do.
        case failedCheck(String)
    }

    var kind: Kind
    var usage: Usage?
    var outputs: [String: String] = [:]
    /// The last line of the log that is not blank.
    var lastLine: String?
    /// What the command left that the task `produces`.
    var artifacts: [String] = []

    init(_ kind: Kind) {
        self.kind = kind
    }
}

/// Commits what the end of a run means for the run and its task: the outcome table of `execution.md`.
struct Settlement {
    /// A run that ends with a status mapped to `retry` is no attempt, but not for ever.
    static let repeatLimit = 100

    private let change: Change
    private var transaction: Transaction { change.transaction }

    init(_ change: Change) {
        self.change = change
    }

    /// What becomes of the task.
    private enum Fate {
        case verb(TaskVerb, reason: String?)
        /// Queued again: after a failed attempt, or not counted as one.
        case again(after: Duration, counts: Bool)
        case untouched
    }

    /// Settles a run that has ended. One that was settled before stays as it is.
    func settle(_ id: ID<Run>, _ ending: RunEnding) throws {
        guard let run = try transaction.get(id), !run.status.isTerminal else { return }
        try change.asSupervisor(of: run) {
            try settle(run, ending)
            // What follows from it follows at the same depth.
            if run.depth > 0 { try Dispatch(change).settle() }
        }
    }

    private func settle(_ former: Run, _ ending: RunEnding) throws {
        var run = former
        let agent = try run.agent.flatMap { try agentForSettling($0) }
        run.usage = ending.usage
        run.outputs = ending.outputs
        let error = apply(ending, to: &run, agent: agent)
        run.error = error
        try transaction.put(run)
        sayEnded(run)
        if run.isReaction {
            return try ReactionOutcome(change).settle(run, isUnstarted: former.status == .queued)
        }
        if let task = try run.task.flatMap(taskForSettling), task.run == run.id,
            task.status == .running || isUnstarted(former, task)
        {
            try settle(task, of: run, ending, agent: agent, error: error)
        }
        // It may have become ready while this run, settled by its own command, was still live.
        if let task = run.task { change.touch(task) }
        try tell(run, ending)
    }

    /// Settles a run whose supervisor is gone.
    ///
    /// What is left of its processes is ended first, should guard and supervisor have gone together.
    func lose(_ run: Run, _ reason: String = "its supervisor is gone") throws {
        // One whose start was never committed still waits.
        guard run.status == .running else { return }
        try Self.endSurvivors(of: run, in: transaction.workspace)
        try settle(run.id, RunEnding(run.stop == nil ? .lost(reason) : .stopped))
    }

    private func isUnstarted(_ run: Run, _ task: Task) -> Bool { run.status == .queued && task.status == .todo }

    // MARK: The run

    /// Moves the run to its status.
    ///
    /// - Returns: what went wrong, nil when nothing did.
    private func apply(_ ending: RunEnding, to run: inout Run, agent: Agent?) -> String? {
        let now = transaction.now(for: run)
        let tail = ending.lastLine.map { ": " + $0.prefix(300) } ?? ""
        switch ending.kind {
        case .exited(let code):
            run.exitCode = Int(code)
            let action = agent?.exitCodes[String(code)]
            let succeeded =
                code == 0
                ? action == nil || action == .done || action == .review
                : action == .done || action == .review
            run.move(to: succeeded ? .succeeded : .failed, at: now)
            return succeeded ? nil : "exit \(code)\(tail)"
        case .signalled(let signal):
            run.signal = Int(signal)
            run.move(to: .failed, at: now)
            return "signal \(signal)\(tail)"
        case .timedOut(let limit):
            run.move(to: .timedOut, at: now)
            return "timed out after \(limit.text)\(tail)"
        case .stopped, .interrupted:
            run.move(to: .cancelled, at: now)
            return nil
        case .lost(let reason):
            run.move(to: .lost, at: now)
            return reason
        case .notStarted(let failure):
            run.move(to: .failed, at: now)
            return failure.description
        case .failedCheck(let text):
            run.exitCode = 0
            run.move(to: .failed, at: now)
            return text
        }
    }

    // MARK: The task

    private func settle(_ task: Task, of run: Run, _ ending: RunEnding, agent: Agent?, error: String?) throws {
        let fate = fate(of: task, run, ending, agent: agent, error: error)
        let former = task
        var task = task
        let now = transaction.now(for: task)
        if !ending.artifacts.isEmpty {
            for path in ending.artifacts where !task.artifacts.contains(path) { task.artifacts.append(path) }
        }
        if let error { task.lastError = error }
        switch fate {
        case .untouched: return
        case .verb(let verb, let reason):
            try land(&task, verb, at: now, reason: reason)
            if let error { task.lastError = error }
            // A run that never began leaves the task blocked before it was running.
            try change.record(verb, on: task, from: former, reason: nil, run: run.id)
            if case .stopped = ending.kind, run.stop?.verb == .delete { try Deletion(change).remove(task) }
        case .again(let delay, let counts):
            if !counts { task.attempt = max(0, task.attempt - 1) }
            try task.apply(.requeue, at: now)
            task.lastError = error
            try change.put(task)
            change.emitTransition(.requeue, task, from: former, run: run.id)
            let next = try Dispatch(change).queue(
                task, agent: agent, cause: .retry, notBefore: delay > .zero ? change.now + delay : nil, former: run,
                repeats: counts ? 0 : run.repeats + 1)
            var data = JSONObject([("run", .string(next.id.text)), ("attempt", next.attempt.json)])
            data["not_before"] = next.notBefore?.json
            change.emit("retry_scheduled", task, run: next.id, data: data)
        }
    }

    /// Moves a task, in statuses that its verb is not for by hand as well.
    private func land(_ task: inout Task, _ verb: TaskVerb, at now: Timestamp, reason: String?) throws {
        if task.automation != nil, verb == .fail || verb == .timeout || verb == .lose {
            try task.apply(verb, at: now, reason: reason, landingIn: .scheduled)
        } else {
            try task.apply(verb, at: now, reason: reason)
        }
        if verb == .requeue { task.lastError = nil }
    }

    private func fate(of task: Task, _ run: Run, _ ending: RunEnding, agent: Agent?, error: String?) -> Fate {
        switch ending.kind {
        case .stopped:
            guard let stop = run.stop else { return .verb(.cancel, reason: nil) }
            return .verb(stop.verb.settlement, reason: stop.reason ?? (stop.verb == .block ? "stopped" : nil))
        case .interrupted: return .verb(.cancel, reason: "interrupted")
        case .notStarted: return .verb(.block, reason: error)
        case .lost:
            return canRepeat(task, agent) ? .again(after: .zero, counts: true) : .verb(.lose, reason: error)
        case .timedOut: return retryOr(.timeout, task, agent)
        case .signalled: return retryOr(.fail, task, agent)
        case .failedCheck:
            return canRepeat(task, agent)
                ? .again(after: delay(task, agent), counts: true) : .verb(.submit, reason: error)
        case .exited(let code):
            if let action = agent?.exitCodes[String(code)] {
                return fate(of: task, mapped: action, run, ending, agent: agent, error: error)
            }
            if code == 0 { return .verb(agent?.review == true ? .submit : .complete, reason: nil) }
            return retryOr(.fail, task, agent)
        }
    }

    private func fate(
        of task: Task, mapped action: Agent.ExitAction, _ run: Run, _ ending: RunEnding, agent: Agent?, error: String?
    ) -> Fate {
        switch action {
        case .done: return .verb(.complete, reason: nil)
        case .review: return .verb(.submit, reason: nil)
        case .fail: return .verb(.fail, reason: nil)
        case .cancel: return .verb(.cancel, reason: error)
        case .block: return .verb(.block, reason: ending.lastLine.map { String($0.prefix(300)) } ?? error)
        case .retry:
            guard run.repeats < Self.repeatLimit else {
                return .verb(.fail, reason: "\(error ?? "retry") (after \(Self.repeatLimit) repetitions)")
            }
            return .again(after: delay(task, agent), counts: false)
        }
    }

    private func canRepeat(_ task: Task, _ agent: Agent?) -> Bool {
        task.attempt < task.automaticAttempts(agent: agent)
    }

    private func retryOr(_ verb: TaskVerb, _ task: Task, _ agent: Agent?) -> Fate {
        canRepeat(task, agent) ? .again(after: delay(task, agent), counts: true) : .verb(verb, reason: nil)
    }

    private func delay(_ task: Task, _ agent: Agent?) -> Duration {
        let random = Double.random(in: 0..<1)
        return (agent?.backoff ?? Backoff()).delay(afterAttempt: task.attempt, random: random)
    }

    // MARK: What is said of it

    private func tell(_ run: Run, _ ending: RunEnding) throws {
        let task = try run.task.flatMap(taskForSettling)?.id
        if run.status == .succeeded { try resolveFeedback(of: run) }
        if let task, let text = commentText(run, ending) {
            try change.comment(on: task, text, kind: .system, author: change.caller.actor, run: run.id)
        }
        if let task, case .failedCheck(let text) = ending.kind {
            try change.comment(on: task, text, kind: .feedback, author: change.caller.actor, run: run.id)
        }
    }

    private func sayEnded(_ run: Run) {
        var data = JSONObject()
        data["exit_code"] = run.exitCode?.json
        data["signal"] = run.signal?.json
        data["error"] = run.error?.json
        change.emit(run.status.rawValue, run, data: data)
    }

    /// What the prompt of a run that has succeeded contained has been dealt with.
    private func resolveFeedback(of run: Run) throws {
        for id in run.feedback {
            if let comment = try transaction.getValid(id) { try change.resolve(comment, run: run.id) }
        }
    }

    private func commentText(_ run: Run, _ ending: RunEnding) -> String? {
        switch run.status {
        case .succeeded: return run.outputs["summary"].map { String($0.prefix(200)) }
        case .failed, .timedOut, .lost:
            let what = run.status == .failed ? "failed" : run.status == .timedOut ? "timed out" : "was lost"
            if case .notStarted(let failure) = ending.kind { return "Run \(run.id) failed: \(failure)" }
            let detail = run.status == .failed ? run.outcome.map { " (\($0))" } ?? "" : ""
            return "Run \(run.id) \(what)\(detail)" + (ending.lastLine.map { ": " + $0.prefix(300) } ?? "")
        case .cancelled, .queued, .running: return nil
        }
    }

    // MARK: Bad files

    /// The task of a run that has to be settled; one whose file is bad is taken as the journal has it, and the file is
    /// kept beside it.
    private func taskForSettling(_ id: ID<Task>) throws -> Task? { try validOrLast(id) }

    private func agentForSettling(_ id: ID<Agent>) throws -> Agent? { try validOrLast(id) }

    private func validOrLast<R: Record>(_ id: ID<R>) throws -> R? {
        do {
            return try transaction.get(id)
        } catch {
            guard case .invalidRecord(let invalid) = error else { throw error }
            transaction.workspace.options.warn("\(invalid); its last valid state is used")
            return try transaction.lastValid(id)
        }
    }
}

import Model
import Store
import System

/// How the command of a run ended, and what it left.
package struct RunResult: Sendable {
    package var ending: RunEnding
    package var usage: Usage?
    package var outputs: [String: String] = [:]
    /// The last line of the log that is not blank.
    package var lastLine: String?
    /// What the command left that the task `produces`.
    package var artifacts: [String] = []

    package init(_ ending: RunEnding) {
        self.ending = ending
    }
}

/// Settles runs: stages what the end of a command means for its run and its task, as ``RunOutcome`` has it.
package struct Settlement {
    private let change: Change
    private var transaction: Transaction { change.transaction }

    package init(_ change: Change) {
        self.change = change
    }

    /// Settles a run that has ended. One that was settled before stays as it is.
    package func settle(_ id: ID<Run>, _ result: RunResult) throws {
        guard let run = try transaction.get(id), !run.status.isTerminal else { return }
        try change.asSupervisor(of: run) {
            try settle(run, result)
            // What follows from it follows at the same depth.
            if run.depth > 0 { try change.follow() }
        }
    }

    /// Settles a run that says it is running, and whose supervisor is gone. What was left of its processes has been
    /// ended by then.
    package func lose(_ id: ID<Run>, _ reason: String = "its supervisor is gone") throws {
        // One whose start was never committed still waits.
        guard let run = try transaction.get(id), run.status == .running else { return }
        try settle(id, RunResult(run.stop == nil ? .lost(reason) : .stopped))
    }

    private func settle(_ former: Run, _ result: RunResult) throws {
        var run = former
        let agent = try run.agent.flatMap { try agentForSettling($0) }
        let outcome = RunOutcome.of(result.ending, agent: agent)
        run.usage = result.usage
        run.outputs = result.outputs
        note(result, in: &run, outcome)
        run.move(to: outcome.run, at: transaction.now(for: run))
        try transaction.put(run)
        sayEnded(run)
        if run.isReaction {
            return change.note(ended: Change.EndedReaction(run: run, isUnstarted: former.status == .queued))
        }
        if let task = try run.task.flatMap(taskForSettling), task.run == run.id,
            task.status == .running || isUnstarted(former, task)
        {
            try settle(task, of: run, result, outcome, agent: agent)
        }
        // It may have become ready while this run, settled by its own command, was still live.
        if let task = run.task { change.touch(task) }
        try tell(run, result)
    }

    private func isUnstarted(_ run: Run, _ task: Task) -> Bool { run.status == .queued && task.status == .todo }

    /// Writes down how the command ended, and what went wrong where something did.
    private func note(_ result: RunResult, in run: inout Run, _ outcome: RunOutcome) {
        let tail = result.lastLine.map { ": " + $0.prefix(300) } ?? ""
        switch result.ending {
        case .exited(let code):
            run.exitCode = Int(code)
            run.error = outcome.run == .succeeded ? nil : "exit \(code)\(tail)"
        case .signalled(let signal):
            run.signal = Int(signal)
            run.error = "signal \(signal)\(tail)"
        case .timedOut(let limit): run.error = "timed out after \(limit.text)\(tail)"
        case .stopped, .interrupted: run.error = nil
        case .lost(let reason), .notStarted(let reason): run.error = reason
        case .failedCheck(let text):
            run.exitCode = 0
            run.error = text
        }
    }

    // MARK: The task

    private func settle(
        _ former: Task, of run: Run, _ result: RunResult, _ outcome: RunOutcome, agent: Agent?
    ) throws {
        var task = former
        for path in result.artifacts where !task.artifacts.contains(path) { task.artifacts.append(path) }
        if let error = run.error { task.lastError = error }
        if let pause = repetition(outcome, of: run, task, agent) {
            try queueAgain(task, from: former, after: run, pause, counts: outcome.repetition != .uncounted, agent)
        } else {
            try land(task, from: former, run, result, outcome)
        }
    }

    /// How long it is until the task is tried again; nil when it is not.
    private func repetition(_ outcome: RunOutcome, of run: Run, _ task: Task, _ agent: Agent?) -> Duration? {
        switch outcome.repetition {
        case .never: return nil
        case .attempt(let pause):
            guard task.attempt < task.automaticAttempts(agent: agent) else { return nil }
            return pause == .none ? .zero : delay(task, agent)
        case .uncounted: return run.repeats < RunOutcome.repeatLimit ? delay(task, agent) : nil
        }
    }

    private func delay(_ task: Task, _ agent: Agent?) -> Duration {
        let random = Double.random(in: 0..<1)
        return (agent?.backoff ?? Backoff()).delay(afterAttempt: task.attempt, random: random)
    }

    private func queueAgain(
        _ task: Task, from former: Task, after run: Run, _ pause: Duration, counts: Bool, _ agent: Agent?
    ) throws {
        var task = task
        if !counts { task.attempt = max(0, task.attempt - 1) }
        try task.apply(.requeue, at: transaction.now(for: task))
        task.lastError = run.error
        try change.put(task)
        change.emitTransition(.requeue, task, from: former, run: run.id)
        let next = try RunQueueing(change).queue(
            task, agent: agent, cause: .retry, notBefore: pause > .zero ? change.now + pause : nil, former: run,
            repeats: counts ? 0 : run.repeats + 1)
        var data = JSONObject([("run", .string(next.id.text)), ("attempt", next.attempt.json)])
        data["not_before"] = next.notBefore?.json
        change.emit(.taskRetryScheduled, task, run: next.id, data: data)
    }

    /// Moves the task, also in statuses that the verb is not for by hand.
    private func land(
        _ task: Task, from former: Task, _ run: Run, _ result: RunResult, _ outcome: RunOutcome
    ) throws {
        var task = task
        let verb: TaskVerb
        switch outcome.task {
        case .verb(let word): verb = word
        case .asAsked: verb = run.stop?.verb.settlement ?? .cancel
        }
        let lands = task.automation != nil && (verb == .fail || verb == .timeout || verb == .lose)
        try task.apply(
            verb, at: transaction.now(for: task), reason: reason(outcome, run, result),
            landingIn: lands ? .scheduled : nil)
        if verb == .requeue { task.lastError = nil }
        if let error = run.error { task.lastError = error }
        // A run that never began leaves the task blocked before it was running.
        try change.record(verb, on: task, from: former, reason: nil, run: run.id)
        if case .stopped = result.ending, run.stop?.verb == .delete { try Deletion(change).remove(task) }
    }

    private func reason(_ outcome: RunOutcome, _ run: Run, _ result: RunResult) -> String? {
        switch outcome.reason {
        case .none: nil
        case .text(let text): text
        case .lastLine: result.lastLine.map { String($0.prefix(300)) } ?? run.error
        case .asAsked: run.stop.flatMap { $0.reason ?? ($0.verb == .block ? "stopped" : nil) }
        case .exhausted: "\(run.error ?? "retry") (after \(RunOutcome.repeatLimit) repetitions)"
        case .error: run.error
        }
    }

    // MARK: What is said of it

    private func tell(_ run: Run, _ result: RunResult) throws {
        let task = try run.task.flatMap(taskForSettling)?.id
        if run.status == .succeeded { try resolveFeedback(of: run) }
        if let task, let text = commentText(run, result) {
            try change.comment(on: task, text, kind: .system, author: change.caller.actor, run: run.id)
        }
        if let task, case .failedCheck(let text) = result.ending {
            try change.comment(on: task, text, kind: .feedback, author: change.caller.actor, run: run.id)
        }
    }

    private func sayEnded(_ run: Run) {
        var data = JSONObject()
        data["exit_code"] = run.exitCode?.json
        data["signal"] = run.signal?.json
        data["error"] = run.error?.json
        change.emit(run.status.event, run, data: data)
    }

    /// What the prompt of a run that has succeeded contained has been dealt with.
    private func resolveFeedback(of run: Run) throws {
        for id in run.feedback {
            if let comment = try transaction.getValid(id) { try change.resolve(comment, run: run.id) }
        }
    }

    private func commentText(_ run: Run, _ result: RunResult) -> String? {
        switch run.status {
        case .succeeded: return run.outputs["summary"].map { String($0.prefix(200)) }
        case .failed, .timedOut, .lost:
            let what = run.status == .failed ? "failed" : run.status == .timedOut ? "timed out" : "was lost"
            if case .notStarted(let failure) = result.ending { return "Run \(run.id) failed: \(failure)" }
            let detail = run.status == .failed ? run.outcome.map { " (\($0))" } ?? "" : ""
            return "Run \(run.id) \(what)\(detail)" + (result.lastLine.map { ": " + $0.prefix(300) } ?? "")
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

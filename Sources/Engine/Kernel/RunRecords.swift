import Model
import Store
import System

// What verbs do to the record of a run that is in their way. What becomes of its processes is somebody else's business.

extension Change {
    /// The run of a task that waits or is live; nil when there is none.
    package func activeRun(of task: Task) throws -> Run? {
        guard let id = task.run, let run = try transaction.get(id), !run.status.isTerminal else { return nil }
        return run
    }

    /// The agent that a task is assigned to; nil when there is none, or its record is bad.
    func agent(of task: Task) throws -> Agent? {
        try task.assignee?.agent.flatMap { try transaction.getValid($0) }
    }

    /// Stages that a run which waits is not going to begin.
    func cancel(queued former: Run) throws {
        var run = former
        run.move(to: .cancelled, at: transaction.now(for: run))
        try transaction.put(run)
        emit(.runCancelled, run)
    }

    /// Stages the intent to stop a live run, whose supervisor is to be told when this is committed. The task settles
    /// when the run has ended; one that turns out to be dead then is settled by whoever tells it.
    func requestStop(of run: Run, for verb: StopRequest.StopVerb, reason: String?, grace: WrittenDuration?) throws {
        var run = run
        let request = StopRequest(verb: verb, at: now, actor: caller.actor, reason: reason, grace: grace)
        // The first intent stays; only `terminate` makes it sharper.
        if run.stop == nil || verb == .terminate && run.stop?.verb != .terminate {
            run.stop = request
            try transaction.put(run)
            emit(.runStopRequested, run, data: JSONObject([("verb", .string(verb.rawValue))]))
        }
        if !obligations.stopping.contains(run.id) { obligations.stopping.append(run.id) }
    }
}

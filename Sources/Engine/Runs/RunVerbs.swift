import Model
import Store
import System

extension Engine {
    /// Starts a run for a task, by its own agent or another that it is given to first.
    ///
    /// Ends a hold. The run is queued; whoever calls this starts a supervisor.
    public func startRun(for reference: String, agent: String?) throws -> Changed {
        try change("run start", target: [reference, agent ?? ""].joined(separator: " ")) { change in
            var task = try change.targets([reference])[0]
            if let run = try change.activeRun(of: task) {
                throw Failure(.refused, "\(task.id) has a run that is \(run.status.rawValue): \(run.id)")
            }
            if let agent = try change.assignee(agent: agent, user: nil) {
                task = try Assignment(change).assign(task, to: agent, hold: false)
            }
            guard let assigned = try Dispatch(change).agent(of: task) else {
                throw Failure(
                    .refused, "\(task.id) is assigned to no agent", hint: "tf task assign \(task.id) --agent NAME")
            }
            guard assigned.argumentVector != nil else {
                throw Failure(.refused, "the agent \(assigned.id) has no command: its work waits to be claimed")
            }
            guard !assigned.disabled else { throw Failure(.refused, "the agent \(assigned.id) is disabled") }
            try change.checkStartable(task)
            task.hold = false
            try change.put(task)
            let run = try Dispatch(change).queue(task, agent: assigned, cause: .manual)
            return [task.key, run.key]
        }
    }

    /// The task that a run is of, for verbs on runs that are verbs on tasks.
    ///
    /// - Throws: a refusal when the task has a newer run.
    public func task(ofRun reference: String) throws -> Task {
        let snapshot = try workspace.snapshot()
        let run = try snapshot.run(reference)
        guard let task = try snapshot.get(run.task) else { throw Failure.notFound("task \(run.task)") }
        // A command that is repeated is answered as it was the first time.
        let isRepeated = commandID.flatMap(snapshot.receipt) != nil
        guard task.run == run.id || isRepeated else {
            throw Failure(
                .refused, "\(run.id) is not the last run of \(task.id)" + (task.run.map { "; that is \($0)" } ?? ""))
        }
        return task
    }
}

extension Run {
    /// What a command that stands in for the run exits with: as the run's command did.
    public func mirroredStatus(task: Task?) -> Int32 {
        switch status {
        case .succeeded: return Int32(exitCode ?? 0)
        case .failed:
            if let exitCode { return exitCode == 0 ? 1 : Int32(exitCode) }
            if let signal { return 128 + Int32(signal) }
            // It could not be started.
            return error?.hasPrefix("command not found") == true ? 127 : 126
        case .timedOut: return 124
        case .cancelled: return 130
        case .lost: return 125
        case .queued, .running: return ExitStatus.pending.rawValue
        }
    }
}

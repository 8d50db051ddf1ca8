import Model
import Store
import System

extension Engine {
    /// Starts a run for a task, by its own agent or another that it is given to first.
    ///
    /// Ends a hold. The run is queued; whoever calls this starts a supervisor.
    public func startRun(for reference: String, agent: String?) throws -> Obliged<Changed> {
        try change("run start", target: [reference, agent ?? ""].joined(separator: " ")) { change in
            var task = try change.targets([reference])[0]
            if let run = try change.activeRun(of: task) {
                throw Failure(.refused, "\(task.id) has a run that is \(run.status.rawValue): \(run.id)")
            }
            if let agent = try change.assignee(agent: agent, user: nil) {
                task = try Assignment(change).assign(task, to: agent, hold: false)
            }
            guard let assigned = try change.agent(of: task) else {
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
            let run = try RunQueueing(change).queue(task, agent: assigned, cause: .manual)
            return [task.key, run.key]
        }
    }

    /// Cancels the tasks of runs, and runs that triggers have caused, all or none.
    public func cancel(runs references: [String], _ options: VerbOptions) throws -> Obliged<Changed> {
        try change("cancel", target: references.joined(separator: " ")) { change in
            try references.map { reference in
                let run = try change.transaction.run(reference)
                if run.isReaction {
                    try change.cancel(reaction: run, options)
                    return run.key
                }
                let task = try change.targets([try self.task(ofRun: reference).id.text])[0]
                try change.perform(.cancel, on: task, options)
                return task.key
            }
        }
    }

    /// The task that a run is of, for verbs on runs that are verbs on tasks.
    ///
    /// - Throws: a refusal when the task has a newer run.
    public func task(ofRun reference: String) throws -> Task {
        let snapshot = try workspace.snapshot()
        let run = try snapshot.run(reference)
        guard let id = run.task, !run.isReaction else {
            throw Failure(
                .refused, "\(run.id) is what the trigger \(run.trigger?.text ?? "") does about an event: it has no task"
            )
        }
        guard let task = try snapshot.get(id) else { throw Failure.notFound("task \(id)") }
        // A command that is repeated is answered as it was the first time.
        let isRepeated = try commandID.flatMap { try snapshot.receipt(ofCommand: $0) } != nil
        guard task.run == run.id || isRepeated else {
            throw Failure(
                .refused, "\(run.id) is not the last run of \(task.id)" + (task.run.map { "; that is \($0)" } ?? ""))
        }
        return task
    }
}

extension Change {
    fileprivate func cancel(reaction run: Run, _ options: VerbOptions) throws {
        try Scope(self).check(run, about: run.task)
        switch run.status {
        case .running: try requestStop(of: run, for: .cancel, reason: options.reason, grace: options.grace)
        case .queued: try cancel(queued: run)
        default: throw Failure(.refused, "\(run.id) has ended: it is \(run.status.rawValue)")
        }
    }
}

extension Run {
    /// What a command that stands in for the run exits with: as the run's command did.
    public var mirroredStatus: Int32 {
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

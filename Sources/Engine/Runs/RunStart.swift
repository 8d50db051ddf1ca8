import Model
import Store
import System

/// A run that is about to begin: what its command is, and what the records say once there is a process for it.
package struct RunStart {
    /// With the command as its agent has it now, and the number of the attempt.
    package private(set) var run: Run
    package let agent: Agent?
    /// The task as the run holds it from now on; nil for what a trigger does.
    package let task: Task?
    /// The task that the command is told about; nil for a command that a trigger runs, which is about none of its own.
    package let subject: Task?
    /// What the run is about, also where it does not hold it.
    package let topic: Task?

    /// - Returns: nil when there is nothing to be started, because the run's task is gone.
    package init?(_ queued: Run, in change: Change) throws {
        let transaction = change.transaction
        // For a reaction the task is only something to know of, so a bad file does not matter.
        let former = try queued.task.flatMap {
            try queued.isReaction ? transaction.getValid($0) : transaction.get($0)
        }
        guard former != nil || queued.isReaction else { return nil }
        agent = try queued.agent.flatMap { try transaction.get($0) }
        run = queued
        if let vector = agent?.argumentVector { run.command = vector }
        run.cwd = agent?.cwd.map { Path.join(transaction.workspace.root, $0) } ?? run.cwd ?? transaction.workspace.root
        guard !run.isReaction, var held = former else {
            task = nil
            topic = former
            subject = agent == nil ? nil : former
            return
        }
        try held.apply(.start, at: transaction.now(for: held))
        held.hold = false
        held.run = run.id
        held.worker = agent?.id.text ?? change.caller.actor
        run.attempt = held.attempt
        task = held
        topic = held
        subject = held
    }

    /// Where the command starts: the agent's directory, relative to the workspace's; else that of the workspace.
    package var directory: String { run.cwd ?? "/" }

    /// How long the command may take; nil where neither its agent nor its trigger says.
    package var timeout: WrittenDuration? { agent?.timeout ?? run.timeout }

    /// The time from SIGTERM to SIGKILL.
    package var grace: Duration { agent?.grace?.value ?? .seconds(10) }

    /// Whether the run counts against the limit of the workspace.
    package var takesSlot: Bool { agent != nil || run.isReaction }

    /// Takes note of the feedback that the command is told of: success is going to resolve it.
    package mutating func note(feedback: [Comment]) {
        if task != nil { run.feedback = feedback.map(\.id) }
    }

    /// Stages that the run has begun.
    ///
    /// - Parameters:
    ///   - supervisor: the process that watches over it.
    ///   - process: that of the command, which waits for the commit.
    package func stage(in change: Change, supervisor: ProcessIdentity, process: ProcessIdentity) throws {
        let transaction = change.transaction
        var run = run
        run.host = Environment.host
        run.supervisor = supervisor
        run.process = process
        run.move(to: .running, at: transaction.now(for: run))
        try transaction.put(run)
        if let task, let former = try transaction.get(task.id) {
            try change.put(task)
            change.emitTransition(.start, task, from: former, run: run.id)
        }
        change.emit(.runStarted, run, data: JSONObject([("attempt", run.attempt.json)]))
    }
}

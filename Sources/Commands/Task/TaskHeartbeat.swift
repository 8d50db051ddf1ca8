import Arguments
import Engine
import Execution
import Model
import Store
import System

/// `tf task heartbeat`
enum TaskHeartbeat {
    static let length = Option("for", .duration, "how long the lease lasts from now on: its own length unless given")
    static let note = Option("note", .line, "what is being done")
    static let percent = Option("percent", .integer(0...100), "how much of it is done")

    static let command = Command(
        "heartbeat", "extend a lease and note progress",
        discussion: """
            Needs a task that is running. One that is leased needs the token of the lease, which then lasts its own \
            length or DURATION from now on, 5 seconds to 24 hours; --for is refused where there is no lease. What \
            --note and --percent say shows in tf task list and show, and in tf status. Within an agent's command neither \
            a task nor a token is needed, and a single word that is no task is the note.
            """,
        examples: [
            Example("tf task heartbeat T-1 --lease TOKEN", "say that somebody still works on it"),
            Example("tf task heartbeat T-1 --note 'running the tests' --percent 60", "say how far it is"),
        ],
        parameters: [TaskVerbs.tasks, length, note, percent, TaskVerbs.lease, TaskVerbs.leaseForce],
        run: performing(beat))

    static func beat(_ context: Context) throws {
        let engine = try context.engine()
        var (references, text) = try TaskVerbs.references(context, textFor: .heartbeat)
        if references.isEmpty { references = [try context.ownTask()] }
        var heartbeat = Heartbeat()
        heartbeat.lease = context[TaskVerbs.lease]
        heartbeat.force = context[TaskVerbs.leaseForce]
        heartbeat.length = context[length]
        heartbeat.note = context[note] ?? text
        heartbeat.percent = context[percent]
        let changed = try context.discharge(engine.heartbeat(references, heartbeat), engine).value
        let tasks: [Task] = changed.records.compactMap { $0.typed() }
        try context.output.done(
            tasks.map { task in
                let lease = changed.record(task.id.lease)
                let shown = Shown(task, lease: lease)
                let until = lease.map { ", leased until \(context.output.text(of: $0.expiresAt))" } ?? ""
                return (changed.isRepeated ? shown.deduped : shown, "\(task.id) \(task.status.rawValue)\(until)")
            }, isBatch: references.count > 1)
    }
}

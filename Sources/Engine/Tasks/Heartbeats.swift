import Model
import Store
import System

/// What a heartbeat says.
public struct Heartbeat: Sendable {
    /// The token of the lease, from the command line.
    public var lease: String?
    /// Also for somebody else's lease.
    public var force = false
    /// How long the lease is to last from now on; nil takes its own length.
    public var length: WrittenDuration?
    public var note: String?
    /// 0 to 100.
    public var percent: Int?

    /// A sign of life and nothing else.
    public init() {}

    fileprivate var saysSomething: Bool { note != nil || percent != nil }
}

extension Engine {
    /// Says that somebody still works on tasks: extends their leases, and notes how far the work has come.
    ///
    /// The command of a run, about its own task, needs no lease: it is a beat of the run.
    ///
    /// - Returns: the tasks, each with its lease if it has one.
    public func heartbeat(_ references: [String], _ heartbeat: Heartbeat) throws -> Obliged<Changed> {
        try change("heartbeat", target: references.joined(separator: " ")) { change in
            try change.targets(references).flatMap { try change.beat($0, heartbeat) }
        }
    }
}

extension Change {
    /// Stages a heartbeat of one task.
    ///
    /// - Returns: the task, and its lease if it has one.
    func beat(_ task: Task, _ heartbeat: Heartbeat) throws -> [RecordKey] {
        try Leases(self).require(.heartbeat, of: task, token: heartbeat.lease)
        let length = heartbeat.length.map { Lease.length($0, transaction.workspace) }
        var keys = [task.key]
        let lease = try Leases(self).authorize(
            .heartbeat, on: task, token: heartbeat.lease, force: heartbeat.force)
        if var lease {
            lease.expiresAt = transaction.now(for: lease) + (length ?? lease.length).value
            try transaction.put(lease)
            keys.append(lease.key)
        } else if length != nil, caller.task != task.id {
            throw Failure(.refused, "\(task.id) is not leased: there is no lease to be extended")
            // What a run holds does not expire.
        }
        if let run = task.run, caller.task == task.id, caller.run == run {
            try Liveness(transaction.workspace).beat(run, at: now)
        }
        if heartbeat.saysSomething { try note(heartbeat, on: task) }
        return keys
    }

    /// Notes how far the work on a task has come. What is not said this time stays as it was said before.
    private func note(_ heartbeat: Heartbeat, on task: Task) throws {
        var progress = task.progress ?? TaskProgress()
        if let text = heartbeat.note { progress.text = text.isEmpty ? nil : text }
        if let percent = heartbeat.percent { progress.percent = percent }
        var data = JSONObject()
        data["text"] = progress.text?.json
        data["percent"] = progress.percent?.json
        progress.at = transaction.now(for: task)
        var task = task
        task.progress = progress
        try put(task)
        emit(.taskProgress, task, data: data)
    }
}

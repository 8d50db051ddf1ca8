import Engine
import Model
import Store
import System
import Terminal

/// What is to be seen of the work on a task that is running: whose it is, and how far it has come.
struct TaskWork {
    /// Who has claimed or started it, or the agent whose run works on it.
    let holder: String?
    /// `40 % compiling`; nil when nobody has said anything.
    let progress: String?
    /// When the lease has ended under which it is held; nil while it has not, or when there is none.
    let expiry: Timestamp?

    /// The work on `task`.
    init(on task: Task, in snapshot: Snapshot, at now: Timestamp) throws {
        let lease = try snapshot.lease(of: task)
        holder = lease?.owner ?? task.worker
        progress = task.progress?.line
        expiry = lease.flatMap { $0.isExpired(at: now) ? $0.expiresAt : nil }
    }

    /// `ann`, or `ann, lease expired`.
    var holderText: String? {
        expiry == nil ? holder : [holder, "lease expired"].compactMap { $0 }.joined(separator: ", ")
    }

    var holderStyle: Style { expiry == nil ? .plain : .red }
}

extension Snapshot {
    /// The work on those of `rows` that are running, by their ids: the index does not know of it.
    func work(on rows: [TaskRow], at now: Timestamp) throws -> [ID<Task>: TaskWork] {
        var work: [ID<Task>: TaskWork] = [:]
        for row in rows where row.status == .running {
            if let task = try getValid(row.id) { work[row.id] = try TaskWork(on: task, in: self, at: now) }
        }
        return work
    }
}

extension TaskProgress {
    /// `40 % compiling`
    var line: String { Self.line(percent?.json, text?.json) }

    /// The same of what an event says.
    static func line(_ percent: JSON?, _ text: JSON?) -> String {
        [percent?.integer.map { "\($0) %" }, text?.string].compactMap { $0 }.joined(separator: " ")
    }
}

import Model
import Store
import System

extension Engine {
    /// Removes tasks, all or none. The journal keeps them.
    ///
    /// - Parameter force: also one that is running (its run is stopped first), or that others depend on (they no
    ///   longer do).
    public func delete(_ references: [String], force: Bool, reason: String? = nil) throws -> Obliged<Changed> {
        try change("delete", target: references.joined(separator: " ")) { change in
            let tasks = try change.targets(references)
            for task in tasks {
                try Deletion(change).delete(task, together: Set(tasks.map(\.id)), force: force, reason: reason)
            }
            return tasks.map(\.key)
        }
    }
}

/// Removes tasks with what belongs to them.
struct Deletion {
    private let change: Change
    private var transaction: Transaction { change.transaction }

    init(_ change: Change) {
        self.change = change
    }

    /// - Parameter together: the tasks that are deleted along with this one, which need not be asked.
    func delete(_ task: Task, together: Set<ID<Task>>, force: Bool, reason: String?) throws {
        if task.status == .running {
            guard force else { throw Failure(.refused, "\(task.id) is running", hint: "--force cancels it first") }
        }
        let dependents = try transaction.records(tagged: .dependents(of: task.id), of: Task.self)
            .filter { $0.dependsOn.contains(task.id) && !together.contains($0.id) }
        if !force, !dependents.isEmpty {
            let list = dependents.prefix(5).map(\.id.text).joined(separator: ", ")
            throw Failure(
                .refused,
                "\(list)\(dependents.count > 5 ? ", …" : "") \(dependents.count == 1 ? "depends" : "depend") on \(task.id)",
                hint: "--force drops the dependencies")
        }
        if let run = try change.activeRun(of: task), run.status == .running, change.caller.run != run.id {
            return try change.requestStop(of: run, for: .delete, reason: reason, grace: nil)
        }
        try remove(task)
    }

    /// Removes a task that nothing runs for any more.
    func remove(_ task: Task) throws {
        for var dependent in try transaction.records(tagged: .dependents(of: task.id), of: Task.self)
        where dependent.dependsOn.contains(task.id) {
            let former = dependent
            dependent.dependsOn.removeAll { $0 == task.id }
            try change.put(dependent)
            change.emitEdit(of: former, to: dependent)
        }
        for var child in try transaction.records(tagged: .children(of: task.id), of: Task.self)
        where child.parent == task.id {
            let former = child
            child.parent = task.parent
            try change.put(child)
            change.emitEdit(of: former, to: child)
        }
        change.emit(.taskDeleted, task)
        if let run = try change.activeRun(of: task), run.status == .queued { try change.cancel(queued: run) }
        for comment in try transaction.records(tagged: .comments(on: task.id), of: Comment.self) {
            try transaction.delete(comment)
        }
        for notification in try transaction.records(
            tagged: .openNotifications(about: task.id.text), of: Notification.self)
        {
            try Notices(change).resolve(notification, as: "deleted")
        }
        try transaction.endLease(of: task.id)
        try transaction.delete(task)
        try transaction.retire(task.id)
    }
}

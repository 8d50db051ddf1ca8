import Model
import Store
import System

extension Engine {
    /// Gives a task to an agent or a user, or takes it away from whoever has it.
    ///
    /// - Parameters:
    ///   - hold: does not have a run started.
    ///   - force: takes a task from under the live run of another agent, which is stopped.
    public func assign(
        _ reference: String, agent: String?, user: String?, hold: Bool = false, force: Bool = false
    ) throws -> Obliged<Changed> {
        let target = [reference, agent ?? "", user ?? ""].joined(separator: " ")
        return try change(agent == nil && user == nil ? "unassign" : "assign", target: target) { change in
            let task = try change.targets([reference])[0]
            let assignee = try change.assignee(agent: agent, user: user)
            _ = try Assignment(change).assign(task, to: assignee, hold: hold, force: force)
            return [task.key]
        }
    }
}

/// Gives tasks to agents and users.
struct Assignment {
    private let change: Change

    init(_ change: Change) {
        self.change = change
    }

    /// - Returns: the task as it is staged. Assigning whom it has already changes nothing, but ends a hold.
    @discardableResult
    func assign(_ task: Task, to assignee: Assignee?, hold: Bool, force: Bool = false) throws -> Task {
        let verb = assignee == nil ? TaskVerb.unassign : .assign
        try task.require(verb)
        let former = task
        var task = task
        task.assignee = assignee
        task.hold = hold && assignee?.agent != nil
        guard task != former else { return task }
        let live = try change.activeRun(of: former).flatMap { $0.status == .running ? $0 : nil }
        if task.assignee == former.assignee {
            // Only the hold has changed.
            try change.put(task)
            return task
        }
        if let live, change.caller.run != live.id {
            guard force else {
                throw Failure(
                    .refused, "\(task.id) has a live run of \(former.assignee?.agent?.text ?? "its agent"): \(live.id)",
                    hint: "--force interrupts it")
            }
        }
        try change.put(task)
        var data = JSONObject()
        data["from"] = former.assignee?.json
        data["to"] = assignee?.json
        change.emit(assignee == nil ? .taskUnassigned : .taskAssigned, task, data: data)
        if case .user(let user)? = assignee { try Notices(change).assigned(task, to: user) }
        if let live, change.caller.run != live.id {
            try change.requestStop(of: live, for: .assign, reason: nil, grace: nil)
        }
        return task
    }
}

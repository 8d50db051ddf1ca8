import Model
import Store
import System

extension Engine {
    /// Changes fields of a task. A change that changes nothing commits nothing.
    ///
    /// - Parameters:
    ///   - lease: the token of the lease under which the task is held.
    ///   - force: also of a task that somebody else holds.
    ///   - heartbeat: a sign of life, and how far the work is, in the same transaction.
    public func edit(
        _ reference: String, _ edit: TaskEdit, lease: String? = nil, force: Bool = false, heartbeat: Heartbeat? = nil
    ) throws -> Obliged<Changed> {
        try change("edit", target: reference) { change in
            var task = try change.targets([reference])[0]
            if let heartbeat {
                _ = try change.beat(task, heartbeat)
                task = try change.targets([reference])[0]
            }
            try Leases(change).authorize(.edit, on: task, token: lease, force: force)
            var edited = task
            try change.apply(edit, to: &edited)
            if edited != task {
                try change.put(edited)
                change.emitEdit(of: task, to: edited)
            }
            return [task.key]
        }
    }

    /// Adds tasks that must be done first, and takes others away.
    public func depend(_ reference: String, on: [String], off: [String]) throws -> Obliged<Changed> {
        try change("depend", target: ([reference] + on + off.map { "-" + $0 }).joined(separator: " ")) { change in
            let task = try change.targets([reference])[0]
            try task.require(.depend)
            var edited = task
            for other in try on.map(change.transaction.task) where !edited.dependsOn.contains(other.id) {
                if other.id == task.id { throw Failure(.refused, "\(task.id) cannot depend on itself") }
                edited.dependsOn.append(other.id)
            }
            for reference in off {
                // Also one that does not exist any more can be taken away.
                guard let id = try change.transaction.taskID(reference), edited.dependsOn.contains(id) else {
                    throw Failure(.refused, "\(task.id) does not depend on \(reference)")
                }
                edited.dependsOn.removeAll { $0 == id }
            }
            guard edited != task else { return [task.key] }
            try edited.validate()
            try change.put(edited)
            try CycleCheck(change.transaction).check(edited)
            change.emitEdit(of: task, to: edited)
            return [task.key]
        }
    }
}

extension Change {
    fileprivate func apply(_ edit: TaskEdit, to task: inout Task) throws {
        if let title = edit.title {
            if let problem = Task.problem(inTitle: title) { throw Failure(.refused, "the title \(problem)") }
            task.title = title
        }
        if let name = edit.name { try rename(&task, to: name.value) }
        try check(edit.labels)
        edit.applyValues(to: &task)
        if let change = edit.flow {
            let flow = try change.value.map(transaction.flowID)
            if let flow { try Scope(self).check(flow: flow) }
            task.flow = flow
        }
        if let change = edit.parent {
            let parent = try change.value.map(transaction.task)
            if let parent { try Scope(self).check(parent) }
            task.parent = parent?.id
        }
        try task.validate()
        try checkContract(of: task)
        if edit.parent != nil {
            try transaction.put(task)
            try CycleCheck(transaction).check(task)
        }
    }

    private func rename(_ task: inout Task, to name: String?) throws {
        guard let name else {
            task.name = nil
            return
        }
        guard Identifier.isName(name) else { throw Failure(.refused, "'\(name)' is not \(Identifier.nameRule)") }
        guard !Identifier.looksLikeID(name, taskPrefix: transaction.workspace.record.prefix) else {
            throw Failure(.refused, "'\(name)' looks like an id; a name must not")
        }
        if let holder = try transaction.task(named: name), holder.id != task.id {
            throw Failure(.refused, "the name '\(name)' belongs to \(holder.id)")
        }
        task.name = name
    }

    private func check(_ labels: [ListChange<String>]) throws {
        for change in labels {
            switch change {
            case .add(let label), .remove(let label):
                if let problem = Task.problem(inLabel: label) {
                    throw Failure(.refused, "the label '\(label)' \(problem)")
                }
            }
        }
    }

    /// Says that a task was edited, and what of it.
    func emitEdit(of former: Task, to task: Task) {
        emit(.taskEdited, task, data: JSONObject([("fields", changedFields(former, task))]))
    }

    /// The fields that differ, as `{field: {from, to}}`.
    func changedFields(_ former: some Record, _ now: some Record) -> JSON {
        let before = former.json.object ?? JSONObject()
        let after = now.json.object ?? JSONObject()
        var fields = JSONObject()
        for key in Set(before.map(\.key) + after.map(\.key)) where before[key] != after[key] {
            fields[key] = ["from": before[key] ?? .null, "to": after[key] ?? .null]
        }
        return .object(fields)
    }
}

import Model
import Store
import System

/// What is to be changed of a task; what is nil stays.
public struct TaskEdit: Sendable {
    public var title: String?
    /// Empty removes it.
    public var description: String?
    /// Empty frees it.
    public var name: String?
    /// Empty removes it.
    public var type: String?
    public var priority: Priority?
    /// Labels with `+` or `-` before them; one without either is added.
    public var labels: [String] = []
    public var payload: JSON?
    /// A merge patch for the payload.
    public var payloadMerge: JSON?
    /// The id of a flow, as people type it; `none` removes it.
    public var flow: String?
    /// `none` removes it.
    public var parent: String?
    public var due: FieldChange<Timestamp>?
    public var notBefore: FieldChange<Timestamp>?
    public var maxAttempts: Int?
    public var artifacts: [String] = []
    public var check: [String]?
    public var produces: [String]?

    /// Changes nothing yet.
    public init() {}
}

/// A value that is set, or taken away.
public enum FieldChange<Value: Sendable>: Sendable {
    case set(Value)
    case clear
}

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
        if let description = edit.description { task.description = description.isEmpty ? nil : description }
        if let name = edit.name { try rename(&task, to: name) }
        if let type = edit.type { task.type = type.isEmpty ? nil : type }
        if let priority = edit.priority { task.priority = priority }
        try applyLabels(edit.labels, to: &task)
        if let payload = edit.payload { task.payload = payload == .null ? nil : payload }
        if let patch = edit.payloadMerge {
            let merged = (task.payload ?? .object(JSONObject())).merged(with: patch)
            task.payload = merged == .object(JSONObject()) && task.payload == nil ? nil : merged
        }
        if let flow = edit.flow {
            let flow = flow.lowercased() == "none" ? nil : try transaction.flowID(flow)
            if let flow { try Scope(self).check(flow: flow) }
            task.flow = flow
        }
        if let parent = edit.parent {
            let parent = parent.lowercased() == "none" ? nil : try transaction.task(parent)
            if let parent { try Scope(self).check(parent) }
            task.parent = parent?.id
        }
        switch edit.due {
        case .set(let due): task.due = due
        case .clear: task.due = nil
        case nil: break
        }
        switch edit.notBefore {
        case .set(let moment): task.notBefore = moment
        case .clear: task.notBefore = nil
        case nil: break
        }
        if let maximum = edit.maxAttempts { task.maxAttempts = maximum }
        for artifact in edit.artifacts where !task.artifacts.contains(artifact) { task.artifacts.append(artifact) }
        if let check = edit.check { task.check = check }
        if let produces = edit.produces { task.produces = produces }
        try task.validate()
        try checkContract(of: task)
        if edit.parent != nil {
            try transaction.put(task)
            try CycleCheck(transaction).check(task)
        }
    }

    private func rename(_ task: inout Task, to name: String) throws {
        guard !name.isEmpty else {
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

    private func applyLabels(_ labels: [String], to task: inout Task) throws {
        for label in labels {
            let name = label.hasPrefix("+") || label.hasPrefix("-") ? String(label.dropFirst()) : label
            if let problem = Task.problem(inLabel: name) { throw Failure(.refused, "the label '\(name)' \(problem)") }
            if label.hasPrefix("-") {
                task.labels.removeAll { $0 == name }
            } else if !task.labels.contains(name) {
                task.labels.append(name)
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

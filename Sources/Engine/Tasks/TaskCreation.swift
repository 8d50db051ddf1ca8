import Model
import Store
import System

extension Engine {
    /// Creates a task, and assigns it when the draft names somebody.
    ///
    /// - Parameters:
    ///   - ensure: returns the task that has the draft's name already, if there is one, and writes nothing.
    ///   - hold: assigns without having a run started.
    public func create(_ draft: TaskDraft, ensure: Bool = false, hold: Bool = false) throws -> Obliged<Changed> {
        try change("create", target: draft.title) { change in
            if ensure, let name = draft.name, let existing = try change.transaction.task(named: name) {
                return [existing.key]
            }
            return [try Creation(change).create([draft], hold: hold)[0].key]
        }
    }

    /// Creates tasks, all or none. They may refer to each other by name, also to later ones.
    ///
    /// An item whose command id was seen before is returned, not made again.
    public func create(batch drafts: [TaskDraft], hold: Bool = false) throws -> Obliged<Changed> {
        try change("create", target: "\(drafts.count) tasks") { change in
            try Creation(change).create(drafts, hold: hold).map(\.key)
        }
    }
}

/// Makes tasks from drafts.
package struct Creation {
    private let change: Change
    private var transaction: Transaction { change.transaction }

    package init(_ change: Change) {
        self.change = change
    }

    package func create(_ drafts: [TaskDraft], hold: Bool) throws -> [Task] {
        var tasks: [Task] = []
        var isNew: [Bool] = []
        var named: [String: ID<Task>] = [:]
        for (position, draft) in drafts.enumerated() {
            do {
                if let known = try repeated(draft) {
                    tasks.append(known)
                    isNew.append(false)
                } else {
                    tasks.append(try task(from: draft, named: named))
                    isNew.append(true)
                }
            } catch {
                throw Self.located(Failure(error), position, of: drafts)
            }
            if let name = draft.name { named[name] = tasks[position].id }
        }
        for position in drafts.indices where isNew[position] {
            do {
                try refer(&tasks[position], as: drafts[position], named: named)
                try transaction.put(tasks[position])
            } catch {
                throw Self.located(Failure(error), position, of: drafts)
            }
        }
        for position in drafts.indices where isNew[position] {
            do {
                try CycleCheck(transaction).check(tasks[position])
                tasks[position] = try announce(tasks[position], drafts[position], hold: hold)
            } catch {
                throw Self.located(Failure(error), position, of: drafts)
            }
        }
        return tasks
    }

    /// Says which item of a batch failed.
    private static func located(_ failure: Failure, _ position: Int, of drafts: [TaskDraft]) -> Failure {
        guard drafts.count > 1 else { return failure }
        return Failure(
            failure.code, "item \(position + 1): \(failure.message)", hint: failure.hint, details: failure.details)
    }

    private func repeated(_ draft: TaskDraft) throws -> Task? {
        guard let id = draft.commandID, let receipt = try transaction.receipt(ofCommand: id) else { return nil }
        guard receipt.verb == "create", receipt.target == draft.title,
            let made = receipt.outcome.array?.first?.array?.last?.string.flatMap({ ID<Task>($0) }),
            let task = try transaction.get(made)
        else { throw Failure(.commandIDReused, "the command id \(id) belongs to '\(receipt.verb) \(receipt.target)'") }
        return task
    }

    /// The task without its references, which may be to tasks that are not made yet.
    private func task(from draft: TaskDraft, named: [String: ID<Task>]) throws -> Task {
        if let problem = Task.problem(inTitle: draft.title) { throw Failure(.refused, "the title \(problem)") }
        if let name = draft.name { try checkName(name, named: named) }
        var task = Task(id: try transaction.newID(), title: draft.title)
        task.name = draft.name
        draft.edit.applyValues(to: &task)
        task.createdBy = change.caller.actor
        task.requestedBy = try Requester(change).ofNewTask
        try task.validate()
        try change.checkContract(of: task)
        return task
    }

    private func checkName(_ name: String, named: [String: ID<Task>]) throws {
        guard Identifier.isName(name) else { throw Failure(.refused, "'\(name)' is not \(Identifier.nameRule)") }
        guard !Identifier.looksLikeID(name, taskPrefix: transaction.workspace.record.prefix) else {
            throw Failure(.refused, "'\(name)' looks like an id; a name must not")
        }
        if let holder = try named[name] ?? transaction.task(named: name)?.id {
            throw Failure(.refused, "the name '\(name)' belongs to \(holder)")
        }
    }

    private func refer(_ task: inout Task, as draft: TaskDraft, named: [String: ID<Task>]) throws {
        task.parent = try draft.edit.parent?.value.map { try resolve($0, named: named) }
        if let parent = try task.parent.flatMap({ try transaction.get($0) }) { try Scope(change).check(parent) }
        for reference in draft.dependsOn {
            let id = try resolve(reference, named: named)
            if id == task.id { throw Failure(.refused, "\(task.id) cannot depend on itself") }
            if !task.dependsOn.contains(id) { task.dependsOn.append(id) }
        }
        if let flow = draft.edit.flow?.value {
            let flow = try transaction.flowID(flow)
            try Scope(change).check(flow: flow)
            task.flow = flow
        }
        try task.validate()
    }

    private func resolve(_ reference: String, named: [String: ID<Task>]) throws -> ID<Task> {
        if let id = named[reference.trimmingBlanks] { return id }
        return try transaction.task(reference).id
    }

    /// Says that the task was created, and assigns it.
    private func announce(_ task: Task, _ draft: TaskDraft, hold: Bool) throws -> Task {
        try change.put(task)
        change.emit(.taskCreated, task)
        if let id = draft.commandID {
            transaction.remember(
                CommandReceipt(
                    id: id, verb: "create", target: draft.title, outcome: [[.string("task"), .string(task.id.text)]]))
        }
        guard let assignee = try change.assignee(agent: draft.agent, user: draft.user) else { return task }
        return try Assignment(change).assign(task, to: assignee, hold: hold)
    }
}

extension Change {
    /// Whom `--agent` and `--user` mean; nil when neither is given.
    func assignee(agent: String?, user: String?) throws -> Assignee? {
        switch (agent, user) {
        case (nil, nil): return nil
        case (let agent?, nil): return .agent(try transaction.agent(agent).id)
        case (nil, let user?):
            guard !user.trimmingBlanks.isEmpty else { throw Failure(.refused, "the user's name is empty") }
            return .user(user.trimmingBlanks)
        case (.some, .some): throw Failure(.refused, "a task is given to an agent or to a user, not to both")
        }
    }

    /// - Throws: `contract` when the type of `task` requires something that its payload lacks.
    func checkContract(of task: Task) throws {
        guard let type = task.type, let missing = try settings.types[type]?.missing(in: task.payload), !missing.isEmpty
        else { return }
        throw Failure(
            .contract, "a task of type \(type) requires \(missing.joined(separator: ", ")) in its payload",
            details: JSONObject([("missing", missing.json), ("type", type.json)]))
    }
}

/// Refuses dependencies and parents that lead back to where they began.
struct CycleCheck {
    private let transaction: Transaction

    init(_ transaction: Transaction) {
        self.transaction = transaction
    }

    /// - Throws: a refusal that shows the circle.
    func check(_ task: Task) throws {
        if !task.dependsOn.isEmpty {
            try refuse(try Graph.cycle(from: task.id) { try transaction.get($0)?.dependsOn ?? [] }, "depends on")
        }
        if task.parent != nil {
            try refuse(
                try Graph.cycle(from: task.id) { try transaction.get($0)?.parent.map { [$0] } ?? [] }, "is a child of")
        }
    }

    private func refuse(_ path: [ID<Task>]?, _ relation: String) throws {
        guard let path else { return }
        throw Failure(
            .refused, "that would be a circle: " + path.map(\.text).joined(separator: " \(relation) "),
            details: JSONObject([("cycle", path.json)]))
    }
}

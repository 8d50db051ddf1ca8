import Model
import Store

/// Finds records by what people type: ids in any case, bare numbers, names.
extension RecordSource {
    /// The task that `text` means: an id, a bare number, or a name.
    ///
    /// - Throws: `not_found`; the store's error for a bad file.
    public func task(_ text: String) throws -> Task {
        guard let id = try taskID(text), let task = try get(id) else { throw Failure.notFound("task \(text)") }
        return task
    }

    /// The id of the task that `text` means; nil when it can be neither the id nor the name of one.
    ///
    /// The task need not exist when `text` is an id.
    public func taskID(_ text: String) throws -> ID<Task>? {
        if let canonical = Identifier.canonical(text, prefix: workspace.record.prefix) { return ID(canonical) }
        let name = text.trimmingBlanks.lowercased()
        guard Identifier.isName(name) else { return nil }
        return try task(named: name)?.id
    }

    /// The task with a name.
    public func task(named name: String) throws -> Task? {
        for id in try ids(tagged: .name(name), of: Task.self) {
            if let task = try get(id), task.name == name { return task }
        }
        return nil
    }

    /// The run that `text` means.
    public func run(_ text: String) throws -> Run { try record(text, "run") }
    /// The run that `text` means, or the last one of the task that it means.
    public func run(orLastOf text: String) throws -> Run {
        if ID<Run>(typed: text) != nil { return try run(text) }
        guard let id = try taskID(text), let task = try get(id) else { throw Failure.notFound("run \(text)") }
        guard let run = try task.run.flatMap({ try get($0) }) else {
            throw Failure(.notFound, "\(task.id) has no run yet")
        }
        return run
    }

    /// The id of the flow that `text` means.
    ///
    /// - Throws: `not_found` when there is none.
    public func flowID(_ text: String) throws -> ID<Flow> {
        guard let id = ID<Flow>(typed: text), try exists(id.key) else { throw Failure.notFound("flow \(text)") }
        return id
    }

    /// The comment that `text` means, wherever it stands.
    public func comment(_ text: String) throws -> Comment { try record(text, "comment") }
    /// The notification that `text` means.
    public func notification(_ text: String) throws -> Notification { try record(text, "notification") }

    /// The agent with a name.
    public func agent(_ text: String) throws -> Agent {
        guard let id = ID<Agent>(text.trimmingBlanks.lowercased()), let agent = try get(id) else {
            throw Failure.notFound("agent \(text)", hint: "tf agent list shows those that there are")
        }
        return agent
    }

    /// The trigger with a name.
    public func trigger(_ text: String) throws -> Trigger {
        guard let id = ID<Trigger>(text.trimmingBlanks.lowercased()), let trigger = try get(id) else {
            throw Failure.notFound("trigger \(text)", hint: "tf trigger list shows those that there are")
        }
        return trigger
    }

    private func record<R: Record>(_ text: String, _ what: String) throws -> R {
        guard let id = ID<R>(typed: text), let record = try get(id) else { throw Failure.notFound("\(what) \(text)") }
        return record
    }
}

extension Transaction {
    /// Whether two targets of a command mean the same: word by word, as they stand or as the task that they mean.
    func means(_ target: String, _ other: String) throws -> Bool {
        if target == other { return true }
        let words = target.split(separator: " ").map(String.init)
        let others = other.split(separator: " ").map(String.init)
        return try words.count == others.count
            && zip(words, others).allSatisfy { word, other in
                if word == other { return true }
                guard let id = try taskID(word) else { return false }
                return try taskID(other) == id
            }
    }
}

import Model
import Store
import System

// Naming the commands that can be given tasks.

extension Engine {
    /// Adds an agent; refused when there is one of that name.
    public func addAgent(_ agent: Agent) throws -> Obliged<Changed> {
        try agent.validate()
        return try change("agent add", target: agent.id.text) { change in
            try Scope(change).checkAdministration()
            if let present = try change.transaction.get(agent.id) {
                throw Failure(
                    .refused, "there is an agent \(present.id) already",
                    hint: "tf agent edit \(present.id) changes it")
            }
            try change.transaction.put(agent)
            change.transaction.emit(.agentCreated, about: agent.key)
            return [agent.key]
        }
    }

    /// Changes an agent. When `edit` changes nothing, nothing is committed.
    public func editAgent(_ name: String, _ edit: (inout Agent) throws -> Void) throws -> Obliged<Changed> {
        try change("agent edit", target: name) { change in
            try Scope(change).checkAdministration()
            var agent = try change.transaction.agent(name)
            try change.checkRev(agent)
            let former = agent
            try edit(&agent)
            try agent.validate()
            guard agent != former else { return [agent.key] }
            var data = JSONObject()
            data["fields"] = agent.fields(differingFrom: former).json
            try change.transaction.put(agent)
            change.transaction.emit(.agentEdited, about: agent.key, data: data)
            // It may have become able to work, or to do more at once.
            change.freesSlots = true
            for id in try change.transaction.ids(tagged: .openTasks(of: .agent(agent.id)), of: Task.self) {
                change.touch(id)
            }
            return [agent.key]
        }
    }

    /// Removes agents, all or none; refused while a task that has not ended is assigned to one of them.
    public func removeAgents(_ names: [String]) throws -> Obliged<Changed> {
        try change("agent remove", target: names.joined(separator: " ")) { change in
            try Scope(change).checkAdministration()
            var removed: [RecordKey] = []
            for name in names {
                let agent = try change.transaction.agent(name)
                guard !removed.contains(agent.key) else { continue }
                try change.checkRev(agent)
                try change.checkHasNoTasks(agent)
                try change.transaction.delete(agent)
                change.transaction.emit(.agentRemoved, about: agent.key)
                removed.append(agent.key)
            }
            return removed
        }
    }
}

extension Change {
    fileprivate func checkHasNoTasks(_ agent: Agent) throws {
        let tasks = try transaction.ids(tagged: .openTasks(of: .agent(agent.id)), of: Task.self).map(\.text)
            .sorted(by: Identifier.precedes)
        guard !tasks.isEmpty else { return }
        var details = JSONObject()
        details["agent"] = agent.id.json
        details["tasks"] = tasks.json
        let named = tasks.prefix(5).joined(separator: ", ") + (tasks.count > 5 ? ", …" : "")
        throw Failure(
            .refused, "agent \(agent.id) has \(tasks.count == 1 ? "a task" : "\(tasks.count) tasks") to do: \(named)",
            hint: "tf task assign gives a task to another agent", details: details)
    }
}

extension Record {
    /// The names of the fields in which two states of a record differ.
    public func fields(differingFrom former: Self) -> [String] {
        let (now, then) = (json.object ?? JSONObject(), former.json.object ?? JSONObject())
        let names = Set(now.map(\.key)).union(then.map(\.key)).subtracting(["rev", "updated_at"])
        return names.filter { now[$0] != then[$0] }.sorted()
    }
}

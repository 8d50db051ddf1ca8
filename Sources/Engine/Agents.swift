import Model
import Store
import System

/// Names the commands that can be given tasks.
public struct Agents: Sendable {
    private let change: RecordChange

    /// Changes the agents of `workspace` on behalf of `caller`.
    public init(_ workspace: Workspace, caller: Caller, commandID: String? = nil, ifRev: Int? = nil) {
        change = RecordChange(workspace: workspace, caller: caller, commandID: commandID, ifRev: ifRev)
    }

    /// Adds an agent; refused when there is one of that name.
    public func add(_ agent: Agent) throws -> Recorded<Agent> {
        try agent.validate()
        return try change.change("agent add", target: agent.id.text) { transaction in
            if let present = try transaction.get(agent.id) {
                throw Failure(
                    .refused, "there is an agent \(present.id) already",
                    hint: "tf agent edit \(present.id) changes it")
            }
            try transaction.put(agent)
            transaction.emit("agent/created", about: agent.key)
            return [agent]
        }
    }

    /// Changes an agent. When `edit` changes nothing, nothing is committed.
    public func edit(_ name: String, _ edit: (inout Agent) throws -> Void) throws -> Recorded<Agent> {
        try change.change("agent edit", target: name) { transaction in
            var agent = try transaction.agent(name)
            try change.checkRev(agent)
            let former = agent
            try edit(&agent)
            try agent.validate()
            guard agent != former else { return [agent] }
            var data = JSONObject()
            data["fields"] = agent.fields(differingFrom: former).json
            try transaction.put(agent)
            transaction.emit("agent/edited", about: agent.key, data: data)
            return [agent]
        }
    }

    /// Removes agents, all or none; refused while a task that has not ended is assigned to one of them.
    public func remove(_ names: [String]) throws -> Recorded<Agent> {
        try change.change("agent remove", target: names.joined(separator: " ")) { transaction in
            var removed: [Agent] = []
            for name in names {
                let agent = try transaction.agent(name)
                guard !removed.contains(where: { $0.id == agent.id }) else { continue }
                try change.checkRev(agent)
                try checkIdle(agent, in: transaction)
                try transaction.delete(agent)
                transaction.emit("agent/removed", about: agent.key)
                removed.append(agent)
            }
            return removed
        }
    }

    private func checkIdle(_ agent: Agent, in transaction: Transaction) throws {
        let tasks = transaction.ids(tagged: .openTasks(of: .agent(agent.id)), of: Task.self).map(\.text)
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

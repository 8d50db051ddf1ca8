import Arguments
import Engine
import Model

/// `tf agent remove`
enum AgentRemove {
    static let names = Argument("NAME", .agent, "the agents", .many(atLeast: 1))

    static let command = Command(
        "remove", "remove agents",
        discussion: "Refused while a task that has not ended is assigned to one of them. All are removed or none.",
        parameters: [names], exitCodes: [ExitCode(1, "an agent has tasks to do")], aliases: ["rm"],
        run: performing(remove))

    static func remove(_ context: Context) throws {
        let names = context.all(names)
        let engine = try context.engine()
        let changed = try engine.removeAgents(names)
        _ = try context.settle(changed, engine)
        var members = JSONObject([("deleted", true)])
        if changed.isRepeated { members["deduped"] = true }
        try context.output.done(
            changed.keys.map { key in
                members["id"] = key.id.json
                return (Shown(id: key.id, json: .object(members)), "\(key.id) removed")
            }, isBatch: names.count > 1)
    }
}

import Arguments
import Engine
import Execution
import Model

/// `tf agent remove`
enum AgentRemove {
    static let names = Argument("NAME", .agent, "the agents", .many(atLeast: 1))

    static let command = Command(
        "remove", "remove agents",
        discussion: "Refused while a task that has not ended is assigned to one of them. All are removed or none.",
        examples: [Example("tf agent remove coder", "remove an agent that has nothing to do")],
        parameters: [names], exitCodes: [ExitCode(1, "an agent has tasks to do")], aliases: ["rm"],
        run: performing(remove))

    static func remove(_ context: Context) throws {
        let names = context.all(names)
        let engine = try context.engine()
        let changed = try context.discharge(engine.removeAgents(names), engine).value
        try context.output.removed(changed, isBatch: names.count > 1)
    }
}

import Arguments
import Engine
import Execution
import Model
import Store
import System
import Terminal

/// `tf agent test`
enum AgentTest {
    static let name = Argument("NAME", .agent, "the agent")
    static let prompt = Option("prompt", .text, "what to ask it, instead of a short greeting")

    static let command = Command(
        "test", "run an agent's command once, without a task",
        discussion: """
            Runs the command in front, as a run would start it, on a prompt that is made up; nothing is recorded. Its \
            output is printed, and tf exits as it did.
            """,
        examples: [Example("tf agent test coder", "does it start, does it answer?")],
        parameters: [name, prompt],
        exitCodes: [
            ExitCode(1, "the workspace is not trusted, or the agent has no command"),
            ExitCode(124, "the command took longer than the agent's timeout"),
            ExitCode(126, "the command cannot be executed"), ExitCode(127, "the command was not found"),
        ],
        run: performing(test))

    static func test(_ context: Context) throws -> Int32 {
        let workspace = try context.workspace()
        let agent = try workspace.snapshot().agent(try context.required(name))
        let output = context.output
        let trial = try AgentTrial(agent, in: workspace, prompt: context[prompt])
        defer { trial.remove() }
        let outcome = try trial.run(keepingOutput: output.isStructured || output.isQuiet)
        if output.isStructured {
            try output.json(
                [
                    "agent": agent.id.json, "command": trial.words.json, "outcome": outcome.text.json,
                    "status": Int(outcome.status).json,
                    "output": .string(String(decoding: outcome.output, as: UTF8.self)),
                    "wall_ms": Int(outcome.duration.milliseconds).json,
                ])
        } else {
            output.notice("agent \(agent.id): \(outcome.text) after \(outcome.duration.humanReadable)")
        }
        return outcome.status
    }
}

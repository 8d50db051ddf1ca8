import Engine
import Model
import Store
import System

/// The variables that a run's command gets.
struct RunEnvironment {
    /// What a command gets of the surroundings of whoever starts the run.
    private static let passed: Set<String> = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR"]

    let workspace: Workspace
    /// nil for what a trigger does about something that is about no task.
    let task: Task?
    let run: Run
    let agent: Agent?
    /// Whether the command gets everything: that of `exec` does.
    let isComplete: Bool

    /// The file that the command may read its context from; nil for `exec`.
    var prompt: String?

    /// What a command gets of the surroundings of whoever starts it, and what its agent sets.
    static func surroundings(for agent: Agent?, isComplete: Bool) -> [String: String] {
        let own = Environment.all
        var variables = isComplete ? own.filter { !isOurs($0.key) } : passedVariables
        for (name, value) in agent?.env ?? [:] {
            switch value {
            case .value(let text): variables[name] = text
            case .inherited: variables[name] = own[name]
            }
        }
        return variables
    }

    var variables: [String: String] {
        var variables = Self.surroundings(for: agent, isComplete: isComplete)
        let files = RunFiles(workspace, run.id)
        if let agent {
            variables["TF_ACTOR"] = "agent:\(agent.id)"
        } else if let trigger = run.trigger {
            variables["TF_ACTOR"] = Caller.trigger(trigger, depth: run.depth).actor
        }
        variables["TF_TRIGGER"] = run.trigger?.text
        variables["TF_EVENT"] = run.event?["type"]?.string
        variables["TF_WORKSPACE"] = workspace.path
        variables["TF_TASK"] = run.task?.text
        variables["TF_RUN"] = run.id.text
        variables["TF_FLOW"] = task?.flow?.text
        variables["TF_STEP"] = task?.step
        variables["TF_ATTEMPT"] = String(run.attempt)
        variables["TF_DEPTH"] = String(run.depth)
        variables["TF_PROMPT"] = prompt
        variables["TF_OUTPUT"] = files.path(Layout.outputs(run.id))
        return variables
    }

    private static let passedVariables = Environment.all.filter {
        passed.contains($0.key) || $0.key.hasPrefix("LC_")
    }

    /// Variables that tell of another run, or set this process's clock.
    private static func isOurs(_ name: String) -> Bool {
        [
            "TF_TASK", "TF_RUN", "TF_FLOW", "TF_STEP", "TF_ATTEMPT", "TF_PROMPT", "TF_OUTPUT", "TF_NOW", "TF_LEASE",
            "TF_TRIGGER", "TF_EVENT",
        ]
        .contains(name)
    }
}

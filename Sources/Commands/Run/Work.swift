import Arguments
import Engine
import Execution
import Model
import Store
import System

/// `tf work`
enum Work {
    static let agent = Option(
        "agent", short: "a", .agent, "run the tasks of this agent, and give unassigned ones to it", repeats: true)
    static let label = Option("label", short: "l", .label, "only tasks with this label", repeats: true)
    static let type = Option("type", .line.named("TYPE"), "only tasks of this type")
    static let jobs = Option(
        "jobs", short: "j", .integer(1...10_000), "how many runs at once: as many as the workspace allows unless given")
    static let drain = Flag("drain", "end when nothing is ready or running")
    static let once = Flag("once", "end after one task")

    static let command = Command(
        "work", "run what waits in the queue",
        discussion: """
            Starts the runs of tasks that are assigned to agents as they become ready, in work order, and watches over \
            them in this one process. With --agent it takes the tasks of those agents alone, and gives ready tasks that \
            nobody has to the first of them. Any number of workers share a workspace.

            A line is printed for every task when a run of it has ended. The first Ctrl-C or SIGTERM lets the live runs \
            end and takes nothing new; a second one cancels them.
            """,
        examples: [
            Example("tf work", "until it is told to stop"),
            Example("tf work --drain --jobs 4", "four at once, until nothing is left"),
            Example("tf work --agent coder --label ci", "share the work: only this agent, only these tasks"),
        ],
        parameters: [agent, label, type, jobs, OneOf([drain, once])],
        exitCodes: [ExitCode(0, "it was told to stop, or its work is done; how tasks ended is in their status")],
        run: performing(work))

    static func work(_ context: Context) throws -> Int32 {
        let workspace = try context.workspace()
        let engine = Engine(workspace, caller: context.caller)
        try engine.checkTrust()
        let plan = try plan(context, engine)
        if plan.jobs > engine.usualJobs {
            context.output.notice(
                "at most \(engine.usualJobs) runs at once in this workspace: tf config jobs \(plan.jobs) allows more")
        }
        return try Front.divide({ Engine(workspace, caller: context.caller) }) { front in
            context.inFront {
                var results: [JSON] = []
                var count = 0
                try front.work(plan, engine) { task, run in
                    count += 1
                    try report(task, run, context.output, &results)
                }
                if count == 0, plan.end == .whenDrained {
                    context.output.notice("nothing was ready to run; tf task why TASK says what a task waits for")
                }
                if case .json = context.output.form { try context.output.json(.array(results)) }
                return ExitStatus.done.rawValue
            }
        }
    }

    private static func plan(_ context: Context, _ engine: Engine) throws -> WorkPlan {
        var plan = WorkPlan(jobs: context[jobs] ?? engine.usualJobs)
        let names = context.all(agent)
        if !names.isEmpty {
            let snapshot = try engine.workspace.snapshot()
            plan.agents = try names.map { try snapshot.agent($0).id }
        }
        plan.labels = context.all(label)
        plan.type = context[type]
        if context[drain] { plan.end = .whenDrained }
        if context[once] { plan.end = .afterOne }
        return plan
    }

    /// Says at once how a run has ended.
    private static func report(_ task: Task, _ run: Run, _ output: Output, _ results: inout [JSON]) throws {
        var result: JSON { ["task": task.shownJSON, "run": run.shownJSON] }
        switch output.form {
        case .json: results.append(result)
        case .jsonLines: try output.json(result)
        case .template(let template): try output.print(Shown(task), template)
        case .text where output.isQuiet: try output.line(task.id.text)
        case .text:
            let again = task.status == .todo ? ", again as \(task.run?.text ?? "")" : ""
            try output.line(
                "\(task.id) \(task.status.rawValue) (\(run.id), \(run.outcome ?? run.status.rawValue)\(again))")
        }
        try output.flush()
    }
}

import Arguments
import Engine
import Execution
import Model
import Store
import System
import Terminal

/// `tf task wait`
enum TaskWait {
    static let tasks = Argument("TASK", .task, "the task", .many(atLeast: 1))
    static let timeout = Option("timeout", .duration, "wait no longer than this")

    static let command = Command(
        "wait", "wait until tasks have ended",
        discussion: """
            Ends when all of them are done, or have ended otherwise. Ctrl-C ends the waiting alone; the work goes on. A \
            task that is deleted meanwhile is not found any more.
            """,
        examples: [
            Example("tf task wait T-1 T-2 && ./publish", "go on when both are done"),
            Example("tf task wait T-1 --timeout 10m", "wait for it, but not for ever"),
        ],
        parameters: [tasks, timeout],
        exitCodes: [
            ExitCode(1, "one of them has ended otherwise than done"), ExitCode(124, "the time is over"),
            ExitCode(130, "interrupted; the work goes on"),
        ],
        run: performing(wait))

    static func wait(_ context: Context) throws -> Int32 {
        let output = context.output
        var progress = output.progress()
        let isTold = !output.isQuiet && !output.isStructured
        let references = context.all(tasks)
        let waited = try context.engine().wait(forTasks: references, within: context[timeout]?.value) { tasks in
            if isTold { progress.show(summary(of: tasks)) }
        }
        progress.clear()
        if waited.end == .interrupted {
            let rest = waited.records.map(\.id.text).joined(separator: " ")
            return context.interrupted("the work goes on", comingBackWith: "tf task wait \(rest)", "waits again")
        }
        if let id = waited.deleted.first { throw Failure(.notFound, "\(id) was deleted") }
        try output.done(waited.records, isBatch: references.count > 1) { "\($0.id) \($0.status.rawValue)" }
        if waited.end == .timeOver { return 124 }
        return (waited.records.contains { $0.status != .done } ? ExitStatus.refused : .done).rawValue
    }

    /// `waiting for T-2 (running), T-3 (todo); 1 of 3 has ended`
    private static func summary(of tasks: [Task]) -> String {
        let open = tasks.filter { !$0.status.isTerminal }
        let named = open.prefix(5).map { "\($0.id) (\($0.status.rawValue))" }.joined(separator: ", ")
        let text = "waiting for " + named + (open.count > 5 ? ", …" : "")
        let ended = tasks.count - open.count
        return ended == 0 ? text : text + "; \(ended) of \(tasks.count) \(ended == 1 ? "has" : "have") ended"
    }
}

import Arguments
import Engine
import Model
import Store
import Terminal

/// `tf task why`
enum TaskWhy {
    static let tasks = Argument("TASK", .task, "the task; inside of a run, its own unless given", .many(atLeast: 0))

    static let command = Command(
        "why", "say what a task waits for",
        discussion: """
            Says in a line for each cause why a task does not go on by itself: the tasks that it depends on, a time that \
            has not come, a slot that is not free, somebody who has to decide or to begin. Where a command would help, \
            the line ends with it.
            """,
        examples: [
            Example("tf task why T-12", "what it waits for, and what would help"),
            Example("tf --json task why T-12 T-13", "the causes for a program"),
        ],
        parameters: [tasks], run: performing(explain))

    static func explain(_ context: Context) throws {
        var references = context.all(tasks)
        if references.isEmpty { references = [try context.ownTask()] }
        let snapshot = try context.snapshot()
        let now = context.clock.now()
        var explanations: [Explanation] = []
        for reference in references {
            let task = try snapshot.task(reference)
            guard !explanations.contains(where: { $0.task.id == task.id }) else { continue }
            explanations.append(try Explanation(of: task, in: snapshot, at: now))
        }
        let output = context.output
        guard case .text = output.form, !output.isQuiet else {
            let fields = ["id", "status", "ready", "causes"]
            return try output.done(
                explanations.map { (Shown(id: $0.task.id.text, json: $0.json, fields: fields), $0.task.id.text) },
                isBatch: references.count > 1)
        }
        for explanation in explanations {
            for cause in explanation.causes {
                let help = cause.hint.map { "; try: " + $0 } ?? ""
                try output.line("\(explanation.task.id) \(cause.text)\(help)".visibleLine)
            }
        }
    }
}

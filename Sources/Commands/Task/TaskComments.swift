import Arguments
import Engine
import Model
import Store
import System
import Terminal

/// `tf task comments`
enum TaskComments {
    static let task = Argument("TASK", .task, "the task; inside of a run, its own unless given", .optional)
    static let open = Flag("open", "only those that nobody has resolved")

    static let command = Command(
        "comments", "show what was said about a task, and how its runs ended",
        discussion: """
            Comments come in the order in which they were written, runs before them. With --json only comments are \
            printed.
            """,
        examples: [
            Example("tf task comments T-12", "what was said, and how its runs ended"),
            Example("tf task comments T-12 --open", "what nobody has dealt with yet"),
        ],
        parameters: [task, open], run: performing(show))

    static func show(_ context: Context) throws {
        let snapshot = try context.snapshot()
        let task = try snapshot.task(try context.taskReference(task))
        var comments = try snapshot.records(tagged: .comments(on: task.id), of: Comment.self)
        if context[open] { comments = comments.filter { $0.resolvedAt == nil } }
        let output = context.output
        guard case .text = output.form, !output.isQuiet else {
            return try output.list(
                comments,
                Listing(columns: [], id: { $0.id.text }, shown: { Shown($0) }, empty: "no comments on \(task.id)"))
        }
        let details = TaskDetails(output)
        let runs = try snapshot.records(tagged: .runs(of: task.id), of: Run.self)
        if comments.isEmpty, runs.isEmpty { output.hint("no comments on \(task.id)") }
        for run in runs { try output.line(details.line(of: run)) }
        for comment in comments { try output.line(details.block(of: comment)) }
    }
}

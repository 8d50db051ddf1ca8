import Arguments
import Engine
import Execution
import Model
import Store
import System

/// `tf task comment`
enum TaskCommentCommand {
    static let task = Argument(
        "TASK", .text.completed(by: .live("tasks")), "the task; within an agent's command, its own unless given",
        .optional)
    static let text = Argument("TEXT", .text, "what there is to say; - reads it from standard input", .optional)
    static let kind = Option(
        "kind", short: "k", .enumeration(Comment.CommentKind.self), "what it is for: comment unless given")
    static let resolve = Option("resolve", .comment, "mark a comment as dealt with, instead")

    static let command = Command(
        "comment", "say something about a task",
        discussion: "Prints the id of the comment. Whoever is mentioned in it as @name is told.",
        examples: [
            Example("tf task comment T-1 'Needs the new schema'", "add a comment"),
            Example("git diff | tf task comment T-1 -", "add what another command prints"),
            Example("tf task comment --resolve C-3", "mark one as dealt with"),
        ],
        parameters: [task, text, kind, resolve], run: performing(comment))

    static func comment(_ context: Context) throws {
        let engine = try context.engine()
        let done: Discharged<Changed>
        if let reference = context[resolve] {
            if let text = context[text] { throw context.invocation.refusal(.unexpectedArgument(text)) }
            done = try context.discharge(engine.resolve(comment: reference, on: context[task]), engine)
        } else {
            var (task, text) = try target(context)
            if text == "-" { text = try context.text("-") }
            done = try context.discharge(
                engine.comment(on: task, text, kind: context[kind] ?? .comment), engine)
        }
        let changed = done.value
        let comments: [Comment] = changed.records.compactMap { $0.typed() }
        let isResolved = context[resolve] != nil
        try context.output.done(comments, deduped: changed.isRepeated) { $0.id.text + (isResolved ? " resolved" : "") }
    }

    /// The task that is meant, and the text. A single word is the text, for a caller that works on a task.
    private static func target(_ context: Context) throws -> (task: String, text: String) {
        let first = try context.required(task)
        if let text = context[text] { return (first, text) }
        guard let own = context.caller.task else { throw context.invocation.refusal(.missingArgument("TEXT")) }
        return (own.text, first)
    }
}

import Arguments
import Engine
import Model
import Store
import System

/// `tf task comment`
enum TaskCommentCommand {
    static let words = Argument(
        "TASK TEXT", .text,
        "the task and the text; - reads it from standard input; within an agent's command the text alone",
        .many(atLeast: 0))
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
        parameters: [words, kind, resolve], run: performing(comment))

    static func comment(_ context: Context) throws {
        let engine = try context.engine()
        let words = context.all(words)
        let changed: Changed
        if let reference = context[resolve] {
            guard words.count <= 1 else { throw context.invocation.refusal(.unexpectedArgument(words[1])) }
            changed = try engine.resolve(comment: reference, on: words.first)
        } else {
            let (task, text) = try target(words, context)
            changed = try engine.comment(on: task, text, kind: context[kind] ?? .comment)
        }
        _ = try context.settle(changed, engine)
        let comments: [Comment] = changed.records.compactMap { $0.typed() }
        let isResolved = context[resolve] != nil
        try context.output.done(comments, deduped: changed.isRepeated) { $0.id.text + (isResolved ? " resolved" : "") }
    }

    private static func target(_ words: [String], _ context: Context) throws -> (task: String, text: String) {
        func read(_ text: String) throws -> String { text == "-" ? try context.text("-") : text }
        switch words.count {
        case 0: throw context.invocation.refusal(.missingArgument("TASK"))
        case 1:
            guard let task = context.caller.task else { throw context.invocation.refusal(.missingArgument("TEXT")) }
            return (task.text, try read(words[0]))
        case 2: return (words[0], try read(words[1]))
        default: throw context.invocation.refusal(.unexpectedArgument(words[2]))
        }
    }
}

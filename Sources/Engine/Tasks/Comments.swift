import Model
import Store
import System

extension Engine {
    /// Adds a comment to a task. Whoever is mentioned in it (`@name`) is told.
    ///
    /// - Throws: a refusal of a text that says nothing, or too much.
    public func comment(on reference: String, _ text: String, kind: Comment.CommentKind = .comment) throws -> Obliged<
        Changed
    > {
        try change("comment", target: reference) { change in
            let task = try change.targets([reference])[0]
            guard !text.trimmingBlanks.isEmpty else { throw Failure(.refused, "the comment is empty") }
            guard text.utf8.count <= Limit.commentBytes else {
                throw Failure(
                    .refused, "the comment has \(text.utf8.count) bytes; at most \(Limit.commentBytes) are allowed")
            }
            let comment = try change.comment(
                on: task.id, text, kind: kind, author: caller.actor, run: caller.task == task.id ? caller.run : nil)
            try Notices(change).mentions(in: comment, of: task)
            return [comment.key]
        }
    }

    /// Marks a comment as dealt with. Doing so again changes nothing.
    ///
    /// - Parameter task: the task that it is said to be on, to be told when it is not.
    public func resolve(comment reference: String, on task: String? = nil) throws -> Obliged<Changed> {
        try change("comment", target: "--resolve \(reference)") { change in
            let comment = try change.transaction.comment(reference)
            if let task, try change.transaction.task(task).id != comment.task {
                throw Failure(.notFound, "\(comment.id) is on \(comment.task), not on \(task)")
            }
            if let task = try change.transaction.getValid(comment.task) { try Scope(change).check(task) }
            try change.checkRev(comment)
            try change.resolve(comment)
            return [comment.key]
        }
    }
}

extension Change {
    /// Marks a comment as dealt with, unless it is.
    func resolve(_ comment: Comment, run: ID<Run>? = nil) throws {
        guard comment.resolvedAt == nil else { return }
        var comment = comment
        comment.resolvedAt = transaction.now(for: comment)
        try transaction.put(comment)
        transaction.emit(.commentResolved, about: comment.key, task: comment.task, run: run)
    }
}

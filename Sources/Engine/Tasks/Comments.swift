import Model
import Store
import System

extension Engine {
    /// Adds a comment to a task. Whoever is mentioned in it (`@name`) is told.
    public func comment(on reference: String, _ text: String, kind: Comment.CommentKind = .comment) throws -> Changed {
        try change("comment", target: reference) { change in
            let task = try change.targets([reference])[0]
            let comment = try change.comment(
                on: task.id, text, kind: kind, author: caller.actor, run: caller.task == task.id ? caller.run : nil)
            try Notices(change).mentions(in: comment, of: task)
            return [comment.key]
        }
    }

    /// Marks a comment as dealt with. Doing so again changes nothing.
    public func resolve(comment reference: String) throws -> Changed {
        try change("comment", target: "--resolve \(reference)") { change in
            var comment = try change.transaction.comment(reference)
            try change.checkRev(comment)
            if comment.resolvedAt == nil {
                comment.resolvedAt = change.transaction.now(for: comment)
                try change.transaction.put(comment)
                change.transaction.emit("comment/resolved", about: comment.key, task: comment.task)
            }
            return [comment.key]
        }
    }
}

import Model
import Store
import System

/// The context of a task as a text for whoever is to work on it.
struct Prompt {
    let text: String

    /// Collects and renders what `source` has about `task`.
    init(of task: Task, in source: some RecordSource) throws {
        let feedback = try source.records(tagged: .comments(on: task.id), of: Comment.self)
            .filter { $0.commentKind == .feedback && $0.resolvedAt == nil }
        var sections: [String] = []
        if !feedback.isEmpty {
            sections.append("# Feedback\n\n" + feedback.map { "- \($0.author): \($0.text)" }.joined(separator: "\n"))
        }
        var lines = ["# \(task.id): \(task.title)", "", "priority: \(task.priority.rawValue)"]
        if let description = task.description { lines += ["", description] }
        if let payload = task.payload { lines += ["", "payload:", payload.indentedText] }
        sections.append(lines.joined(separator: "\n"))
        let dependencies = try task.dependsOn.compactMap { try source.getValid($0) }
        if !dependencies.isEmpty {
            let list = try dependencies.map { dependency in
                let outputs = try dependency.run.flatMap { try source.getValid($0) }?.outputs ?? [:]
                let named = outputs.sorted { $0.key < $1.key }.map { "\n  \($0.key): \($0.value)" }.joined()
                return "- \(dependency.id) \(dependency.status.rawValue): \(dependency.title)\(named)"
            }
            sections.append("# Depends on\n\n" + list.joined(separator: "\n"))
        }
        sections.append(
            """
            # Reporting back

            Exit 0 when the work is done. `tf task comment TEXT`, `tf task block --reason TEXT` and \
            `tf task fail --reason TEXT` report on this task; lines `name=value` in the file $TF_OUTPUT are kept as \
            outputs, `summary` as a comment.
            """)
        text = sections.joined(separator: "\n\n") + "\n"
    }
}

import Arguments
import Engine
import Model
import Store
import System
import Terminal

/// `tf task show`
enum TaskShow {
    static let task = Argument("TASK", .task, "the task; inside of a run, its own unless given", .optional)
    static let at = Option("at", .integer(1...Int.max).named("SEQ"), "as it was after the event SEQ")

    static let command = Command(
        "show", "show a task with its runs and comments",
        discussion: """
            Shows everything that there is to know of a task. With --at it is shown as it was after an event, whose \
            number tf events and tf task history tell, even if it has been deleted since.
            """,
        examples: [
            Example("tf task show T-12", "everything about a task"),
            Example("tf task show T-12 --at 400 --json", "the record as it was after event 400"),
            Example("tf task show T-12 --format '{status}'", "one field, for a script"),
        ],
        parameters: [task, at], run: performing(show))

    static func show(_ context: Context) throws {
        let reference = try context.taskReference(task)
        let snapshot = try context.snapshot()
        if let seq = context[at] {
            let task = try former(reference, at: seq, snapshot)
            try context.checkReach(of: task, in: snapshot)
            return try context.output.show(Shown(task)) {
                TaskDetails(context.output).text(of: task)
            }
        }
        let task = try snapshot.task(reference)
        try context.checkReach(of: task, in: snapshot)
        try context.output.show(Shown(task, lease: try snapshot.lease(of: task))) {
            try TaskDetails(context.output).text(of: task, in: snapshot, at: context.clock.now())
        }
    }

    private static func former(_ reference: String, at seq: Int, _ snapshot: Snapshot) throws -> Task {
        guard let id = try snapshot.taskID(reference) else { throw Failure.notFound("task \(reference)") }
        guard seq < snapshot.nextSeq else {
            throw Failure(.notFound, "there is no event \(seq) yet; the last one is \(snapshot.nextSeq - 1)")
        }
        guard let task: Task = try snapshot.workspace.history().record(id.key, at: seq)?.typed() else {
            throw Failure(.notFound, "there was no task \(id) after event \(seq)")
        }
        return task
    }
}

/// Everything about a task, for a reader.
struct TaskDetails {
    private let output: Output

    init(_ output: Output) {
        self.output = output
    }

    /// What the record itself says.
    func text(of task: Task) -> String {
        var details = Details()
        add(task, to: &details) { $0.map(\.text).joined(separator: ", ") }
        add(description: task, to: &details)
        return details.render(painter: output.painter)
    }

    /// What the record says, and what belongs to it.
    func text(of task: Task, in snapshot: Snapshot, at now: Timestamp) throws -> String {
        var details = Details()
        try add(task, to: &details) { ids in
            try ids.map { "\($0) \(try status(of: $0, in: snapshot))" }.joined(separator: ", ")
        }
        if task.status == .todo {
            let causes = try Readiness(in: snapshot, at: now).causes(task).map { "it " + $0.text }
            details.add("ready", causes.isEmpty ? "yes" : "no: " + causes.joined(separator: "; "))
        }
        if let lease = try snapshot.lease(of: task) {
            let state = lease.isExpired(at: now) ? "expired" : "until"
            details.add("lease", "\(lease.owner), \(state) \(output.text(of: lease.expiresAt))")
        }
        add(description: task, to: &details)
        let runs = try snapshot.records(tagged: .runs(of: task.id), of: Run.self).map(snapshot.observed)
        let comments = try snapshot.records(tagged: .comments(on: task.id), of: Comment.self)
        if !runs.isEmpty { details.add("runs", runs.map(line(of:)).joined(separator: "\n")) }
        if !comments.isEmpty { details.add("comments", comments.map(block(of:)).joined(separator: "\n")) }
        return details.render(painter: output.painter)
    }

    private func status(of id: ID<Task>, in snapshot: Snapshot) throws -> String {
        let task: Task?
        do throws(StoreError) {
            task = try snapshot.get(id)
        } catch {
            guard case .invalidRecord = error else { throw error }
            return "(cannot be read)"
        }
        return task?.status.rawValue ?? "(does not exist)"
    }

    private func add(_ task: Task, to details: inout Details, named: ([ID<Task>]) throws -> String) rethrows {
        func moment(_ moment: Timestamp?) -> String? { moment.map(output.text(of:)) }
        func list(_ items: [String]) -> String? { items.isEmpty ? nil : items.joined(separator: ", ") }
        details.add("id", task.id.text, .bold)
        details.add("name", task.name)
        details.add("title", task.title)
        let reason = task.statusReason.map { " (\($0))" } ?? ""
        details.add("status", task.status.rawValue + reason + (task.hold ? ", held" : ""), task.status.style)
        details.add("type", task.type)
        details.add("priority", task.priority.rawValue, task.priority.style)
        details.add("assignee", task.assignee?.text)
        details.add("labels", list(task.labels))
        details.add("parent", try task.parent.map { try named([$0]) })
        details.add("depends on", task.dependsOn.isEmpty ? nil : try named(task.dependsOn))
        details.add("flow", task.flow.map { $0.text + (task.step.map { ", step \($0)" } ?? "") })
        details.add("attempt", task.attempt == 0 ? nil : attempts(of: task))
        details.add("run", task.run?.text)
        details.add("worker", task.worker)
        details.add("last error", task.lastError)
        details.add("progress", task.progress.map(\.line))
        for detail in TaskFields.details { details.add(detail.label, detail.text(task, output)) }
        let creation = output.text(of: task.envelope.createdAt) + (task.createdBy.map { " by \($0)" } ?? "")
        details.add("created", creation)
        details.add("updated", "\(output.text(of: task.envelope.updatedAt)), rev \(task.envelope.rev)")
        details.add("started", moment(task.startedAt))
        details.add("ended", moment(task.endedAt))
    }

    private func attempts(of task: Task) -> String {
        "\(task.attempt)" + (task.maxAttempts.map { " of \($0)" } ?? "")
    }

    private func add(description task: Task, to details: inout Details) {
        details.add("payload", task.payload?.indentedText)
        details.add("description", task.description)
    }

    /// `R-1  failed, exit 2  coder  3m ago`
    func line(of run: Run) -> String {
        let status = run.status.rawValue
        let outcome = run.outcome.flatMap { $0 == status ? nil : $0 }.map { ", " + $0 } ?? ""
        let moment = run.endedAt ?? run.startedAt ?? run.queuedAt
        return [run.id.text, status + outcome, run.agent?.text, output.text(of: moment)].compactMap { $0 }
            .joined(separator: "  ").visibleLine
    }

    /// A line about a comment, and its text below.
    func block(of comment: Comment) -> String {
        let kind = comment.commentKind == .comment ? nil : comment.commentKind.rawValue
        let resolved = comment.resolvedAt == nil ? nil : "resolved"
        let head = [comment.id.text, comment.author, output.text(of: comment.envelope.createdAt), kind, resolved]
            .compactMap { $0 }.joined(separator: "  ").visibleLine
        let text = comment.text.visibleBlock.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : "  " + $0 }
        return ([head] + text).joined(separator: "\n")
    }
}

import Model
import System

/// The context of a task as a text for whoever is to work on it: Markdown, a heading for each part, empty parts left
/// out. `execution.md` names the parts and their order.
public struct Prompt: Sendable {
    private static let mostCommentCharacters = 80
    private static let mostOutputCharacters = 2000

    private let context: TaskContext
    private var task: Task { context.task }

    /// Renders what was collected.
    public init(_ context: TaskContext) {
        self.context = context
    }

    /// The text, with a newline at its end.
    public var text: String {
        let parts: [(heading: String, body: String)] = [
            ("Instruction", instruction), ("Feedback", feedback), ("\(task.id): \(task.title)", description),
            ("Parent and siblings", family), ("Depends on", dependencies), ("Subtasks", list(context.subtasks)),
            // A flow's goal, board and current step come here.
            ("Runs so far", runs), ("Comments", comments), ("Reporting back", reporting),
        ]
        return parts.filter { !$0.body.isEmpty }.map { "# \($0.heading)\n\n\($0.body)\n" }.joined(separator: "\n")
    }

    // MARK: The parts, in their order

    private var instruction: String {
        if let run = context.run, run.isReaction { return reaction(run) }
        var lines = ["Work on \(task.id): \(task.title)"]
        if let agent = context.agent {
            lines.append("You are the agent \(agent.id)" + (agent.description.map { ": \($0)" } ?? "."))
        }
        if let run = context.run {
            let most = max(task.automaticAttempts(agent: context.agent), run.attempt)
            lines.append("This is run \(run.id), attempt \(run.attempt) of \(most).")
            if run.attempt > 1, let error = task.lastError { lines.append("The attempt before failed: \(error)") }
        }
        return lines.joined(separator: "\n")
    }

    /// The instruction of a run that a trigger has made about an event: the task is somebody else's.
    private func reaction(_ run: Run) -> String {
        let event = run.event ?? .null
        let (type, about) = (event["type"]?.string ?? "an event", event["about"]?.string ?? task.id.text)
        var lines = ["React to \(type) about \(about): the trigger \(run.trigger?.text ?? "") runs you for it."]
        if let agent = context.agent {
            lines.append("You are the agent \(agent.id)" + (agent.description.map { ": \($0)" } ?? "."))
        }
        lines.append("This is run \(run.id). The task \(task.id) is not yours: how you exit does not move it.")
        if let data = event["data"], data != .object(JSONObject()) {
            lines.append("The event says:\n\n" + data.indentedText.trimmingBlanks)
        }
        return lines.joined(separator: "\n")
    }

    private var feedback: String {
        guard !context.feedback.isEmpty else { return "" }
        return "Take this into account first:\n\n"
            + context.feedback.map { item("\($0.author) (\($0.id)): \($0.text)") }.joined(separator: "\n")
    }

    private var description: String {
        var parts = ["status: \(task.status.rawValue)\npriority: \(task.priority.rawValue)"]
        if let description = task.description { parts.append(description) }
        if let payload = task.payload { parts.append("payload:\n" + payload.indentedText.trimmingBlanks) }
        return parts.joined(separator: "\n\n")
    }

    private var family: String {
        var parts: [String] = []
        if let parent = context.parent {
            parts.append("Part of \(line(parent))" + (parent.description.map { "\n\n" + $0 } ?? ""))
        }
        let siblings = list(context.siblings)
        if !siblings.isEmpty { parts.append("Beside it:\n\n" + siblings) }
        return parts.joined(separator: "\n\n")
    }

    private var dependencies: String {
        context.dependencies.map { dependency in
            guard let task = dependency.task else { return "- \(dependency.id) cannot be read, or does not exist" }
            var lines = ["- " + line(task) + (task.lastError.map { " (\($0))" } ?? "")]
            if let run = dependency.run, let outcome = run.outcome { lines.append("  \(run.id): \(outcome)") }
            for (name, value) in (dependency.run?.outputs ?? [:]).sorted(by: { $0.key < $1.key }) {
                lines.append("  " + "\(name)=\(value.cut(to: Self.mostOutputCharacters))".indentingFurtherLines("    "))
            }
            if !task.artifacts.isEmpty { lines.append("  artifacts: " + task.artifacts.joined(separator: ", ")) }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }

    private var runs: String {
        context.runs.map { past in
            let run = past.run
            let outcome = run.outcome.flatMap { $0 == run.status.rawValue ? nil : ", \($0)" } ?? ""
            let head = "- \(run.id) (attempt \(run.attempt)): \(run.status.rawValue)\(outcome)"
            return ([head] + past.lastLines.map { "  > \($0.cut(to: 300))" }).joined(separator: "\n")
        }.joined(separator: "\n")
    }

    private var comments: String {
        context.comments.map { comment in
            let kind = comment.commentKind == .comment ? "" : ", \(comment.commentKind.rawValue)"
            let text = comment.text.split(whereSeparator: \.isNewline).joined(separator: " ")
            return "- \(comment.author)\(kind): \(text.cut(to: Self.mostCommentCharacters))"
        }.joined(separator: "\n")
    }

    /// How the command of a run says what has come of its work.
    public static let reportingContract = """
        Exit 0 when the work is done; another status says that the attempt has failed. Meanwhile, and without an id:

        - `tf task comment TEXT` says something about the task
        - `tf task heartbeat --note TEXT --percent N` tells how far it is
        - `tf task edit --priority P`, `--artifact PATH`, … changes the task
        - `tf task submit` has a person look at the work
        - `tf task block TEXT` says what you cannot go on without
        - `tf task complete` and `tf task fail TEXT` end the task before you exit
        - `tf task show` and `tf task prompt` tell how it stands by now

        Lines `name=value` in the file $TF_OUTPUT are kept as outputs, which tasks that depend on this one are \
        given (`name<<END` begins a value of several lines); `summary` becomes a comment.
        """

    /// The same for a run that does not hold the task which it is told of.
    private static let reactionContract = """
        Exit 0 when you have done what was to be done; another status says that the trigger has failed. Meanwhile, and \
        without an id:

        - `tf task comment TEXT` says something about the task
        - `tf task show` and `tf task prompt` tell how it stands by now

        Lines `name=value` in the file $TF_OUTPUT are kept as outputs of the run (`name<<END` begins a value of several \
        lines).
        """

    /// How far the command of an agent reaches that may touch nothing but its task.
    private static let reach = """
        Only this task, its children and its flow's can be shown with `tf task show` and `tf task prompt`, and changed; \
        `tf task list` and `tf task why` tell how others stand.
        """

    /// How somebody reports who has claimed the task: without a run there is nothing that knows whose task it is.
    private var claimContract: String {
        """
        Report with the id of the task, and with the token of its lease in TF_LEASE:

        - `tf task comment \(task.id) TEXT` says something about the task
        - `tf task heartbeat \(task.id) --note TEXT --percent N` keeps the lease and tells how far it is
        - `tf task submit \(task.id)` has a person look at the work
        - `tf task block \(task.id) --reason TEXT` says what you cannot go on without
        - `tf task complete \(task.id)` and `tf task fail \(task.id) --reason TEXT` end the task
        - `tf task release \(task.id)` gives it back
        """
    }

    private var reporting: String {
        if context.run?.isReaction == true { return Self.reactionContract }
        if context.run == nil, context.agent?.argumentVector == nil { return claimContract }
        var parts: [String] = []
        if !task.check.isEmpty {
            parts.append("These commands must pass when you have finished:\n\n" + list(task.check))
        }
        if !task.produces.isEmpty {
            parts.append("These paths must be there, and newer than your start:\n\n" + list(task.produces))
        }
        parts.append(Self.reportingContract)
        if context.agent?.scope == .task { parts.append(Self.reach) }
        return parts.joined(separator: "\n\n")
    }

    // MARK: Lines

    private func line(_ task: Task) -> String { "\(task.id) \(task.status.rawValue): \(task.title)" }

    private func item(_ text: String) -> String { "- " + text.indentingFurtherLines("  ") }

    private func list(_ texts: [String]) -> String { texts.map(item).joined(separator: "\n") }

    private func list(_ tasks: TaskContext.Selection) -> String {
        var texts = tasks.shown.map(line)
        if tasks.rest > 0 { texts.append("and \(tasks.rest) more") }
        return list(texts)
    }
}

extension String {
    /// At most `limit` characters, the last of them `…` where something is left out.
    fileprivate func cut(to limit: Int) -> String { count > limit ? prefix(limit - 1) + "…" : self }

    fileprivate func indentingFurtherLines(_ indentation: String) -> String {
        split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            .joined(separator: "\n" + indentation)
    }
}

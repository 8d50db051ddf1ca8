import System

/// One piece of work.
public struct Task: CodedRecord {
    public static let kind = RecordKind.task

    public let id: ID<Task>
    public var envelope = Envelope()
    /// One line of at most 500 characters.
    public var title: String
    public var description: String?
    /// Unique in the workspace; stands for the id wherever a task is expected.
    public var name: String?
    public var type: String?
    public var labels: [String] = []
    /// Anything that an agent is to know.
    public var payload: JSON?
    /// Paths or URLs that the work left behind.
    public var artifacts: [String] = []
    public var priority = Priority.normal
    public var status = TaskStatus.todo
    /// Why the status is what it is.
    public var statusReason: String?
    public var parent: ID<Task>?
    /// The tasks that must be done before this one is ready.
    public var dependsOn: [ID<Task>] = []
    public var flow: ID<Flow>?
    public var step: String?
    public var assignee: Assignee?
    public var createdBy: String?
    /// The person on whose behalf an agent or a trigger has created it; nil where it was a person who did.
    public var requestedBy: String?
    /// How many attempts have been started.
    public var attempt = 0
    /// How many attempts may be started automatically; nil takes the agent's.
    public var maxAttempts: Int?
    /// The text of the last failure.
    public var lastError: String?
    /// The current or the last run.
    public var run: ID<Run>?
    /// Who holds the task, or held it last.
    public var worker: String?
    /// Commands that must pass after the work has exited 0.
    public var check: [String] = []
    /// Paths that must exist, and be newer than the start, after the work has exited 0.
    public var produces: [String] = []
    public var notBefore: Timestamp?
    public var due: Timestamp?
    public var automation: Automation?
    public var progress: TaskProgress?
    /// Assigned, but not to be started until somebody says so.
    public var hold = false
    /// Start of this attempt.
    public var startedAt: Timestamp?
    /// Time of the terminal status.
    public var endedAt: Timestamp?

    /// A task to be done, without anything that a caller may leave out.
    public init(id: ID<Task>, title: String) {
        self.id = id
        self.title = title
    }

    public init(readingInto id: ID<Task>) {
        self.init(id: id, title: "")
    }

    public mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.required("title", &title)
        try fields.required("status", &status)
        try fields.written("priority", &priority)
        try fields.written("labels", &labels)
        try fields.written("depends_on", &dependsOn)
        try fields.written("attempt", &attempt)
        try fields.optional("description", &description)
        try fields.optional("name", &name)
        try fields.optional("type", &type)
        try fields.optional("payload", &payload)
        try fields.usual("artifacts", &artifacts, [])
        try fields.optional("status_reason", &statusReason)
        try fields.optional("parent", &parent)
        try fields.optional("flow", &flow)
        try fields.optional("step", &step)
        try fields.optional("assignee", &assignee)
        try fields.optional("created_by", &createdBy)
        try fields.optional("requested_by", &requestedBy)
        try fields.optional("max_attempts", &maxAttempts)
        try fields.optional("last_error", &lastError)
        try fields.optional("run", &run)
        try fields.optional("worker", &worker)
        try fields.usual("check", &check, [])
        try fields.usual("produces", &produces, [])
        try fields.optional("not_before", &notBefore)
        try fields.optional("due", &due)
        try fields.optional("automation", &automation)
        try fields.optional("progress", &progress)
        try fields.usual("hold", &hold, false)
        try fields.optional("started_at", &startedAt)
        try fields.optional("ended_at", &endedAt)
    }

    public func validate() throws(FieldFault) {
        if let problem = Task.problem(inTitle: title) {
            throw FieldFault(field: "title", value: .string(title), problem: problem)
        }
        if let name, !Identifier.isName(name) {
            throw FieldFault(field: "name", value: .string(name), problem: "is not " + Identifier.nameRule)
        }
        for label in labels {
            guard let problem = Task.problem(inLabel: label) else { continue }
            throw FieldFault(field: "labels", value: .string(label), problem: problem)
        }
        if let maxAttempts, maxAttempts < 1 {
            throw FieldFault(field: "max_attempts", value: maxAttempts.json, problem: "is less than 1")
        }
        if attempt < 0 { throw FieldFault(field: "attempt", value: attempt.json, problem: "is negative") }
        if dependsOn.contains(id) || parent == id {
            throw FieldFault(
                field: parent == id ? "parent" : "depends_on", value: .string(id.text), problem: "is the task itself")
        }
    }

    /// What is wrong with a title, completing "the title …"; nil when nothing is.
    public static func problem(inTitle title: String) -> String? {
        if title.trimmingBlanks.isEmpty { return "is empty" }
        if title.unicodeScalars.contains(where: { $0 == "\n" || $0 == "\r" || $0 == "\u{2028}" || $0 == "\u{2029}" }) {
            return "has more than one line"
        }
        return title.count > Limit.titleCharacters ? "is longer than \(Limit.titleCharacters) characters" : nil
    }

    /// What is wrong with a label, completing "the label …"; nil when nothing is.
    public static func problem(inLabel label: String) -> String? {
        if label.isEmpty { return "is empty" }
        if label.utf8.count > 100 { return "is longer than 100 bytes" }
        return label.unicodeScalars.contains { $0.properties.isWhitespace || $0.value < 0x20 || $0 == "," }
            ? "has a blank, a comma or a control character" : nil
    }

    /// How many attempts may be started automatically: the task's own number, else its agent's, else the usual one.
    public func automaticAttempts(agent: Agent?) -> Int {
        maxAttempts ?? agent?.maxAttempts ?? (assignee?.agent == nil ? 3 : 1)
    }
}

// MARK: - Transitions

extension Task {
    /// Moves the task along the transition table.
    ///
    /// Sets everything that follows from the verb alone: status, reason, attempt, times. What needs other records
    /// (leases, runs, dependencies) is the engine's.
    ///
    /// - Parameters:
    ///   - destination: another status than the table's, where the table leaves it to the caller (a failed attempt of an
    ///     automated task is scheduled again).
    ///   - agent: the one that the task is assigned to, which says how many attempts there may be where the task does
    ///     not.
    /// - Throws: when the table has no such transition from the current status.
    public mutating func apply(
        _ verb: TaskVerb, at now: Timestamp, reason: String? = nil, landingIn destination: TaskStatus? = nil,
        agent: Agent? = nil
    ) throws(TransitionRefusal) {
        let transition = TaskTransition.of(verb)
        try require(verb)
        switch transition.to {
        case .unchanged, .nowhere: return
        case .status(let status): self.status = destination ?? status
        case .statusUnlessAutomated(let status): self.status = destination ?? (automation != nil ? .scheduled : status)
        }
        let given = reason.flatMap { $0.trimmingBlanks.isEmpty ? nil : $0 }
        statusReason = given ?? (status.isTerminal ? transition.defaultReason : nil)
        endedAt = status.isTerminal ? now : nil
        switch verb {
        case .start, .claim:
            attempt += 1
            startedAt = now
            // How far the attempt before had come says nothing of this one.
            progress = nil
        case .retry:
            lastError = nil
            if attempt >= automaticAttempts(agent: agent) { maxAttempts = attempt + 1 }
        case .reopen:
            attempt = 0
            lastError = nil
            startedAt = nil
        case .fail, .timeout, .lose:
            lastError = given ?? statusReason
        default: break
        }
    }

    /// - Throws: when the table does not allow `verb` for a task with this status.
    public func require(_ verb: TaskVerb) throws(TransitionRefusal) {
        guard TaskTransition.of(verb).from.contains(status) else {
            throw TransitionRefusal(task: id.text, status: status, verb: verb, statusReason: statusReason)
        }
    }
}

extension Task {
    /// Why it is as it is: of a failure that nobody gave a reason for, its error.
    public var tellingReason: String? {
        let usual = [TaskVerb.fail, .timeout, .lose].map { TaskTransition.of($0).defaultReason }
        return usual.contains(statusReason) ? lastError ?? statusReason : statusReason
    }
}

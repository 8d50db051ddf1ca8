import System

/// What can be done to a task. The raw value is the word of the command line and of the journal.
public enum TaskVerb: String, CaseIterable, Sendable {
    case create, start, claim, heartbeat, release, block, unblock, pause, resume
    case submit, approve, reject, complete, skip, fail, cancel, terminate, timeout
    case lose, requeue, retry, reopen, arm, disarm, assign, unassign, depend, edit, delete
}

/// One row of the transition table: what a verb needs, and what it makes of a task.
///
/// ``table`` is the only place that knows which verb is allowed when. Guards, refusals, hints, help texts, manual
/// pages and tests are read off it.
public struct TaskTransition: Sendable {
    /// Where a verb takes a task.
    public enum Destination: Hashable, Sendable {
        /// The status stays as it is.
        case unchanged
        case status(TaskStatus)
        /// This status, or `scheduled` for a task with an armed automation.
        case statusUnlessAutomated(TaskStatus)
        /// The task is deleted.
        case nowhere
    }

    /// Who may use a verb.
    public enum Performer: Sendable {
        case anyone
        /// Only `tf` itself, when it settles runs or finds what was left behind.
        case recovery
        /// Only a flow, on its own steps.
        case flow
    }

    /// What happens to a run of the task that is queued or live.
    public enum RunPolicy: Sendable {
        /// The verb does not touch runs.
        case ignores
        /// The run is stopped as part of what the verb means; the task settles when it has ended.
        case stops
        /// The verb would take the task from under the run: refused without `--force`, which stops the run first.
        case needsForce
        /// There must be none.
        case forbids
    }

    public let verb: TaskVerb
    public let from: Set<TaskStatus>
    public let to: Destination
    /// The event that tells of it, nil when the verb has none of its own.
    public let event: EventType?
    public let performer: Performer
    public let runs: RunPolicy
    /// Whether a task that is leased needs the lease's token for this verb.
    public let needsLease: Bool
    public let needsReason: Bool
    /// What `status_reason` says when no reason is given.
    public let defaultReason: String?
    /// What the verb is for, completing the sentence "This command …".
    public let summary: String

    private init(
        _ verb: TaskVerb, from: Set<TaskStatus>, to: Destination, event: EventType?, _ summary: String,
        by performer: Performer = .anyone, runs: RunPolicy = .ignores, lease: Bool = false,
        reason: Bool = false, defaultReason: String? = nil
    ) {
        self.verb = verb
        self.from = from
        self.to = to
        self.event = event
        self.summary = summary
        self.performer = performer
        self.runs = runs
        self.needsLease = lease
        self.needsReason = reason
        self.defaultReason = defaultReason
    }

    /// The row of a verb. Every verb has exactly one.
    public static func of(_ verb: TaskVerb) -> TaskTransition {
        table[verb]!
    }

    /// The transition table.
    public static let table: [TaskVerb: TaskTransition] = Dictionary(uniqueKeysWithValues: rows.map { ($0.verb, $0) })

    private static let rows: [TaskTransition] = [
        .init(.create, from: [], to: .status(.todo), event: .taskCreated, "creates a task"),
        .init(
            .start, from: [.todo, .scheduled], to: .status(.running), event: .taskStarted,
            "says that a person or script has begun to work on a task", runs: .forbids),
        .init(
            .claim, from: [.todo], to: .status(.running), event: .taskClaimed,
            "takes a ready task with a lease that expires", runs: .forbids),
        .init(
            .heartbeat, from: [.running], to: .unchanged, event: nil, "extends a lease and notes progress", lease: true),
        .init(
            .release, from: [.running, .review, .blocked, .paused], to: .status(.todo), event: .taskReleased,
            "hands a task back", runs: .needsForce, lease: true),
        .init(
            .block, from: [.todo, .running, .review], to: .status(.blocked), event: .taskBlocked,
            "says what a task cannot go on without", runs: .needsForce, lease: true, reason: true),
        .init(.unblock, from: [.blocked], to: .status(.todo), event: .taskUnblocked, "lets a blocked task go on"),
        .init(
            .pause, from: [.todo, .scheduled, .running, .blocked], to: .status(.paused), event: .taskPaused,
            "sets a task aside; a live run is interrupted first", runs: .stops, lease: true),
        .init(
            .resume, from: [.paused], to: .statusUnlessAutomated(.todo), event: .taskResumed,
            "lets a paused task go on"),
        .init(
            .submit, from: [.running], to: .status(.review), event: .taskSubmitted,
            "says that the work is finished and a person must look at it", runs: .needsForce, lease: true),
        .init(
            .approve, from: [.review], to: .statusUnlessAutomated(.done), event: .taskApproved,
            "accepts work that was submitted"),
        .init(
            .reject, from: [.review], to: .status(.todo), event: .taskRejected,
            "sends submitted work back; the reason is kept as feedback", reason: true),
        .init(
            .complete, from: [.running], to: .statusUnlessAutomated(.done), event: .taskCompleted,
            "says that a task is done", runs: .needsForce, lease: true, defaultReason: "Task completed"),
        .init(.skip, from: [.todo], to: .status(.done), event: .taskSkipped, "leaves out a step of a flow", by: .flow),
        .init(
            .fail, from: [.running, .review, .blocked], to: .status(.failed), event: .taskFailed,
            "says that a task has failed", runs: .needsForce, lease: true, defaultReason: "Task failed"),
        .init(
            .cancel, from: TaskStatus.active, to: .status(.cancelled), event: .taskCancelled,
            "ends a task; a live run is stopped first", runs: .stops, defaultReason: "Task cancelled"),
        .init(
            .terminate, from: [.running], to: .status(.terminated), event: .taskTerminated,
            "ends a task; a live run is killed at once", runs: .stops, defaultReason: "Task terminated"),
        .init(
            .timeout, from: [.running], to: .status(.timedOut), event: .taskTimedOut,
            "says that a task took too long", runs: .needsForce, defaultReason: "Task timed out"),
        .init(.lose, from: [.running], to: .status(.lost), event: .taskLost, "gives up a lost run", by: .recovery),
        .init(
            .requeue, from: [.running], to: .status(.todo), event: .taskRequeued, "queues a task again", by: .recovery),
        .init(
            .retry, from: [.failed, .timedOut, .lost, .blocked, .cancelled, .terminated], to: .status(.todo),
            event: .taskRetried, "tries again what did not succeed"),
        .init(
            .reopen, from: TaskStatus.terminal, to: .status(.todo), event: .taskReopened,
            "begins again what had ended"),
        .init(
            .arm, from: [.todo, .paused, .blocked], to: .status(.scheduled), event: nil,
            "lets a task run again and again"),
        .init(.disarm, from: [.scheduled], to: .status(.paused), event: nil, "ends the automation of a task"),
        .init(
            .assign, from: TaskStatus.active, to: .unchanged, event: .taskAssigned,
            "gives a task to an agent, whose command is started, or to a user", runs: .needsForce),
        .init(
            .unassign, from: TaskStatus.active, to: .unchanged, event: .taskUnassigned, "takes the assignee away",
            runs: .needsForce),
        .init(
            .depend, from: TaskStatus.active, to: .unchanged, event: .taskEdited,
            "adds or removes tasks that must be done first"),
        .init(
            .edit, from: Set(TaskStatus.allCases), to: .unchanged, event: .taskEdited, "changes fields of a task",
            lease: true),
        .init(
            .delete, from: Set(TaskStatus.allCases).subtracting([.running]), to: .nowhere, event: .taskDeleted,
            "removes a task; the journal keeps it", runs: .stops),
    ]

    /// The verbs that people and scripts can use, in the order of the table.
    public static let byHand: [TaskVerb] = rows.filter { $0.performer == .anyone }.map(\.verb)
}

extension TaskStatus {
    /// The event that tells of a status which somebody wrote into the file by hand.
    ///
    /// - Returns: nil for `scheduled`, which has no event of its own.
    public func event(afterEditFrom former: TaskStatus) -> EventType? {
        switch self {
        case .done: .taskCompleted
        case .failed: .taskFailed
        case .cancelled: .taskCancelled
        case .terminated: .taskTerminated
        case .timedOut: .taskTimedOut
        case .lost: .taskLost
        case .running: .taskStarted
        case .review: .taskSubmitted
        case .blocked: .taskBlocked
        case .paused: .taskPaused
        case .scheduled: nil
        case .todo:
            switch former {
            case .blocked: .taskUnblocked
            case .paused: .taskResumed
            case .review: .taskRejected
            case .running, .scheduled, .todo: .taskReleased
            case .done, .failed, .cancelled, .terminated, .timedOut, .lost: .taskReopened
            }
        }
    }
}

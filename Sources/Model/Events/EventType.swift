/// The types of the events that `tf` emits.
///
/// This is the only list of them: whatever emits takes a case, and whatever names a type (triggers, hooks, completions,
/// the manual) derives from the cases. The raw value is the type as the journal has it; what an event of a type may say
/// in its `data` is the type's row in ``members``. Those that people emit are ``CustomEventType``s.
public enum EventType: String, CaseIterable, Sendable {
    case taskApproved = "task/approved"
    case taskAssigned = "task/assigned"
    case taskBlocked = "task/blocked"
    case taskCancelled = "task/cancelled"
    case taskClaimed = "task/claimed"
    case taskCompleted = "task/completed"
    case taskCreated = "task/created"
    case taskDeleted = "task/deleted"
    case taskEdited = "task/edited"
    case taskFailed = "task/failed"
    case taskLost = "task/lost"
    case taskPaused = "task/paused"
    case taskProgress = "task/progress"
    case taskRejected = "task/rejected"
    case taskReleased = "task/released"
    case taskReopened = "task/reopened"
    case taskRequeued = "task/requeued"
    case taskResumed = "task/resumed"
    case taskRetried = "task/retried"
    case taskRetryScheduled = "task/retry_scheduled"
    case taskSkipped = "task/skipped"
    case taskStaleRequeued = "task/stale_requeued"
    case taskStarted = "task/started"
    case taskStatusChanged = "task/status_changed"
    case taskSubmitted = "task/submitted"
    case taskTerminated = "task/terminated"
    case taskTimedOut = "task/timed_out"
    case taskUnassigned = "task/unassigned"
    case taskUnblocked = "task/unblocked"

    case commentCreated = "comment/created"
    case commentEdited = "comment/edited"
    case commentResolved = "comment/resolved"
    case commentDeleted = "comment/deleted"

    case runQueued = "run/queued"
    case runStarted = "run/started"
    case runSucceeded = "run/succeeded"
    case runFailed = "run/failed"
    case runStopRequested = "run/stop_requested"
    case runCancelled = "run/cancelled"
    case runTimedOut = "run/timed_out"
    case runLost = "run/lost"
    // Runs are queued, not created; these tell of files that somebody has put there, changed or removed.
    case runCreated = "run/created"
    case runEdited = "run/edited"
    case runDeleted = "run/deleted"

    case agentCreated = "agent/created"
    case agentEdited = "agent/edited"
    case agentRemoved = "agent/removed"

    case triggerCreated = "trigger/created"
    case triggerEdited = "trigger/edited"
    case triggerRemoved = "trigger/removed"
    case triggerFired = "trigger/fired"
    case triggerSuppressed = "trigger/suppressed"
    case triggerFailed = "trigger/failed"

    case flowCreated = "flow/created"
    case flowPlanned = "flow/planned"
    case flowApproved = "flow/approved"
    case flowRejected = "flow/rejected"
    case flowRevised = "flow/revised"
    case flowStarted = "flow/started"
    case flowWaiting = "flow/waiting"
    case flowBlocked = "flow/blocked"
    case flowPaused = "flow/paused"
    case flowResumed = "flow/resumed"
    case flowStopRequested = "flow/stop_requested"
    case flowCancelled = "flow/cancelled"
    case flowSucceeded = "flow/succeeded"
    case flowFailed = "flow/failed"
    case flowLost = "flow/lost"
    case flowCheckpointed = "flow/checkpointed"
    case flowNoted = "flow/noted"
    case flowEdited = "flow/edited"
    case flowRetried = "flow/retried"
    case flowDirectoryMismatch = "flow/directory_mismatch"

    case notificationCreated = "notification/created"
    case notificationRead = "notification/read"
    case notificationResolved = "notification/resolved"
    case notificationUndelivered = "notification/undelivered"
    case notificationEdited = "notification/edited"
    case notificationDeleted = "notification/deleted"

    case automationArmed = "automation/armed"
    case automationDisarmed = "automation/disarmed"
    case automationSkipped = "automation/skipped"
    case automationFused = "automation/fused"

    case workspaceCreated = "workspace/created"
    case workspaceEdited = "workspace/edited"
    case workspaceRebased = "workspace/rebased"
    case workspaceRepaired = "workspace/repaired"
    case workspaceUndone = "workspace/undone"

    /// What the `data` of an event may say.
    public var members: [EventMember] {
        switch self {
        case .taskCreated, .taskDeleted: []
        case .taskEdited: [.fields]
        case .taskAssigned, .taskUnassigned: [.from, .to]
        case .taskStatusChanged: [.from, .to, .reason]
        case .taskClaimed: [.owner, .expiresAt, .reason]
        case .taskStaleRequeued: [.owner, .reason]
        case .taskRetryScheduled: [.run, .attempt, .notBefore]
        case .taskProgress: [.text, .percent]
        case .taskApproved, .taskBlocked, .taskCancelled, .taskCompleted, .taskFailed, .taskLost, .taskPaused,
            .taskRejected, .taskReleased, .taskReopened, .taskRequeued, .taskResumed, .taskRetried, .taskSkipped,
            .taskStarted, .taskSubmitted, .taskTerminated, .taskTimedOut, .taskUnblocked:
            [.reason]

        case .commentCreated, .commentEdited, .commentResolved, .commentDeleted: []

        case .runQueued, .runCreated, .runEdited, .runDeleted: []
        case .runStarted: [.attempt]
        case .runStopRequested: [.verb]
        case .runSucceeded, .runFailed, .runCancelled, .runTimedOut, .runLost: [.exitCode, .signal, .error]

        case .agentCreated, .agentRemoved, .triggerCreated, .triggerRemoved: []
        case .agentEdited, .triggerEdited: [.fields]

        case .triggerFired: [.event, .type, .record, .action, .task, .notification]
        case .triggerSuppressed: [.event, .type, .record, .action]
        case .triggerFailed: [.event, .type, .record, .action, .error, .code, .details, .failures]

        // Whoever emits these says what they tell.
        case .flowCreated, .flowPlanned, .flowApproved, .flowRejected, .flowRevised, .flowStarted, .flowWaiting,
            .flowBlocked, .flowPaused, .flowResumed, .flowStopRequested, .flowCancelled, .flowSucceeded, .flowFailed,
            .flowLost, .flowCheckpointed, .flowNoted, .flowEdited, .flowRetried, .flowDirectoryMismatch:
            []

        case .notificationCreated, .notificationRead, .notificationResolved, .notificationEdited, .notificationDeleted:
            []
        case .notificationUndelivered: [.event, .to, .error]

        case .automationArmed: [.nextAt]
        case .automationDisarmed, .automationSkipped, .automationFused: []

        case .workspaceCreated, .workspaceUndone: []
        case .workspaceEdited: [.fields]
        case .workspaceRebased: [.records]
        case .workspaceRepaired: [.repairs]
        }
    }
}

/// Something that the `data` of an event may say. The raw value is its name there.
public enum EventMember: String, CaseIterable, Sendable {
    /// What the trigger does, as its record has it.
    case action
    /// Which attempt of the task it is.
    case attempt
    /// The word of the error, as `--json` has it.
    case code
    /// What the error says besides.
    case details
    /// The text of the error.
    case error
    /// The number of the event that the trigger was told of.
    case event
    /// What the command exited with.
    case exitCode = "exit_code"
    /// When the lease ends unless it is extended.
    case expiresAt = "expires_at"
    /// How often the trigger has failed in a row.
    case failures
    /// The names of the fields that were changed, or each with its values `from` and `to`.
    case fields
    /// What it was before: a status, an assignee.
    case from
    /// When the next tick is due.
    case nextAt = "next_at"
    /// When the next attempt may begin.
    case notBefore = "not_before"
    /// The notification that the trigger has made.
    case notification
    /// Who holds the lease, or held it.
    case owner
    /// How far the work has come, from 0 to 100.
    case percent
    /// Why the status is what it is now.
    case reason
    /// What the event was about that the trigger was told of.
    case record
    /// How many records there are.
    case records
    /// What was put right, a sentence each.
    case repairs
    /// The run of the next attempt.
    case run
    /// The signal that ended the command.
    case signal
    /// The task that the trigger has made.
    case task
    /// What the work is at.
    case text
    /// What it is now: a status, an assignee; whom a notification is for.
    case to
    /// The type of the event that the trigger was told of.
    case type
    /// The verb that the stop is for.
    case verb
}

extension EventType {
    /// The kind of the records that events of this type are about.
    public var kind: RecordKind {
        // What happens to an automation happens to a task.
        RecordKind(rawValue: String(rawValue.prefix { $0 != "/" })) ?? .task
    }

    /// Whether an event of this type may say `data`.
    public func admits(_ data: JSONObject) -> Bool {
        let members = members
        return data.allSatisfy { member in EventMember(rawValue: member.key).map(members.contains) == true }
    }

    // MARK: Changes by hand

    /// The type that tells of a new record of a kind.
    ///
    /// - Returns: nil for a kind of which nobody else makes files.
    public static func created(_ kind: RecordKind) -> EventType? { of(kind, "created") }

    /// The type that tells of a changed record of a kind.
    ///
    /// - Returns: nil for a kind whose files nobody else changes.
    public static func edited(_ kind: RecordKind) -> EventType? { of(kind, "edited") }

    /// The type that tells of the end of a record of a kind: named ones are removed, numbered ones deleted.
    ///
    /// - Returns: nil for a kind whose files nobody else removes.
    public static func removed(_ kind: RecordKind) -> EventType? { of(kind, "removed") ?? of(kind, "deleted") }

    private static func of(_ kind: RecordKind, _ word: String) -> EventType? {
        EventType(rawValue: "\(kind.rawValue)/\(word)")
    }

    // MARK: What people name

    /// Whether there can be an event of this type.
    public static func exists(_ type: String) -> Bool {
        EventType(rawValue: type) != nil || CustomEventType(type) != nil
    }

    /// What is wrong with a pattern for types; nil when something can fit it.
    public static func problem(inPattern pattern: String) -> String? {
        if exists(pattern) || allCases.contains(where: { Glob.matches($0.rawValue, pattern) }) { return nil }
        let isGlob = pattern.contains("*") || pattern.contains("?")
        // Names are anybody's, so a pattern for them cannot be checked any further.
        if isGlob, pattern.hasPrefix(CustomEventType.prefix) { return nil }
        return isGlob ? "fits no type of event" : "is not a type of event"
    }
}

/// The type of an event that people emit: `custom/` and a name. Its `data` says whatever they like.
public struct CustomEventType: Hashable, Sendable, CustomStringConvertible {
    /// What stands before the name.
    public static let prefix = "custom/"

    /// The type as the journal has it.
    public let text: String

    public var description: String { text }

    /// - Returns: nil when `text` is not `custom/` and a name.
    public init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), Identifier.isName(String(text.dropFirst(Self.prefix.count))) else {
            return nil
        }
        self.text = text
    }
}

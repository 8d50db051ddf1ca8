/// The transition table as the specification has it, copied by hand, so that the one in the product is not its own
/// witness.
public struct ReferenceTable: Sendable {
    /// What a verb needs, and what it makes of a task.
    public struct Row: Sendable {
        public var from: Set<String>
        /// `=` leaves the status as it is; a star makes it `scheduled` for an automated task.
        public var to: String
        public var event: String?
    }

    public var rows: [String: Row]
    /// The verbs that need the token of the lease, where a task is leased.
    public var guarded: Set<String> = [
        "complete", "fail", "release", "block", "submit", "heartbeat", "pause", "edit",
    ]

    /// Copied by hand from the specification, what moves a task: verb | from | to | event
    public static let text = """
        start      | todo scheduled                                     | running    | started
        claim      | todo                                               | running    | claimed
        heartbeat  | running                                            | =          |
        release    | running review blocked paused                      | todo       | released
        block      | todo running review                                | blocked    | blocked
        unblock    | blocked                                            | todo       | unblocked
        pause      | todo scheduled running blocked                     | paused     | paused
        resume     | paused                                             | todo*      | resumed
        submit     | running                                            | review     | submitted
        approve    | review                                             | done*      | approved
        reject     | review                                             | todo       | rejected
        complete   | running                                            | done*      | completed
        skip       | todo                                               | done       | skipped
        fail       | running review blocked                             | failed     | failed
        cancel     | todo scheduled running review blocked paused       | cancelled  | cancelled
        terminate  | running                                            | terminated | terminated
        timeout    | running                                            | timed_out  | timed_out
        lose       | running                                            | lost       | lost
        requeue    | running                                            | todo       | requeued
        retry      | failed timed_out lost blocked cancelled terminated | todo       | retried
        reopen     | done failed cancelled terminated timed_out lost    | todo       | reopened
        arm        | todo paused blocked                                | scheduled  |
        disarm     | scheduled                                          | paused     |
        assign     | todo scheduled running review blocked paused       | =          | assigned
        unassign   | todo scheduled running review blocked paused       | =          | unassigned
        depend     | todo scheduled running review blocked paused       | =          | edited
        """

    public static let ended: Set<String> = ["done", "failed", "cancelled", "terminated", "timed_out", "lost"]
    static let needingReason: Set<String> = ["block", "reject"]

    /// As specified.
    public init() {
        rows = [:]
        for line in Self.text.split(separator: "\n") {
            let columns = line.split(separator: "|", omittingEmptySubsequences: false).map {
                $0.split(separator: " ").map(String.init)
            }
            rows[columns[0][0]] = Row(from: Set(columns[1]), to: columns[2][0], event: columns[3].first)
        }
    }
}

/// What the specification says of one task: its status and what follows from verbs alone.
public struct ReferenceTask: Equatable, Sendable {
    public var status = "todo"
    public var reason: String?
    public var lastError: String?
    public var attempt = 0
    public var maxAttempts: Int?
    public var isAutomated = false
    /// In milliseconds, as all moments here.
    public var startedAt: Int64?
    public var endedAt: Int64?
    public var progress: Progress?

    /// How far the work of this attempt has come.
    public struct Progress: Equatable, Sendable {
        public var text: String?
        public var percent: Int?
        public var at: Int64

        public init(text: String?, percent: Int?, at: Int64) {
            self.text = text
            self.percent = percent
            self.at = at
        }
    }

    /// A task that was just created.
    public init() {}

    /// Moves the task.
    ///
    /// - Returns: whether the table allows it.
    public mutating func apply(_ verb: String, at now: Int64, reason given: String?, _ table: ReferenceTable) -> Bool {
        guard let row = table.rows[verb], row.from.contains(status) else { return false }
        guard row.to != "=" else { return true }
        status = row.to.last == "*" ? (isAutomated ? "scheduled" : String(row.to.dropLast())) : row.to
        let given = given.flatMap { $0.contains { !$0.isWhitespace } ? $0 : nil }
        let defaults = [
            "complete": "Task completed", "fail": "Task failed", "cancel": "Task cancelled",
            "terminate": "Task terminated", "timeout": "Task timed out",
        ]
        let hasEnded = ReferenceTable.ended.contains(status)
        reason = given ?? (hasEnded ? defaults[verb] : nil)
        endedAt = hasEnded ? now : nil
        switch verb {
        case "start", "claim":
            attempt += 1
            startedAt = now
            progress = nil
        case "retry":
            lastError = nil
            if let most = maxAttempts, attempt >= most { maxAttempts = attempt + 1 }
        case "reopen": (attempt, lastError, startedAt) = (0, nil, nil)
        case "fail", "timeout", "lose": lastError = reason
        default: break
        }
        return true
    }
}

/// Where a task stands. It moves only along ``TaskTransition/table``.
public enum TaskStatus: String, CaseIterable, FieldValue {
    case todo, scheduled, running, review, blocked, paused
    case done, failed, cancelled, terminated
    case timedOut = "timed_out"
    case lost

    /// Whether a task with this status has ended. A later `retry` or `reopen` begins it again.
    public var isTerminal: Bool {
        switch self {
        case .todo, .scheduled, .running, .review, .blocked, .paused: false
        case .done, .failed, .cancelled, .terminated, .timedOut, .lost: true
        }
    }

    /// The statuses of tasks that have not ended.
    public static let active = Set(allCases.filter { !$0.isTerminal })
    /// The statuses of tasks that have ended.
    public static let terminal = Set(allCases.filter(\.isTerminal))

    /// The status that a word of another tool means: `completed` is `done`, `in-progress` is `running`.
    ///
    /// - Returns: nil when the word is not known to mean one. The right words are not in here.
    public static func meant(by foreignWord: String) -> TaskStatus? {
        let word = foreignWord.lowercased().replacing("-", with: "_").replacing(" ", with: "_")
        if let exact = TaskStatus(rawValue: word) { return exact }
        return switch word {
        case "completed", "complete", "finished", "closed", "resolved", "succeeded", "success", "ok": .done
        case "in_progress", "inprogress", "doing", "active", "started", "wip", "working": .running
        case "canceled", "abandoned", "wontfix", "dropped": .cancelled
        case "open", "pending", "new", "queued", "backlog", "waiting", "to_do", "not_started": .todo
        case "error", "errored", "failure": .failed
        case "timeout", "timedout", "expired": .timedOut
        case "on_hold", "hold", "suspended": .paused
        case "in_review", "reviewing": .review
        case "killed", "aborted": .terminated
        default: nil
        }
    }
}

extension String {
    fileprivate func replacing(_ character: Character, with other: Character) -> String {
        String(map { $0 == character ? other : $0 })
    }
}

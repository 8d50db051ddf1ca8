import System

/// How the command of a run ended.
public enum RunEnding: Hashable, Sendable {
    case exited(Int32)
    case signalled(Int32)
    case timedOut(after: Duration)
    /// Ended because of the run's stop request.
    case stopped
    /// The supervisor was told to stop, in front: the work is cancelled.
    case interrupted
    /// Nobody supervises it any more, for this reason.
    case lost(String)
    /// There never was a process, for this reason.
    case notStarted(String)
    /// Exited 0, but did not do what it was to do.
    case failedCheck(String)
}

/// One row of the outcome table: what the end of a command means for its run and for the task that the run holds.
///
/// ``table`` is the only place that knows it. Settlement, help and manual are read off it.
public struct RunOutcome: Sendable {
    /// What kinds of ends there are: how the command ended, and what its agent makes of that.
    public enum Case: Hashable, Sendable {
        case success
        /// Success of an agent whose work a person has to look at.
        case successForReview
        case failure
        case signal
        case failedCheck
        case timeout
        case stopped
        case interrupted
        case lost
        case notStarted
        /// The exit status stands in the agent's `exit_codes`.
        case mapped(Agent.ExitAction)

        /// Each of them once.
        public static let all: [Case] =
            [.success, .successForReview, .failure, .signal, .failedCheck, .timeout, .stopped, .interrupted, .lost]
            + [.notStarted] + Agent.ExitAction.allCases.map(Case.mapped)
    }

    /// What becomes of the task when it is not tried again.
    public enum Landing: Hashable, Sendable {
        case verb(TaskVerb)
        /// The verb that was asked for when the run was told to stop.
        case asAsked
    }

    /// Whether the task is queued again instead.
    public enum Repetition: Hashable, Sendable {
        case never
        /// As long as there are attempts left.
        case attempt(Pause)
        /// Without counting as an attempt, at most ``RunOutcome/repeatLimit`` times in a row.
        case uncounted
    }

    /// How long that waits.
    public enum Pause: Hashable, Sendable {
        case none
        /// The agent's backoff.
        case backoff
    }

    /// Where the task's `status_reason` comes from.
    public enum Reason: Hashable, Sendable {
        case none
        case error
        /// The error, and how often it was repeated.
        case exhausted
        /// The last line of output, else the error.
        case lastLine
        /// What was said when the run was told to stop.
        case asAsked
        case text(String)
    }

    public let ending: Case
    /// What the command did, completing the sentence "The command …".
    public let condition: String
    public let run: Run.Status
    public let repetition: Repetition
    public let task: Landing
    public let reason: Reason

    private init(
        _ ending: Case, _ condition: String, run: Run.Status, task: Landing, _ reason: Reason = .none,
        again repetition: Repetition = .never
    ) {
        self.ending = ending
        self.condition = condition
        self.run = run
        self.repetition = repetition
        self.task = task
        self.reason = reason
    }

    /// A run that ends with a status mapped to `retry` is no attempt, but not for ever.
    public static let repeatLimit = 100

    /// The outcome table, from `execution.md`.
    public static let table: [RunOutcome] = [
        .init(.success, "exits 0", run: .succeeded, task: .verb(.complete)),
        .init(.successForReview, "exits 0, of an agent with review", run: .succeeded, task: .verb(.submit)),
        .init(.mapped(.done), "exits with a status mapped to done", run: .succeeded, task: .verb(.complete)),
        .init(.mapped(.review), "exits with a status mapped to review", run: .succeeded, task: .verb(.submit)),
        .init(.mapped(.fail), "exits with a status mapped to fail", run: .failed, task: .verb(.fail)),
        .init(
            .mapped(.block), "exits with a status mapped to block", run: .failed, task: .verb(.block), .lastLine),
        .init(.mapped(.cancel), "exits with a status mapped to cancel", run: .failed, task: .verb(.cancel), .error),
        .init(
            .mapped(.retry), "exits with a status mapped to retry", run: .failed, task: .verb(.fail),
            .exhausted, again: .uncounted),
        .init(
            .failedCheck, "exits 0, but a check fails or a product is missing", run: .failed, task: .verb(.submit),
            .error, again: .attempt(.backoff)),
        .init(.failure, "exits otherwise", run: .failed, task: .verb(.fail), again: .attempt(.backoff)),
        .init(.signal, "dies by a signal", run: .failed, task: .verb(.fail), again: .attempt(.backoff)),
        .init(.timeout, "takes too long", run: .timedOut, task: .verb(.timeout), again: .attempt(.backoff)),
        .init(.stopped, "was told to stop", run: .cancelled, task: .asAsked, .asAsked),
        .init(
            .interrupted, "was interrupted in front of somebody", run: .cancelled, task: .verb(.cancel),
            .text("interrupted")),
        .init(.notStarted, "cannot be started", run: .failed, task: .verb(.block), .error),
        .init(.lost, "loses its supervisor", run: .lost, task: .verb(.lose), .error, again: .attempt(.none)),
    ]

    /// The row for an end of a command.
    ///
    /// - Parameter agent: whose command it is; nil for that of `tf exec` or a trigger.
    public static func of(_ ending: RunEnding, agent: Agent?) -> RunOutcome {
        let wanted = Case(ending, agent: agent)
        guard let row = table.first(where: { $0.ending == wanted }) else {
            preconditionFailure("the outcome table has no row for \(wanted)")
        }
        return row
    }
}

extension RunOutcome.Case {
    init(_ ending: RunEnding, agent: Agent?) {
        switch ending {
        case .exited(let code):
            if let action = agent?.exitCodes[String(code)] {
                self = .mapped(action)
            } else if code == 0 {
                self = agent?.review == true ? .successForReview : .success
            } else {
                self = .failure
            }
        case .signalled: self = .signal
        case .timedOut: self = .timeout
        case .stopped: self = .stopped
        case .interrupted: self = .interrupted
        case .lost: self = .lost
        case .notStarted: self = .notStarted
        case .failedCheck: self = .failedCheck
        }
    }
}

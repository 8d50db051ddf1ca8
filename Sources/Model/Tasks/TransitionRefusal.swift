/// A verb that the table does not allow: everything that the message needs.
public struct TransitionRefusal: Error, Hashable, Sendable {
    /// The task, as it is shown.
    public let task: String
    public let status: TaskStatus
    public let verb: TaskVerb
    /// The reason that the status was given, when there is one.
    public let statusReason: String?

    /// Names the task, where it is, and what the verb needs.
    public var message: String {
        let needed = TaskStatus.allCases.filter(TaskTransition.of(verb).from.contains).map(\.rawValue)
        let list: String
        switch needed.count {
        case 0: return "\(task) is \(status.rawValue); \(verb.rawValue) applies to no task that exists"
        case 1: list = "a task that is \(needed[0])"
        case TaskStatus.active.count where TaskTransition.of(verb).from == TaskStatus.active:
            list = "a task that has not ended"
        case TaskStatus.terminal.count where TaskTransition.of(verb).from == TaskStatus.terminal:
            list = "a task that has ended"
        default: list = "one that is " + needed.dropLast().joined(separator: ", ") + " or " + needed.last!
        }
        return "\(task) is \(status.rawValue); \(verb.rawValue) needs \(list)"
    }

    /// The verb that takes the task nearer to where `verb` is allowed; nil when only a destructive one would.
    public var helpfulVerb: TaskVerb? {
        // Breadth first over the table, by verbs that lose no work.
        let constructive: [TaskVerb] = [.start, .unblock, .resume, .retry, .reopen, .submit]
        let goal = TaskTransition.of(verb).from
        var frontier: [(status: TaskStatus, first: TaskVerb?)] = [(status, nil)]
        var seen: Set<TaskStatus> = [status]
        while !frontier.isEmpty {
            var next: [(status: TaskStatus, first: TaskVerb?)] = []
            for (status, first) in frontier {
                for step in constructive where step != verb && TaskTransition.of(step).from.contains(status) {
                    let target: TaskStatus
                    switch TaskTransition.of(step).to {
                    case .status(let to), .statusUnlessAutomated(let to): target = to
                    case .unchanged, .nowhere: continue
                    }
                    if goal.contains(target) { return first ?? step }
                    if seen.insert(target).inserted { next.append((target, first ?? step)) }
                }
            }
            frontier = next
        }
        return nil
    }
}

import Model
import Terminal

// How statuses look. Colours only repeat what the words say.

extension TaskStatus {
    var style: Style {
        switch self {
        case .todo, .scheduled: .plain
        case .running: .cyan
        case .review: .magenta
        case .blocked, .paused: .yellow
        case .done: .green
        case .failed, .timedOut, .lost: .red
        case .cancelled, .terminated: .dim
        }
    }
}

extension Run.Status {
    var style: Style {
        switch self {
        case .queued: .plain
        case .running: .cyan
        case .succeeded: .green
        case .failed, .timedOut, .lost: .red
        case .cancelled: .dim
        }
    }
}

extension Priority {
    var style: Style {
        switch self {
        case .urgent: .red
        case .high: .yellow
        case .normal: .plain
        case .low: .dim
        }
    }
}

extension Notification.Urgency {
    var style: Style {
        switch self {
        case .urgent: .red
        case .normal: .plain
        case .info: .dim
        }
    }
}

extension Assignee {
    /// `coder` for an agent, `@alice` for a user.
    var text: String {
        switch self {
        case .agent(let agent): agent.text
        case .user(let user): "@" + user
        }
    }
}

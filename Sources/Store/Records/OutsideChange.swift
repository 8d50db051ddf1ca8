import Model

/// What somebody did to a record's file without `tf`.
enum OutsideChange: Sendable {
    case created(AnyRecord)
    case edited(AnyRecord)
    case removed(RecordKey, subdirectory: String, rev: Int)

    /// The record as it is now; nil when it was removed.
    var record: AnyRecord? {
        switch self {
        case .created(let record), .edited(let record): record
        case .removed: nil
        }
    }

    /// The same change; a trigger begins with what comes after the event `seq`.
    func beginning(after seq: Int) -> OutsideChange {
        switch self {
        case .created(let record): .created(record.beginning(after: seq))
        case .edited(let record): .edited(record.beginning(after: seq))
        case .removed: self
        }
    }

    var key: RecordKey {
        switch self {
        case .created(let record), .edited(let record): record.key
        case .removed(let key, _, _): key
        }
    }
}

extension AnyRecord {
    func withRev(_ rev: Int) -> AnyRecord {
        var copy = self
        copy.envelope.rev = rev
        return copy
    }
}

extension OutsideChange {
    /// The events that tell of it: what was edited, and for a status of a task what they always are.
    func events(formerStatus: TaskStatus?) -> [Event] {
        let type: EventType? =
            switch self {
            case .created: .created(key.kind)
            case .edited: .edited(key.kind)
            case .removed: .removed(key.kind)
            }
        guard let type else { return [] }
        func event(_ type: EventType) -> Event { told(by: Event(type, actor: "external", about: key.id)) }
        guard case .edited(.task(let task)) = self, let formerStatus, formerStatus != task.status else {
            return [event(type)]
        }
        var changed = event(.taskStatusChanged)
        changed.data["from"] = formerStatus.json
        changed.data["to"] = task.status.json
        guard let specific = task.status.event(afterEditFrom: formerStatus) else { return [event(type), changed] }
        return [event(type), changed, event(specific)]
    }

    /// An event with everything that it says of what it is about.
    private func told(by event: Event) -> Event {
        var event = event
        event.rev = record?.envelope.rev
        switch record {
        case .task(let task):
            event.task = task.id.text
            event.flow = task.flow?.text
        case .run(let run):
            event.run = run.id.text
            event.task = run.task?.text
        case .comment(let comment): event.task = comment.task.text
        case .agent, .trigger, .notification, .workspace, .lease, nil:
            if key.kind == .task { event.task = key.id }
        }
        return event
    }
}

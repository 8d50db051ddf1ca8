import Model
import Store
import System

// Making, changing and trying out triggers.

extension Engine {
    /// Adds a trigger; refused when there is one of that name, or when it names an agent that there is not.
    public func addTrigger(_ trigger: Trigger) throws -> Obliged<Changed> {
        try trigger.validate()
        return try change("trigger add", target: trigger.id.text) { change in
            try Scope(change).checkAdministration()
            if trigger.id == Delivery.trigger || trigger.id.text.hasPrefix("hook.") {
                throw Failure(.refused, "the name \(trigger.id) is kept for what tf makes itself")
            }
            if let present = try change.transaction.get(trigger.id) {
                throw Failure(.refused, "there is a trigger \(present.id) already")
            }
            try change.check(trigger.action)
            var trigger = trigger
            trigger.createdBy = change.caller.actor
            try change.transaction.put(trigger)
            change.transaction.emit(.triggerCreated, about: trigger.key)
            return [trigger.key]
        }
    }

    /// Has triggers be told of events, or not. One that is enabled again begins with what comes then.
    public func setTriggers(_ names: [String], disabled: Bool) throws -> Obliged<Changed> {
        try change(disabled ? "trigger disable" : "trigger enable", target: names.joined(separator: " ")) { change in
            try Scope(change).checkAdministration()
            // What happened before was meant for them as they were.
            _ = try Telling(change).tell()
            return try names.map { name in
                var trigger = try change.transaction.trigger(name)
                try change.checkRev(trigger)
                guard trigger.disabled != disabled else { return trigger.key }
                trigger.disabled = disabled
                trigger.failures = 0
                trigger.position = nil
                try change.transaction.put(trigger)
                let fields: JSON = ["disabled": ["from": (!disabled).json, "to": disabled.json]]
                change.transaction.emit(.triggerEdited, about: trigger.key, data: JSONObject([("fields", fields)]))
                return trigger.key
            }
        }
    }

    /// Removes triggers, all or none. Those that `tf` makes itself go with what they are made for.
    public func removeTriggers(_ names: [String]) throws -> Obliged<Changed> {
        try change("trigger remove", target: names.joined(separator: " ")) { change in
            try Scope(change).checkAdministration()
            _ = try Telling(change).tell()
            var removed: [RecordKey] = []
            for name in names {
                let trigger = try change.transaction.trigger(name)
                guard !removed.contains(trigger.key) else { continue }
                try change.checkRev(trigger)
                switch trigger.action {
                case .hook(let file):
                    throw Failure(
                        .refused, "\(trigger.id) goes with the file .tf/hooks/\(file)",
                        hint: "tf trigger disable \(trigger.id)")
                case .deliver:
                    throw Failure(
                        .refused, "\(trigger.id) goes with the setting notify_command",
                        hint: "tf config --unset notify_command")
                case .assign, .run, .createTask, .exec, .notify: break
                }
                try change.transaction.delete(trigger)
                change.transaction.emit(.triggerRemoved, about: trigger.key)
                removed.append(trigger.key)
            }
            return removed
        }
    }

    /// Emits an event that people make up: `custom/NAME`.
    ///
    /// - Parameter task: the task that it is about, as people type it.
    /// - Returns: what was committed; ``event(emittedBy:_:)`` finds the event in it.
    public func emit(_ type: CustomEventType, data: JSONObject, task reference: String?) throws -> Obliged<Changed> {
        try change("emit", target: [type.text, reference ?? ""].joined(separator: " ")) { change in
            let task = try reference.map { try change.targets([$0])[0] }
            change.transaction.emit(
                type, about: task?.key ?? WorkspaceRecord.theID.key, task: task?.id, flow: task?.flow, data: data)
            return [task?.key].compactMap { $0 }
        }
    }

    /// The event of that type which a command has emitted, with its number: the first one, when the command had been
    /// carried out before under the same id.
    public func event(emittedBy changed: Changed, _ type: CustomEventType) throws -> Event {
        var event = changed.commit.events.last { $0.type == type.text }
        if event == nil, let commandID {
            try workspace.history().forEachBackwards(mentioning: commandID) { line in
                guard line.commands.contains(where: { $0.id == commandID }) else { return true }
                event = line.events.last { $0.type == type.text }
                return false
            }
        }
        guard let event else { throw Failure.notFound("the event that was emitted under this command id") }
        return event
    }
}

extension Change {
    /// - Throws: `not_found` for an agent that there is not; what is wrong with a task that is to be created.
    fileprivate func check(_ action: Trigger.Action) throws {
        switch action {
        case .assign(let agent), .run(let agent): _ = try transaction.agent(agent.text)
        case .createTask(let object): try checkCreation(of: try TaskDraft(json: .object(object)))
        case .exec, .notify, .hook, .deliver: break
        }
    }
}

extension Change {
    private struct Tried: Error {}

    /// - Throws: what would go wrong if a task were made of `draft` now.
    private func checkCreation(of draft: TaskDraft) throws {
        do {
            try transaction.attempt {
                _ = try Creation(self).create([draft], hold: false)
                throw Tried()
            }
        } catch is Tried {}
    }
}

/// What a trigger would do about an event, and why not.
public struct TriggerTrial: Sendable {
    /// One thing that has to be so for the trigger to fire.
    public struct Check: Sendable {
        public let isSatisfied: Bool
        /// What is so, in a sentence.
        public let text: String
    }

    public let trigger: Trigger
    public let event: Event
    public fileprivate(set) var checks: [Check] = []
    /// What would go wrong although it fires; nil when nothing would.
    public fileprivate(set) var failure: Failure?
    /// The types of the events that would follow, with what they are about, in their order.
    public fileprivate(set) var follows: [(type: String, about: String)] = []
    /// What should be known besides.
    public fileprivate(set) var notes: [String] = []

    /// Whether it would do something.
    public var fires: Bool { checks.allSatisfy(\.isSatisfied) }

    fileprivate mutating func check(_ isSatisfied: Bool, _ text: String) {
        checks.append(Check(isSatisfied: isSatisfied, text: text))
    }
}

extension Engine {
    /// Tries out what a trigger would do about an event that has happened; nothing is changed.
    public func tryTrigger(_ name: String, on seq: Int) throws -> TriggerTrial {
        let snapshot = try workspace.snapshot()
        let trigger = try snapshot.trigger(name)
        var found: (Event, JournalLine)?
        try workspace.history().forEach(after: seq - 1) { line in
            found = line.events.first { $0.seq == seq }.map { ($0, line) }
            return false
        }
        guard let (event, line) = found else { throw Failure.notFound("event \(seq)") }
        var trial = TriggerTrial(trigger: trigger, event: event)
        trial.check(!trigger.disabled, trigger.disabled ? "it is disabled" : "it is not disabled")
        let fits = Glob.matches(event.type, trigger.on)
        trial.check(fits, "\(event.type) is \(fits ? "" : "not ")\(trigger.on)")
        if fits, !trigger.concerns(event) {
            trial.check(false, "nothing ever follows from \(event.type) about \(event.about) for it")
        }
        let history = try workspace.history()
        let fields = try Occasion(event, among: Occurrences(of: line)) { key, seq in
            try history.record(key, at: seq)?.json ?? snapshot.currentJSON(key)
        }.fields()
        for condition in trigger.conditions {
            let value = fields[condition.field]
            let text = value.map { $0.string ?? $0.compactText } ?? "not there"
            trial.check(condition.holds(for: value), "\(condition.text): \(condition.field) is \(text)")
        }
        let isTooDeep = Firing.isTooDeep(event, for: trigger)
        if isTooDeep {
            trial.check(false, "\(event.depth) triggers stand between the event and what somebody did: suppressed")
        }
        if let position = trigger.position, position >= seq {
            trial.notes.append(
                "it has been told of everything up to event \(position), and is not told of \(seq) again")
        }
        guard trial.fires else { return trial }
        try rehearse(&trial)
        return trial
    }

    private struct Rehearsed: Error {}

    /// Does it, and takes it back.
    private func rehearse(_ trial: inout TriggerTrial) throws {
        do {
            _ = try change("trigger test") { change in
                let before = change.transaction.emitted.count
                do {
                    try change.acting(as: .trigger(trial.trigger.id, depth: trial.event.depth + 1)) {
                        _ = try Firing(change, trial.trigger, trial.event).perform()
                        try change.follow()
                    }
                } catch {
                    trial.failure = Failure(error)
                }
                trial.follows = change.transaction.emitted[before...].map { ($0.type, $0.key.id) }
                throw Rehearsed()
            }
        } catch is Rehearsed {}
    }
}

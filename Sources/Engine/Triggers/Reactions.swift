import Model
import Store
import System

/// Tells triggers of what has been committed, in transactions of their own: what a trigger does about an event and the
/// trigger's new position are committed together, so nothing is lost and nothing is done twice, whatever is killed.
///
/// Whoever commits tells the triggers before it ends; what an interrupted process has left is told by the next one.
struct Reactions {
    /// How much triggers do in one transaction: others want to write as well.
    private static let most = 256

    private let workspace: Workspace

    init(_ workspace: Workspace) {
        self.workspace = workspace
    }

    /// Goes on until nothing is left to be told.
    ///
    /// - Parameter change: makes a transaction.
    func tell(by change: Consequences.FurtherChange) -> [Reaction] {
        var reactions: [Reaction] = []
        do {
            var leavesMore = true
            while leavesMore {
                var told: [Reaction] = []
                leavesMore = try change("react") { told = try Telling($0).tell(most: Self.most) }.leavesMore
                reactions += told
            }
        } catch {
            workspace.options.warn(
                "triggers are not told of everything yet (\(Failure(error).message)); the next command goes on")
        }
        return reactions
    }
}

/// Tells triggers of events, within a transaction.
struct Telling {
    private let change: Change
    private var transaction: Transaction { change.transaction }

    init(_ change: Change) {
        self.change = change
    }

    /// Tells every trigger that is not disabled of every event that it has not been told of, in the order of the events
    /// and, for each, of the triggers' names.
    ///
    /// - Parameter most: how many things are done before the rest is left to the next transaction.
    func tell(most: Int = .max) throws -> [Reaction] {
        guard transaction.hasUnreacted else { return [] }
        let end = transaction.position
        var triggers = try transaction.records(tagged: .triggers, of: Trigger.self)
            .filter { try !$0.disabled && Hooks.canRun($0, in: transaction.workspace) }
            .sorted { $0.id.text < $1.id.text }
        var reactions: [Reaction] = []
        let entries = triggers.isEmpty ? [] : try transaction.unreacted()
        let past = PastRecords(of: transaction, since: entries.map(\.line))
        for entry in entries {
            let occurrences = Occurrences(of: entry.line)
            for event in entry.line.events {
                for index in triggers.indices where triggers[index].position ?? .max < event.seq {
                    guard triggers[index].concerns(event),
                        try Occasion(event, among: occurrences, past.json).satisfies(triggers[index].conditions)
                    else { continue }
                    guard reactions.count < most else {
                        transaction.react(upTo: entry.start)
                        return reactions
                    }
                    reactions.append(try fire(&triggers[index], event))
                }
            }
        }
        transaction.react(upTo: end)
        return reactions
    }

    private func fire(_ trigger: inout Trigger, _ event: Event) throws -> Reaction {
        trigger.position = event.seq
        let name = trigger.id
        let caller = Caller.trigger(name, depth: event.depth + 1)
        return try change.acting(as: caller) {
            guard !Firing.isTooDeep(event, for: trigger) else {
                let reaction = Reaction(name, .suppressed, event, "more than \(Trigger.deepest) triggers in a row")
                try transaction.put(trigger)
                emit(.triggerSuppressed, trigger, event)
                transaction.workspace.options.warn(reaction.text)
                return reaction
            }
            do {
                // Only with all that follows from it, or not at all.
                let data = try transaction.attempt {
                    let result = try Firing(change, trigger, event).perform()
                    try change.follow()
                    return result
                }
                // Of a command it is known when it has ended.
                if data.run == nil { trigger.failures = 0 }
                try transaction.put(trigger)
                emit(.triggerFired, trigger, event, run: data.run, data: data.members)
                return Reaction(name, .fired, event)
            } catch {
                guard error.isOfTrigger else { throw error }
                let failure = Failure(error)
                try transaction.put(trigger)
                trigger = try TriggerFailure(change).note(trigger, Event.Reference(event), failure)
                return Reaction(name, .failed, event, failure.message)
            }
        }
    }

    private func emit(
        _ type: EventType, _ trigger: Trigger, _ event: Event, run: ID<Run>? = nil, data: JSONObject = JSONObject()
    ) {
        let reference = Event.Reference(event)
        transaction.emit(
            type, about: trigger.key, task: reference.task, run: run, flow: event.flow.flatMap { ID($0) },
            data: reference.data(of: trigger, adding: data))
    }
}

extension Error {
    /// Whether it is the trigger that has failed, and not the workspace.
    fileprivate var isOfTrigger: Bool {
        switch self as? StoreError {
        case nil, .invalidRecord, .recordTooLarge: true
        default: false
        }
    }
}

extension Event {
    /// What the events of triggers say of the event that they are about.
    struct Reference {
        let seq: Int
        let type: String
        let about: String
        let task: ID<Task>?
        let actor: String

        init(_ event: Event) {
            seq = event.seq
            type = event.type
            about = event.about
            task = event.task.flatMap { ID($0) }
            actor = event.actor
        }

        /// Reads it from what a run keeps of the event.
        init(_ json: JSON) {
            seq = Int(json["seq"]?.integer ?? 0)
            type = json["type"]?.string ?? ""
            about = json["about"]?.string ?? ""
            task = json["task"]?.string.flatMap { ID($0) }
            actor = json["actor"]?.string ?? ""
        }

        /// The data of an event of `trigger`: what it was told of, and what it does about it.
        func data(of trigger: Trigger, adding members: JSONObject) -> JSONObject {
            var data = members
            data["event"] = seq.json
            data["type"] = type.json
            data["record"] = about.json
            data["action"] = trigger.action.json
            return data
        }
    }
}

/// Records as they were when some event had happened.
struct PastRecords {
    private let transaction: Transaction
    /// The first events of the transactions that changed a record.
    private var changes = RecordMap<[Int]>()

    /// - Parameter lines: everything that has been committed since the events in question.
    init(of transaction: Transaction, since lines: [JournalLine]) {
        self.transaction = transaction
        // A single line has nothing after it.
        for line in lines.dropFirst() {
            for key in line.put.map(\.key) + line.delete.map(\.key) { changes[key] = (changes[key] ?? []) + [line.seq] }
        }
    }

    /// A record as JSON, as the event `seq` left it; nil when there was none. Only what has changed since is looked for
    /// in the journal.
    func json(_ key: RecordKey, at seq: Int) throws -> JSON? {
        if changes[key]?.contains(where: { $0 > seq }) != true {
            if !transaction.hasChanged(key) { return try transaction.currentJSON(key) }
            if let former = transaction.former(key) { return former.json }
        }
        return try transaction.workspace.history().record(key, at: seq)?.json
    }
}

/// An event together with the records that a trigger's conditions are about.
struct Occasion {
    let event: Event
    private let occurrences: Occurrences
    private let past: (RecordKey, Int) throws -> JSON?

    /// - Parameters:
    ///   - occurrences: the transaction of the event: records are taken as it left them.
    ///   - past: gives records that it did not change as they were after an event.
    init(_ event: Event, among occurrences: Occurrences, _ past: @escaping (RecordKey, Int) throws -> JSON?) {
        self.event = event
        self.occurrences = occurrences
        self.past = past
    }

    /// Whether all of the conditions hold. Records are only looked for when the event itself does not say it.
    func satisfies(_ conditions: [TriggerCondition]) throws -> Bool {
        let needsRecords = conditions.contains { !EventFields.isOfEvent($0.field, event) }
        let fields = try needsRecords ? fields() : EventFields(event, record: nil, task: nil)
        return conditions.allSatisfy { $0.holds(for: fields[$0.field]) }
    }

    /// Everything that a condition can ask for.
    func fields() throws -> EventFields {
        let subject = occurrences.subject(of: event)
        var (record, task) = (subject.record, subject.task)
        if !subject.isComplete {
            if record == nil, let key = event.key, !occurrences.hasDeleted(key) { record = try past(key, event.seq) }
            if task == nil, let id = event.task, id != event.about {
                task = try past(RecordKey(kind: .task, id: id), event.seq)
            }
        }
        return EventFields(event, record: record, task: task)
    }
}

extension RecordSource {
    /// A record as it is now, as JSON; nil when there is none that can be read, and for what holds a secret.
    func currentJSON(_ key: RecordKey) throws -> JSON? {
        key.kind == .lease ? nil : try validRecord(key)?.json
    }
}

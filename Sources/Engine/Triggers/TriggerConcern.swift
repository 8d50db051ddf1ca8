import Model
import Store

// How triggers come to their events without anybody looking through the journal for nothing.
//
// The applied mark has the position up to which no trigger has anything left to do. Whoever commits looks at his own
// events: when nothing before them is left, and none of them concerns a trigger, the mark passes them by. Otherwise it
// stays, and what is behind it is told to the triggers in transactions of their own, each of which moves the triggers'
// positions together with what they do. So the mark may be too far back (after a kill, after a power cut, made anew)
// and never too far ahead, and a trigger's own position says what it has done already.

/// Which triggers concern an event, as far as the index tells. It is decided in every transaction of a workspace that has
/// triggers, so it needs no record but those of the transaction.
enum TriggerConcern {
    /// Whether something of a line may have to be told to one of the triggers. Where line and index do not say, it may.
    static func isPossible(_ line: JournalLine, _ triggers: [TriggerOutline]) -> Bool {
        let occurrences = Occurrences(of: line)
        for trigger in triggers where mayConcern(trigger, occurrences) { return true }
        return false
    }

    private static func mayConcern(_ trigger: TriggerOutline, _ occurrences: Occurrences) -> Bool {
        if trigger.isDisabled { return false }
        for event in occurrences.line.events
        where event.seq > trigger.position && Trigger.concerns(event, id: trigger.id, on: trigger.on) {
            guard let conditions = trigger.conditions, !conditions.isEmpty else { return true }
            if mayHold(conditions, for: event, in: occurrences) { return true }
        }
        return false
    }

    private static func mayHold(
        _ conditions: [TriggerCondition], for event: Event, in occurrences: Occurrences
    ) -> Bool {
        let subject = occurrences.subject(of: event)
        let fields = EventFields(event, record: subject.record, task: subject.task)
        return conditions.allSatisfy { condition in
            condition.holds(for: fields[condition.field])
                || !subject.isComplete && !EventFields.isOfEvent(condition.field, event)
        }
    }
}

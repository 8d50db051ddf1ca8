import Model
import System

// How triggers come to their events without anybody looking through the journal for nothing.
//
// The applied mark has the position up to which no trigger has anything left to do. Whoever commits looks at his own
// events: when nothing before them is left, and none of them concerns a trigger, the mark passes them by. Otherwise it
// stays, and what is behind it is told to the triggers in transactions of their own, each of which moves the triggers'
// positions together with what they do. So the mark may be too far back (after a kill, after a power cut, made anew)
// and never too far ahead, and a trigger's own position says what it has done already.

/// What the index has of a trigger: enough to tell whether an event may concern it.
struct TriggerOutline {
    let id: String
    private let on: String
    let isDisabled: Bool
    /// The last event that it has done something about.
    let position: Int
    /// The conditions; nil where the index does not tell them.
    private let conditions: [TriggerCondition]?

    /// What the index entry of `trigger` holds.
    static func payload(of trigger: Trigger) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(UInt8(trigger.disabled ? 1 : 0))
        writer.write(Int64(trigger.position ?? .max))
        writer.write(trigger.on)
        for condition in trigger.conditions {
            writer.write(condition.field)
            writer.write(condition.comparison.rawValue)
            writer.write(condition.value)
        }
        return writer.bytes
    }

    init(_ trigger: Trigger) {
        id = trigger.id.text
        on = trigger.on
        isDisabled = trigger.disabled
        position = trigger.position ?? .max
        conditions = trigger.conditions
    }

    /// Reads the entry at `offset`; nil when it is not that of a trigger, or damaged.
    init?(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        guard IndexEntry.isRecord(bytes, at: offset, ofKind: IndexEntry.code(of: .trigger)),
            let payload = IndexEntry.payloadRange(bytes, at: offset)
        else { return nil }
        var reader = ByteReader(bytes, at: payload.lowerBound)
        guard let disabled = reader.integer(UInt8.self), let position = reader.integer(Int64.self),
            let on = reader.text()
        else { return nil }
        id = String(decoding: IndexEntry.idBytes(bytes, at: offset), as: UTF8.self)
        self.on = on
        isDisabled = disabled != 0
        self.position = Int(clamping: position)
        conditions = Self.conditions(&reader, until: payload.upperBound)
    }

    private static func conditions(_ reader: inout ByteReader, until end: Int) -> [TriggerCondition]? {
        var conditions: [TriggerCondition] = []
        while reader.position < end {
            var condition = TriggerCondition()
            guard let field = reader.text(),
                let comparison = reader.text().flatMap(TriggerCondition.Operator.init(rawValue:)),
                let value = reader.text()
            else { return nil }
            condition.field = field
            condition.comparison = comparison
            condition.value = value
            conditions.append(condition)
        }
        return conditions
    }

    /// Whether an event of a line may have to be told to the trigger. Where the line does not say, it may.
    func mayConcern(_ occurrences: Occurrences) -> Bool {
        if isDisabled { return false }
        for event in occurrences.line.events where event.seq > position && Trigger.concerns(event, id: id, on: on) {
            guard let conditions, !conditions.isEmpty else { return true }
            if Self.mayHold(conditions, for: event, in: occurrences) { return true }
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

extension AnyRecord {
    /// The same record; a trigger begins with what comes after the event `seq`.
    func beginning(after seq: Int) -> AnyRecord {
        guard case .trigger(var trigger) = self else { return self }
        trigger.position = seq
        return .trigger(trigger)
    }
}

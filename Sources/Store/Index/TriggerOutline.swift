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

/// The events of a line of the journal, with the records that triggers' conditions on them are about.
///
/// A class, because what has been looked up for one trigger is not looked up again for the next.
public final class Occurrences {
    public let line: JournalLine
    /// The places of the records in the line.
    private var places = RecordMap<Int>()
    /// Their JSON, as far as somebody has asked for it.
    private var shown: [JSON?]

    /// The events of `line`.
    public init(of line: JournalLine) {
        self.line = line
        shown = Array(repeating: nil, count: line.put.count)
        for index in line.put.indices { places[line.put[index].key] = index }
    }

    /// The records that a trigger's conditions on an event are about.
    public struct Subject: Sendable {
        /// What the event is about, as its transaction left it; nil when it was deleted, or not changed there.
        public var record: JSON?
        /// The event's task, when it is not what the event is about.
        public var task: JSON?
        /// Whether the line has all there is: nothing has to be looked up.
        public let isComplete: Bool
    }

    /// What the line says of the records that an event of it is about.
    public func subject(of event: Event) -> Subject {
        let own = event.key
        let taskKey = event.task.map { RecordKey(kind: .task, id: $0) }
        let record = own.flatMap(json)
        let task = taskKey == own ? nil : taskKey.flatMap(json)
        let knowsRecord = own.map { record != nil || hasDeleted($0) } ?? true
        let knowsTask = taskKey == own || taskKey == nil || task != nil
        return Subject(record: record, task: task, isComplete: knowsRecord && knowsTask)
    }

    /// Whether the line is that of the transaction which deleted a record.
    public func hasDeleted(_ key: RecordKey) -> Bool {
        places[key] == nil && line.delete.contains { $0.key == key }
    }

    private func json(_ key: RecordKey) -> JSON? {
        guard let place = places[key] else { return nil }
        if let json = shown[place] { return json }
        let json = line.put[place].json
        shown[place] = json
        return json
    }
}

extension Event {
    /// The record that the event is about; nil for one that people have emitted about nothing but a task.
    public var key: RecordKey? {
        let word = type.prefix { $0 != "/" }
        guard let kind = RecordKind(rawValue: String(word)) else {
            return task == about ? RecordKey(kind: .task, id: about) : nil
        }
        return RecordKey(kind: kind, id: about)
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

extension View {
    /// What the index has of a trigger; nil when it has none of that name.
    func triggerOutline(of id: ID<Trigger>) throws(StoreError) -> TriggerOutline? {
        try index.forEach(tagged: .triggers) { bytes, offset in
            TriggerOutline(bytes, at: offset).flatMap { $0.id == id.text ? $0 : nil }
        }.first
    }

    /// Whether an event of `line` may concern a trigger, as index and changes have them.
    func mayConcernTrigger(_ line: JournalLine) throws(StoreError) -> Bool {
        let occurrences = Occurrences(of: line)
        for outline in try index.forEach(tagged: .triggers, TriggerOutline.init)
        where changes[RecordKey(kind: .trigger, id: outline.id)] == nil {
            if outline.mayConcern(occurrences) { return true }
        }
        for case .put(.trigger(let trigger)) in changes.values where TriggerOutline(trigger).mayConcern(occurrences) {
            return true
        }
        return false
    }
}

extension Transaction {
    /// A line of the journal that triggers have to be told of, and where it begins.
    public struct Unreacted: Sendable {
        public let line: JournalLine
        public let start: JournalPosition
        public let end: JournalPosition
    }

    /// The lines that triggers may still have to be told of, oldest first.
    public func unreacted() throws(StoreError) -> [Unreacted] {
        guard hasUnreacted else { return [] }
        var start = reactedPosition
        var lines: [Unreacted] = []
        for entry in try Journal(directory: workspace.directory).rest(after: start).entries {
            lines.append(Unreacted(line: entry.line, start: start, end: entry.end))
            start = entry.end
        }
        return lines
    }
}

import Model
import Store

/// The events of a line of the journal, with the records that triggers' conditions on them are about.
///
/// A class, because what has been looked up for one trigger is not looked up again for the next.
final class Occurrences {
    let line: JournalLine
    /// The places of the records in the line.
    private var places = RecordMap<Int>()
    /// Their JSON, as far as somebody has asked for it.
    private var shown: [JSON?]

    /// The events of `line`.
    init(of line: JournalLine) {
        self.line = line
        shown = Array(repeating: nil, count: line.put.count)
        for index in line.put.indices { places[line.put[index].key] = index }
    }

    /// The records that a trigger's conditions on an event are about.
    struct Subject {
        /// What the event is about, as its transaction left it; nil when it was deleted, or not changed there.
        var record: JSON?
        /// The event's task, when it is not what the event is about.
        var task: JSON?
        /// Whether the line has all there is: nothing has to be looked up.
        let isComplete: Bool
    }

    /// What the line says of the records that an event of it is about.
    func subject(of event: Event) -> Subject {
        let own = event.key
        let taskKey = event.task.map { RecordKey(kind: .task, id: $0) }
        let record = own.flatMap(json)
        let task = taskKey == own ? nil : taskKey.flatMap(json)
        let knowsRecord = own.map { record != nil || hasDeleted($0) } ?? true
        let knowsTask = taskKey == own || taskKey == nil || task != nil
        return Subject(record: record, task: task, isComplete: knowsRecord && knowsTask)
    }

    /// Whether the line is that of the transaction which deleted a record.
    func hasDeleted(_ key: RecordKey) -> Bool {
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
    var key: RecordKey? {
        let word = type.prefix { $0 != "/" }
        guard let kind = RecordKind(rawValue: String(word)) else {
            return task == about ? RecordKey(kind: .task, id: about) : nil
        }
        return RecordKey(kind: kind, id: about)
    }
}

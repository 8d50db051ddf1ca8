import Arguments
import Engine
import Model
import Store
import System
import Terminal

/// `tf task history`
enum TaskHistory {
    static let task = Argument("TASK", .task, "the task; inside of a run, its own unless given", .optional)
    static let limit = Option("limit", short: "n", .integer(0...Int.max), "at most N")

    static let command = Command(
        "history", "show what has happened to a task",
        discussion: """
            Lists who did what to a task, the newest first, as far back as the journal goes. A deleted task has its \
            history, too. With --json each event has the fields that its transaction changed.
            """,
        examples: [Example("tf task history T-12", "how it came to where it is")],
        parameters: [task, limit], run: performing(show))

    static func show(_ context: Context) throws {
        let reference = try context.taskReference(task)
        let snapshot = try context.snapshot()
        guard let id = try snapshot.taskID(reference) else { throw Failure.notFound("task \(reference)") }
        var entries = try entries(about: id, in: try snapshot.workspace.history(), limit: context[limit])
        if entries.isEmpty, context[limit] != 0, try snapshot.get(id) == nil { throw Failure.notFound("task \(id)") }
        if let limit = context[limit] { entries = Array(entries.prefix(limit)) }
        let output = context.output
        try output.list(
            entries,
            Listing(
                columns: [
                    .init("seq", .right) { Cell(String($0.event.seq), .dim) },
                    .init("when") { Cell(output.text(of: $0.event.at), .dim) },
                    .init("who", shrink: .to(8, order: 1)) { Cell($0.event.actor) },
                    .init("what", shrink: .to(12, order: 2)) { Cell($0.event.type) },
                    .init("change", shrink: .to(16)) { Cell($0.text) },
                ],
                id: { String($0.event.seq) }, shown: { Shown(id: String($0.event.seq), json: $0.json) },
                empty: context[limit] == 0 ? TaskList.noneWanted : "nothing of \(id) is in the journal yet"))
    }

    private static func entries(
        about id: ID<Task>, in history: History, limit: Int?
    ) throws -> [HistoryEntry] {
        var entries: [HistoryEntry] = []
        // What a transaction changed shows when the one before it is found: going backwards, the next one.
        var open: (position: Int, record: Task)?
        try history.forEachBackwards(mentioning: "\"\(id.text)\"") { line in
            if let record = line.put.last(where: { $0.key == id.key })?.typed(Task.self) {
                if let open { entries[open.position].note(open.record.changes(from: record)) }
                open = nil
                if let limit, entries.count >= limit { return false }
                let events = line.events.filter { $0.isHistory(of: id) }
                // The change belongs to the event that says most: the last one about the task itself.
                if let last = events.lastIndex(where: { $0.about == id.text }) {
                    open = (entries.count + events.count - 1 - last, record)
                }
                entries += events.reversed().map { HistoryEntry(event: $0) }
            } else {
                entries += line.events.filter { $0.isHistory(of: id) }.reversed().map { HistoryEntry(event: $0) }
            }
            return true
        }
        return entries
    }
}

/// An event in the history of a task, with what its transaction changed.
private struct HistoryEntry {
    let event: Event
    private var changes: [(field: String, from: JSON?, to: JSON?)] = []

    init(event: Event) {
        self.event = event
    }

    mutating func note(_ changes: [(field: String, from: JSON?, to: JSON?)]) {
        self.changes = changes
    }

    /// What follows from a status that is shown anyway.
    private static let implied: Set<String> = [
        "status", "status_reason", "assignee", "started_at", "ended_at", "attempt", "run", "worker", "last_error",
        "progress",
    ]

    var text: String {
        // An event that names the fields itself needs no other source.
        let others = event.data["fields"] == nil ? changes.filter { !Self.implied.contains($0.field) } : []
        let fields = others.map { Event.change(of: $0.field, ["from": $0.from ?? .null, "to": $0.to ?? .null]) }
        return ([event.summary] + fields).filter { !$0.isEmpty }.joined(separator: ", ")
    }

    var json: JSON {
        guard !changes.isEmpty, case .object(var object) = event.json else { return event.json }
        object["changes"] = .object(
            JSONObject(changes.map { ($0.field, ["from": $0.from ?? .null, "to": $0.to ?? .null]) }))
        return .object(object)
    }
}

extension Record {
    /// The fields in which this state of a record differs from the one before.
    fileprivate func changes(from former: Self) -> [(field: String, from: JSON?, to: JSON?)] {
        let (now, then) = (json.object ?? JSONObject(), former.json.object ?? JSONObject())
        return fields(differingFrom: former).map { ($0, then[$0], now[$0]) }
    }
}

extension Event {
    /// Whether it is about a task, or about something that belongs to it.
    func concerns(_ id: ID<Task>) -> Bool { about == id.text || task == id.text }

    /// What changed, in few words: `todo → running`, `(Task completed)`, `priority: normal → high`.
    var summary: String {
        if let reaction { return reaction }
        if self.is(.taskProgress) { return TaskProgress.line(data["percent"], data["text"]) }
        var parts: [String] = []
        var rest = data
        let (from, to) = (rest.remove("from"), rest.remove("to"))
        if from != nil || to != nil {
            parts.append([from.map(\.readerText), "→", to.map(\.readerText)].compactMap { $0 }.joined(separator: " "))
        }
        if let reason = rest.remove("reason")?.string { parts.append("(\(reason))") }
        switch rest.remove("fields") {
        case .object(let fields): parts.append(fields.map { Self.change(of: $0.key, $0.value) }.joined(separator: ", "))
        case let names?: parts.append(names.readerText)
        case nil: break
        }
        parts += rest.map { "\($0.key)=\($0.value.readerText)" }
        return parts.joined(separator: " ")
    }

    /// What a trigger was told of, and what it did: `task/completed T-1 (event 12) → R-3`; nil for other events.
    private var reaction: String? {
        guard tells(of: .trigger), let told = data["type"]?.string, let about = data["record"]?.string,
            let seq = data["event"]?.integer
        else { return nil }
        let head = "\(told) \(about) (event \(seq))"
        if let error = data["error"] { return head + ": " + error.readerText }
        let made = run ?? data["task"]?.string ?? data["notification"]?.string
        return head + (made.map { " → \($0)" } ?? "")
    }

    /// `priority: normal → high`
    fileprivate static func change(of field: String, _ values: JSON) -> String {
        func text(_ value: JSON?) -> String { value.flatMap { $0 == .null ? nil : $0.readerText } ?? "–" }
        return "\(field): \(text(values["from"])) → \(text(values["to"]))"
    }
}

extension JSON {
    /// The value in few words.
    fileprivate var readerText: String {
        do throws(FieldProblem) { return try Assignee(json: self).text } catch { return plainText.shortened }
    }
}

extension String {
    /// As much of a long value as a line has room for.
    fileprivate var shortened: String { count > 60 ? prefix(59) + "…" : self }
}

extension Event {
    /// Whether the event is something that happened to the task; that somebody was told of it is none.
    fileprivate func isHistory(of id: ID<Task>) -> Bool { concerns(id) && !tells(of: .notification) }
}

import Arguments
import Engine
import Model
import Store
import System
import Terminal

/// `tf events`
enum Events {
    static let since = Option("since", .integer(0...Int.max).named("SEQ"), "those after the event SEQ")
    static let tail = Option("tail", short: "n", .integer(0...Int.max), "only the last N")
    static let type = Option(
        "type", short: "t", .eventFilter, "those of a type, such as task/completed or run/*", repeats: true)
    static let task = Option("task", .task, "those about a task and what belongs to it", repeats: true)
    static let flow = Option("flow", .flow, "those of a flow", repeats: true)
    static let run = Option("run", .run, "those of a run", repeats: true)
    static let follow = Flag("follow", short: "f", "go on as events happen")

    static let command = Command(
        "events", "show what has happened in the workspace",
        discussion: """
            Lists events, the oldest first, numbered without gaps. Filters of one kind mean any of them, filters of \
            several kinds all of them.

            With --follow the list goes on as events happen, without gaps or repeats; with tasks or runs it ends when \
            all of them have ended. With --follow and --json each event is printed as a line of its own.
            """,
        examples: [
            Example("tf events --tail 20", "what has happened last"),
            Example("tf events -f --type 'run/*' --jsonl", "every run as it starts and ends, for a program"),
            Example("tf events --since 400 --task T-12", "what has happened to a task since event 400"),
        ],
        parameters: [Section("Filters", [since, tail, type, task, flow, run]), follow],
        exitCodes: [ExitCode(130, "interrupted while it followed")], run: performing(show),
        subcommands: { [EventsEmit.command] })

    static func show(_ context: Context) throws -> Int32 {
        let snapshot = try context.snapshot()
        let filter = try EventFilter(context, snapshot)
        let history = try snapshot.workspace.history()
        let events = try events(in: history, filter, since: context[since], tail: context[tail])
        guard context[follow] else {
            try print(events, context)
            return ExitStatus.done.rawValue
        }
        let stream = EventStream(context, snapshot.workspace, filter)
        if try stream.follow(after: events, from: history.end) { return ExitStatus.done.rawValue }
        return context.interruptedStream("\(CommandLine.line) goes on")
    }

    private static func events(
        in history: History, _ filter: EventFilter, since: Int?, tail: Int?
    ) throws -> [Event] {
        if let since { try history.require(since) }
        var events: [Event] = []
        guard let tail else {
            try history.forEach(after: since) { line in
                events += line.events.filter { $0.seq > since ?? 0 && filter.admits($0) }
                return true
            }
            return events
        }
        guard tail > 0 else { return [] }
        try history.forEachBackwards { line in
            if let since, line.nextSeq <= since + 1 { return false }
            events += line.events.filter { $0.seq > since ?? 0 && filter.admits($0) }.reversed()
            return events.count < tail
        }
        return events.prefix(tail).reversed()
    }

    private static func print(_ events: [Event], _ context: Context) throws {
        let output = context.output
        try output.list(
            events,
            Listing(
                columns: [
                    .init("seq", .right) { Cell(String($0.seq), .dim) },
                    .init("when", fromWidth: 60) { Cell(output.text(of: $0.at), .dim) },
                    .init("type", shrink: .to(12, order: 2)) { Cell($0.type) },
                    .init("about") { Cell($0.about) },
                    .init("actor", shrink: .to(6, order: 1), fromWidth: 60) { Cell($0.actor) },
                    .init("change", shrink: .to(12)) { Cell($0.summary) },
                ],
                id: { String($0.seq) }, shown: { Shown(id: String($0.seq), json: $0.json, fields: Event.fields) },
                empty: context[tail] == 0 ? "--tail 0 shows nothing" : "no event fits"))
    }
}

/// Which events are wanted.
struct EventFilter {
    private let types: [String]
    let tasks: Set<String>
    private let flows: Set<String>
    let runs: Set<String>

    init(_ context: Context, _ snapshot: Snapshot) throws {
        types = context.all(Events.type)
        tasks = Set(
            try context.all(Events.task).map { reference in
                guard let id = try snapshot.taskID(reference), try snapshot.knows(id.key) else {
                    throw Failure.notFound("task \(reference)")
                }
                return id.text
            })
        flows = Set(
            try context.all(Events.flow).map { reference in
                guard let id = ID<Flow>(typed: reference), try snapshot.knows(id.key) else {
                    throw Failure.notFound("flow \(reference)")
                }
                return id.text
            })
        runs = Set(try context.all(Events.run).map { try snapshot.run($0).id.text })
    }

    func admits(_ event: Event) -> Bool {
        if !types.isEmpty, !types.contains(where: { Glob.matches(event.type, $0) }) { return false }
        if !tasks.isEmpty, !tasks.contains(event.about), !tasks.contains(event.task ?? "") { return false }
        if !flows.isEmpty, !flows.contains(event.about), !flows.contains(event.flow ?? "") { return false }
        if !runs.isEmpty, !runs.contains(event.about), !runs.contains(event.run ?? "") { return false }
        return true
    }

    /// What following ends with: the tasks and runs that are asked for, unless a flow is as well.
    var subjects: Set<RecordKey> {
        guard flows.isEmpty else { return [] }
        return Set(
            tasks.map { RecordKey(kind: .task, id: $0) } + runs.map { RecordKey(kind: .run, id: $0) })
    }
}

extension Snapshot {
    /// Whether there is a task or flow, or has been: one that is gone has events all the same.
    fileprivate func knows(_ key: RecordKey) throws -> Bool {
        if try exists(key) { return true }
        var isMentioned = false
        try workspace.history().forEachBackwards(mentioning: "\"\(key.id)\"") { line in
            isMentioned = line.events.contains { $0.about == key.id || $0.task == key.id || $0.flow == key.id }
            return !isMentioned
        }
        return isMentioned
    }
}

/// Prints events as they happen.
private struct EventStream {
    private let output: Output
    private let workspace: Workspace
    private let filter: EventFilter

    init(_ context: Context, _ workspace: Workspace, _ filter: EventFilter) {
        output = context.output
        self.workspace = workspace
        self.filter = filter
    }

    /// Prints `events` and then what is committed after `position`, until all subjects have ended, or until Ctrl-C.
    ///
    /// - Returns: whether the subjects have ended.
    func follow(after events: [Event], from position: JournalPosition) throws -> Bool {
        let interrupt = try Interrupt()
        var follower = Follower(workspace, from: position)
        for event in events { try print(event) }
        let subjects = filter.subjects
        var open = try unended(subjects)
        if !subjects.isEmpty, open.isEmpty {
            // What was committed between reading the history and looking at the records.
            for event in try follower.next().flatMap(\.events) where filter.admits(event) { try print(event) }
            return true
        }
        while true {
            let lines = try follower.next()
            for line in lines {
                for event in line.events where filter.admits(event) { try print(event) }
                for record in line.put where subjects.contains(record.key) {
                    if record.isTerminal { open.remove(record.key) } else { open.insert(record.key) }
                }
                for deletion in line.delete { open.remove(deletion.key) }
            }
            try output.flush()
            if !subjects.isEmpty, open.isEmpty { return true }
            if try interrupt.hasCome() { return false }
            if lines.isEmpty { try follower.wait(beside: interrupt.file) }
        }
    }

    /// Those of the subjects that have not ended.
    private func unended(_ subjects: Set<RecordKey>) throws -> Set<RecordKey> {
        let snapshot = try workspace.snapshot()
        return try subjects.filter { key in
            guard let record = try snapshot.record(key) else { return false }
            return !record.isTerminal
        }
    }

    private func print(_ event: Event) throws {
        switch output.form {
        case .json, .jsonLines: try output.line(event.json.compactText)
        case .template(let template):
            try output.print(Shown(id: String(event.seq), json: event.json, fields: Event.fields), template)
        case .text: try output.line(output.isQuiet ? String(event.seq) : line(of: event))
        }
    }

    private func line(of event: Event) -> String {
        let moment = output.isTerminal ? event.at.timeOfDay : event.at.description
        let painter = output.painter
        let head = [String(event.seq).padded(toWidth: 5, alignment: .right), moment].joined(separator: "  ")
        let columns = [event.type.padded(toWidth: 20), event.about.padded(toWidth: 6), event.actor, event.summary]
        let rest = columns.filter { !$0.isEmpty }.map(\.visibleLine).joined(separator: "  ")
        guard let width = output.width else { return head + "  " + rest }
        return painter.paint(head, .dim) + "  " + rest.truncated(toWidth: max(10, width - head.displayWidth - 2))
    }
}

extension AnyRecord {
    /// Whether a task or run has ended.
    fileprivate var isTerminal: Bool {
        switch self {
        case .task(let task): task.status.isTerminal
        case .run(let run): run.status.isTerminal
        default: false
        }
    }
}

extension Timestamp {
    /// `09:30:15` in local time.
    var timeOfDay: String {
        let seconds = LocalZone.current.localTime(at: self).timeOfDay.milliseconds / 1000
        return [seconds / 3600, seconds / 60 % 60, seconds % 60].map { ($0 < 10 ? "0" : "") + String($0) }
            .joined(separator: ":")
    }
}

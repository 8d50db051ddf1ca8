import Arguments
import Engine
import Model
import Store
import System
import Terminal

/// `tf status`
enum StatusReport {
    static let command = Command(
        "status", "show what runs, what is stuck and what waits for you",
        examples: [Example("tf status", "how things stand")], run: performing(show))

    static func show(_ context: Context) throws {
        let state = try WorkspaceState(try context.workspace(), context)
        let output = context.output
        if output.isStructured { return try output.json(state.json) }
        if case .template(let template) = output.form {
            return try output.print(Shown(id: state.path, json: state.json), template)
        }
        if output.isQuiet { return try output.line(state.counts) }
        try print(state, context)
    }

    private static func print(_ state: WorkspaceState, _ context: Context) throws {
        let output = context.output
        let painter = output.painter
        try output.line("\(painter.paint("workspace", .bold)) \(state.path.visibleLine)")
        try output.line("tasks: \(state.counts)")
        if let waiting = state.waiting { try output.line("inbox: \(waiting)") }
        if !state.isTrusted { try output.line("its agents, triggers and hooks are not trusted: tf trust") }
        try section("running and queued runs", state.runs.isEmpty, output)
        try table(
            state.runs, output,
            [
                Column("id"), Column("task"), Column("status"), Column("agent", shrink: .to(6)),
                Column("since", shrink: .to(6, order: 1)), Column("progress", shrink: .to(6, order: 1)),
            ]
        ) { run in
            [
                Cell(run.id.text), Cell(run.task?.text), Cell(run.status.rawValue, run.status.style),
                Cell(run.agent?.text), Cell(output.text(of: run.startedAt ?? run.queuedAt), .dim),
                Cell(run.status == .running ? run.task.flatMap { state.work[$0]?.progress } : nil),
            ]
        }
        try section("held by workers", state.held.isEmpty, output)
        try table(
            state.held, output,
            [
                Column("id"), Column("title", shrink: .to(16)), Column("holder", shrink: .to(6, order: 1)),
                Column("since"), Column("progress", shrink: .to(6, order: 1)),
            ]
        ) { held in
            [
                Cell(held.task.id.text), Cell(held.task.title), Cell(held.work.holderText, held.work.holderStyle),
                Cell(held.task.startedAt.map(output.text(of:)), .dim), Cell(held.work.progress),
            ]
        }
        try section("stuck", state.stuck.isEmpty, output)
        try table(
            state.stuck, output,
            [
                Column("id"), Column("status"), Column("title", shrink: .to(16)),
                Column("reason", shrink: .to(12, order: 1)),
            ]
        ) { stuck in
            [
                Cell(stuck.task.id.text), Cell(stuck.task.status.rawValue, stuck.task.status.style),
                Cell(stuck.task.title), Cell(stuck.reason),
            ]
        }
        try section("waits for \(context.caller.actor.visibleLine)", state.inbox.isEmpty, output)
        try table(
            state.inbox, output, [Column("id"), Column("priority"), Column("about"), Column("title", shrink: .to(16))]
        ) { notification in
            [
                Cell(notification.id.text), Cell(notification.priority.rawValue, notification.priority.style),
                Cell(notification.about), Cell(notification.title),
            ]
        }
    }

    private static func section(_ title: String, _ isEmpty: Bool, _ output: Output) throws {
        if !isEmpty { try output.write("\n" + output.painter.paint(title, .bold) + "\n") }
    }

    private static func table<Item>(
        _ items: [Item], _ output: Output, _ columns: [Column], _ cells: (Item) -> [Cell]
    ) throws {
        var table = Table(columns)
        for item in items { table.add(cells(item)) }
        try table.render(width: output.width, painter: output.painter) { try output.write(bytes: $0) }
    }
}

/// How a workspace stands.
struct WorkspaceState {
    let path: String
    let isTrusted: Bool
    let tasks: [TaskStatus: Int]
    let ready: Int
    let overdue: Int
    /// Those that wait or are live.
    let runs: [Run]
    /// Running tasks that no run works on, and whose lease, if they have one, has not expired.
    let held: [(task: Task, work: TaskWork)]
    /// The work on all tasks that are running.
    let work: [ID<Task>: TaskWork]
    /// Tasks that go on only when somebody does something, and why.
    let stuck: [(task: Task, reason: String?)]
    /// What waits for the actor.
    let inbox: [Notification]

    /// The statuses in which a task waits for somebody.
    private static let stuckStatuses: [TaskStatus] = [.review, .blocked, .failed, .timedOut, .lost]

    init(_ workspace: Workspace, _ context: Context) throws {
        let snapshot = try workspace.snapshot()
        let now = context.clock.now()
        let table = try snapshot.tasks()
        let readiness = Readiness(in: snapshot, at: now)
        path = workspace.path
        isTrusted = try workspace.isTrusted()
        tasks = Dictionary(table.rows.map { ($0.status, 1) }, uniquingKeysWith: +)
        ready = try table.rows.count { try readiness.isReady($0, among: table) }
        overdue = table.rows.count { $0.isOverdue(at: now) }
        runs = try snapshot.records(tagged: .activeRuns, of: Run.self).map(snapshot.observed)
        let work = try snapshot.work(on: table.rows, at: now)
        self.work = work
        let busy = Set(runs.compactMap(\.task))
        held = try table.rows.filter { $0.status == .running && !busy.contains($0.id) }.inWorkOrder()
            .compactMap { row in
                guard let work = work[row.id], work.expiry == nil, let task = try snapshot.getValid(row.id) else {
                    return nil
                }
                return (task, work)
            }
        stuck = try table.rows.filter { row in
            Self.stuckStatuses.contains(row.status) || work[row.id]?.expiry != nil || table.waitsForEver(row)
        }.inWorkOrder().compactMap { row in
            try snapshot.get(row.id).map { ($0, try Self.reason(of: $0, work[row.id], readiness)) }
        }
        inbox = try snapshot.records(tagged: .openNotifications).filter { $0.to == context.caller.actor }.reversed()
    }

    /// Why a task does not go on.
    private static func reason(of task: Task, _ work: TaskWork?, _ readiness: Readiness) throws -> String? {
        if let work, let expiry = work.expiry {
            return "lease expired at \(expiry)" + (work.holder.map { " while held by \($0)" } ?? "")
        }
        guard task.status == .todo else { return task.tellingReason }
        return try readiness.dependencyCauses(task).map(\.text).joined(separator: "; ")
    }

    /// `3 todo (2 ready), 1 running, 12 done`
    var counts: String {
        let parts = TaskStatus.allCases.compactMap { status -> String? in
            guard let count = tasks[status] else { return nil }
            return "\(count) \(status.rawValue)" + (status == .todo ? " (\(ready) ready)" : "")
        }
        let late = overdue == 0 ? [] : ["\(overdue) overdue"]
        return parts.isEmpty ? "none" : (parts + late).joined(separator: ", ")
    }

    /// `8 notifications, 2 urgent, 7 not read`; nil when none waits.
    var waiting: String? {
        guard !inbox.isEmpty else { return nil }
        let urgent = inbox.count { $0.priority == .urgent }
        let unread = inbox.count { $0.readAt == nil }
        let parts = [
            inbox.count == 1 ? "1 notification" : "\(inbox.count) notifications",
            urgent == 0 ? nil : "\(urgent) urgent",
            unread == 0 ? nil : "\(unread) not read",
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }

    var json: JSON {
        [
            "workspace": path.json, "trusted": isTrusted.json,
            "summary": [
                "tasks": .object(JSONObject(TaskStatus.allCases.map { ($0.rawValue, (tasks[$0] ?? 0).json) })),
                "ready": ready.json, "overdue": overdue.json, "runs": runs.count.json, "held": held.count.json,
                "stuck": stuck.count.json, "inbox": inbox.count.json,
            ],
            "runs": .array(runs.map(\.shownJSON)), "held": .array(held.map(\.task.shownJSON)),
            "stuck": .array(
                stuck.map { stuck in
                    var object = stuck.task.shownJSON.object ?? JSONObject()
                    object["reason"] = stuck.reason?.json
                    return .object(object)
                }),
            "inbox": .array(inbox.map(\.shownJSON)),
        ]
    }
}

extension TaskTable {
    /// Whether a task waits for one that is not going to be done, or not there.
    fileprivate func waitsForEver(_ row: TaskRow) -> Bool {
        guard row.status == .todo else { return false }
        return row.texts(.dependsOn).contains { id in
            guard let status = ID<Task>(id).flatMap({ self[$0] })?.status else { return true }
            return status.isTerminal && status != .done
        }
    }
}

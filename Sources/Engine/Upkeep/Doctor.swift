import Model
import Store
import System

/// What `tf doctor` found, and what it did about it.
public struct DoctorReport: Sendable {
    public var findings: [Finding] = []
    /// What was repaired, one line each.
    public var repairs: [String] = []
}

extension Engine {
    /// Looks for everything that is wrong with the workspace, and mends what can be mended safely.
    ///
    /// - Parameters:
    ///   - repair: finishes what was interrupted, begins a new journal in place of a damaged one, takes edits by hand
    ///     into the journal and settles lost runs. The findings are those from before.
    ///   - leftovers: the processes that are left of a run whose supervisor is gone.
    ///   - clear: ends them, before anything is repaired.
    /// - Returns: what was found and done.
    package func doctor(
        repair: Bool, leftovers: @escaping (Run) throws -> [Int], clear: ([ID<Run>]) throws -> Void
    ) throws -> Obliged<DoctorReport> {
        var report = DoctorReport()
        var integrity = Integrity(workspace)
        report.findings = try integrity.examine()
        let isReadable = !report.findings.contains { $0.code == "journal_damaged" }
        if isReadable { report.findings += try Operation(workspace, leftovers: leftovers).findings() }
        report.findings.sort { ($0.severity, $0.code) < ($1.severity, $1.code) }
        guard repair else { return Obliged(report, Obligations()) }
        if !isReadable {
            let place = try workspace.setJournalAside()
            report.repairs.append(
                "a new journal was begun with the records as their files have them; the old one is in \(place)")
        }
        if report.findings.contains(where: { $0.code == "drift" }) {
            try workspace.dropIndex()
            report.repairs.append("the index was made anew; files that differ from the journal count as edited")
        }
        let dead = try workspace.snapshot().deadRuns()
        try clear(dead)
        return try change("repair") { change in
            report.repairs += try Tick(change, cleared: dead).sweep().actions.map(\.text)
            if !report.repairs.isEmpty {
                let repairs = JSON.array(report.repairs.map { .string($0) })
                change.transaction.emit(
                    .workspaceRepaired, about: WorkspaceRecord.theID.key, data: JSONObject([("repairs", repairs)]))
            }
            return []
        }.map { _ in report }
    }
}

/// Looks for work that is stuck.
struct Operation {
    private let workspace: Workspace
    private let snapshot: Snapshot
    private let now: Timestamp
    private let leftovers: (Run) throws -> [Int]

    /// - Parameter leftovers: the processes that are left of a run whose supervisor is gone.
    init(_ workspace: Workspace, leftovers: @escaping (Run) throws -> [Int]) throws {
        self.workspace = workspace
        self.leftovers = leftovers
        snapshot = try workspace.snapshot()
        now = workspace.clock.now()
    }

    func findings() throws -> [Finding] {
        let runs = try snapshot.records(tagged: .activeRuns, of: Run.self).filter { !$0.status.isTerminal }
        var findings = try runs.flatMap(findings)
        let standing = try snapshot.tasks().rows.filter { $0.status == .running || $0.status == .blocked }
            .map { TaskSummary($0) }.sorted { Identifier.precedes($0.id.text, $1.id.text) }
        for summary in standing {
            switch summary.status {
            case .running: findings += try phantom(summary)
            case .blocked where now.since(summary.updatedAt) >= .seconds(1800):
                findings.append(
                    Finding(
                        "stale_blocked", .warning, about: summary.id.text,
                        "\(summary.id) has been blocked since \(summary.updatedAt)",
                        remedy: "tf task show \(summary.id) says why"))
            default: break
            }
        }
        return findings + (try undelivered()) + (try idleHooks())
    }

    /// Notifications that could not be handed over, as long as nobody has seen them in the inbox either.
    private func undelivered() throws -> [Finding] {
        try snapshot.records(tagged: .openNotifications, of: Notification.self).compactMap { notification in
            guard let error = notification.deliveryError, notification.readAt == nil else { return nil }
            return Finding(
                "undelivered", .warning, about: notification.id.text,
                "\(notification.id) was not delivered to \(notification.to): \(error)",
                remedy: "tf inbox --user \(notification.to)")
        }
    }

    /// Hooks that cannot run.
    private func idleHooks() throws -> [Finding] {
        try Hooks.idle(in: workspace).map { hook in
            let path = Layout.hook(hook.file)
            return Finding(
                hook.code, .warning, about: path, "\(path) \(hook.reason), so it does not run", remedy: hook.remedy)
        }
    }

    private func findings(_ run: Run) throws -> [Finding] {
        var findings: [Finding] = []
        let life = try snapshot.life(of: run.id)
        if life == .dead {
            findings.append(
                Finding(
                    "lost", .warning, about: run.id.text, "\(run.id) says it is running, and nobody supervises it",
                    remedy: "tf tick settles it"))
            for pid in try leftovers(run) {
                findings.append(
                    Finding(
                        "orphan_process", .warning, about: run.id.text, "process \(pid) is left of \(run.id)",
                        remedy: "tf tick settles the run and ends it"))
            }
        }
        if let stop = run.stop, life == .alive, now.since(stop.at) >= .seconds(300) {
            findings.append(
                Finding(
                    "stop_stuck", .warning, about: run.id.text,
                    "\(run.id) was asked to \(stop.verb.rawValue) at \(stop.at) and has not ended"))
        }
        if run.status == .queued, now.since(max(run.queuedAt, run.notBefore ?? run.queuedAt)) >= .seconds(600),
            try hasFreeSlot()
        {
            findings.append(
                Finding(
                    "stale_queued", .warning, about: run.id.text,
                    "\(run.id) has been waiting since \(run.queuedAt) although a slot is free",
                    remedy: "tf tick starts it"))
        }
        if life == .alive, let silent = try silence(of: run), silent >= .seconds(1800) {
            findings.append(
                Finding(
                    "stale_running", .warning, about: run.id.text,
                    "\(run.id) has printed nothing for \(silent.text)", remedy: "tf run logs \(run.id)"))
        }
        return findings
    }

    /// How long a live run has been silent.
    private func silence(of run: Run) throws -> Duration? {
        guard let started = run.startedAt else { return nil }
        let log = workspace.path + "/" + Layout.log(run.id)
        let written = try FileSystem.status(log).map { Timestamp(milliseconds: $0.modified / 1_000_000) }
        let beat = try Liveness(workspace).lastBeat(of: run.id)
        return now.since(max(started, written ?? started, beat ?? started))
    }

    private func hasFreeSlot() throws -> Bool {
        let live = try snapshot.records(tagged: .activeRuns, of: Run.self).filter {
            $0.status == .running && $0.agent != nil
        }
        return live.count < Slots.limit(workspace.settings)
    }

    /// A task that is running by a run or under a lease that is not. One that a person started by hand is none.
    private func phantom(_ summary: TaskSummary) throws -> [Finding] {
        if let lease = try snapshot.getValid(summary.id.lease) {
            guard lease.isExpired(at: now) else { return [] }
            return [
                Finding(
                    "phantom_running", .warning, about: summary.id.text,
                    "\(summary.id) is running, but the lease of \(lease.owner) expired at \(lease.expiresAt)",
                    remedy: "tf tick takes it back")
            ]
        }
        guard let run = summary.run.flatMap({ ID<Run>($0) }), let task = try snapshot.getValid(summary.id) else {
            return []
        }
        guard try snapshot.exists(run.key) else {
            return [
                Finding(
                    "phantom_running", .warning, about: summary.id.text,
                    "\(summary.id) is running, but there is no run \(run)",
                    remedy: "tf task release \(summary.id) hands it back")
            ]
        }
        // Who has begun it by hand since is another one than the run's agent, and has begun later.
        guard let worker = task.worker, let record = try snapshot.getValid(run), record.status.isTerminal,
            record.agent.map({ $0.text == worker }) ?? true, let ended = record.endedAt, let started = task.startedAt,
            started < ended
        else { return [] }
        return [
            Finding(
                "phantom_running", .warning, about: summary.id.text,
                "\(summary.id) is running, but its run \(run) is \(record.status.rawValue)",
                remedy: "tf task release \(summary.id) hands it back")
        ]
    }
}

import Model
import Store
import System

/// One thing that `tf gc` removes, or would remove.
public struct Garbage: Hashable, Sendable {
    /// The record or file.
    public let about: String
    /// Why it is not kept.
    public let reason: String
    public let bytes: Int64

    /// One row of the result's JSON.
    public var json: JSON { ["about": about.json, "reason": reason.json, "bytes": .integer(bytes)] }
}

/// What `tf gc` has removed, or would remove.
public struct GarbageReport: Sendable {
    public let garbage: [Garbage]
    /// The change that says so; nil when there was nothing, or nothing was to be done.
    public let changed: Changed?
}

extension Engine {
    /// Removes ended runs, their logs, and resolved notifications that are older than the retention.
    ///
    /// The newest run of a task that has not ended stays, and so does every run that is not settled.
    ///
    /// - Parameters:
    ///   - keep: the size that all logs together may have; the oldest go first.
    ///   - dryRun: names the same things and removes nothing.
    public func collectGarbage(keep: Int64?, dryRun: Bool) throws -> Obliged<GarbageReport> {
        // What is removed could not be found again where the history is in doubt.
        try workspace.checkJournal()
        var collection = Collection(workspace, keep: keep)
        try collection.find()
        guard !dryRun, !collection.garbage.isEmpty else {
            return Obliged(GarbageReport(garbage: collection.garbage, changed: nil), Obligations())
        }
        // Files first: on a full disk there may be no room for the journal's line before they are gone.
        for run in collection.runs { try FileSystem.removeTree(workspace.path + "/" + Layout.run(run.id)) }
        return try change("gc") { change in
            for run in collection.runs {
                guard let run = try change.transaction.get(run.id), run.status.isTerminal else { continue }
                try change.transaction.delete(run)
            }
            for notification in collection.notifications {
                guard let notification = try change.transaction.get(notification.id) else { continue }
                try change.transaction.delete(notification)
            }
            return []
        }.map { GarbageReport(garbage: collection.garbage, changed: $0) }
    }
}

/// Decides what is not kept.
private struct Collection {
    /// How long lost runs are kept: they say little.
    static let lostRetention = Duration.seconds(24 * 3600)

    private let workspace: Workspace
    private let keep: Int64?
    private(set) var garbage: [Garbage] = []
    private(set) var runs: [Run] = []
    private(set) var notifications: [Notification] = []

    init(_ workspace: Workspace, keep: Int64?) {
        self.workspace = workspace
        self.keep = keep
    }

    mutating func find() throws {
        let snapshot = try workspace.snapshot()
        let now = workspace.clock.now()
        let retention = workspace.settings.retention.value
        var kept: [(run: Run, bytes: Int64)] = []
        for run in try snapshot.all(Run.self) {
            guard run.status.isTerminal, let ended = run.endedAt, try !isNeeded(run, in: snapshot) else { continue }
            let bytes = try size(of: run)
            let limit = run.status == .lost ? min(Self.lostRetention, retention) : retention
            if now.since(ended) >= limit {
                add(run, bytes, "ended \(ended)")
            } else {
                kept.append((run, bytes))
            }
        }
        if let keep { dropOldest(of: kept, until: keep) }
        for notification in try snapshot.all(Notification.self) {
            guard let resolved = notification.resolvedAt, now.since(resolved) >= retention else { continue }
            notifications.append(notification)
            garbage.append(Garbage(about: notification.id.text, reason: "resolved \(resolved)", bytes: 0))
        }
    }

    private mutating func add(_ run: Run, _ bytes: Int64, _ reason: String) {
        runs.append(run)
        garbage.append(Garbage(about: run.id.text, reason: reason, bytes: bytes))
    }

    private mutating func dropOldest(of kept: [(run: Run, bytes: Int64)], until limit: Int64) {
        var total = kept.reduce(0) { $0 + $1.bytes }
        for (run, bytes) in kept.sorted(by: { ($0.run.endedAt ?? .distantFuture) < ($1.run.endedAt ?? .distantFuture) })
        {
            guard total > limit else { return }
            total -= bytes
            add(run, bytes, "the logs are larger than \(ByteCount(limit))")
        }
    }

    /// Whether a run is the newest of a task that has not ended.
    private func isNeeded(_ run: Run, in snapshot: Snapshot) throws -> Bool {
        guard let task = try run.task.flatMap({ try snapshot.getValid($0) }) else { return false }
        return task.run == run.id && !task.status.isTerminal
    }

    private func size(of run: Run) throws -> Int64 {
        let path = workspace.path + "/" + Layout.run(run.id)
        return try FileSystem.names(in: path).reduce(0) { sum, name in
            sum + (try FileSystem.status(path + "/" + name)?.allocated ?? 0)
        }
    }
}

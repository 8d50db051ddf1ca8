import Model
import Store
import System

/// One thing that a pass of `tf tick` did, or would do.
public struct TickAction: Hashable, Sendable {
    /// What kind of thing it is.
    public enum Kind: String, CaseIterable, Sendable {
        /// A change that somebody made to a file was taken into the journal.
        case adopted
        /// A task whose lease had expired was taken back.
        case stale
        /// A run without supervisor was settled.
        case lost
        /// A task that had become ready got a run.
        case queued
        /// A waiting run was started.
        case started
        /// A trigger did something about an event, or could not.
        case reacted
    }

    public let kind: Kind
    /// The record that it is about.
    public let about: String
    /// The same in a sentence.
    public let text: String

    /// One row of the result's JSON.
    public var json: JSON { ["kind": kind.rawValue.json, "about": about.json, "text": text.json] }
}

/// What a pass came to.
public struct TickReport: Sendable {
    public var actions: [TickAction] = []
    /// Files that are not records: they are left alone.
    public var invalid: [InvalidRecord] = []

    /// Says nothing of starts that did not come about.
    public mutating func forgetUnstarted(in engine: Engine) throws {
        let snapshot = try engine.workspace.snapshot()
        actions = try actions.filter { action in
            guard action.kind == .started, let id = ID<Run>(action.about) else { return true }
            return try snapshot.getValid(id)?.status != .queued
        }
    }

    fileprivate mutating func take(_ reactions: [Reaction]) {
        for reaction in reactions {
            actions.append(TickAction(kind: .reacted, about: reaction.trigger.text, text: reaction.text))
        }
    }
}

extension Engine {
    /// Makes one pass over everything that time or somebody else has moved: edits by hand, stale leases, lost runs,
    /// tasks whose time has come, and queued runs.
    ///
    /// - Parameters:
    ///   - cleared: the runs without supervisor of which no process is left.
    ///   - dryRun: says what would be done and does nothing.
    package func tick(cleared: [ID<Run>], dryRun: Bool) throws -> Obliged<TickReport> {
        var report = TickReport()
        do {
            return try change("tick") { change in
                report = try Tick(change, cleared: cleared).pass()
                if dryRun {
                    report.take(try Telling(change).tell())
                    // Refusing the transaction is what makes it a dry one: both say the same, because both do the same.
                    throw DryRun()
                }
                return []
            }.map { changed in
                report.take(changed.reactions)
                return report
            }
        } catch is DryRun {
            return Obliged(report, Obligations())
        }
    }

    private struct DryRun: Error {}

    /// When something is due that only a pass over the workspace does; nil when nothing is to be waited for.
    public func nextDue() throws -> Timestamp? {
        let snapshot = try workspace.snapshot()
        let now = workspace.clock.now()
        var moments = try snapshot.activeRuns().filter { $0.status == .queued }.compactMap { $0.notBefore }
        for row in try snapshot.indexedTasks().rows where row.status == .todo {
            if let moment = row.notBefore { moments.append(moment) }
        }
        if let expiry = try snapshot.leaseOutlook(at: now).next { moments.append(expiry) }
        return moments.filter { $0 > now }.min()
    }
}

/// One pass of `tf tick`, within its transaction.
package struct Tick {
    private let change: Change
    private let cleared: [ID<Run>]
    private var transaction: Transaction { change.transaction }

    /// - Parameter cleared: the runs without supervisor of which no process is left.
    package init(_ change: Change, cleared: [ID<Run>]) {
        self.change = change
        self.cleared = cleared
    }

    /// Everything, with what would be started.
    func pass() throws -> TickReport {
        var report = try sweep()
        for run in try Slots(change).startable(RunSelection(includesQueues: true)) {
            report.actions.append(
                TickAction(kind: .started, about: run.id.text, text: "\(run.id) of \(run.purpose) started"))
            // Also what only a worker or a tick starts.
            change.obligations.starts = true
        }
        return report
    }

    /// Takes in what time or somebody else has moved, and starts nothing.
    package func sweep() throws -> TickReport {
        var report = TickReport()
        report.invalid = try transaction.adoptOutsideChanges()
        try Hooks(change).adopt()
        try Delivery(change).adopt(try change.settings)
        for record in transaction.adopted {
            report.actions.append(
                TickAction(kind: .adopted, about: record.key.id, text: "\(record.key.id) adopted as somebody left it"))
        }
        for stale in try Leases(change).takeBack(thoroughly: true) {
            let (task, owner) = (stale.task, stale.owner)
            report.actions.append(
                TickAction(
                    kind: .stale, about: task.id.text,
                    text: "\(task.id) \(task.status.rawValue), its lease had expired while held by \(owner)"))
        }
        report.actions += try loseDeadRuns()
        report.actions += try queueWhatIsDue()
        return report
    }

    private func loseDeadRuns() throws -> [TickAction] {
        var actions: [TickAction] = []
        let running = try transaction.activeRuns().filter { $0.status == .running }.map(\.id)
        for id in running.sorted(by: { Identifier.precedes($0.text, $1.text) }) {
            guard try change.life(of: id) == .dead, let run = try transaction.getValid(id), run.status == .running
            else {
                continue
            }
            // One that has lost its supervisor since may still have processes.
            guard cleared.contains(id) else {
                change.note(dead: id)
                continue
            }
            try Settlement(change).lose(id)
            let status = try run.task.flatMap { try transaction.get($0) }?.status.rawValue ?? "deleted"
            let consequence = run.isReaction ? "" : ", \(run.purpose) \(status)"
            actions.append(TickAction(kind: .lost, about: id.text, text: "\(id) lost" + consequence))
        }
        return actions
    }

    /// Queues runs for tasks that have become ready by the passing of time, or by what somebody did to the files.
    ///
    /// Those that have a run are left out, by what the index knows: in a long queue these are nearly all.
    private func queueWhatIsDue() throws -> [TickAction] {
        let agents = try Snapshot.agents(of: transaction).filter { $0.argumentVector != nil && !$0.disabled }
        let names = agents.map(\.id.text)
        let active = try transaction.activeRuns()
        // What a trigger does about a task does not hold it.
        let busy = Set(active.filter { !$0.isReaction }.map(\.task))
        let before = Set(active.map(\.id))
        let table = try transaction.indexedTasks()
        let readiness = Readiness(in: transaction, at: change.now)
        for row in table.rows where row.status == .todo && names.contains(where: { row.text(.agent, is: $0) }) {
            if try !busy.contains(row.id) && readiness.isReady(row, among: table) { change.touch(row.id) }
        }
        try change.follow()
        return try transaction.ids(tagged: .activeRuns, of: Run.self).filter { !before.contains($0) }
            .sorted { Identifier.precedes($0.text, $1.text) }
            .compactMap { id in
                guard let run = try transaction.get(id), run.status == .queued else { return nil }
                return TickAction(kind: .queued, about: id.text, text: "\(id) queued for \(run.purpose)")
            }
    }
}

extension Snapshot {
    /// Every agent, as files and this transaction have them.
    fileprivate static func agents(of transaction: Transaction) throws -> [Agent] {
        try transaction.workspace.snapshot().all(Agent.self).compactMap { try transaction.getValid($0.id) }
    }
}

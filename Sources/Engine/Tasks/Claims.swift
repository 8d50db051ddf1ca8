import Model
import Store
import System

/// What somebody who is looking for work wants.
public struct ClaimRequest: Sendable {
    /// Who is going to hold the task.
    public var owner: String
    /// How long the lease is to last without a heartbeat.
    public var length: WrittenDuration?
    /// The labels that the task must have, all of them.
    public var labels: [String] = []
    public var type: String?
    /// The id of a flow, as people type it.
    public var flow: String?

    /// Called when a claim is about to be committed: from then on somebody has to be told its token.
    public var willCommit: @Sendable () throws -> Void = {}

    /// Any task, for the usual time.
    public init(owner: String) {
        self.owner = owner
    }
}

extension Engine {
    /// Takes a task with a lease: the one that is named, else the first in work order that is ready, wanted, and
    /// assigned to nobody or to the owner. Leases that have expired are taken back before.
    ///
    /// - Parameter patiently: takes a named task that cannot be claimed yet for nothing to claim; else it is refused.
    /// - Returns: the task and its lease, token included; nothing when there is nothing to claim.
    public func claim(_ reference: String?, _ request: ClaimRequest, patiently: Bool = false) throws -> Obliged<Changed>
    {
        let target = [reference ?? "next", "as", request.owner].joined(separator: " ")
        return try change("claim", target: target) { change in
            guard !request.owner.trimmingBlanks.isEmpty else { throw Failure(.refused, "the owner's name is empty") }
            let length = Lease.length(request.length, change.transaction.workspace)
            _ = try Leases(change).takeBack()
            guard let task = try change.wanted(reference, request, patiently: patiently) else {
                change.transaction.keepsReceipt = false
                return []
            }
            let claimed = try change.claim(task, for: request.owner, length)
            try request.willCommit()
            return claimed
        }
    }

    /// What can be seen without the lock of whether a claim would succeed.
    package func outlook(_ reference: String?, _ request: ClaimRequest) throws -> ClaimOutlook {
        let snapshot = try workspace.snapshot()
        return try ClaimOutlook(snapshot, reference, request, Scope(of: caller, in: snapshot))
    }
}

extension Lease {
    /// The length of a lease that is asked for, within what is allowed. That it was changed is said.
    static func length(_ wanted: WrittenDuration?, _ workspace: Workspace) -> WrittenDuration {
        guard let wanted else { return usualLength }
        let length = clamped(wanted)
        if length != wanted {
            let bound = length.value > wanted.value ? "at least" : "at most"
            workspace.options.warn("a lease lasts \(bound) \(length.text), not \(wanted.text)")
        }
        return length
    }
}

/// What can be seen without the lock of whether a claim would succeed.
package struct ClaimOutlook {
    /// Whether a claim is worth the lock.
    package let isPromising: Bool
    /// How long until time alone can change that; nil when it cannot, and when it is worth the lock already.
    package let patience: Duration?

    init(_ snapshot: Snapshot, _ reference: String?, _ request: ClaimRequest, _ scope: Scope) throws {
        let now = snapshot.workspace.clock.now()
        let search = try ClaimSearch(in: snapshot, at: now, request, scope)
        let leases = try snapshot.leaseOutlook(at: now)
        if leases.hasExpired {
            isPromising = true
        } else if let reference {
            // One that is gone, or has ended, is for the claim to refuse.
            guard let id = try snapshot.taskID(reference), let task = try snapshot.get(id) else {
                isPromising = true
                patience = nil
                return
            }
            isPromising = try task.status.isTerminal || search.isFree(task)
        } else {
            isPromising = try search.first() != nil
        }
        let moments = isPromising ? [] : [try search.nextStart(), leases.next].compactMap { $0 }
        patience = moments.min().map { $0.since(now) }
    }
}

/// Looks for the task that is to be claimed next.
struct ClaimSearch {
    private let source: any RecordSource
    private let now: Timestamp
    private let request: ClaimRequest
    private let flow: ID<Flow>?
    private let scope: Scope

    /// - Throws: `not_found` for a flow that there is not.
    init(in source: any RecordSource, at now: Timestamp, _ request: ClaimRequest, _ scope: Scope) throws {
        self.source = source
        self.now = now
        self.request = request
        flow = try request.flow.map(source.flowID)
        self.scope = scope
    }

    /// The first task in work order that is ready, wanted, within the scope, and not somebody else's.
    ///
    /// The index says which ones could be; the record of the one that is taken is read, because somebody may have
    /// edited its file since.
    func first() throws -> Task? {
        let table = try source.indexedTasks()
        let readiness = Readiness(in: source, at: now)
        let candidates = try table.rows.filter { try isWanted($0) && readiness.isReady($0, among: table) }
        // Nearly always it is the first one: the others are put in order only when it is not.
        guard let first = candidates.firstInWorkOrder() else { return nil }
        if let task = try taken(first) { return task }
        for row in candidates.inWorkOrder() {
            if let task = try taken(row) { return task }
        }
        return nil
    }

    /// The task of a row, if it can still be claimed by what its file says.
    private func taken(_ row: TaskRow) throws -> Task? {
        guard let task = try source.getValid(row.id), isWanted(task), try isFree(task) else { return nil }
        return task
    }

    /// Whether a task is ready, and nothing runs for it or is about to.
    func isFree(_ task: Task) throws -> Bool {
        if let id = task.run, let run = try source.getValid(id), !run.status.isTerminal { return false }
        return try Readiness(in: source, at: now).isReady(task)
    }

    /// The first moment at which the time of some task comes; nil when there is none.
    func nextStart() throws -> Timestamp? {
        let todo = try source.indexedTasks().rows.lazy.filter { $0.status == .todo && !$0.isHeld }
        return todo.compactMap(\.notBefore).filter { $0 > now }.min()
    }

    private func isWanted(_ row: TaskRow) -> Bool {
        guard row.status == .todo else { return false }
        if let type = request.type, !row.text(.type, is: type) { return false }
        if let flow, !row.text(.flow, is: flow.text) { return false }
        for label in request.labels where !row.texts(.labels, contain: label) { return false }
        if !scope.isWorkspace, !scope.reaches(row.id, parent: row.text(.parent), flow: row.flow) { return false }
        return row.isUnassigned || row.text(.agent, is: request.owner) || row.text(.user, is: request.owner)
    }

    private func isWanted(_ task: Task) -> Bool {
        TaskRow(.task(task)).map(isWanted) ?? false
    }
}

extension Change {
    /// The task that is to be claimed; nil when there is nothing to claim.
    fileprivate func wanted(_ reference: String?, _ request: ClaimRequest, patiently: Bool) throws -> Task? {
        guard let reference else {
            try transaction.adoptAddedTasks()
            guard let task = try ClaimSearch(in: transaction, at: now, request, Scope(self)).first() else { return nil }
            try checkRev(task)
            return task
        }
        var task = try targets([reference])[0]
        // What the file says counts, also where the index has not been told.
        if let lease = try transaction.getValid(task.id.lease), let freed = try Leases(self).takeBack(lease) {
            task = freed
        }
        let search = try ClaimSearch(in: transaction, at: now, request, Scope(self))
        if patiently, !task.status.isTerminal, try !search.isFree(task) { return nil }
        try checkStartable(task, for: .claim)
        return task
    }

    /// Stages the claim of a task that is free.
    fileprivate func claim(_ former: Task, for owner: String, _ length: WrittenDuration) throws -> [RecordKey] {
        var task = former
        try task.apply(.claim, at: transaction.now(for: task))
        task.worker = owner
        // What is left of another claim has nothing to do with this one.
        try transaction.endLease(of: task.id)
        var lease = Lease(of: task.id, owner: owner, token: try Lease.newToken(), length: length, from: now)
        lease.commandID = transaction.purpose.commandID
        try transaction.put(lease)
        try put(task)
        emitTransition(
            .claim, task, from: former, run: nil,
            data: JSONObject([("owner", owner.json), ("expires_at", lease.expiresAt.json)]))
        return [task.key, lease.key]
    }
}

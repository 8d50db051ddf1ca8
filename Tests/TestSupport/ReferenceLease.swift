/// What the specification says of a lease.
public struct ReferenceLease: Equatable, Sendable {
    /// How many leases the workspace has had with this one; stands for the token.
    public var number: Int
    public var owner: String
    /// In milliseconds, as all moments here.
    public var expiresAt: Int64
    /// How long a heartbeat extends it, in milliseconds.
    public var length: Int64
    public var updatedAt: Int64

    public init(number: Int, owner: String, expiresAt: Int64, length: Int64, updatedAt: Int64) {
        self.number = number
        self.owner = owner
        self.expiresAt = expiresAt
        self.length = length
        self.updatedAt = updatedAt
    }

    /// 30 s unless asked, at least 5 s, at most 24 h.
    fileprivate static func length(_ wanted: Int64?) -> Int64 { min(max(wanted ?? 30_000, 5000), 24 * 3_600_000) }
}

extension ReferenceWorkspace {
    /// Refuses what needs the token of a lease, unless it is given or `--force` goes over it.
    func authorize(
        _ verb: String, _ entry: Entry, _ given: Step.Authorization, at now: Int64
    ) throws(Refusal) {
        guard table.guarded.contains(verb), !given.force else { return }
        guard let lease = entry.lease else {
            // Who shows a token means a lease that has ended.
            if given.token != nil, entry.task.status == "running" { throw Refusal(word: "lease_invalid") }
            return
        }
        guard let token = given.token else { throw Refusal(word: "lease_required") }
        guard token == .latest else { throw Refusal(word: "lease_invalid") }
        guard now < lease.expiresAt else { throw Refusal(word: "lease_expired") }
    }

    /// Takes back the tasks whose leases have expired: to be done again, or failed once their attempts are used up.
    mutating func takeBack(_ changes: inout Changes) {
        for number in tasks.keys.sorted() {
            guard let entry = tasks[number], let lease = entry.lease, lease.expiresAt <= changes.now else { continue }
            let error = "lease expired while held by \(lease.owner)"
            // An agent makes one attempt, unless something else is said.
            if entry.task.attempt < entry.task.maxAttempts ?? (entry.agent == nil ? 3 : 1) {
                move(number, "requeue", reason: nil, event: "stale_requeued", &changes) { $0.task.lastError = error }
            } else {
                move(number, "fail", reason: error, byTime: true, &changes) { _ in }
            }
        }
    }

    /// Claims a task: the one with this number, else the next one. Nothing to claim is no error.
    mutating func claim(
        _ wanted: Int?, _ claim: Step.Claim, _ step: Step, _ changes: inout Changes
    ) throws(Refusal) {
        takeBack(&changes)
        guard let number = wanted ?? next(for: claim, at: changes.now) else {
            changes.keepsReceipt = false
            return
        }
        _ = try find(number, step)
        guard isReady(number, at: changes.now) else { throw .byState }
        leases += 1
        let length = ReferenceLease.length(claim.length)
        let lease = ReferenceLease(
            number: leases, owner: claim.owner, expiresAt: changes.now + length, length: length,
            updatedAt: changes.now)
        move(number, "claim", reason: nil, &changes) { entry in
            entry.worker = claim.owner
            entry.lease = lease
        }
        changes.token = leases
    }

    /// The first task in work order that is ready, wanted, and assigned to nobody or to the owner.
    private func next(for claim: Step.Claim, at now: Int64) -> Int? {
        let candidates = tasks.filter { number, entry in
            isReady(number, at: now) && claim.label.map(entry.labels.contains) ?? true
                && (entry.agent ?? entry.user ?? claim.owner) == claim.owner
        }
        return candidates.min { workPlace($0.value, $0.key).lexicographicallyPrecedes(workPlace($1.value, $1.key)) }?
            .key
    }

    /// What decides when a task's turn is: priority, then what is due first, then age, then number.
    private func workPlace(_ entry: Entry, _ number: Int) -> [Int64] {
        let rank = Step.Fields.priorities.firstIndex(of: entry.priority) ?? 0
        return [Int64(rank), entry.due ?? .max, entry.createdAt, Int64(number)]
    }

    /// Extends the lease of a running task, if it has one, and notes how far the work has come.
    mutating func beat(
        _ number: Int, _ former: Entry, _ beat: Step.Beat, _ changes: inout Changes
    ) throws(Refusal) {
        // There is nothing to be extended.
        if former.lease == nil, beat.length != nil { throw .byState }
        var entry = former
        if var lease = entry.lease {
            let now = max(changes.now, lease.updatedAt)
            lease.expiresAt = now + (beat.length.map(ReferenceLease.length) ?? lease.length)
            if lease != entry.lease {
                lease.updatedAt = now
                changes.hasMovedLease = true
            }
            entry.lease = lease
        }
        if beat.note != nil || beat.percent != nil {
            entry.task.progress = ReferenceTask.Progress(
                text: beat.note ?? entry.task.progress?.text, percent: beat.percent ?? entry.task.progress?.percent,
                at: max(changes.now, entry.updatedAt))
            if entry.task.progress != former.task.progress { changes.touch(number) }
            changes.emit("task/progress", number)
        }
        tasks[number] = entry
    }
}

/// What the specification says of a whole workspace: what each step does, says and refuses.
public struct ReferenceWorkspace: Sendable {
    /// A task with what ties it to others.
    public struct Entry: Equatable, Sendable {
        public var task = ReferenceTask()
        public var rev = 1
        public var createdAt: Int64
        public var updatedAt: Int64
        public var createdBy: String
        public var title = Step.title
        public var priority = "normal"
        public var labels: [String] = []
        public var due: Int64?
        public var notBefore: Int64?
        public var agent: String?
        public var user: String?
        public var isHeld = false
        public var dependsOn: [Int] = []
        /// Who holds it, or held it last.
        public var worker: String?
        public var lease: ReferenceLease?
        /// Notifications about it that nobody has dealt with.
        public var notifications = 0
        /// Those of them that are over when the task leaves a status, by that status; `failed` stands for `timed_out` too.
        public var answerable: [String: Int] = [:]

        /// A task that `createdBy` has just created.
        public init(createdAt: Int64, createdBy: String) {
            self.createdAt = createdAt
            self.createdBy = createdBy
            updatedAt = createdAt
        }

        mutating func take(_ fields: Step.Fields) {
            if let title = fields.title { self.title = title }
            if let priority = fields.priority { self.priority = priority }
            if let label = fields.label, !labels.contains(label) { labels.append(label) }
            if let due = fields.due { self.due = due }
            if let notBefore = fields.notBefore { self.notBefore = notBefore }
            if let most = fields.maxAttempts { task.maxAttempts = most }
        }
    }

    /// What a step comes to.
    public enum Outcome: Equatable, Sendable {
        /// The types of the events, each with the task that it is of: `task/started T-1`; and the token that a claim
        /// gives, by the number of the lease.
        case done([String], token: Int? = nil)
        /// The word of the error.
        case refused(String)
    }

    public internal(set) var tasks: [Int: Entry] = [:]
    private(set) var created = 0
    /// How many leases there have been.
    var leases = 0
    private var commands: [String: Receipt] = [:]
    let table: ReferenceTable

    /// A command that was carried out under an id.
    private struct Receipt {
        let identity: String
        let token: Int?
    }

    /// An empty workspace with the agents that steps assign tasks to.
    public init(table: ReferenceTable = ReferenceTable()) {
        self.table = table
    }

    /// Whether a task could be claimed, or started by a run.
    public func isReady(_ number: Int, at now: Int64) -> Bool {
        guard let entry = tasks[number] else { return false }
        return entry.task.status == "todo" && !entry.isHeld && canBegin(entry, at: now)
    }

    private func canBegin(_ entry: Entry, at now: Int64) -> Bool {
        entry.notBefore ?? now <= now && entry.dependsOn.allSatisfy { tasks[$0]?.task.status == "done" }
    }

    /// Carries out a step. A refused one changes nothing.
    public mutating func perform(_ step: Step) -> Outcome {
        let identity = step.action.identity
        if let id = step.commandID, let known = commands[id] {
            // The token is good for nothing, and given no more, once its lease has ended.
            let isLeased = tasks.values.contains { $0.lease?.number == known.token }
            return known.identity == identity
                ? .done([], token: isLeased ? known.token : nil) : .refused("command_id_reused")
        }
        var copy = self
        do throws(Refusal) {
            var changes = Changes(step)
            try copy.perform(step, &changes)
            copy.commit(changes)
            if let id = step.commandID, changes.keepsReceipt, !changes.isEmpty {
                copy.commands[id] = Receipt(identity: identity, token: changes.token)
            }
            self = copy
            return .done(changes.events, token: changes.token)
        } catch {
            return .refused(error.word)
        }
    }

    // MARK: Steps

    struct Refusal: Error {
        let word: String
        static let byState = Refusal(word: "refused")
        static let notFound = Refusal(word: "not_found")
    }

    /// What a step has changed so far.
    struct Changes {
        let actor: String
        let now: Int64
        var events: [String] = []
        var changed: [Int] = []
        /// Whether a lease was made to last until another moment.
        var hasMovedLease = false
        /// The number of the lease whose token is given.
        var token: Int?
        /// Whether the command is known by its id from now on: one that came to nothing is not.
        var keepsReceipt = true
        var isEmpty: Bool { events.isEmpty && changed.isEmpty && !hasMovedLease }

        init(_ step: Step) {
            actor = step.actor
            now = step.at
        }

        mutating func emit(_ type: String, _ number: Int) { events.append("\(type) T-\(number)") }
        mutating func touch(_ number: Int) { if !changed.contains(number) { changed.append(number) } }
    }

    private mutating func commit(_ changes: Changes) {
        for number in changes.changed {
            guard var entry = tasks[number] else { continue }
            entry.rev += 1
            entry.updatedAt = max(entry.updatedAt, changes.now)
            tasks[number] = entry
        }
    }

    private mutating func perform(_ step: Step, _ changes: inout Changes) throws(Refusal) {
        switch step.action {
        case .create(let fields, let user, let dependsOn): try create(fields, user, dependsOn, &changes)
        case .verb(let verb, let number, let reason, let authorization):
            let entry = try find(number, step)
            try require(verb, entry)
            try authorize(verb, entry, authorization, at: step.at)
            let isByAgent = entry.lease?.owner == "idle" && !authorization.force
            try apply(verb, to: entry, number, reason, isByAgent: isByAgent, &changes)
        case .claim(let number, let claim): try self.claim(number, claim, step, &changes)
        case .heartbeat(let number, let beat, let authorization):
            let entry = try find(number, step)
            try require("heartbeat", entry)
            try authorize("heartbeat", entry, authorization, at: step.at)
            try self.beat(number, entry, beat, &changes)
        case .assign(let number, let agent, let user, let hold):
            try require(step.action.word, try find(number, step))
            assign(number, agent, user, hold: hold, &changes)
        case .depend(let number, let on, let off):
            try depend(number, try find(number, step), on, off, &changes)
        case .edit(let number, let fields, let authorization):
            var entry = try find(number, step)
            try authorize("edit", entry, authorization, at: step.at)
            entry.take(fields)
            guard entry != tasks[number] else { return }
            tasks[number] = entry
            changes.touch(number)
            changes.emit("task/edited", number)
        case .delete(let number, let force):
            try delete(number, try find(number, step), force: force, &changes)
        case .comment(let number, let text):
            _ = try find(number, step)
            try comment(number, text, &changes)
        case .tick: takeBack(&changes)
        }
    }

    func find(_ number: Int, _ step: Step) throws(Refusal) -> Entry {
        guard let entry = tasks[number] else { throw .notFound }
        if let wanted = step.ifRev, wanted != entry.rev { throw Refusal(word: "rev_mismatch") }
        return entry
    }

    private func require(_ verb: String, _ entry: Entry) throws(Refusal) {
        guard table.rows[verb]?.from.contains(entry.task.status) == true else { throw .byState }
    }

    private mutating func create(
        _ fields: Step.Fields, _ user: String?, _ dependsOn: [Int], _ changes: inout Changes
    ) throws(Refusal) {
        guard dependsOn.allSatisfy({ tasks[$0] != nil }) else { throw .notFound }
        created += 1
        var entry = Entry(createdAt: changes.now, createdBy: changes.actor)
        entry.take(fields)
        for number in dependsOn where !entry.dependsOn.contains(number) { entry.dependsOn.append(number) }
        tasks[created] = entry
        changes.emit("task/created", created)
        if user != nil { assign(created, nil, user, hold: false, &changes) }
        // The record is new: it is at revision 1.
        changes.changed = []
    }

    private mutating func apply(
        _ verb: String, to entry: Entry, _ number: Int, _ reason: String?, isByAgent: Bool, _ changes: inout Changes
    ) throws(Refusal) {
        let isReasonGiven = reason?.contains { !$0.isWhitespace } == true
        guard isReasonGiven || !ReferenceTable.needingReason.contains(verb),
            verb != "start" || canBegin(entry, at: changes.now)
        else { throw .byState }
        let actor = changes.actor
        move(number, verb, reason: reason, isByAgent: isByAgent, &changes) { entry in
            if verb == "start" { entry.worker = actor }
            if ["start", "retry", "reopen"].contains(verb) { entry.isHeld = false }
            // Without a number of its own a task has its agent's, which is one, else three.
            if verb == "retry", entry.task.attempt >= entry.task.maxAttempts ?? (entry.agent == nil ? 3 : 1) {
                entry.task.maxAttempts = entry.task.attempt + 1
            }
        }
    }

    /// Moves a task that may be moved, with everything that is said of it.
    ///
    /// - Parameters:
    ///   - event: the verb's own event, where it is not the table's.
    ///   - byTime: whether nobody has done it.
    ///   - isByAgent: whether the holder of the lease is an agent, and has moved it himself.
    ///   - finish: makes what else the verb makes of the task.
    mutating func move(
        _ number: Int, _ verb: String, reason: String?, event: String? = nil, byTime: Bool = false,
        isByAgent: Bool = false,
        _ changes: inout Changes,
        _ finish: (inout Entry) -> Void
    ) {
        guard var entry = tasks[number] else { return }
        let former = entry.task.status
        _ = entry.task.apply(verb, at: max(changes.now, entry.updatedAt), reason: reason, table)
        if entry.task.status != "running" { entry.lease = nil }
        finish(&entry)
        tasks[number] = entry
        changes.touch(number)
        if entry.task.status != former { changes.emit("task/status_changed", number) }
        if entry.task.status == "done", verb != "complete" { changes.emit("task/completed", number) }
        if let event = event ?? table.rows[verb]?.event { changes.emit("task/" + event, number) }
        if verb == "reject" { changes.emit("comment/created", number) }
        if entry.task.status != former { answer(number, former, &changes) }
        let person = Self.person(behind: entry.createdBy)
        switch verb {
        case "complete", "approve": notify(entry.createdBy, about: number, &changes)
        case "fail", "timeout": ask(person, number, until: "failed", byTime: byTime, &changes)
        case "submit":
            let user = entry.user.flatMap { $0 == changes.actor ? nil : $0 }
            ask(user ?? person, number, until: "review", &changes)
        case "block":
            if isByAgent || changes.actor.hasPrefix("agent:") { ask(person, number, until: "blocked", &changes) }
        default: break
        }
    }

    /// Who is told of what an agent has made: whoever runs this.
    private static func person(behind creator: String) -> String {
        creator.hasPrefix("agent:") ? "the workspace's user" : creator
    }

    /// Tells somebody what is over when the task leaves a status.
    private mutating func ask(
        _ person: String, _ number: Int, until status: String, byTime: Bool = false, _ changes: inout Changes
    ) {
        let before = tasks[number]?.notifications ?? 0
        notify(person, about: number, byTime: byTime, &changes)
        let count = (tasks[number]?.notifications ?? before) - before
        tasks[number]?.answerable[status, default: 0] += count
    }

    /// Whoever was told of a status that the task has left need not be any more.
    private mutating func answer(_ number: Int, _ former: String, _ changes: inout Changes) {
        let status = former == "timed_out" ? "failed" : former
        guard let count = tasks[number]?.answerable.removeValue(forKey: status) else { return }
        for _ in 0..<count { changes.emit("notification/resolved", number) }
        tasks[number]?.notifications -= count
    }

    private mutating func assign(
        _ number: Int, _ agent: String?, _ user: String?, hold: Bool, _ changes: inout Changes
    ) {
        guard var entry = tasks[number] else { return }
        let former = entry
        (entry.agent, entry.user, entry.isHeld) = (agent, user, hold && agent != nil)
        guard entry != former else { return }
        tasks[number] = entry
        changes.touch(number)
        guard entry.agent != former.agent || entry.user != former.user else { return }
        changes.emit(agent == nil && user == nil ? "task/unassigned" : "task/assigned", number)
        if let user { notify(user, about: number, &changes) }
    }

    private mutating func depend(
        _ number: Int, _ entry: Entry, _ on: [Int], _ off: [Int], _ changes: inout Changes
    ) throws(Refusal) {
        try require("depend", entry)
        var entry = entry
        let former = entry
        guard on.allSatisfy({ tasks[$0] != nil }) else { throw .notFound }
        for other in on where !entry.dependsOn.contains(other) {
            if other == number { throw .byState }
            entry.dependsOn.append(other)
        }
        for other in off {
            guard entry.dependsOn.contains(other) else { throw .byState }
            entry.dependsOn.removeAll { $0 == other }
        }
        guard entry != former else { return }
        tasks[number] = entry
        if reaches(number) { throw .byState }
        changes.touch(number)
        changes.emit("task/edited", number)
    }

    /// Whether a task depends on itself, by way of others.
    private func reaches(_ number: Int) -> Bool {
        var open = tasks[number]?.dependsOn ?? []
        var seen: Set<Int> = []
        while let next = open.popLast() {
            if next == number { return true }
            if seen.insert(next).inserted { open += tasks[next]?.dependsOn ?? [] }
        }
        return false
    }

    private mutating func delete(
        _ number: Int, _ entry: Entry, force: Bool, _ changes: inout Changes
    ) throws(Refusal) {
        let dependents = tasks.keys.sorted().filter { tasks[$0]?.dependsOn.contains(number) == true }
        guard force || entry.task.status != "running" && dependents.isEmpty else { throw .byState }
        for other in dependents {
            tasks[other]?.dependsOn.removeAll { $0 == number }
            changes.touch(other)
            changes.emit("task/edited", other)
        }
        for _ in 0..<entry.notifications { changes.emit("notification/resolved", number) }
        changes.emit("task/deleted", number)
        tasks[number] = nil
    }

    private mutating func comment(_ number: Int, _ text: String, _ changes: inout Changes) throws(Refusal) {
        guard !text.isEmpty else { throw .byState }
        changes.emit("comment/created", number)
        for word in text.split(separator: " ") where word.first == "@" {
            notify(String(word.dropFirst()), about: number, &changes)
        }
    }

    /// Nobody is told of what they did themselves; what time has done, nobody did.
    private mutating func notify(
        _ person: String, about number: Int, byTime: Bool = false, _ changes: inout Changes
    ) {
        guard byTime || person != changes.actor else { return }
        tasks[number]?.notifications += 1
        changes.emit("notification/created", number)
    }
}

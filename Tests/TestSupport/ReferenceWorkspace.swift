/// Something that an actor does to a workspace. Tasks are meant by their numbers, which need not exist.
public struct Step: Equatable, Sendable {
    public enum Action: Equatable, Sendable {
        case create(user: String?, dependsOn: [Int], notBefore: Int64?, maxAttempts: Int?)
        /// A row of the transition table.
        case verb(String, Int, reason: String?)
        case assign(Int, agent: String?, user: String?, hold: Bool)
        case depend(Int, on: [Int], off: [Int])
        case edit(Int, title: String?, notBefore: Int64?)
        case delete(Int, force: Bool)
        case comment(Int, String)
    }

    public var actor: String
    /// The moment, in milliseconds.
    public var at: Int64
    public var action: Action
    public var commandID: String?
    public var ifRev: Int?

    public init(actor: String, at: Int64, action: Action, commandID: String? = nil, ifRev: Int? = nil) {
        self.actor = actor
        self.at = at
        self.action = action
        self.commandID = commandID
        self.ifRev = ifRev
    }

    /// The title that a task gets when it is created.
    public static let title = "Work"
}

extension Step: CustomStringConvertible {
    /// As one would type it, after the moment.
    public var description: String {
        var words = ["\(at)", "tf", "--actor", actor]
        if let commandID { words += ["--command-id", commandID] }
        if let ifRev { words += ["--if-rev", "\(ifRev)"] }
        words += ["task"]
        func option(_ name: String, _ value: (some CustomStringConvertible)?) {
            if let value { words += ["--" + name, value is String ? "'\(value)'" : "\(value)"] }
        }
        switch action {
        case .create(let user, let dependsOn, let notBefore, let maxAttempts):
            words += ["create", Self.title]
            option("user", user)
            for number in dependsOn { option("depends-on", number) }
            option("not-before", notBefore)
            option("max-attempts", maxAttempts)
        case .verb(let verb, let number, let reason):
            words += [verb, "\(number)"]
            option("reason", reason)
        case .assign(let number, let agent, let user, let hold):
            words += ["assign", "\(number)"]
            option("agent", agent)
            option("user", user)
            if agent == nil, user == nil { words.append("--none") }
            if hold { words.append("--no-run") }
        case .depend(let number, let on, let off):
            words += ["depend", "\(number)"]
            for number in on { option("on", number) }
            for number in off { option("off", number) }
        case .edit(let number, let title, let notBefore):
            words += ["edit", "\(number)"]
            option("title", title)
            option("not-before", notBefore)
        case .delete(let number, let force): words += ["delete", "\(number)"] + (force ? ["--force"] : [])
        case .comment(let number, let text): words += ["comment", "\(number)", "'\(text)'"]
        }
        return words.joined(separator: " ")
    }
}

/// What the specification says of a whole workspace: what each step does, says and refuses.
public struct ReferenceWorkspace: Sendable {
    /// A task with what ties it to others.
    public struct Entry: Equatable, Sendable {
        public var task = ReferenceTask()
        public var rev = 1
        public var updatedAt: Int64
        public var title = Step.title
        public var createdBy: String
        public var agent: String?
        public var user: String?
        public var isHeld = false
        public var dependsOn: [Int] = []
        public var notBefore: Int64?
        /// Notifications about it that nobody has dealt with.
        public var notifications = 0

        /// A task that `createdBy` has just created.
        public init(updatedAt: Int64, createdBy: String) {
            self.updatedAt = updatedAt
            self.createdBy = createdBy
        }
    }

    /// What a step comes to.
    public enum Outcome: Equatable, Sendable {
        /// The types of the events, each with the task that it is of: `task/started T-1`.
        case done([String])
        /// The word of the error.
        case refused(String)
    }

    public private(set) var tasks: [Int: Entry] = [:]
    private(set) var created = 0
    private var commands: [String: String] = [:]
    let table: ReferenceTable

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
        let identity = step.identity
        if let id = step.commandID, let known = commands[id] {
            return known == identity ? .done([]) : .refused("command_id_reused")
        }
        var copy = self
        do throws(Refusal) {
            var changes = Changes(step)
            try copy.perform(step, &changes)
            copy.commit(changes)
            if let id = step.commandID, !changes.isEmpty { copy.commands[id] = identity }
            self = copy
            return .done(changes.events)
        } catch {
            return .refused(error.word)
        }
    }

    // MARK: Steps

    private struct Refusal: Error {
        let word: String
        static let byState = Refusal(word: "refused")
        static let notFound = Refusal(word: "not_found")
    }

    /// What a step has changed so far.
    private struct Changes {
        let actor: String
        let now: Int64
        var events: [String] = []
        var changed: [Int] = []
        var isEmpty: Bool { events.isEmpty && changed.isEmpty }

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
        case .create(let user, let dependsOn, let notBefore, let maxAttempts):
            guard dependsOn.allSatisfy({ tasks[$0] != nil }) else { throw .notFound }
            created += 1
            var entry = Entry(updatedAt: step.at, createdBy: step.actor)
            entry.task.maxAttempts = maxAttempts
            entry.notBefore = notBefore
            for number in dependsOn where !entry.dependsOn.contains(number) { entry.dependsOn.append(number) }
            tasks[created] = entry
            changes.emit("task/created", created)
            if user != nil { assign(created, nil, user, hold: false, &changes) }
            // The record is new: it is at revision 1.
            changes.changed = []
        case .verb(let verb, let number, let reason):
            try apply(verb, to: try find(number, step), number, reason, &changes)
        case .assign(let number, let agent, let user, let hold):
            let entry = try find(number, step)
            try require(agent == nil && user == nil ? "unassign" : "assign", entry)
            assign(number, agent, user, hold: hold, &changes)
        case .depend(let number, let on, let off):
            try depend(number, try find(number, step), on, off, &changes)
        case .edit(let number, let title, let notBefore):
            var entry = try find(number, step)
            let former = entry
            if let title { entry.title = title }
            if let notBefore { entry.notBefore = notBefore }
            guard entry != former else { return }
            tasks[number] = entry
            changes.touch(number)
            changes.emit("task/edited", number)
        case .delete(let number, let force):
            try delete(number, try find(number, step), force: force, &changes)
        case .comment(let number, let text):
            _ = try find(number, step)
            guard !text.isEmpty else { throw .byState }
            changes.emit("comment/created", number)
            for word in text.split(separator: " ") where word.first == "@" {
                notify(String(word.dropFirst()), about: number, &changes)
            }
        }
    }

    private func find(_ number: Int, _ step: Step) throws(Refusal) -> Entry {
        guard let entry = tasks[number] else { throw .notFound }
        if let wanted = step.ifRev, wanted != entry.rev { throw Refusal(word: "rev_mismatch") }
        return entry
    }

    private func require(_ verb: String, _ entry: Entry) throws(Refusal) {
        guard table.rows[verb]?.from.contains(entry.task.status) == true else { throw .byState }
    }

    private mutating func apply(
        _ verb: String, to entry: Entry, _ number: Int, _ reason: String?, _ changes: inout Changes
    ) throws(Refusal) {
        var entry = entry
        let former = entry.task.status
        let now = max(changes.now, entry.updatedAt)
        let isReasonGiven = reason?.contains { !$0.isWhitespace } == true
        guard entry.task.apply(verb, at: now, reason: reason, table),
            isReasonGiven || !ReferenceTable.needingReason.contains(verb),
            verb != "start" || canBegin(entry, at: changes.now)
        else { throw .byState }
        if ["start", "retry", "reopen"].contains(verb) { entry.isHeld = false }
        tasks[number] = entry
        changes.touch(number)
        if entry.task.status != former { changes.emit("task/status_changed", number) }
        if entry.task.status == "done", verb != "complete" { changes.emit("task/completed", number) }
        if let event = table.rows[verb]?.event { changes.emit("task/" + event, number) }
        switch verb {
        case "reject": changes.emit("comment/created", number)
        case "complete", "approve", "fail", "timeout": notify(entry.createdBy, about: number, &changes)
        case "submit": notify(entry.user ?? entry.createdBy, about: number, &changes)
        default: break
        }
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

    /// Nobody is told of what they did themselves.
    private mutating func notify(_ person: String, about number: Int, _ changes: inout Changes) {
        guard person != changes.actor else { return }
        tasks[number]?.notifications += 1
        changes.emit("notification/created", number)
    }
}

extension Step {
    /// What makes two steps the same command, when they have the same id: verb and target.
    fileprivate var identity: String {
        switch action {
        case .create: "create"
        case .verb(let verb, let number, _): "\(verb) \(number)"
        case .assign(let number, let agent, let user, _):
            agent == nil && user == nil ? "unassign \(number)" : "assign \(number) \(agent ?? "") \(user ?? "")"
        case .depend(let number, let on, let off): "depend \(number) \(on) \(off)"
        case .edit(let number, _, _): "edit \(number)"
        case .delete(let number, _): "delete \(number)"
        case .comment(let number, _): "comment \(number)"
        }
    }
}

import Model
import Store
import System

/// The way to change a workspace: every verb is a method on it, in the files of this module.
public struct Engine: Sendable {
    public let workspace: Workspace
    public let caller: Caller
    /// The id under which a repeated command is known.
    public var commandID: String?
    /// The revision that the records in question must have.
    public var ifRev: Int?
    /// Whether triggers are told of what has been committed: not while that is being done.
    var tellsTriggers = true

    /// Changes `workspace` on behalf of `caller`.
    public init(_ workspace: Workspace, caller: Caller, commandID: String? = nil, ifRev: Int? = nil) {
        self.workspace = workspace
        self.caller = caller
        self.commandID = commandID
        self.ifRev = ifRev
    }

    /// Carries out one transaction, with everything that follows from it: runs are queued for tasks that it makes
    /// ready, and runs that it takes the ground from are cancelled.
    ///
    /// - Parameters:
    ///   - verb: what is done, for the journal.
    ///   - target: what it is done to, to tell a repeated command from another one with the same id.
    ///   - leavesStarting: whether the caller has to know if there are runs to be started; looking for them is not free.
    ///   - body: returns the records that the command is about.
    public func change(
        _ verb: String, target: String = "", leavesStarting: Bool = true, _ body: (Change) throws -> [RecordKey]
    ) throws -> Changed {
        let purpose = Purpose(
            actor: caller.actor, verb: verb, target: target, commandID: commandID, depth: caller.depth)
        let (changed, committed) = try workspace.transact(purpose) { transaction -> Changed in
            if let commandID, let receipt = try transaction.receipt(ofCommand: commandID) {
                guard receipt.verb == verb, try transaction.means(receipt.target, target) else {
                    throw Failure(
                        .commandIDReused, "the command id \(commandID) belongs to '\(receipt.verb) \(receipt.target)'")
                }
                return try Changed(repeating: receipt, in: transaction)
            }
            let change = Change(transaction, caller: caller, ifRev: ifRev)
            if transaction.changedHooks != nil { Hooks(change).adoptIfPossible() }
            if workspace.settings.notifyCommand != nil, try !transaction.exists(Delivery.trigger.key) {
                // Somebody has written the setting into the file.
                try Delivery(change).adopt(workspace.settings)
            }
            let keys = try body(change)
            try Dispatch(change).settle()
            if leavesStarting, change.hasTouched || change.freesSlots {
                change.hasStartableRuns = try !Slots(change).startable(RunSelection(includesQueues: false)).isEmpty
            }
            transaction.outcome = .array(keys.map { [.string($0.kind.rawValue), .string($0.id)] })
            return try Changed(change, keys: keys)
        }
        let completed = changed.completed(by: committed)
        guard committed.leavesReactions, tellsTriggers else { return completed }
        return completed.followed(by: Reactions(self).react())
    }
}

/// What a change came to.
public struct Changed: Sendable {
    /// The records that the command is about, as they are now; deleted ones are left out.
    public private(set) var records: [AnyRecord]
    /// All that it is about, in the order of the command line.
    public let keys: [RecordKey]
    /// What was committed; empty when nothing has changed.
    public private(set) var commit = Commit()
    /// Whether the command had been carried out before, under the same id.
    public let isRepeated: Bool
    /// Live runs that were asked to end, and have not yet.
    public let stopping: [ID<Run>]
    /// Whether a run waits that could be started now.
    public private(set) var hasStartableRuns: Bool
    /// Whether one of them waits because of what a trigger did.
    private(set) var hasRunsOfTriggers = false
    /// What triggers did about it, and about what others had left to them.
    public private(set) var reactions: [Reaction] = []
    /// What the person should know, one line each.
    public let notes: [String]
    /// Whether tasks may have become ready that nobody has.
    let hasFreedTasks: Bool

    init(_ change: Change, keys: [RecordKey]) throws {
        self.keys = keys
        records = try keys.compactMap(change.record)
        isRepeated = false
        stopping = change.stopping
        hasStartableRuns = change.hasStartableRuns
        notes = change.notes
        hasFreedTasks = change.hasFreedTasks
    }

    fileprivate init(repeating receipt: CommandReceipt, in transaction: Transaction) throws {
        keys = (receipt.outcome.array ?? []).compactMap { pair in
            guard let kind = pair.array?.first?.string.flatMap(RecordKind.init(rawValue:)),
                let id = pair.array?.last?.string
            else { return nil }
            return RecordKey(kind: kind, id: id)
        }
        records = try keys.compactMap { key in
            let record = try Change(transaction, caller: Caller(actor: ""), ifRev: nil).record(key)
            // The lease may be another one by now, with somebody else's token.
            guard case .lease(let lease)? = record, lease.commandID != receipt.id else { return record }
            return record?.journaled
        }
        isRepeated = true
        stopping = []
        hasStartableRuns = false
        notes = []
        hasFreedTasks = false
    }

    fileprivate func completed(by commit: Commit) -> Changed {
        var copy = self
        copy.commit = commit
        var committed = RecordMap<AnyRecord>()
        for record in commit.records { committed[record.key] = record }
        copy.records = records.map { committed[$0.key] ?? $0 }
        return copy
    }

    fileprivate func followed(by outcome: Reactions.Outcome) -> Changed {
        var copy = self
        copy.reactions = outcome.reactions
        copy.hasRunsOfTriggers = outcome.hasStartableRuns
        copy.hasStartableRuns = hasStartableRuns || outcome.hasStartableRuns
        return copy
    }

    /// The record of a key, as it is now.
    public func record<R: Record>(_ id: ID<R>) -> R? { records.first { $0.key == id.key }?.typed() }

    /// The first record of a type.
    public func first<R: Record>(_ type: R.Type = R.self) -> R? {
        for record in records { if let typed: R = record.typed() { return typed } }
        return nil
    }
}

/// A transaction on its way: what services stage their changes in.
public final class Change {
    public let transaction: Transaction
    /// Who does it; while a run is started or settled, its supervisor; while a trigger does something, the trigger.
    private(set) var caller: Caller {
        didSet {
            transaction.actor = caller.actor
            transaction.depth = caller.depth
        }
    }
    let ifRev: Int?
    /// Who has asked for the end of the run that is being settled.
    private(set) var stopper: String?
    /// Whether what is being staged is nobody's doing, whoever happens to come by.
    private(set) var isByTime = false
    /// Tasks that somebody wants tried again.
    var retried: [ID<Task>] = []
    /// Tasks that this change may have made ready, or not ready any more.
    private(set) var touched = RecordMap<ID<Task>>()
    /// Whether there was any such task.
    private(set) var hasTouched = false
    var stopping: [ID<Run>] = []
    var hasStartableRuns = false
    /// Whether runs that wait for a slot may have one now, although no task was touched.
    var freesSlots = false
    /// Whether a task that nobody has was touched: it may be ready now.
    var hasFreedTasks = false
    var notes: [String] = []

    init(_ transaction: Transaction, caller: Caller, ifRev: Int?) {
        self.transaction = transaction
        self.caller = caller
        self.ifRev = ifRev
    }

    var now: Timestamp { transaction.now }

    /// Does what a supervisor does for a run: at the run's depth, and in the agent's name, so that the person who gave
    /// it the task is told. A run without an agent is its user's own, or its trigger's.
    ///
    /// What comes of a run that somebody has asked to stop is no news to him.
    func asSupervisor<Result>(of run: Run, _ body: () throws -> Result) rethrows -> Result {
        let former = stopper
        stopper = run.stop?.actor
        defer { stopper = former }
        return try acting(as: .supervisor(of: run, else: caller), body)
    }

    /// Does what the passing of time has brought about.
    func byTime<Result>(_ body: () throws -> Result) rethrows -> Result {
        let former = isByTime
        isByTime = true
        defer { isByTime = former }
        return try body()
    }

    /// Does something in somebody else's name, and at another depth.
    func acting<Result>(as other: Caller, _ body: () throws -> Result) rethrows -> Result {
        let former = caller
        caller = other
        defer { caller = former }
        return try body()
    }

    var settings: Settings {
        var settings = transaction.workspace.settings
        if let jobs { settings.jobs = jobs }
        return settings
    }

    /// The setting `jobs` as this change makes it.
    var jobs: Int? {
        didSet { freesSlots = true }
    }

    /// Notes a task that readiness has to be looked at for.
    func touch(_ id: ID<Task>) {
        touched[id.key] = id
        hasTouched = true
    }

    /// Forgets the touched tasks, once their readiness was looked at.
    func forgetTouched() { touched = RecordMap() }

    /// Stages a task, and has its readiness looked at.
    func put(_ task: Task) throws {
        try transaction.put(task)
        touch(task.id)
    }

    /// The record with a key as it is in this change; nil when it does not exist or was deleted.
    func record(_ key: RecordKey) throws -> AnyRecord? {
        switch key.kind {
        case .task: try ID<Task>(key.id).flatMap { try transaction.get($0) }.map(AnyRecord.init)
        case .run: try ID<Run>(key.id).flatMap { try transaction.get($0) }.map(AnyRecord.init)
        case .comment: try ID<Comment>(key.id).flatMap { try transaction.get($0) }.map(AnyRecord.init)
        case .agent: try ID<Agent>(key.id).flatMap { try transaction.get($0) }.map(AnyRecord.init)
        case .notification: try ID<Notification>(key.id).flatMap { try transaction.get($0) }.map(AnyRecord.init)
        case .workspace: try transaction.get(WorkspaceRecord.theID).map(AnyRecord.init)
        case .lease: try ID<Lease>(key.id).flatMap { try transaction.getValid($0) }.map(AnyRecord.init)
        case .trigger: try ID<Trigger>(key.id).flatMap { try transaction.get($0) }.map(AnyRecord.init)
        case .flow: nil
        }
    }

    /// - Throws: `rev_mismatch` unless the record is at the revision that was asked for.
    func checkRev(_ record: some Record) throws {
        guard let ifRev, record.envelope.rev != ifRev else { return }
        var details = JSONObject()
        details["id"] = record.id.text.json
        details["rev"] = record.envelope.rev.json
        throw Failure(
            .revMismatch, "\(record.id) is at revision \(record.envelope.rev), not \(ifRev)", details: details)
    }

    /// Says that something happened to a task.
    func emit(_ word: String, _ task: Task, run: ID<Run>? = nil, data: JSONObject = JSONObject(), actor: String? = nil)
    {
        transaction.emit(
            "task/" + word, about: task.key, task: task.id, run: run, flow: task.flow, data: data,
            actor: actor ?? caller.actor)
    }

    /// Says that something happened to a run.
    func emit(_ word: String, _ run: Run, data: JSONObject = JSONObject()) {
        transaction.emit(
            "run/" + word, about: run.key, task: run.task, run: run.id, data: data, actor: caller.actor)
    }

    /// Adds a comment.
    @discardableResult
    func comment(
        on task: ID<Task>, _ text: String, kind: Comment.CommentKind, author: String, run: ID<Run>? = nil
    ) throws -> Comment {
        let id: ID<Comment> = try transaction.newID(in: task.text)
        let comment = Comment(id: id, task: task, author: author, kind: kind, text: text, run: run)
        try comment.validate()
        try transaction.put(comment)
        transaction.emit("comment/created", about: comment.key, task: task, run: run, actor: caller.actor)
        return comment
    }
}

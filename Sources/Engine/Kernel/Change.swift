import Model
import Store
import System

/// A transaction on its way: what services stage their changes in.
public final class Change {
    public let transaction: Transaction
    private let rules: Consequences
    /// Who does it; while a run is started or settled, its supervisor; while a trigger does something, the trigger.
    package private(set) var caller: Caller {
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
    /// Runs of triggers that have ended in this change, and that their triggers have not been told of yet.
    private(set) var endedReactions: [EndedReaction] = []
    /// What is left to be done when this is committed.
    var obligations = Obligations()
    /// Whether runs that wait for a slot may have one now, although no task was touched.
    package var freesSlots = false
    /// Whether a task that nobody has was touched: it may be ready now.
    var hasFreedTasks = false
    /// What the person should know, one line each.
    var notes: [String] = []

    init(_ transaction: Transaction, caller: Caller, ifRev: Int?, rules: Consequences) {
        self.transaction = transaction
        self.caller = caller
        self.ifRev = ifRev
        self.rules = rules
    }

    /// Stages what follows from everything so far: what follows from something that is done in somebody's name, or at
    /// another depth, follows in that name and at that depth.
    package func follow() throws { try rules.follow(self) }

    /// Whether it is worth looking for runs that could be started.
    var mayLeaveStarts: Bool { hasTouched || freesSlots }

    package var now: Timestamp { transaction.now }

    /// Does what a supervisor does for a run: at the run's depth, and in the agent's name, so that the person who gave
    /// it the task is told. A run without an agent is its user's own, or its trigger's.
    ///
    /// What comes of a run that somebody has asked to stop is no news to him.
    package func asSupervisor<Result>(of run: Run, _ body: () throws -> Result) rethrows -> Result {
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

    /// The settings as they are now: whoever lives long has opened the workspace when they may have been others.
    var settings: Settings {
        get throws {
            try transaction.getValid(WorkspaceRecord.theID)?.settings ?? transaction.workspace.settings
        }
    }

    /// Notes a task that readiness has to be looked at for.
    package func touch(_ id: ID<Task>) {
        touched[id.key] = id
        hasTouched = true
    }

    /// Forgets the touched tasks, once their readiness was looked at.
    func forgetTouched() { touched = RecordMap() }

    /// A run of a trigger that has ended.
    struct EndedReaction {
        let run: Run
        /// Whether its command could not even be started.
        let isUnstarted: Bool
    }

    /// Notes that a run of a trigger has ended, which means something for that trigger.
    func note(ended reaction: EndedReaction) { endedReactions.append(reaction) }

    /// Hands over the runs of triggers that have ended.
    func takeEndedReactions() -> [EndedReaction] {
        defer { endedReactions = [] }
        return endedReactions
    }

    /// Notes that a run says it is running, and that nobody supervises it any more.
    func note(dead run: ID<Run>) {
        if !obligations.dead.contains(run) { obligations.dead.append(run) }
    }

    /// Stages a task, and has its readiness looked at.
    package func put(_ task: Task) throws {
        try transaction.put(task)
        touch(task.id)
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
    func emit(
        _ type: EventType, _ task: Task, run: ID<Run>? = nil, data: JSONObject = JSONObject(), actor: String? = nil
    ) {
        transaction.emit(
            type, about: task.key, task: task.id, run: run, flow: task.flow, data: data,
            actor: actor ?? caller.actor)
    }

    /// Says that something happened to a run.
    func emit(_ type: EventType, _ run: Run, data: JSONObject = JSONObject()) {
        transaction.emit(type, about: run.key, task: run.task, run: run.id, data: data, actor: caller.actor)
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
        transaction.emit(.commentCreated, about: comment.key, task: task, run: run, actor: caller.actor)
        return comment
    }
}

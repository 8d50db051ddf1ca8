import Model
import Store

/// What a run's command may touch: the run's task, that task's children, and its flow.
///
/// It goes by the run and the run's agent. Neither what has become of the task meanwhile nor what the command makes of
/// its other variables gives it a further reach.
public struct Scope {
    private let source: any RecordSource
    /// The live run whose command the caller is, and which may not touch everything; nil for everybody else.
    private let run: Run?
    /// Whose run it is: that of an agent, or of `tf exec` within one; nil for what a person executes.
    private let agent: ID<Agent>?
    /// The flow of the run's task.
    private let flow: ID<Flow>?

    /// The scope of whoever makes a change.
    init(_ change: Change) throws {
        try self.init(of: change.caller, in: change.transaction)
    }

    /// The scope of `caller`, as `source` knows its run.
    public init(of caller: Caller, in source: any RecordSource) throws {
        self.source = source
        let run = try caller.run.flatMap { try source.getValid($0) }
        let owner = run?.agent == nil ? try run?.within.flatMap { try source.getValid($0) } : run
        agent = owner?.agent
        // What a trigger runs without an agent is its user's own.
        guard let run, !run.status.isTerminal, agent != nil || run.trigger == nil,
            try agent.flatMap({ try source.getValid($0) })?.scope != .workspace
        else {
            self.run = nil
            flow = nil
            return
        }
        self.run = run
        flow = try run.task.flatMap { try source.getValid($0) }?.flow
    }

    /// Whether every task may be touched.
    public var isWorkspace: Bool { run == nil }

    /// Whether every task may be shown. What a person executes is his own and may look at everything.
    public var showsWorkspace: Bool { run == nil || agent == nil }

    /// Whether a task may be touched.
    func reaches(_ id: ID<Task>, parent: String?, flow: ID<Flow>?) -> Bool {
        guard let run else { return true }
        if id == run.task { return true }
        if let parent, parent == run.task?.text { return true }
        return flow != nil && flow == self.flow
    }

    /// - Throws: `out_of_scope` when the caller may not touch `task`.
    public func check(_ task: Task) throws {
        if !reaches(task.id, parent: task.parent?.text, flow: task.flow) { throw refusal(of: task.id.text) }
    }

    /// The same for a task that is only shown.
    public func checkShowing(_ task: Task) throws {
        if !showsWorkspace { try check(task) }
    }

    /// - Throws: `out_of_scope` when the caller may not put a task into `flow`.
    func check(flow: ID<Flow>) throws {
        if !isWorkspace, flow != self.flow { throw refusal(of: flow.text) }
    }

    /// - Throws: `out_of_scope` when the caller may not touch `record`, which is about a task, or about none.
    func check<R: Record>(_ record: R, about id: ID<Task>?) throws {
        guard !isWorkspace else { return }
        guard let id, let task = try source.getValid(id) else { throw refusal(of: record.id.text) }
        try check(task)
    }

    /// - Throws: `out_of_scope` when the caller may not change agents, triggers and settings: an agent that may change
    ///   nothing but its task must not give itself more.
    func checkAdministration() throws {
        guard let run, agent != nil else { return }
        throw Failure(
            .outOfScope, "this command works on \(run.purpose) and may not change agents, triggers or settings",
            hint: "an agent with scope workspace may")
    }

    private func refusal(of id: String) -> Failure {
        Failure(
            .outOfScope, "\(id) is outside the scope of \(run?.purpose ?? ""), which this command works on",
            hint: "an agent with scope workspace may reach it")
    }
}

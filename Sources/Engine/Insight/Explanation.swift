import Model
import Store
import System

/// Why a task does not go on by itself: what it waits for, who has it, and which command would help.
///
/// What keeps a task from being ready comes from ``Readiness``; what else may stand between a ready task and its work
/// (nobody has it, its run waits for a slot) is looked for here.
public struct Explanation: Sendable {
    /// One thing that a task waits for, or that is going on with it.
    public struct Cause: Hashable, Sendable {
        /// The word for programs, such as `dependency`.
        public let code: Code
        /// Completes a sentence that begins with the task's id.
        public let text: String
        /// The record that it is about, when that is another one.
        public let about: String?
        /// A command that would help; never one that destroys something.
        public fileprivate(set) var hint: String?
    }

    /// What kinds of causes there are.
    public enum Code: String, CaseIterable, Sendable {
        case dependency
        /// It depends on what depends on it, as somebody's edit or merge has left it.
        case cycle
        case notBefore = "not_before"
        case held, flow, lease
        /// A queued run for which there is no free slot, of the workspace or of its agent.
        case jobs, concurrency
        /// A queued run whose time has not come: it follows a failed attempt.
        case backoff
        /// A queued run that only `tf work` and `tf tick` start.
        case dispatch
        /// A queued run that could begin, and nobody has started it.
        case queued
        case unassigned, user
        case agentMissing = "agent_missing"
        case agentDisabled = "agent_disabled"
        case noCommand = "no_command"
        /// It could have a run, and has none.
        case noRun = "no_run"
        case running, stopping, lost
        case blocked, paused, review, scheduled
        case ended
    }

    public let task: Task
    public let isReady: Bool
    public private(set) var causes: [Cause] = []

    private let snapshot: Snapshot
    private let now: Timestamp

    /// Looks for everything that `task` waits for in `snapshot`, at the moment `now`.
    public init(of task: Task, in snapshot: Snapshot, at now: Timestamp) throws {
        self.task = task
        self.snapshot = snapshot
        self.now = now
        let waits = try Readiness(in: snapshot, at: now).causes(task)
        isReady = waits.isEmpty
        switch task.status {
        case .todo, .scheduled:
            try explainCycle()
            for wait in waits { try explain(wait) }
            if task.status == .todo { try explainAssignment() }
        case .running: try explainWork()
        default: explainStatus()
        }
    }

    /// The object that `tf task why --json` prints.
    public var json: JSON {
        let causes = causes.map { cause in
            var object = JSONObject([("code", .string(cause.code.rawValue)), ("text", .string(cause.text))])
            object["about"] = cause.about?.json
            object["hint"] = cause.hint?.json
            return JSON.object(object)
        }
        return ["id": task.id.json, "status": task.status.json, "ready": isReady.json, "causes": .array(causes)]
    }

    /// Notes a cause. A hint that was given before is not repeated.
    private mutating func add(_ code: Code, _ text: String, about: String? = nil, hint: String? = nil) {
        let isNew = hint.map { hint in !causes.contains { $0.hint == hint } } ?? false
        causes.append(Cause(code: code, text: text, about: about, hint: isNew ? hint : nil))
    }

    // MARK: What keeps it from being ready

    private mutating func explain(_ wait: WaitCause) throws {
        switch wait {
        case .status(.scheduled, _): explainStatus()
        case .status: break
        case .dependency(let id, let status): try explainDependency(wait, id, status)
        case .notBefore: add(.notBefore, wait.text, hint: "tf task edit \(task.id) --not-before none")
        case .held: add(.held, wait.text, hint: "tf run start \(task.id)")
        case .flow(let flow): add(.flow, wait.text, about: flow.text, hint: "tf flow show \(flow)")
        }
    }

    private mutating func explainDependency(_ wait: WaitCause, _ id: ID<Task>, _ status: TaskStatus?) throws {
        guard let status else {
            let isBad = try isUnreadable(id)
            add(
                .dependency, isBad ? "waits for \(id), whose file cannot be read" : wait.text, about: id.text,
                hint: isBad ? "tf doctor" : "tf task depend \(task.id) --off \(id)")
            return
        }
        // What has ended otherwise than done is not going to be done unless somebody does something.
        let hint = status.isTerminal ? Self.help(for: id, status) : "tf task why \(id)"
        add(.dependency, wait.text, about: id.text, hint: hint)
    }

    /// What nobody can do, because each task waits for another. One of them that is done stands in nobody's way.
    private mutating func explainCycle() throws {
        let cycle = try Graph.cycle(from: task.id) { id -> [ID<Task>] in
            guard let task = try snapshot.getValid(id), task.status != .done else { return [] }
            return task.dependsOn
        }
        guard let cycle else { return }
        add(
            .cycle, "depends on itself: " + cycle.map(\.text).joined(separator: " → "), about: cycle[1].text,
            hint: "tf task depend \(cycle[0]) --off \(cycle[1])")
    }

    private func isUnreadable(_ id: ID<Task>) throws -> Bool {
        do throws(StoreError) {
            _ = try snapshot.get(id)
            return false
        } catch {
            guard case .invalidRecord = error else { throw error }
            return true
        }
    }

    // MARK: Who is to do it

    private mutating func explainAssignment() throws {
        if let id = task.run, let run = try snapshot.getValid(id), !run.status.isTerminal {
            return try run.status == .queued ? explainQueued(run) : explainLive(run)
        }
        switch task.assignee {
        case nil:
            add(
                .unassigned, isReady ? "is ready, and assigned to nobody" : "is assigned to nobody",
                hint: "tf task assign \(task.id) --agent NAME")
        case .user(let user):
            // That it is somebody's is no reason to wait while there are others.
            if isReady { add(.user, "is ready for \(user) to start it", hint: "tf task start \(task.id)") }
        case .agent(let id): try explainAgent(id)
        }
    }

    private mutating func explainAgent(_ id: ID<Agent>) throws {
        guard let agent = try snapshot.getValid(id) else { return addMissing(id) }
        if agent.disabled {
            add(
                .agentDisabled, "is assigned to the agent \(id), which is disabled", about: id.text,
                hint: "tf agent edit \(id) --no-disabled")
        } else if agent.argumentVector == nil {
            add(
                .noCommand, "is assigned to the agent \(id), which has no command: it waits to be claimed",
                about: id.text, hint: "tf task claim \(task.id) --as \(id)")
        } else if isReady {
            add(.noRun, "is ready, and has no run of its agent \(id)", about: id.text, hint: "tf run start \(task.id)")
        }
    }

    private mutating func addMissing(_ agent: ID<Agent>) {
        add(
            .agentMissing, "is assigned to the agent \(agent), which does not exist", about: agent.text,
            hint: "tf task assign \(task.id) --agent NAME")
    }

    private mutating func explainQueued(_ run: Run) throws {
        if let moment = run.notBefore, moment > now {
            add(.backoff, "waits for \(run.id), which is not to be started before \(moment)", about: run.id.text)
            return
        }
        let agent = try run.agent.flatMap { try snapshot.getValid($0) }
        if let id = run.agent, agent == nil { return addMissing(id) }
        if let agent, try explainSlots(of: agent, for: run) { return }
        if agent?.dispatch == .queue {
            add(
                .dispatch, "waits for \(run.id), which only tf work and tf tick start", about: run.id.text,
                hint: "tf tick")
        } else {
            add(.queued, "waits for \(run.id), which nobody has started yet", about: run.id.text, hint: "tf tick")
        }
    }

    /// - Returns: whether there is no slot for a run of `agent`.
    private mutating func explainSlots(of agent: Agent, for run: Run) throws -> Bool {
        let live = try snapshot.records(tagged: .activeRuns, of: Run.self).filter { other in
            // `exec` takes no slot.
            try other.agent != nil && snapshot.observed(other).status == .running
        }
        let limit = Slots.limit(snapshot.workspace.settings)
        if live.count >= limit {
            add(
                .jobs, "waits for a slot for \(run.id): \(live.count) of \(limit) runs are live", about: run.id.text,
                hint: "tf config jobs N")
            return true
        }
        let own = live.count { $0.agent == agent.id }
        guard let concurrency = agent.concurrency, own >= concurrency else { return false }
        add(
            .concurrency, "waits for a slot for \(run.id): \(own) of \(concurrency) runs of \(agent.id) are live",
            about: agent.id.text, hint: "tf agent edit \(agent.id) --concurrency N")
        return true
    }

    // MARK: Who does it

    private mutating func explainWork() throws {
        if let id = task.run, let run = try snapshot.getValid(id), !run.status.isTerminal {
            return try explainLive(run)
        }
        if let lease = try snapshot.lease(of: task) { return explain(lease) }
        let since = task.startedAt.map { " since \($0)" } ?? ""
        add(
            .running, "is being worked on by \(task.worker ?? "somebody")\(since)",
            hint: "tf task complete \(task.id)")
    }

    private mutating func explain(_ lease: Lease) {
        if lease.isExpired(at: now) {
            add(.lease, "is leased to \(lease.owner), whose lease expired at \(lease.expiresAt)", hint: "tf tick")
        } else {
            add(.lease, "is leased to \(lease.owner) until \(lease.expiresAt)")
        }
    }

    private mutating func explainLive(_ run: Run) throws {
        if try snapshot.observed(run).status == .lost {
            add(.lost, "is said to run in \(run.id), which is lost", about: run.id.text, hint: "tf tick")
            return
        }
        let whose = run.agent.map { " of \($0)" } ?? ""
        if let stop = run.stop {
            add(
                .stopping, "waits for the end of \(run.id)\(whose), which \(stop.actor) asked to stop at \(stop.at)",
                about: run.id.text, hint: "tf run wait \(run.id)")
            return
        }
        let since = run.startedAt.map { " since \($0)" } ?? ""
        add(.running, "is running in \(run.id)\(whose)\(since)", about: run.id.text, hint: "tf run logs \(run.id) -f")
    }

    // MARK: Where it stands

    private mutating func explainStatus() {
        let reason = task.tellingReason.map { " (\($0))" } ?? ""
        let hint = Self.help(for: task.id, task.status)
        switch task.status {
        case .blocked: add(.blocked, "is blocked\(reason)", hint: hint)
        case .paused: add(.paused, "is paused\(reason)", hint: hint)
        case .review:
            let person = task.assignee?.user ?? task.createdBy
            add(.review, "waits for \(person ?? "somebody") to approve or reject it\(reason)", hint: hint)
        case .scheduled:
            let moment = task.automation?.nextAt
            add(.scheduled, "is scheduled" + (moment.map { " for \($0)" } ?? ""))
        case .todo, .running: break
        case .done, .failed, .cancelled, .terminated, .timedOut, .lost:
            let since = task.endedAt.map { " since \($0)" } ?? ""
            add(.ended, "is \(task.status.rawValue)\(since)\(reason)", hint: hint)
        }
    }

    /// The command that takes a task on from where it waits for somebody; nil where there is nothing to do.
    private static func help(for id: ID<Task>, _ status: TaskStatus) -> String? {
        let verbs: [TaskVerb] = [.unblock, .resume, .approve, .retry]
        return verbs.first { TaskTransition.of($0).from.contains(status) }.map { "tf task \($0.rawValue) \(id)" }
    }
}

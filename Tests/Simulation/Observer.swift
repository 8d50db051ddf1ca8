import Model
import Store
import System

/// Follows what is committed in a simulated world, and says what must not be.
struct Observer {
    private var follower: Follower
    private var nextSeq: Int
    private(set) var runs: [ID<Run>: Run] = [:]
    private(set) var tasks: [ID<Task>: Task] = [:]
    private var agents: [ID<Agent>: Agent] = [:]
    private var jobs: Int?
    /// What was committed, a line each.
    var history: [String] = []

    /// From the end of the journal on.
    init(_ workspace: Workspace) throws {
        let snapshot = try workspace.snapshot()
        nextSeq = snapshot.nextSeq
        for task in try snapshot.all(Task.self) { tasks[task.id] = task }
        for agent in try snapshot.all(Agent.self) { agents[agent.id] = agent }
        jobs = workspace.settings.jobs
        follower = Follower(workspace, from: try workspace.position() ?? .start)
    }

    /// Takes in what was committed since.
    ///
    /// - Parameter isAlive: whether somebody supervises a run.
    /// - Returns: what is wrong with it.
    mutating func look(isAlive: (ID<Run>) throws -> Bool) throws -> [String] {
        var faults: [String] = []
        for line in try follower.next() {
            for event in line.events {
                if event.seq != nextSeq { faults.append("event \(event.seq) follows \(nextSeq - 1)") }
                nextSeq = event.seq + 1
            }
            history.append(
                "\(line.actor) \(line.verb): " + line.events.map { "\($0.type) \($0.about)" }.joined(separator: ", "))
            // Settings first: a line that lowers `jobs` starts nothing.
            for case .workspace(let record) in line.put { jobs = record.settings.jobs }
            for case .agent(let agent) in line.put { agents[agent.id] = agent }
            for case .task(let task) in line.put { faults += take(task) }
            for case .run(let run) in line.put { faults += take(run) }
            for deletion in line.delete {
                if deletion.key.kind == .task { ID<Task>(deletion.key.id).map { tasks[$0] = nil } }
            }
            let started = line.put.compactMap { record -> ID<Agent>? in
                guard case .run(let run) = record, run.status == .running, run.stop == nil else { return nil }
                return run.agent
            }
            if !started.isEmpty { faults += try crowding(Set(started), isAlive, line) }
        }
        return faults
    }

    private mutating func take(_ task: Task) -> [String] {
        defer { tasks[task.id] = task }
        guard let former = tasks[task.id] else { return [] }
        var faults: [String] = []
        if task.envelope.rev != former.envelope.rev + 1 {
            faults.append("\(task.id) goes from revision \(former.envelope.rev) to \(task.envelope.rev)")
        }
        if task.envelope.updatedAt < former.envelope.updatedAt { faults.append("\(task.id) goes back in time") }
        return faults
    }

    private mutating func take(_ run: Run) -> [String] {
        defer { runs[run.id] = run }
        guard let former = runs[run.id] else {
            guard let task = run.task.flatMap({ tasks[$0] }), run.cause == .retry else { return [] }
            // The task of this line is known by now: it was put before its run.
            let agent = run.agent.flatMap { agents[$0] }
            guard run.repeats == 0, run.attempt > task.automaticAttempts(agent: agent) else { return [] }
            // A person may have it tried again in any case, which raises the number.
            return task.maxAttempts ?? 0 >= run.attempt || isRetriedByHand(task)
                ? [] : ["\(run.id) is attempt \(run.attempt) of \(task.automaticAttempts(agent: agent))"]
        }
        if former.status == run.status { return [] }
        return former.status.successors.contains(run.status)
            ? [] : ["\(run.id) goes from \(former.status.rawValue) to \(run.status.rawValue)"]
    }

    /// Retried by somebody: the agent's number of attempts is not the task's own, and is not raised.
    private func isRetriedByHand(_ task: Task) -> Bool { task.maxAttempts == nil }

    /// More live runs than there are slots for, when runs of some agents have begun.
    private func crowding(_ started: Set<ID<Agent>>, _ isAlive: (ID<Run>) throws -> Bool, _ line: JournalLine) throws
        -> [String]
    {
        let live = try runs.values.filter { try $0.status == .running && $0.agent != nil && isAlive($0.id) }
        var faults: [String] = []
        if live.count > jobs ?? .max { faults.append("\(live.count) runs are live, of \(jobs ?? 0) (\(line.verb))") }
        for agent in started.compactMap({ agents[$0] }) {
            let own = live.count { $0.agent == agent.id }
            if let most = agent.concurrency, own > most {
                faults.append("\(own) runs of \(agent.id) are live, of \(most)")
            }
        }
        return faults
    }
}

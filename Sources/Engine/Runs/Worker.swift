import Model
import Store
import System

extension FrontSupervisor {
    /// Works through what waits in the workspace until the plan says that it is enough, or until it is told to stop.
    ///
    /// The first INT, TERM or HUP lets the runs that are live end; a second one cancels them.
    ///
    /// - Parameter settled: told of each run that has ended, with its task as it is then.
    public func work(_ plan: WorkPlan, _ engine: Engine, settled: @escaping (Task, Run) throws -> Void) throws {
        let supervisor = try Supervisor(
            engine, role: .worker(plan), surroundings: RunSurroundings(), channel: channel)
        supervisor.settled = settled
        try supervisor.run()
    }
}

extension Engine {
    /// How many runs a worker has at once unless it is told: as many as the workspace allows.
    public var usualJobs: Int { Slots.limit(workspace.settings) }

    /// - Throws: `untrusted` when no agent may run here: a worker would only block every task.
    public func checkTrust() throws {
        guard try !workspace.isTrusted() else { return }
        throw Failure(
            .untrusted, "the workspace \(workspace.path) is not trusted: its agents do not run",
            hint: "tf trust allows them to, once you know what they do")
    }
}

import Model
import Store
import System

extension Engine {
    /// Tells the supervisors of runs that were asked to end, and waits until all are settled.
    ///
    /// - Parameter grace: the time from SIGTERM to SIGKILL that was asked for; the wait is 5 s longer than the longest.
    /// - Returns: the runs that have not ended yet.
    public func awaitSettlement(of runs: [ID<Run>], grace: Duration?) throws -> [ID<Run>] {
        guard !runs.isEmpty else { return [] }
        let watch = FileWatch([workspace.path + "/" + Layout.journal])
        var limit = Duration.zero
        let first = try workspace.snapshot()
        for id in runs {
            guard let run = try first.get(id), run.status == .running else { continue }
            let agent = try run.agent.flatMap { try first.getValid($0) }
            limit = max(limit, grace ?? run.stop?.grace?.value ?? agent?.grace?.value ?? .seconds(10))
            try Self.wake(run)
        }
        let deadline = Clock.monotonic() + limit + .seconds(5)
        while true {
            let rest = try pending(runs)
            let now = Clock.monotonic()
            guard !rest.isEmpty, now < deadline else { return rest }
            let patience = min(deadline - now, watch.pollInterval ?? .seconds(1))
            _ = try Poll.wait(for: watch.file.map { [$0] } ?? [], within: patience)
            try watch.drain()
        }
    }

    /// The runs that have not ended; one whose supervisor is gone is settled here.
    private func pending(_ runs: [ID<Run>]) throws -> [ID<Run>] {
        let snapshot = try workspace.snapshot()
        var rest: [ID<Run>] = []
        for id in runs {
            guard let run = try snapshot.get(id), !run.status.isTerminal else { continue }
            if try Liveness(workspace).isAlive(id) {
                rest.append(id)
            } else {
                _ = try change("settle") { change in
                    if let run = try change.transaction.get(id) { try Settlement(change).lose(run) }
                    return []
                }
            }
        }
        return rest
    }

    /// Has the supervisor of a run read again what is wanted of it.
    static func wake(_ run: Run) throws {
        guard let supervisor = run.supervisor, run.host == Environment.host,
            ProcessTable.startMark(of: supervisor.pid) == supervisor.started || supervisor.started.isEmpty
        else { return }
        try Process.send(.user1, to: Int32(supervisor.pid))
    }
}

extension Settlement {
    /// Ends what still carries the variables of a run whose supervisor and guard are both gone.
    static func endSurvivors(of run: Run, in workspace: Workspace) throws {
        let marks = ["TF_RUN": run.id.text, "TF_WORKSPACE": workspace.path]
        for _ in 0..<100 {
            let survivors = ProcessTable.processes(with: marks).filter { $0 != Environment.processID }
            if survivors.isEmpty { return }
            for pid in survivors { try Process.send(.kill, to: Int32(pid)) }
            Clock.sleep(.milliseconds(5))
        }
    }
}

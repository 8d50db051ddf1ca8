@_spi(Execution) import Engine
import Model
import Store
import System

/// Which of the runs that wait are started by a supervisor of their own when a command has committed.
public enum Starts: Sendable {
    /// All that can be.
    case ready
    /// Also what only workers and ticks start.
    case readyAndQueued
    /// None, because the command goes on as the supervisor in front of its task, which starts that task's own and leaves
    /// the rest to another one.
    case inFront
}

/// What a command came to, once what it left to be done has been done.
public struct Discharged<Value> {
    public let value: Value
    /// Runs that were asked to end and have not yet.
    public let pending: [ID<Run>]
    /// Why runs that wait could not be started, in a sentence; nil when they could, and when there were none.
    public let problem: String?
    /// Whether runs were started or ended meanwhile, so that records may have changed since the command committed.
    public let hasGoneOn: Bool
}

extension Engine {
    /// Does what a change has left to be done: ends what is left of runs whose supervisor is gone and settles them,
    /// tells supervisors that their runs are to end and waits until they have, and starts the runs that wait.
    ///
    /// - Parameters:
    ///   - grace: the time from SIGTERM to SIGKILL that was asked for; the wait is 5 s longer than the longest.
    ///   - starts: which of the runs that wait are started here.
    ///   - atFirst: gets the value before anything is waited for.
    public func discharge<Value>(
        _ obliged: consuming Obliged<Value>, grace: Duration? = nil, starting starts: Starts = .ready,
        atFirst: (Value) -> Void = { _ in }
    ) throws -> Discharged<Value> {
        try discharge(obliged, grace: grace, starting: starts, on: LocalMachine(), atFirst: atFirst)
    }

    package func discharge<Value>(
        _ obliged: consuming Obliged<Value>, grace: Duration? = nil, starting starts: Starts = .ready,
        on machine: some Machine, atFirst: (Value) -> Void = { _ in }
    ) throws -> Discharged<Value> {
        let assumed = obliged.takeOver()
        atFirst(assumed.value)
        var owed = assumed.obligations
        // What is done here is not the command itself.
        let engine = plain()
        engine.settleDead(&owed, on: machine)
        let pending = try engine.awaitSettlement(&owed, grace: grace, on: machine)
        let problem: String?
        switch starts {
        case .inFront: problem = nil
        case .ready, .readyAndQueued:
            problem = owed.starts ? machine.launch(engine, includingQueues: starts == .readyAndQueued) : nil
        }
        return Discharged(
            value: assumed.value, pending: pending, problem: problem,
            hasGoneOn: owed.starts || !owed.stopping.isEmpty)
    }

    /// Tells the supervisors of runs that were asked to end, and waits until all are settled. Those whose supervisor is
    /// gone are settled here.
    ///
    /// - Returns: the runs that have not ended yet.
    private func awaitSettlement(
        _ owed: inout Obligations, grace: Duration?, on machine: some Machine
    ) throws -> [ID<Run>] {
        let runs = owed.stopping
        guard !runs.isEmpty else { return [] }
        let watch = FileWatch([workspace.path + "/" + Layout.journal])
        let deadline = Clock.monotonic() + (try tell(runs, grace: grace, on: machine)) + .seconds(5)
        while true {
            let rest = try unsettled(runs, &owed, on: machine)
            let now = Clock.monotonic()
            guard !rest.isEmpty, now < deadline else { return rest }
            let patience = min(deadline - now, watch.pollInterval ?? .seconds(1))
            _ = try Poll.wait(for: watch.file.map { [$0] } ?? [], within: patience)
            try watch.drain()
        }
    }

    /// Has the supervisors of runs read again what is wanted of them.
    ///
    /// - Returns: the longest time from SIGTERM to SIGKILL of them.
    package func tell(_ runs: [ID<Run>], grace: Duration?, on machine: some Machine) throws -> Duration {
        let snapshot = try workspace.snapshot()
        var longest = Duration.zero
        for id in runs {
            guard let run = try snapshot.get(id), run.status == .running else { continue }
            let agent = try run.agent.flatMap { try snapshot.getValid($0) }
            longest = max(longest, grace ?? run.stop?.grace?.value ?? agent?.grace?.value ?? .seconds(10))
            try machine.wake(run)
        }
        return longest
    }

    /// Those of `runs` that have not ended; one whose supervisor is gone is settled.
    package func unsettled(
        _ runs: [ID<Run>], _ owed: inout Obligations, on machine: some Machine
    ) throws -> [ID<Run>] {
        let snapshot = try workspace.snapshot()
        let open = try runs.filter { try snapshot.getValid($0)?.status.isTerminal == false }
        let dead = try open.filter { try snapshot.life(of: $0) == .dead }
        if dead.isEmpty { return open }
        owed.dead += dead
        settleDead(&owed, on: machine)
        let later = try workspace.snapshot()
        return try open.filter { try later.getValid($0)?.status.isTerminal == false }
    }
}

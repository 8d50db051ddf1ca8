@_spi(Execution) import Engine
import Execution
import Model
import Store
import System

/// Ends a simulated supervisor in the middle of what it does.
struct Crash: Error {}

/// A guard and the supervisor below it.
final class SimulatedPair: GuardLink {
    let number: Int
    private let world: World
    let commands: SimulatedCommands
    /// nil when it is gone.
    private(set) var supervisor: Supervisor?
    private(set) var hasGuard = true
    /// What the guard holds of the runs' proofs of life.
    private(set) var proofs: [ID<Run>: File] = [:]
    /// Whether a signal has come that says to read again what is wanted.
    var isWoken = false
    var isTold: (signal: Process.Signal, count: Int)?
    /// Whether it dies when it is about to commit its next start.
    var crashesAtStart = false
    private var wantsLaunch = false
    /// Whether it has been told to end.
    private var isEnding = false
    private var isGuardMissed = false
    private var seen: JournalPosition?

    init(_ number: Int, _ world: World) {
        self.number = number
        self.world = world
        commands = SimulatedCommands(world.processes, owner: number)
    }

    /// The engine of the supervisor: it has an opening of the workspace of its own.
    func begin(_ engine: Engine, _ duty: any Duty, _ surroundings: RunSurroundings = RunSurroundings()) {
        let clock = world.clock
        supervisor = Supervisor(
            engine, duty: duty, surroundings: surroundings,
            identity: ProcessIdentity(pid: number, started: "simulated/\(number)"), runner: commands, guardLink: self,
            machine: world.machine, monotonic: { clock.monotonic })
    }

    var isGone: Bool { supervisor == nil && !hasGuard }

    // MARK: The link

    func begin(_ run: ID<Run>, proof: File) throws {
        if hasGuard { proofs[run] = proof }
        if crashesAtStart { throw Crash() }
    }

    func end(_ run: ID<Run>) throws { proofs[run] = nil }
    func launch() throws { wantsLaunch = hasGuard }

    // MARK: Death

    func killSupervisor() {
        supervisor = nil
        world.noteDeathOfSupervisor()
    }

    func killGuard() {
        hasGuard = false
        // The supervisor's own copies keep the proofs.
        proofs = [:]
    }

    func killBoth() {
        killSupervisor()
        killGuard()
    }

    // MARK: Living

    /// Does what the two can do now.
    func proceed() throws {
        if let supervisor {
            try drive(supervisor)
        } else if hasGuard {
            try outlive(isKilled: true)
        }
        if hasGuard, wantsLaunch {
            wantsLaunch = false
            world.machine.launch(world.engine(), includingQueues: false)
        }
    }

    private func drive(_ supervisor: Supervisor) throws {
        if !hasGuard, !isGuardMissed {
            isGuardMissed = true
            supervisor.guardIsGone()
        }
        if let told = isTold {
            isTold = nil
            isEnding = true
            for _ in 0..<told.count { supervisor.end(by: told.signal, reachesGroup: false) }
        }
        if isWoken {
            isWoken = false
            try supervisor.reread()
        }
        let position = try world.workspace.position()
        if position != seen, supervisor.room > 0 {
            seen = position
            try supervisor.lookAround()
        }
        do {
            try supervisor.onTime()
            let goesOn = try supervisor.proceed()
            if crashesAtStart, isCrashing { return die() }
            if !goesOn {
                try supervisor.conclude()
                try leave()
            }
        } catch {
            // It could not begin what it was made for, and has nothing to lose.
            if isCrashing { return die() }
            world.notes.append("supervisor \(number) ends: \(Failure(error).message)")
            self.supervisor = nil
        }
    }

    private var isCrashing: Bool { crashesAtStart && proofs.keys.contains { !commands.attended.contains($0) } }

    private func die() {
        crashesAtStart = false
        world.wound()
        killSupervisor()
    }

    /// The supervisor has done its work, and the guard goes with it.
    private func leave() throws {
        supervisor = nil
        // What it has not started any more is a pass's to find.
        if isEnding { world.wound() }
        try outlive(isKilled: false)
    }

    /// The guard ends what is left, says that the runs are lost, and goes.
    private func outlive(isKilled: Bool) throws {
        for process in world.processes.living(below: number) { process.take(.kill) }
        if isKilled || !proofs.isEmpty {
            do {
                let obligations = try world.engine().lose(own: Array(proofs.keys)).takeOver().obligations
                wantsLaunch = wantsLaunch || obligations.starts
            } catch {
                // It tries again, and keeps the proofs meanwhile.
                return
            }
        }
        proofs = [:]
        if wantsLaunch {
            wantsLaunch = false
            world.machine.launch(world.engine(), includingQueues: false)
        }
        hasGuard = false
    }
}

/// The machine that all of it happens on.
final class SimulatedMachine: Machine, @unchecked Sendable {
    // The simulation has one thread, and the world outlives its machine.
    private unowned let world: World

    init(_ world: World) {
        self.world = world
    }

    func endLeftovers(of run: ID<Run>, in workspace: Workspace) {
        for process in world.processes.living(of: run) { process.take(.kill) }
    }

    func wake(_ run: Run) {
        world.pairs.first { $0.number == run.supervisor?.pid && $0.supervisor != nil }?.isWoken = true
    }

    @discardableResult
    func launch(_ engine: Engine, includingQueues: Bool) -> String? {
        let pair = world.addPair()
        pair.begin(world.engine(), DetachedDuty(includingQueues: includingQueues))
        do {
            try pair.proceed()
            return nil
        } catch {
            return Failure(error).message
        }
    }
}

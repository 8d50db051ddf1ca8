import Execution
import Model
import System

/// A process of a simulated machine.
final class SimulatedProcess {
    let pid: Int
    let run: ID<Run>
    /// The supervisor below whose guard it lives.
    let owner: Int
    let script: Script
    /// When it ends by itself; nil for never.
    var endsAt: Duration?
    var ending: Process.Ending?

    init(pid: Int, run: ID<Run>, owner: Int, _ script: Script, now: Duration) {
        self.pid = pid
        self.run = run
        self.owner = owner
        self.script = script
        endsAt = script.lasts.map { now + $0 }
    }

    var isAlive: Bool { ending == nil }

    func take(_ signal: Process.Signal) {
        guard isAlive, signal == .kill || !script.isStubborn else { return }
        ending = .signalled(signal.rawValue)
    }

    func pass(to now: Duration) {
        if let endsAt, now >= endsAt, isAlive { ending = script.ending }
    }
}

/// All processes of the machine, whoever has made them.
final class ProcessWorld {
    let clock: SimulatedClock
    private(set) var processes: [SimulatedProcess] = []
    /// The runs whose command has been let go, ever.
    private(set) var released: Set<ID<Run>> = []
    /// What should never have happened.
    var faults: [String] = []
    private var nextPid = 100

    init(_ clock: SimulatedClock) {
        self.clock = clock
    }

    func newPid() -> Int {
        nextPid += 1
        return nextPid
    }

    /// A command begins.
    func start(_ pid: Int, of run: ID<Run>, owner: Int, _ script: Script, isCheck: Bool) -> SimulatedProcess {
        if !isCheck, !released.insert(run).inserted { faults.append("\(run) was started twice") }
        let process = SimulatedProcess(pid: pid, run: run, owner: owner, script, now: clock.monotonic)
        processes.append(process)
        if script.forks {
            var child = script
            child.lasts = nil
            child.forks = false
            processes.append(
                SimulatedProcess(pid: newPid(), run: run, owner: owner, child, now: clock.monotonic))
        }
        return process
    }

    /// Time has passed.
    func pass() {
        for process in processes { process.pass(to: clock.monotonic) }
        processes.removeAll { !$0.isAlive && !isAwaited($0) }
    }

    /// Whether somebody has still to learn how a process ended.
    var isAwaited: (SimulatedProcess) -> Bool = { _ in false }

    func living(of run: ID<Run>) -> [SimulatedProcess] { processes.filter { $0.run == run && $0.isAlive } }
    func living(below owner: Int) -> [SimulatedProcess] { processes.filter { $0.owner == owner && $0.isAlive } }

    /// The power goes.
    func killAll() {
        for process in processes { process.take(.kill) }
        processes = []
    }
}

/// The commands of one simulated supervisor.
final class SimulatedCommands: CommandRunner {
    /// The processes of one run.
    private struct Group {
        var main: SimulatedProcess
        var killAt: Duration?
        var isFinished = false
        var isToldEnd = false
    }

    private let world: ProcessWorld
    private let owner: Int
    private var groups: [ID<Run>: Group] = [:]

    init(_ world: ProcessWorld, owner: Int) {
        self.world = world
        self.owner = owner
    }

    func locate(_ program: String, path: String?, directory: String) throws(Spawn.Failure) -> String {
        if program == "missing" { throw .notFound(program) }
        return program
    }

    func begin(_ command: Spawn) throws(Spawn.Failure) -> any HeldBackCommand {
        guard let run = command.environment["TF_RUN"].flatMap({ ID<Run>($0) }) else { throw .notFound("its run") }
        return HeldBack(self, run, Script(command.arguments), isCheck: groups[run] != nil)
    }

    /// A command that waits to begin.
    private final class HeldBack: HeldBackCommand {
        private let commands: SimulatedCommands
        private let pid: Int
        private let run: ID<Run>
        private let script: Script
        private let isCheck: Bool
        private(set) var process: SimulatedProcess?

        init(_ commands: SimulatedCommands, _ run: ID<Run>, _ script: Script, isCheck: Bool) {
            self.commands = commands
            self.run = run
            self.script = script
            self.isCheck = isCheck
            pid = commands.world.newPid()
        }

        func identity() -> ProcessIdentity { ProcessIdentity(pid: pid, started: "simulated/\(pid)") }

        func letGo() {
            process = commands.world.start(pid, of: run, owner: commands.owner, script, isCheck: isCheck)
        }
    }

    func attend(_ command: any HeldBackCommand, of run: ID<Run>) throws(Spawn.Failure) {
        guard let process = (command as? HeldBack)?.process else {
            world.faults.append("\(run) is attended and was never let go")
            return
        }
        groups[run, default: Group(main: process)].main = process
        groups[run]?.isToldEnd = false
    }

    /// The runs that it attends to.
    var attended: Set<ID<Run>> { Set(groups.keys) }

    func awaits(_ process: SimulatedProcess) -> Bool {
        groups.values.contains { $0.main === process && !$0.isToldEnd }
    }

    func poll(at now: Duration) -> [CommandEvent] {
        world.pass()
        var events: [CommandEvent] = []
        for (run, group) in groups.sorted(by: { Identifier.precedes($0.key.text, $1.key.text) }) {
            if let killAt = group.killAt, now >= killAt {
                for process in world.living(of: run) { process.take(.kill) }
            }
            if !group.isToldEnd, let ending = group.main.ending {
                groups[run]?.isToldEnd = true
                let nothing = Process.ResourceUsage(userTime: .zero, systemTime: .zero, maximumResidentBytes: 0)
                events.append(.exited(run, ending, nothing))
            }
            if group.isFinished, world.living(of: run).isEmpty {
                groups[run] = nil
                events.append(.gone(run))
            }
        }
        return events
    }

    func stop(_ run: ID<Run>, _ teardown: Teardown, at now: Duration) {
        guard let group = groups[run] else { return }
        let killAt = now + teardown.grace
        groups[run]?.killAt = group.killAt.map { min($0, killAt) } ?? killAt
        if let signal = teardown.signal { for process in world.living(of: run) { process.take(signal) } }
    }

    func finish(_ run: ID<Run>, _ teardown: Teardown, at now: Duration) {
        groups[run]?.isFinished = true
        if !world.living(of: run).isEmpty { stop(run, teardown, at: now) }
    }

    func nextLook(at now: Duration) -> Duration? { groups.values.compactMap(\.killAt).min() }
}

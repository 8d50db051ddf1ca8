@_spi(Execution) import Engine
import Execution
import Model
import Store
import System

/// A real workspace on a simulated machine: processes, clocks and supervisors are made up, records, locks, journal and
/// every decision are those of the program.
final class World {
    let clock = SimulatedClock()
    let processes: ProcessWorld
    private(set) var workspace: Workspace
    private(set) var pairs: [SimulatedPair] = []
    private(set) lazy var machine = SimulatedMachine(self)
    private var observer: Observer
    private let root: String
    private let defect: Simulation.Defect?
    /// The lock that somebody holds.
    private var lock: File?
    /// Whether somebody has held it since everything was calm.
    private var wasLocked = false
    /// Whether somebody has been killed since the last pass over the workspace: what he left is a pass's to find.
    private var isWounded = false
    private var calms = 0
    /// Runs that waited for their time when a supervisor died.
    private var orphans: Set<ID<Run>> = []
    /// What happened, for whoever reads a failure.
    var notes: [String] = []

    static let agents = ["quick", "flaky", "stubborn", "queue", "forker"]

    /// - Parameters:
    ///   - root: where the workspace is made.
    ///   - defect: what is done wrong on purpose.
    init(at root: String, defect: Simulation.Defect? = nil) throws {
        self.root = root
        self.defect = defect
        processes = ProcessWorld(clock)
        try FileSystem.removeTree(root)
        var record = WorkspaceRecord()
        record.workspace = "simulation"
        record.settings.durability = .none
        record.settings.jobs = 2
        var options = Workspace.Options()
        options.clock = clock.reading
        options.lockTimeout = .zero
        workspace = try Workspace.create(in: root, record: record, actor: "ann", options: options)
        observer = try Observer(workspace)
        for (number, name) in Self.agents.enumerated() {
            guard let id = ID<Agent>(name) else { continue }
            var agent = Agent(id: id)
            agent.command = Self.script(number).words
            agent.maxAttempts = name == "flaky" ? 3 : name == "forker" ? 2 : nil
            agent.grace = WrittenDuration(.seconds(5))
            agent.timeout = name == "stubborn" ? WrittenDuration(.seconds(30)) : nil
            agent.exitCodes = ["7": .retry, "8": .block, "9": .review]
            if name == "queue" { agent.dispatch = .queue }
            _ = try engine().addAgent(agent).takeOver()
        }
    }

    /// Removes what there is of it.
    func remove() throws {
        pairs = []
        lock = nil
        try FileSystem.removeTree(root)
    }

    static func script(_ number: Int) -> Script {
        var script = Script()
        switch number % 8 {
        case 0: script.lasts = .milliseconds(200)
        case 1: script.ending = .exited(1)
        case 2:
            script.lasts = nil
            script.isStubborn = true
        case 3: script.lasts = .seconds(3)
        case 4: script.forks = true
        case 5: script.ending = .exited(7)
        case 6: script.ending = .signalled(11)
        default: script.ending = .exited(8)
        }
        return script
    }

    // MARK: Who acts

    /// The engine for somebody.
    func engine(_ caller: Caller = Caller(actor: "ann")) -> Engine { Engine(workspace, caller: caller) }

    /// Somebody has died: what he left is a pass's to find.
    func wound() { isWounded = true }

    /// A supervisor has died, which may have waited for the time of runs that it had queued: those are a pass's to start
    /// as well.
    func noteDeathOfSupervisor() {
        for run in observer.runs.values where run.status == .queued && run.notBefore != nil { orphans.insert(run.id) }
    }

    func addPair() -> SimulatedPair {
        let pair = SimulatedPair(processes.newPid(), self)
        pairs.append(pair)
        return pair
    }

    private func pair(_ number: Int) -> SimulatedPair? { pairs.isEmpty ? nil : pairs[number % pairs.count] }

    private func agent(_ number: Int?) -> String? { number.map { Self.agents[$0 % Self.agents.count] } }

    // MARK: Steps

    /// Carries out a step.
    ///
    /// - Returns: what must not be; nothing when all is well.
    func perform(_ step: SimulatedStep) throws -> [String] {
        do {
            try carryOut(step)
        } catch {
            let failure = Failure(error)
            let isRefusal = failure.code.exitStatus != .unusable && (failure.code != .locked || lock != nil)
            guard isRefusal else { return ["\(step): \(failure.message)"] }
            notes.append("\(step): \(failure.message)")
        }
        processes.isAwaited = { [pairs] process in pairs.contains { $0.commands.awaits(process) } }
        processes.pass()
        pairs.removeAll(where: \.isGone)
        notes.append("-- \(step)")
        var faults = processes.faults
        let liveness = Liveness(workspace)
        faults += try observer.look { run in try liveness.life(of: run) == .alive }
        notes += observer.history
        observer.history = []
        if case .calm = step { faults += try calmFaults() }
        return faults
    }

    private func carryOut(_ step: SimulatedStep) throws {
        switch step {
        case .create(let agent, let dependsOn, let maxAttempts):
            var draft = TaskDraft(title: "Work")
            draft.agent = self.agent(agent)
            draft.dependsOn = dependsOn.map(String.init)
            draft.set(.maxAttempts, to: maxAttempts)
            try discharge(engine().create(draft))
        case .assign(let task, let agent, let force):
            try discharge(engine().assign("\(task)", agent: self.agent(agent), user: nil, force: force))
        case .verb(let word, let task, let force):
            guard let verb = TaskVerb(rawValue: word) else { return }
            var options = VerbOptions()
            options.reason = "so"
            options.force = force
            try discharge(engine().perform(verb, on: ["\(task)"], options))
        case .delete(let task, let force): try discharge(engine().delete(["\(task)"], force: force))
        case .depend(let task, let other): try discharge(engine().depend("\(task)", on: ["\(other)"], off: []))
        case .claim(let owner): try discharge(engine().claim(nil, ClaimRequest(owner: "p\(owner)")))
        case .inside(let number, let word): try inside(number, word)
        case .jobs(let jobs):
            try discharge(engine().configure(.jobs, to: String(jobs)))
            workspace = try workspace.reopened()
        case .agent(let number, let concurrency, let isDisabled, let script):
            try discharge(
                engine().editAgent(Self.agents[number]) {
                    $0.concurrency = concurrency
                    $0.disabled = isDisabled
                    $0.command = Self.script(script).words
                })
        case .exec(let script): try exec(Self.script(script))
        case .work(let jobs, let drains):
            var plan = WorkPlan(jobs: jobs)
            plan.end = drains ? .whenDrained : .never
            addPair().begin(engine(), WorkerDuty(plan))
        case .tick: try tick()
        case .killedCommand(let task, let agent):
            isWounded = true
            _ = try engine().assign("\(task)", agent: self.agent(agent), user: nil).takeOver()
        case .pass(let span): clock.advance(by: .milliseconds(span))
        case .setClock(let span): clock.jump(by: .milliseconds(span))
        case .proceed(let number): try pair(number)?.proceed()
        case .signal(let number):
            guard let pair = pair(number) else { return }
            isWounded = true
            pair.isTold = (.terminate, (pair.isTold?.count ?? 0) + 1)
        case .killSupervisor(let number):
            isWounded = true
            pair(number)?.killSupervisor()
        case .killGuard(let number):
            isWounded = true
            pair(number)?.killGuard()
        case .killBoth(let number):
            isWounded = true
            pair(number)?.killBoth()
        case .crashAtStart(let number):
            isWounded = true
            pair(number)?.crashesAtStart = true
        case .reboot:
            isWounded = true
            noteDeathOfSupervisor()
            lock = nil
            for pair in pairs { pair.killBoth() }
            pairs = []
            processes.killAll()
            try workspace.forgetBoot()
        case .lock:
            lock = try lock ?? held()
            wasLocked = true
            // What cannot be started now waits for a pass.
            isWounded = true
        case .unlock: lock = nil
        case .calm: try calm()
        }
    }

    private func held() throws -> File {
        let file = try File(".", [.read, .directory], in: workspace.directory)
        try file.lock(within: .zero)
        return file
    }

    /// What a command does when it has committed, but for the waiting: somebody may be killed at any time.
    private func discharge<Value>(_ obliged: consuming Obliged<Value>, includingQueues: Bool = false) throws {
        var owed = obliged.takeOver().obligations
        engine().settleDead(&owed, on: machine)
        _ = try engine().tell(owed.stopping, grace: nil, on: machine)
        _ = try engine().unsettled(owed.stopping, &owed, on: machine)
        guard owed.starts, defect != .commandsForgetStarts || includingQueues else { return }
        machine.launch(engine(), includingQueues: includingQueues)
    }

    /// The command of a live run does something to its own task.
    private func inside(_ number: Int, _ word: String) throws {
        let id = ID<Model.Task>(number: number)
        guard let verb = TaskVerb(rawValue: word), let run = observer.tasks[id]?.run,
            !processes.living(of: run).isEmpty
        else { return }
        var options = VerbOptions()
        options.reason = "so"
        let caller = Caller(actor: "agent:inside", task: id, run: run)
        try discharge(engine(caller).perform(verb, on: [id.text], options))
    }

    private func exec(_ script: Script) throws {
        let pair = addPair()
        let duty = FrontDuty()
        var surroundings = RunSurroundings()
        surroundings.isOwnCommand = true
        pair.begin(engine(), duty, surroundings)
        let task = try pair.supervisor?.begin(target: "exec") { change in
            let task = try Creation(change).create([TaskDraft(title: "exec")], hold: false)[0]
            return try RunQueueing(change).queue(task, agent: nil, cause: .manual, command: script.words)
        }
        if let task { duty.begin(task) } else { pair.killBoth() }
    }

    private func tick() throws {
        let dead = try workspace.snapshot().deadRuns()
        for run in dead { machine.endLeftovers(of: run, in: workspace) }
        try discharge(engine().tick(cleared: dead, dryRun: false), includingQueues: true)
        if lock == nil { isWounded = false }
    }

    // MARK: Calm

    /// Nobody is in anybody's way any more, a pass is made over the workspace, and everybody does what he can, at this
    /// moment.
    private func calm() throws {
        if wasLocked {
            // What could not be committed is tried again after a second.
            clock.advance(by: .seconds(1))
            wasLocked = false
        }
        lock = nil
        try becomeQuiet()
        // Nobody but the dead may have left anything to a pass.
        if !isWounded {
            let forgotten = try forgottenRuns().filter { !orphans.contains($0) }
            if !forgotten.isEmpty { processes.faults.append("nobody starts \(forgotten.map(\.text))") }
        }
        repeat {
            try tick()
            try becomeQuiet()
        } while isWounded
    }

    /// Everybody does what he can, until nobody commits anything any more.
    private func becomeQuiet() throws {
        var quietRounds = 0
        for _ in 0..<100 {
            let before = try workspace.position()
            for pair in pairs { try pair.proceed() }
            pairs.removeAll(where: \.isGone)
            // A guard takes a round to notice, and another one to act.
            quietRounds = try workspace.position() == before ? quietRounds + 1 : 0
            if quietRounds == 3 { return }
        }
        processes.faults.append("there is no end to what follows")
    }

    /// What must not be when everybody has done what he can.
    private func calmFaults() throws -> [String] {
        var faults: [String] = []
        let snapshot = try workspace.snapshot()
        for run in try snapshot.records(tagged: .activeRuns, of: Run.self) where run.status == .running {
            if try snapshot.life(of: run.id) != .alive { faults.append("\(run.id) is running with nobody") }
            if processes.living(of: run.id).isEmpty, run.stop == nil { faults.append("\(run.id) has no process") }
        }
        for process in processes.processes where process.isAlive {
            if observer.runs[process.run]?.status != .running {
                faults.append(
                    "a process of \(process.run) is left, which is \(observer.runs[process.run]?.status.rawValue ?? "-")"
                )
            }
        }
        let forgotten = try forgottenRuns()
        if !forgotten.isEmpty { faults.append("nobody starts \(forgotten.map(\.text))") }
        // It reads every file, so it does not look each time.
        calms += 1
        guard calms % 4 == 1 else { return faults }
        let findings = done(try engine().doctor(repair: false, leftovers: { _ in [] }, clear: { _ in }))
            .findings.filter { !$0.code.hasPrefix("stale_") && $0.code != "stop_stuck" }
        faults += findings.map { "doctor: \($0.code) \($0.text)" }
        return faults
    }

    private struct Looked: Error {}

    /// Runs that could be started, and that nobody starts.
    private func forgottenRuns() throws -> [ID<Run>] {
        var startable: [ID<Run>] = []
        do {
            _ = try engine().change("look") { change in
                startable = try Slots(change).startable(RunSelection(includesQueues: false)).map(\.id)
                throw Looked()
            }
        } catch is Looked {}
        return startable
    }
}

/// What a change came to, where nothing is left to be done.
private func done<Value>(_ obliged: consuming Obliged<Value>) -> Value { obliged.takeOver().value }

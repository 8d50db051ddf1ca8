@_spi(Execution) import Engine
import Model
import Store
import System

/// The process above a supervisor.
///
/// The guard is a small process, made before anything else. It is the subreaper of all processes below it, and holds a
/// copy of every live run's proof of life; so whatever ends the supervisor, the guard is there to end what is left of
/// its runs before anybody can take them for lost, and then to say so. The supervisor in turn sees the guard's end of
/// the channel close, and ends its runs itself.
struct Guard {
    private let supervisor: Int32
    private let channel: Channel
    private let signals: Signals
    private var proofs: [ID<Run>: File] = [:]
    /// The supervisors that it has started for runs that are not its own: they outlive it.
    private var launched: Set<Int32> = []
    /// How many supervisors in a row were killed before one had settled anything, up to this one: something that kills
    /// each of them must not make new ones without end.
    private var losses: Int

    /// After so many, what waits is left to the next pass.
    private static let mostLosses = 3

    /// Watches over the process `supervisor`, the other end of `channel`.
    private init(over supervisor: Int32, _ channel: Channel, _ signals: Signals, losses: Int) {
        self.supervisor = supervisor
        self.channel = channel
        self.signals = signals
        self.losses = losses
    }

    /// Divides this process into guard and supervisor.
    ///
    /// - Parameters:
    ///   - losses: how many supervisors were killed, one after the other, before this one was made.
    ///   - inGuard: what the guard does first, such as closing what only the supervisor is to keep.
    ///   - supervise: what the supervisor does; what it returns is its exit status.
    /// - Returns: to the guard, the supervisor's exit status: 125 when it was killed.
    static func divide(
        _ engine: @escaping () throws -> Engine, after losses: Int = 0, inGuard: () -> Void = {},
        _ supervise: (Channel) -> Int32
    ) throws -> Int32 {
        try Process.becomeSubreaper()
        let (above, below) = try Channel.pair()
        let signals = try Signals(catching: [.child] + Signals.ending)
        let guardID = Process.current
        let pid = try Process.fork()
        if pid == 0 {
            Signals.release()
            try Process.becomeSubreaper()
            // The guard may have ended before this line.
            guard Process.parent == guardID else { Process.exit(125) }
            closeDescriptor(of: above)
            Process.exit(supervise(below))
        }
        closeDescriptor(of: below)
        inGuard()
        var watch = Guard(over: pid, above, signals, losses: losses)
        return try watch.run(engine)
    }

    /// The other end is open in the other process alone, or nobody would see it close.
    private static func closeDescriptor(of channel: Channel) { channel.file.closeNow() }

    private mutating func run(_ engine: () throws -> Engine) throws -> Int32 {
        let (status, isKilled) = try waitForSupervisor(engine)
        try endDescendants()
        if isKilled { losses += 1 }
        // A retry, whatever waits for the slots that are free now, and what the supervisor was about to start.
        if isKilled || !proofs.isEmpty, try settle(try engine()), losses < Self.mostLosses { launch(engine) }
        return status
    }

    private mutating func launch(_ engine: () throws -> Engine) {
        do {
            let own = proofs.values + [channel.file]
            if let pid = try Launcher(try engine(), after: losses).leave(closing: own) { launched.insert(pid) }
        } catch {
            // There is nobody to tell: what does not start now waits for the next pass.
        }
    }

    /// - Returns: the supervisor's exit status, and whether something has killed it.
    private mutating func waitForSupervisor(
        _ engine: () throws -> Engine
    ) throws -> (status: Int32, isKilled: Bool) {
        var isOpen = true
        // A command that has lasted a second may last a day: the guard is to be small then.
        var patience: Duration? = .seconds(1)
        while true {
            let ready = try Poll.wait(for: isOpen ? [signals.file, channel.file] : [signals.file], within: patience)
            if patience != nil, !ready.contains(true) {
                Process.releaseCode()
                patience = nil
            }
            if isOpen, ready[1] { isOpen = try takeMessage(engine) }
            for arrival in try signals.arrivals() where arrival.signal != .child && arrival.wasSent {
                // One from the terminal has reached the supervisor as well.
                try Process.send(arrival.signal, to: supervisor)
            }
            while case .ended(let child) = try Process.collect() {
                launched.remove(child.pid)
                guard child.pid == supervisor else { continue }
                while isOpen, try Poll.wait(for: [channel.file], within: .zero)[0] { isOpen = try takeMessage(engine) }
                if case .exited(let status) = child.ending { return (status, false) }
                return (125, true)
            }
        }
    }

    /// - Returns: false at the end of the channel.
    private mutating func takeMessage(_ engine: () throws -> Engine) throws -> Bool {
        guard let (text, file) = try channel.receive() else { return false }
        switch GuardMessage(text) {
        case .begin(let run): proofs[run] = file
        case .end(let run):
            proofs[run] = nil
            losses = 0
        case .launch: launch(engine)
        case nil: break
        }
        return true
    }

    /// Kills everything below this process until nothing is left but the supervisors of other runs.
    private mutating func endDescendants() throws {
        while true {
            switch try Process.collect() {
            case .childless: return
            case .ended(let child):
                launched.remove(child.pid)
                continue
            case .running: break
            }
            // In this order: what the others make in between is not among those found at first.
            let found = ProcessTable.descendants(of: Environment.processID)
            let others = launched.map { Int($0) }
            let spared = Set(others + ProcessTable.descendants(of: others))
            let own = found.filter { !spared.contains($0) }
            if own.isEmpty, !launched.isEmpty { return }
            for pid in own { try Process.send(.kill, to: Int32(pid)) }
            Clock.sleep(.milliseconds(5))
        }
    }

    /// Says that the supervisor's runs are lost. An outcome is never thrown away: it tries until it can, and holds on
    /// to the proofs meanwhile, so that nobody else takes the runs for lost before their processes are gone.
    ///
    /// - Returns: whether runs wait that can be started now.
    private func settle(_ engine: Engine) throws -> Bool {
        while true {
            do {
                return try engine.lose(own: Array(proofs.keys)).takeOver().obligations.starts
            } catch {
                if engine.workspace.isRemoved { return false }
                Clock.sleep(.seconds(1))
            }
        }
    }
}

extension Signals {
    /// The signals that tell a supervisor to stop, but for those that were ignored when it was started (`nohup`).
    static var ending: [Process.Signal] {
        [.interrupt, .terminate, .hangUp].filter { !Process.isIgnored($0) }
    }
}

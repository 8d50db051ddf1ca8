import TestSupport

/// Something that happens in a simulated world. Tasks, agents and supervisors are meant by numbers that need not exist:
/// so a step means something also where others have been left out.
public enum SimulatedStep: Equatable, Sendable, CustomStringConvertible {
    /// Somebody makes a task.
    case create(agent: Int?, dependsOn: [Int], maxAttempts: Int?)
    case assign(Int, agent: Int?, force: Bool)
    /// A verb of the transition table.
    case verb(String, Int, force: Bool)
    case delete(Int, force: Bool)
    case depend(Int, on: Int)
    /// Somebody takes what is next.
    case claim(owner: Int)
    /// The command of a task's run does something to its own task.
    case inside(Int, verb: String)
    case jobs(Int)
    case agent(Int, concurrency: Int?, isDisabled: Bool, script: Int)
    case exec(script: Int)
    case work(jobs: Int, drains: Bool)
    case tick
    /// The command of a person who is killed right after it has committed.
    case killedCommand(Int, agent: Int)

    case pass(milliseconds: Int64)
    case setClock(byMilliseconds: Int64)
    /// One supervisor does what it can.
    case proceed(Int)
    case signal(Int)
    case killSupervisor(Int)
    case killGuard(Int)
    case killBoth(Int)
    /// The supervisor dies when it has made the process of its next command, before it commits.
    case crashAtStart(Int)
    /// The machine is started again, and has another boot id.
    case reboot
    /// Somebody holds the lock of the workspace, so that no commit succeeds.
    case lock
    case unlock
    /// Everybody does what he can, until nothing is left to be done.
    case calm

    public var description: String {
        switch self {
        case .create(let agent, let dependsOn, let maxAttempts):
            "create agent \(agent.map(String.init) ?? "-") after \(dependsOn) attempts \(maxAttempts ?? 0)"
        case .assign(let task, let agent, let force):
            "assign T-\(task) to \(agent.map(String.init) ?? "-")\(force ? " by force" : "")"
        case .verb(let verb, let task, let force): "\(verb) T-\(task)\(force ? " by force" : "")"
        case .delete(let task, let force): "delete T-\(task)\(force ? " by force" : "")"
        case .depend(let task, let other): "T-\(task) depends on T-\(other)"
        case .claim(let owner): "claim as p\(owner)"
        case .inside(let task, let verb): "from inside: \(verb) T-\(task)"
        case .jobs(let jobs): "jobs \(jobs)"
        case .agent(let agent, let concurrency, let isDisabled, let script):
            "agent \(agent) concurrency \(concurrency ?? 0)\(isDisabled ? " disabled" : "") script \(script)"
        case .exec(let script): "exec script \(script)"
        case .work(let jobs, let drains): "work \(jobs)\(drains ? " drain" : "")"
        case .tick: "tick"
        case .killedCommand(let task, let agent): "assign T-\(task) to \(agent), killed"
        case .pass(let span): "\(span) ms pass"
        case .setClock(let span): "the clock is set by \(span) ms"
        case .proceed(let number): "supervisor \(number) goes on"
        case .signal(let number): "supervisor \(number) gets TERM"
        case .killSupervisor(let number): "supervisor \(number) is killed"
        case .killGuard(let number): "guard \(number) is killed"
        case .killBoth(let number): "supervisor and guard \(number) are killed"
        case .crashAtStart(let number): "supervisor \(number) crashes at its next start"
        case .reboot: "reboot"
        case .lock: "lock"
        case .unlock: "unlock"
        case .calm: "calm"
        }
    }
}

extension SimulatedStep {
    /// What happens in one world.
    public static func sequence(_ count: Int, seed: UInt64) -> [SimulatedStep] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in random(&generator) }
    }

    private static let verbs = [
        "cancel", "terminate", "pause", "resume", "retry", "reopen", "block", "unblock", "complete", "fail", "release",
        "start", "approve", "reject",
    ]

    private static func random(_ generator: inout SeededGenerator) -> SimulatedStep {
        func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
        let task = number(1...12)
        let pair = number(0...5)
        switch number(0...99) {
        case 0..<16:
            return .create(
                agent: generator.oneIn(6) ? nil : number(0...4),
                dependsOn: generator.oneIn(4) ? [number(1...12)] : [],
                maxAttempts: generator.oneIn(4) ? number(1...3) : nil)
        case 16..<20: return .assign(task, agent: generator.oneIn(5) ? nil : number(0...4), force: generator.oneIn(2))
        case 20..<34: return .verb(generator.pick(verbs), task, force: generator.oneIn(2))
        case 34..<35: return .delete(task, force: generator.oneIn(2))
        case 35..<36: return .depend(task, on: number(1...12))
        case 36..<38: return .claim(owner: number(0...2))
        case 38..<41: return .inside(task, verb: generator.pick(["block", "complete", "fail", "submit", "release"]))
        case 41..<42: return .jobs(number(1...4))
        case 42..<44:
            return .agent(
                number(0...4), concurrency: generator.oneIn(2) ? number(1...2) : nil, isDisabled: generator.oneIn(6),
                script: number(0...7))
        case 44..<46: return .exec(script: number(0...7))
        case 46..<48: return .work(jobs: number(1...3), drains: generator.oneIn(2))
        case 48..<52: return .tick
        case 52..<53: return .killedCommand(task, agent: number(0...4))
        case 53..<68: return .pass(milliseconds: generator.pick([1, 300, 1000, 1100, 5000, 12_000, 60_000, 700_000]))
        case 68..<69: return .setClock(byMilliseconds: generator.pick([-3_600_000, -1000, 1000, 3_600_000]))
        case 69..<82: return .proceed(pair)
        case 82..<84: return .signal(pair)
        case 84..<86: return .killSupervisor(pair)
        case 86..<87: return .killGuard(pair)
        case 87..<88: return .killBoth(pair)
        case 88..<89: return .crashAtStart(pair)
        case 89..<90: return generator.oneIn(3) ? .reboot : .tick
        case 90..<91: return .lock
        case 91..<93: return .unlock
        default: return .calm
        }
    }
}

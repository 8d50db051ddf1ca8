extension ReferenceWorkspace {
    /// The verbs that people use as they are. Automation is not part of this model.
    public static let verbs = [
        "start", "release", "block", "unblock", "pause", "resume", "submit", "approve", "reject", "complete", "fail",
        "cancel", "terminate", "timeout", "retry", "reopen",
    ]

    /// A random sequence of steps by several actors, with a clock that moves, now and then back.
    public static func steps(_ count: Int, seed: UInt64) -> [Step] {
        var source = StepSource(seed: seed)
        return (0..<count).map { _ in source.next() }
    }
}

/// Makes up steps, with an eye on where the tasks stand: or most of what comes next would be refused.
private struct StepSource {
    private var generator: SeededGenerator
    private var model = ReferenceWorkspace()
    private var now: Int64 = 1_800_000_000_000
    /// Steps that have a command id: people whose commands are cut short repeat them.
    private var repeatable: [Step] = []

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func next() -> Step {
        moveClock()
        let step = repeated() ?? new()
        if step.commandID != nil { repeatable.append(step) }
        _ = model.perform(step)
        return step
    }

    private mutating func repeated() -> Step? {
        guard !repeatable.isEmpty, oneIn(25) else { return nil }
        var step = pick(Array(repeatable.suffix(4)))
        step.at = now
        return step
    }

    private mutating func new() -> Step {
        var step = Step(actor: pick(["alice", "bob", "agent:x"]), at: now, action: action())
        // A claim that is repeated gives the token again: there is more to go wrong.
        if oneIn(step.action.word == "claim" ? 4 : 12) { step.commandID = "c\(random(0...99))" }
        if oneIn(20) { step.ifRev = random(1...6) }
        return step
    }

    private mutating func oneIn(_ count: Int) -> Bool { generator.oneIn(count) }
    private mutating func pick<Element>(_ elements: [Element]) -> Element { generator.pick(elements) }
    private mutating func random<Number: FixedWidthInteger>(_ range: ClosedRange<Number>) -> Number {
        Number.random(in: range, using: &generator)
    }

    // MARK: Time

    /// Time passes in three measures: of a lease, of what has to wait, and up to the very end of a lease.
    private mutating func moveClock() {
        if oneIn(25) { now -= random(0...600_000) }
        guard oneIn(2) else { return }
        let ends = model.tasks.values.compactMap(\.lease?.expiresAt).filter { $0 > now }.sorted()
        if let end = ends.first, oneIn(4) {
            now = end - random(0...1)
        } else {
            now += oneIn(6) ? random(0...7_200_000) : random(0...15_000)
        }
    }

    private mutating func soon() -> Int64 { now + random(-3_600_000...7_200_000) }

    /// How long a lease is to last: what is usual, too short, too long, or neither.
    private mutating func length() -> Int64? { pick([nil, nil, 1000, 20_000, 600_000, 7_200_000, 172_800_000]) }

    // MARK: Tasks

    private var known: [Int] { model.tasks.keys.sorted() }

    /// A number; beyond the last one, or of a deleted task, now and then.
    private mutating func number() -> Int {
        known.isEmpty || oneIn(25) ? random(1...model.created + 1) : pick(known)
    }

    private mutating func numbers(upTo most: Int) -> [Int] {
        var numbers: [Int] = []
        for _ in 0..<random(0...most) { numbers.append(number()) }
        return numbers
    }

    /// Mostly a task of which something holds.
    private mutating func number(where holds: (Int) -> Bool) -> Int {
        let fitting = known.filter(holds)
        return fitting.isEmpty || oneIn(6) ? number() : pick(fitting)
    }

    // MARK: Actions

    private mutating func action() -> Step.Action {
        if known.isEmpty || known.count < 6 && oneIn(6) {
            return .create(
                fields(), user: oneIn(3) ? pick(["alice", "bob"]) : nil, dependsOn: oneIn(3) ? numbers(upTo: 2) : [])
        }
        switch random(0...25) {
        case 0...11: return verb()
        case 12...15: return claim()
        case 16...18: return heartbeat()
        case 19: return .tick
        case 20, 21: return assign()
        case 22, 23: return depend()
        case 24: return edit()
        default:
            if oneIn(3) { return .delete(number(), force: oneIn(2)) }
            return .comment(number(), pick(["Seen", "@bob look", "@alice and @bob look", "", "@nobody"]))
        }
    }

    private mutating func fields() -> Step.Fields {
        var fields = Step.Fields()
        if oneIn(3) { fields.priority = pick(Step.Fields.priorities) }
        if oneIn(3) { fields.label = pick(["paint", "wood"]) }
        if oneIn(4) { fields.due = soon() }
        if oneIn(6) { fields.notBefore = soon() }
        if oneIn(4) { fields.maxAttempts = random(1...2) }
        return fields
    }

    private mutating func verb() -> Step.Action {
        let model = model
        // Only retry and reopen are for what has ended.
        let number = number { model.tasks[$0].map { !ReferenceTable.ended.contains($0.task.status) } ?? false }
        let verb = verb(for: model.tasks[number]?.task.status ?? "todo")
        let says = oneIn(2) || ReferenceTable.needingReason.contains(verb) && !oneIn(4)
        return .verb(
            verb, number, reason: says ? pick(["why not", "no paint", "not yet", "", " \t"]) : nil,
            authorization(for: number))
    }

    private mutating func verb(for status: String) -> String {
        let verbs = ReferenceWorkspace.verbs
        let allowed = verbs.filter { model.table.rows[$0]?.from.contains(status) == true }
        // What takes a task back or ends it comes soon enough by itself.
        let dull = ["cancel", "pause", "release", "retry"] + (status == "running" ? [] : ["block", "fail"])
        let lively = allowed.filter { !dull.contains($0) }
        return pick(oneIn(6) ? verbs : lively.isEmpty || oneIn(8) ? allowed : lively)
    }

    /// Mostly the token, where a task is leased, and nothing, where it is not.
    private mutating func authorization(for number: Int) -> Step.Authorization {
        var authorization = Step.Authorization()
        if model.tasks[number]?.lease != nil {
            authorization.token = oneIn(3) ? pick([nil, .former, .nonsense]) : .latest
        } else if oneIn(12) {
            authorization.token = pick([.latest, .former, .nonsense])
        }
        authorization.force = oneIn(12)
        return authorization
    }

    private mutating func claim() -> Step.Action {
        var claim = Step.Claim(owner: pick(["alice", "bob", "idle"]))
        claim.length = length()
        guard oneIn(2) else {
            if oneIn(4) { claim.label = pick(["paint", "wood"]) }
            return .claim(nil, claim)
        }
        let (model, now) = (model, now)
        return .claim(number { model.isReady($0, at: now) }, claim)
    }

    private mutating func heartbeat() -> Step.Action {
        let model = model
        let number = number { model.tasks[$0]?.task.status == "running" }
        var beat = Step.Beat()
        if oneIn(3) { beat.length = length() }
        if oneIn(3) { beat.note = pick(["sawing", "sanding"]) }
        if oneIn(3) { beat.percent = random(0...100) }
        return .heartbeat(number, beat, authorization(for: number))
    }

    private mutating func assign() -> Step.Action {
        let hold = oneIn(4)
        switch random(0...2) {
        case 0: return .assign(number(), agent: "idle", user: nil, hold: hold)
        case 1: return .assign(number(), agent: nil, user: pick(["alice", "bob"]), hold: false)
        default: return .assign(number(), agent: nil, user: nil, hold: false)
        }
    }

    private mutating func depend() -> Step.Action {
        let number = number()
        let off = oneIn(2) ? [] : Array((model.tasks[number]?.dependsOn ?? []).prefix(1))
        return .depend(number, on: numbers(upTo: 2), off: oneIn(10) ? numbers(upTo: 1) : off)
    }

    private mutating func edit() -> Step.Action {
        let number = number()
        var fields = oneIn(2) ? fields() : Step.Fields()
        if oneIn(2) { fields.title = pick(["Work", "More work", "Less work"]) }
        return .edit(number, fields, authorization(for: number))
    }
}

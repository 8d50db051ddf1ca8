extension Step {
    /// Steps without some of them. Where the creation of a task is left out, those after it get its number and the
    /// ones that follow, so the other steps go on meaning the same tasks.
    public static func leavingOut(_ steps: [Step], _ range: Range<Int>) -> [Step] {
        var numbers: [Int: Int] = [:]
        var model = ReferenceWorkspace()
        var after = 0
        for (position, step) in steps.enumerated() {
            let before = model.created
            _ = model.perform(step)
            guard model.created > before, !range.contains(position) else { continue }
            after += 1
            numbers[model.created] = after
        }
        return steps.indices.filter { !range.contains($0) }.map { position in
            var step = steps[position]
            // A task that is not made any more is one that does not exist.
            step.action = step.action.renumbered { numbers[$0] ?? 1000 + $0 % 1000 }
            return step
        }
    }
}

extension Step.Action {
    fileprivate func renumbered(_ new: (Int) -> Int) -> Step.Action {
        switch self {
        case .create(let user, let dependsOn, let notBefore, let maxAttempts):
            .create(user: user, dependsOn: dependsOn.map(new), notBefore: notBefore, maxAttempts: maxAttempts)
        case .verb(let verb, let number, let reason): .verb(verb, new(number), reason: reason)
        case .assign(let number, let agent, let user, let hold):
            .assign(new(number), agent: agent, user: user, hold: hold)
        case .depend(let number, let on, let off): .depend(new(number), on: on.map(new), off: off.map(new))
        case .edit(let number, let title, let notBefore): .edit(new(number), title: title, notBefore: notBefore)
        case .delete(let number, let force): .delete(new(number), force: force)
        case .comment(let number, let text): .comment(new(number), text)
        }
    }
}

extension ReferenceWorkspace {
    /// The verbs that people use as they are. Leases and automation are not part of this model.
    public static let verbs = [
        "start", "release", "block", "unblock", "pause", "resume", "submit", "approve", "reject", "complete", "fail",
        "cancel", "terminate", "timeout", "retry", "reopen",
    ]

    /// A random sequence of steps by several actors, with a clock that moves, now and then back.
    ///
    /// Which verb comes next is chosen with an eye on where the task stands, or most steps would be refused.
    public static func steps(_ count: Int, seed: UInt64) -> [Step] {
        var generator = SeededGenerator(seed: seed)
        var now: Int64 = 1_800_000_000_000
        var model = ReferenceWorkspace()
        return (0..<count).map { _ in
            if generator.oneIn(2) { now += Int64.random(in: 0...7_200_000, using: &generator) }
            if generator.oneIn(25) { now -= Int64.random(in: 0...600_000, using: &generator) }
            var step = Step(
                actor: generator.pick(["alice", "bob", "agent:x"]), at: now,
                action: model.action(at: now, &generator))
            if generator.oneIn(20) { step.commandID = "c\(Int.random(in: 0..<40, using: &generator))" }
            if generator.oneIn(20) { step.ifRev = Int.random(in: 1...6, using: &generator) }
            _ = model.perform(step)
            return step
        }
    }

    private func action(at now: Int64, _ generator: inout SeededGenerator) -> Step.Action {
        // A number beyond the last one, or of a deleted task, now and then.
        let known = tasks.keys.sorted()
        func number() -> Int {
            known.isEmpty || generator.oneIn(25)
                ? Int.random(in: 1...created + 1, using: &generator) : generator.pick(known)
        }
        func numbers(upTo most: Int) -> [Int] {
            (0..<Int.random(in: 0...most, using: &generator)).map { _ in number() }
        }
        func soon() -> Int64 { now + Int64.random(in: -3_600_000...7_200_000, using: &generator) }
        if known.isEmpty || known.count < 6 && generator.oneIn(6) {
            return .create(
                user: generator.oneIn(3) ? generator.pick(["alice", "bob"]) : nil,
                dependsOn: generator.oneIn(3) ? numbers(upTo: 2) : [], notBefore: generator.oneIn(6) ? soon() : nil,
                maxAttempts: generator.oneIn(4) ? Int.random(in: 1...2, using: &generator) : nil)
        }
        let number = number()
        switch Int.random(in: 0..<20, using: &generator) {
        case 0..<13: return verb(number, &generator)
        case 13, 14:
            let hold = generator.oneIn(4)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: return .assign(number, agent: "idle", user: nil, hold: hold)
            case 1: return .assign(number, agent: nil, user: generator.pick(["alice", "bob"]), hold: false)
            default: return .assign(number, agent: nil, user: nil, hold: false)
            }
        case 15, 16:
            let off = generator.oneIn(2) ? [] : Array((tasks[number]?.dependsOn ?? []).prefix(1))
            return .depend(number, on: numbers(upTo: 2), off: generator.oneIn(10) ? numbers(upTo: 1) : off)
        case 17:
            return .edit(
                number, title: generator.oneIn(2) ? generator.pick(["Work", "More work", "Less work"]) : nil,
                notBefore: generator.oneIn(4) ? soon() : nil)
        case 18:
            return .comment(number, generator.pick(["Seen", "@bob look", "@alice and @bob look", "", "@nobody"]))
        default: return generator.oneIn(2) ? .delete(number, force: generator.oneIn(2)) : verb(number, &generator)
        }
    }

    private func verb(_ number: Int, _ generator: inout SeededGenerator) -> Step.Action {
        let status = tasks[number]?.task.status ?? "todo"
        let allowed = Self.verbs.filter { table.rows[$0]?.from.contains(status) == true }
        // What takes a task back or ends it comes soon enough by itself.
        let dull = ["cancel", "pause", "release", "retry"] + (status == "review" ? ["block", "fail"] : [])
        let lively = allowed.filter { !dull.contains($0) }
        let choice = generator.oneIn(6) ? Self.verbs : lively.isEmpty || generator.oneIn(8) ? allowed : lively
        let verb = generator.pick(choice)
        return .verb(
            verb, number, reason: generator.oneIn(2) ? generator.pick(["why not", "no paint", "", " \t"]) : nil)
    }
}

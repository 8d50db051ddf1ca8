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
        case .create(let fields, let user, let dependsOn):
            .create(fields, user: user, dependsOn: dependsOn.map(new))
        case .verb(let verb, let number, let reason, let authorization):
            .verb(verb, new(number), reason: reason, authorization)
        case .claim(let number, let claim): .claim(number.map(new), claim)
        case .heartbeat(let number, let beat, let authorization): .heartbeat(new(number), beat, authorization)
        case .assign(let number, let agent, let user, let hold):
            .assign(new(number), agent: agent, user: user, hold: hold)
        case .depend(let number, let on, let off): .depend(new(number), on: on.map(new), off: off.map(new))
        case .edit(let number, let fields, let authorization): .edit(new(number), fields, authorization)
        case .delete(let number, let force): .delete(new(number), force: force)
        case .comment(let number, let text): .comment(new(number), text)
        case .tick: .tick
        }
    }
}

import Model
import TestSupport
import Testing

@Suite("Random sequences of task verbs")
struct TaskSequenceTests {
    /// How many steps a sequence has.
    private static let length = 300

    /// Where workspace and model part.
    private struct Divergence {
        let step: Int
        let text: String
    }

    /// Carries out steps on a workspace of their own.
    ///
    /// - Returns: where it first differs from the model; nil when it never does.
    private func divergence(_ steps: [Step], table: ReferenceTable = ReferenceTable()) throws -> Divergence? {
        let driven = try DrivenWorkspace()
        var model = ReferenceWorkspace(table: table)
        for (position, step) in steps.enumerated() {
            var expected = model.perform(step)
            var (found, oddity) = try driven.perform(step)
            if case .delete = step.action {
                // Those that depended on it are told in no order.
                (expected, found) = (expected.sorted, found.sorted)
            }
            if found != expected {
                return Divergence(step: position, text: "\(step)\n    gave \(found)\n    not \(expected)")
            }
            if let odd = try oddity ?? driven.difference(from: model, at: step.at) {
                return Divergence(step: position, text: "\(step)\n    \(odd)")
            }
        }
        return nil
    }

    /// The shortest list of steps that still differs, as a script, with what differs in the end.
    private func story(_ steps: [Step], table: ReferenceTable = ReferenceTable()) throws -> (
        steps: [Step], text: String
    ) {
        let last = try divergence(steps, table: table)?.step ?? steps.count - 1
        let short = shrunk(Array(steps[...last]), leavingOut: Step.leavingOut) { part in
            do { return try divergence(part, table: table) != nil } catch { return false }
        }
        let end = try divergence(short, table: table)?.text ?? ""
        return (short, short.dropLast().map(\.description).joined(separator: "\n") + "\n" + end)
    }

    @Test("whatever is done in whatever order, a workspace is what the specification says", arguments: Seeds.list(25))
    func sequence(seed: UInt64) throws {
        let steps = ReferenceWorkspace.steps(Self.length, seed: seed)
        guard try divergence(steps) != nil else { return }
        Issue.record("TF_TEST_SEED=\(seed)\n\(try story(steps).text)")
    }

    /// How often what happens in sequences happens.
    private struct Coverage {
        var statuses: Set<String> = []
        var refusals: [String: Int] = [:]
        var succeeded: [String: Int] = [:]
        /// The events of claims and ticks, which take tasks back.
        var events: [String: Int] = [:]
        /// Claims that found nothing, and that gave a token again.
        var (emptyClaims, repeatedClaims) = (0, 0)

        mutating func note(_ step: Step, _ outcome: ReferenceWorkspace.Outcome, _ model: ReferenceWorkspace) {
            statuses.formUnion(model.tasks.values.map(\.task.status))
            switch outcome {
            case .refused(let word): refusals[word, default: 0] += 1
            case .done(let events, let token):
                succeeded[step.action.word, default: 0] += 1
                guard ["claim", "tick"].contains(step.action.word) else { return }
                for event in events { self.events[event.prefix { $0 != " " }.description, default: 0] += 1 }
                guard step.action != .tick, events.isEmpty else { return }
                if token == nil { emptyClaims += 1 } else { repeatedClaims += 1 }
            }
        }
    }

    @Test("the sequences reach every status, verbs succeed, leases run out, and every kind of refusal occurs")
    func coverage() {
        var coverage = Coverage()
        for seed in Seeds.list(25) {
            var model = ReferenceWorkspace()
            for step in ReferenceWorkspace.steps(Self.length, seed: seed) {
                coverage.note(step, model.perform(step), model)
            }
        }
        let unreachable: Set<String> = ["scheduled", "lost"]
        #expect(coverage.statuses == Set(TaskStatus.allCases.map(\.rawValue)).subtracting(unreachable))
        let words = [
            "refused", "not_found", "rev_mismatch", "command_id_reused", "lease_required", "lease_invalid",
            "lease_expired",
        ]
        #expect(Set(coverage.refusals.keys) == Set(words))
        for word in words { #expect(coverage.refusals[word, default: 0] > 10, "\(word): \(coverage.refusals)") }
        let others = [
            "create", "claim", "heartbeat", "assign", "unassign", "depend", "edit", "delete", "comment", "tick",
        ]
        for verb in ReferenceWorkspace.verbs + others {
            #expect(coverage.succeeded[verb, default: 0] > 10, "\(verb): \(coverage.succeeded)")
        }
        for event in ["claimed", "stale_requeued", "failed"] {
            #expect(coverage.events["task/" + event, default: 0] > 10, "\(event): \(coverage.events)")
        }
        #expect(coverage.emptyClaims > 10 && coverage.repeatedClaims > 0)
    }

    @Test("a sequence that fails is shrunk to the commands that it takes")
    func shrinking() throws {
        var wrong = ReferenceTable()
        wrong.rows["block"]?.from.remove("review")
        let (words, text) = try shrunkFailure(wrong)
        let beginnings = [["create", "start"], ["create", "claim"]]
        #expect(beginnings.map { $0 + ["submit", "block"] }.contains(words), "\(text)")
        #expect(text.contains("task submit 1") && text.contains("not refused(\"refused\")"), "\(text)")
    }

    @Test("so is one that it takes the end of a lease for")
    func shrinkingOfLeases() throws {
        var wrong = ReferenceTable()
        wrong.rows["requeue"]?.to = "paused"
        let (words, text) = try shrunkFailure(wrong)
        #expect([["create", "claim", "tick"], ["create", "claim", "claim"]].contains(words), "\(text)")
    }

    /// The verbs of the shortest sequence that shows a model to be wrong, and what is said of it.
    private func shrunkFailure(_ wrong: ReferenceTable) throws -> (words: [String], text: String) {
        // Two models part where the workspace and the wrong one do, and are compared a thousand times as fast.
        let steps = try #require(
            (UInt64(1)...).lazy.map { ReferenceWorkspace.steps(60, seed: $0) }.first { steps in
                var (right, other) = (ReferenceWorkspace(), ReferenceWorkspace(table: wrong))
                return steps.contains { right.perform($0).sorted != other.perform($0).sorted }
            })
        let (short, text) = try story(steps, table: wrong)
        return (short.map(\.action.word), text)
    }
}

extension ReferenceWorkspace.Outcome {
    fileprivate var sorted: Self {
        guard case .done(let events, let token) = self else { return self }
        return .done(events.sorted(), token: token)
    }
}

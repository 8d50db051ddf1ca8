import Model
import System
import TestSupport
import Testing

@Suite("Random sequences of transitions")
struct TransitionSequenceTests {
    /// A verb with what it is given.
    private struct Move: CustomStringConvertible {
        let verb: TaskVerb
        let at: Int64
        let reason: String?
        var description: String { "\(at) \(verb.rawValue) \(reason ?? "-")" }
    }

    private static let verbs = TaskVerb.allCases.filter { ReferenceTable().rows[$0.rawValue] != nil }

    private func moves(_ count: Int, seed: UInt64) -> [Move] {
        var generator = SeededGenerator(seed: seed)
        var now: Int64 = 1_800_000_000_000
        return (0..<count).map { _ in
            now += Int64.random(in: 0...1000, using: &generator)
            return Move(
                verb: generator.pick(Self.verbs), at: now,
                reason: generator.oneIn(2) ? generator.pick(["so", "", "\n"]) : nil)
        }
    }

    /// Where a task first differs from what the table says; nil when it never does.
    private func difference(_ moves: [Move], isAutomated: Bool, _ table: ReferenceTable) -> String? {
        var task = Model.Task(id: ID(number: 1), title: "Work")
        var reference = ReferenceTask()
        task.maxAttempts = 2
        reference.maxAttempts = 2
        task.automation = isAutomated ? Automation(every: WrittenDuration(.seconds(600))) : nil
        reference.isAutomated = isAutomated
        for move in moves {
            let isAllowed = reference.apply(move.verb.rawValue, at: move.at, reason: move.reason, table)
            do throws(TransitionRefusal) {
                try task.apply(move.verb, at: Timestamp(milliseconds: move.at), reason: move.reason)
                guard isAllowed else { return "\(move) was allowed" }
            } catch {
                guard !isAllowed else { return "\(move) was refused: \(error.message)" }
            }
            guard ReferenceTask(task) == reference else {
                return "\(move) gave \(ReferenceTask(task)), not \(reference)"
            }
        }
        return nil
    }

    @Test("a task moves as the specification says", arguments: Seeds.list(20))
    func sequence(seed: UInt64) {
        let table = ReferenceTable()
        let moves = moves(5000, seed: seed)
        for isAutomated in [false, true] {
            guard difference(moves, isAutomated: isAutomated, table) != nil else { continue }
            let short = shrunk(moves) { difference($0, isAutomated: isAutomated, table) != nil }
            let text = short.map(\.description).joined(separator: "\n")
            Issue.record("TF_TEST_SEED=\(seed)\n\(text)\n\(difference(short, isAutomated: isAutomated, table) ?? "")")
        }
    }

    @Test("a wrong table is found out, by the moves that it takes")
    func wrongTable() {
        var wrong = ReferenceTable()
        wrong.rows["fail"]?.to = "lost"
        let moves = moves(2000, seed: 1)
        #expect(difference(moves, isAutomated: false, wrong) != nil)
        let short = shrunk(moves) { difference($0, isAutomated: false, wrong) != nil }
        #expect(short.count == 2 && short.last?.verb == .fail, "\(short)")
    }
}

extension ReferenceTask {
    fileprivate init(_ task: Model.Task) {
        self.init()
        status = task.status.rawValue
        reason = task.statusReason
        lastError = task.lastError
        attempt = task.attempt
        maxAttempts = task.maxAttempts
        isAutomated = task.automation != nil
        startedAt = task.startedAt?.milliseconds
        endedAt = task.endedAt?.milliseconds
    }
}

import Model
import Testing

@Suite("The outcome table")
struct RunOutcomeTableTests {
    @Test("every way in which a command can end has exactly one row")
    func complete() {
        let cases = RunOutcome.table.map(\.ending)
        #expect(Set(cases) == Set(RunOutcome.Case.all) && cases.count == RunOutcome.Case.all.count)
        #expect(Set(RunOutcome.table.map(\.condition)).count == cases.count)
    }

    @Test("the transition table allows what a row does to a running task, and the run may go where it says")
    func allowed() {
        for row in RunOutcome.table {
            let verb: TaskVerb = if case .verb(let verb) = row.task { verb } else { .cancel }
            // One that cannot be started blocks a task that is still waiting.
            #expect(
                TaskTransition.of(verb).from.contains(row.ending == .notStarted ? .todo : .running), "\(row.condition)")
            let former: Run.Status = row.ending == .notStarted ? .queued : .running
            #expect(former.successors.contains(row.run), "\(row.condition)")
        }
    }

    @Test("an exit status that the agent maps goes before what it would mean otherwise, 0 included")
    func mapped() throws {
        var agent = Agent(id: try #require(ID("worker")))
        agent.exitCodes = ["0": .fail, "7": .done]
        agent.review = true
        #expect(RunOutcome.of(.exited(0), agent: agent).ending == .mapped(.fail))
        #expect(RunOutcome.of(.exited(7), agent: agent).ending == .mapped(.done))
        #expect(RunOutcome.of(.exited(2), agent: agent).ending == .failure)
        agent.exitCodes = [:]
        #expect(RunOutcome.of(.exited(0), agent: agent).ending == .successForReview)
        #expect(RunOutcome.of(.exited(0), agent: nil).ending == .success)
    }

    @Test("only what has failed by itself or was lost is tried again")
    func repetitions() {
        let repeated = RunOutcome.table.filter { $0.repetition != .never }.map(\.ending)
        #expect(Set(repeated) == [.failure, .signal, .timeout, .failedCheck, .lost, .mapped(.retry)])
    }
}

import Model
import System
import TestSupport
import Testing

@Suite("The transition table")
struct TransitionTableTests {
    /// Copied by hand from the specification: verb | from | to | event. `=` leaves the status as it is, `*` becomes
    /// `scheduled` for an automated task. Arming and disarming emit events of the automation, not of the task.
    static let specification = """
        create     |                                                    | todo       | created
        \(ReferenceTable.text)
        edit       | todo scheduled running review blocked paused done failed cancelled terminated timed_out lost | = | edited
        delete     | todo scheduled review blocked paused done failed cancelled terminated timed_out lost | nothing | deleted
        """

    struct Row: Sendable, CustomTestStringConvertible {
        let verb: String
        let from: Set<String>
        let to: String
        let event: String?

        init(_ line: Substring) {
            let columns = line.split(separator: "|", omittingEmptySubsequences: false).map(\.trimmingBlanks)
            verb = columns[0]
            from = Set(columns[1].split(separator: " ").map(String.init))
            to = columns[2]
            event = columns[3].isEmpty ? nil : columns[3]
        }

        var testDescription: String { verb }
    }

    static let rows = specification.split(separator: "\n").map(Row.init)

    @Test("every verb has one row, and there are no others")
    func verbs() {
        #expect(Self.rows.map(\.verb) == TaskVerb.allCases.map(\.rawValue))
        #expect(Set(TaskTransition.table.keys) == Set(TaskVerb.allCases))
        for verb in TaskVerb.allCases { #expect(TaskTransition.of(verb).verb == verb) }
    }

    @Test("a verb is allowed from these statuses alone, and leads where the table says", arguments: rows)
    func everyPair(row: Row) throws {
        let verb = try #require(TaskVerb(rawValue: row.verb))
        let now = Timestamp(milliseconds: 1000)
        for status in TaskStatus.allCases {
            for automated in [false, true] {
                var task = Task(id: ID(number: 1), title: "x")
                task.status = status
                task.automation = automated ? Automation(every: WrittenDuration(.seconds(600))) : nil
                let before = task
                do throws(TransitionRefusal) {
                    try task.apply(verb, at: now)
                    #expect(row.from.contains(status.rawValue), "\(verb) from \(status)")
                    #expect(task.status.rawValue == expected(row, from: status, automated), "\(verb) from \(status)")
                } catch {
                    #expect(!row.from.contains(status.rawValue), "\(verb) from \(status)")
                    #expect(error.status == status && error.verb == verb && error.task == "T-1")
                    #expect(task == before)
                }
            }
        }
    }

    private func expected(_ row: Row, from status: TaskStatus, _ automated: Bool) -> String {
        switch row.to {
        case "=", "nothing": status.rawValue
        case let to where to.hasSuffix("*"): automated ? "scheduled" : String(to.dropLast())
        default: row.to
        }
    }

    @Test("a verb emits this event", arguments: rows)
    func events(row: Row) throws {
        let verb = try #require(TaskVerb(rawValue: row.verb))
        #expect(TaskTransition.of(verb).event?.rawValue == row.event.map { "task/" + $0 })
    }

    @Test("the verbs that a lease guards are these")
    func leases() {
        let guarded: Set<TaskVerb> = [.complete, .fail, .release, .block, .submit, .heartbeat, .pause, .edit]
        #expect(Set(TaskVerb.allCases.filter { TaskTransition.of($0).needsLease }) == guarded)
    }

    @Test("the verbs that need a reason are these")
    func reasons() {
        #expect(TaskVerb.allCases.filter { TaskTransition.of($0).needsReason } == [.block, .reject])
    }

    @Test("people use every verb but those of recovery and of flows")
    func byHand() {
        #expect(TaskVerb.allCases.filter { !TaskTransition.byHand.contains($0) } == [.skip, .lose, .requeue])
    }

    @Test("verbs that would take a task from under its run need force; those that mean its end stop it")
    func runs() {
        func verbs(_ policy: TaskTransition.RunPolicy) -> Set<TaskVerb> {
            Set(TaskVerb.allCases.filter { TaskTransition.of($0).runs == policy })
        }
        #expect(verbs(.needsForce).isSuperset(of: [.complete, .fail, .block, .release, .assign]))
        #expect(verbs(.stops) == [.cancel, .terminate, .pause, .delete])
        #expect(verbs(.forbids) == [.start, .claim])
    }

    @Test("no verb but retry, reopen, edit and delete touches a task that has ended")
    func terminalIsFinal() {
        for verb in TaskVerb.allCases where !TaskTransition.of(verb).from.isDisjoint(with: TaskStatus.terminal) {
            #expect([.retry, .reopen, .edit, .delete].contains(verb), "\(verb)")
        }
    }
}

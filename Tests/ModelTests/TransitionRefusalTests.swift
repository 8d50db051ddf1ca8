import Model
import System
import Testing

@Suite("Transitions that are refused")
struct TransitionRefusalTests {
    private static func refusal(_ verb: TaskVerb, of status: TaskStatus) -> TransitionRefusal? {
        var task = Task(id: ID(number: 12), title: "x")
        task.status = status
        do throws(TransitionRefusal) {
            try task.require(verb)
            return nil
        } catch {
            return error
        }
    }

    private static let all = TaskVerb.allCases.flatMap { verb in
        TaskStatus.allCases.compactMap { refusal(verb, of: $0) }
    }

    @Test(
        "the message names the task, its status, and what the verb needs",
        arguments: [
            (.complete, .todo, "T-12 is todo; complete needs a task that is running"),
            (.complete, .done, "T-12 is done; complete needs a task that is running"),
            (.start, .running, "T-12 is running; start needs one that is todo or scheduled"),
            (.fail, .lost, "T-12 is lost; fail needs one that is running, review or blocked"),
            (.cancel, .timedOut, "T-12 is timed_out; cancel needs a task that has not ended"),
            (.reopen, .paused, "T-12 is paused; reopen needs a task that has ended"),
            (
                .retry, .done,
                "T-12 is done; retry needs one that is blocked, failed, cancelled, terminated, timed_out or lost"
            ),
            (.create, .todo, "T-12 is todo; create applies to no task that exists"),
        ] as [(TaskVerb, TaskStatus, String)])
    func messages(verb: TaskVerb, status: TaskStatus, message: String) throws {
        #expect(try #require(Self.refusal(verb, of: status)).message == message)
    }

    @Test(
        "the hint is the first step of the shortest way to where the verb is allowed",
        arguments: [
            (.complete, .todo, .start), (.complete, .blocked, .unblock), (.complete, .paused, .resume),
            (.complete, .failed, .retry), (.complete, .done, .reopen), (.approve, .running, .submit),
            (.approve, .todo, .start), (.start, .paused, .resume), (.start, .lost, .retry), (.unblock, .todo, nil),
            (.retry, .done, nil), (.start, .running, nil), (.create, .todo, nil), (.reopen, .todo, nil),
        ] as [(TaskVerb, TaskStatus, TaskVerb?)])
    func hints(verb: TaskVerb, status: TaskStatus, hint: TaskVerb?) throws {
        #expect(try #require(Self.refusal(verb, of: status)).helpfulVerb == hint)
    }

    @Test("no hint ends, removes or interrupts work, repeats the refused verb, or is refused itself")
    func harmlessHints() throws {
        #expect(Self.all.count > 150)
        for refusal in Self.all {
            guard let hint = refusal.helpfulVerb else { continue }
            #expect(
                ![.cancel, .terminate, .delete, .timeout, .fail, .pause, .release, .reject, .lose, .skip].contains(hint)
            )
            #expect(hint != refusal.verb, "\(refusal.message)")
            #expect(Self.refusal(hint, of: refusal.status) == nil, "\(hint) after: \(refusal.message)")
            #expect(TaskTransition.byHand.contains(hint))
        }
    }

    @Test("no message names a destructive command but the one that was asked for")
    func harmlessMessages() {
        for refusal in Self.all {
            let words = refusal.message.split { !$0.isLetter && $0 != "_" }.map(String.init)
            for verb in ["cancel", "terminate", "delete", "force"] where verb != refusal.verb.rawValue {
                #expect(!words.contains(verb), "\(refusal.message)")
            }
        }
    }

    @Test("a refusal carries the reason that the status was given")
    func reason() {
        var task = Task(id: ID(number: 1), title: "x")
        task.status = .blocked
        task.statusReason = "no paint"
        do throws(TransitionRefusal) {
            try task.apply(.complete, at: Timestamp(milliseconds: 0))
            Issue.record("a blocked task was completed")
        } catch {
            #expect(error.statusReason == "no paint")
        }
    }
}

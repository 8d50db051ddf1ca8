import Foundation
import Model
import Store
import System
import Testing

@testable import Engine

@Suite("Why a task waits")
struct ExplanationTests {
    private func why(_ task: String, in bench: Bench, at now: Timestamp? = nil) throws -> Explanation {
        let snapshot = try bench.engine.workspace.snapshot()
        return try Explanation(of: snapshot.task(task), in: snapshot, at: now ?? bench.engine.workspace.clock.now())
    }

    private func codes(_ task: String, in bench: Bench) throws -> [Explanation.Code] {
        try why(task, in: bench).causes.map(\.code)
    }

    private func hints(_ task: String, in bench: Bench) throws -> [String?] {
        try why(task, in: bench).causes.map(\.hint)
    }

    private func move(_ task: String, _ verbs: TaskVerb..., in bench: Bench) throws {
        var options = VerbOptions()
        options.reason = "the reason"
        for verb in verbs { done(try bench.engine.perform(verb, on: [task], options)) }
    }

    @Test("it names each dependency that is not done, and what would get it done")
    func dependencies() throws {
        let bench = try Bench()
        for title in ["One", "Two", "Three"] { done(try bench.engine.create(TaskDraft(title: title))) }
        var draft = TaskDraft(title: "Last")
        draft.dependsOn = ["T-1", "T-2", "T-3"]
        draft.user = "bob"
        done(try bench.engine.create(draft))
        try move("T-1", .start, .fail, in: bench)
        try move("T-3", .start, .complete, in: bench)
        let explanation = try why("T-4", in: bench)
        #expect(!explanation.isReady)
        #expect(explanation.causes.map(\.about) == ["T-1", "T-2"])
        #expect(explanation.causes.map(\.text) == ["waits for T-1, which is failed", "waits for T-2, which is todo"])
        #expect(explanation.causes.map(\.hint) == ["tf task retry T-1", "tf task why T-2"])
    }

    @Test("a dependency that is gone, or whose file is bad, is told from one that is not done")
    func brokenDependencies() throws {
        let bench = try Bench()
        for title in ["One", "Two"] { done(try bench.engine.create(TaskDraft(title: title))) }
        var draft = TaskDraft(title: "Last")
        draft.dependsOn = ["T-1", "T-2"]
        draft.user = "bob"
        done(try bench.engine.create(draft))
        try FileManager.default.removeItem(atPath: bench.root + "/.tf/tasks/T-1.json")
        try Data("<<<<<<<\n".utf8).write(to: URL(fileURLWithPath: bench.root + "/.tf/tasks/T-2.json"))
        #expect(
            try why("T-3", in: bench).causes.map(\.text) == [
                "waits for T-1, which does not exist", "waits for T-2, whose file cannot be read",
            ])
        #expect(try hints("T-3", in: bench) == ["tf task depend T-3 --off T-1", "tf doctor"])
    }

    @Test("a moment that has not come, and one that has")
    func notBefore() throws {
        let bench = try Bench()
        let moment = bench.engine.workspace.clock.now() + .seconds(3600)
        var draft = TaskDraft(title: "Later")
        draft.set(.notBefore, to: moment)
        draft.user = "bob"
        done(try bench.engine.create(draft))
        #expect(try codes("T-1", in: bench) == [.notBefore])
        let then = try why("T-1", in: bench, at: moment)
        #expect(then.isReady && then.causes.map(\.code) == [.user] && then.causes[0].text.contains("bob"))
    }

    @Test("a ready task says whose move it is")
    func assignment() throws {
        let bench = try Bench { $0.command = [] }
        done(try bench.engine.create(TaskDraft(title: "Nobody's")))
        #expect(try codes("T-1", in: bench) == [.unassigned] && why("T-1", in: bench).isReady)
        done(try bench.engine.assign("T-1", agent: "worker", user: nil))
        #expect(try codes("T-1", in: bench) == [.noCommand])
        done(try bench.engine.editAgent("worker") { $0.disabled = true })
        #expect(try codes("T-1", in: bench) == [.agentDisabled])
        #expect(try hints("T-1", in: bench) == ["tf agent edit worker --no-disabled"])
    }

    @Test("a task that is held back says so, and how to go on")
    func held() throws {
        let bench = try Bench()
        done(try bench.engine.create(TaskDraft(title: "Held")))
        done(try bench.engine.assign("T-1", agent: "worker", user: nil, hold: true))
        #expect(try codes("T-1", in: bench) == [.held] && hints("T-1", in: bench) == ["tf run start T-1"])
    }

    @Test("a queued run waits for its time, for a slot, for tf work, or for anybody to start it")
    func queued() throws {
        let bench = try Bench {
            $0.concurrency = 1
            $0.maxAttempts = 3
        }
        let (first, run) = try bench.started("First")
        let proof = try #require(try Liveness(bench.engine.workspace).take(run))
        var draft = TaskDraft(title: "Second")
        draft.agent = "worker"
        done(try bench.engine.create(draft))
        #expect(try codes("T-2", in: bench) == [.concurrency])
        done(try bench.engine.configure(.jobs, to: "1"))
        let workspace = try bench.engine.workspace.reopened()
        let snapshot = try workspace.snapshot()
        let full = try Explanation(of: snapshot.task("T-2"), in: snapshot, at: workspace.clock.now())
        #expect(full.causes.map(\.code) == [.jobs] && full.causes[0].text.contains("1 of 1"))
        _ = try bench.end(run, .exited(1))
        proof.closeNow()
        #expect(try codes(first.text, in: bench) == [.backoff])
        #expect(try codes("T-2", in: bench) == [.queued] && hints("T-2", in: bench) == ["tf tick"])
        done(try bench.engine.editAgent("worker") { $0.dispatch = .queue })
        #expect(try codes("T-2", in: bench) == [.dispatch])
    }

    @Test("a running task names its run, or who works on it")
    func running() throws {
        let bench = try Bench()
        let (task, run) = try bench.started()
        #expect(try codes(task.text, in: bench) == [.lost], "nobody holds the proof of life")
        let proof = try #require(try Liveness(bench.engine.workspace).take(run))
        #expect(try codes(task.text, in: bench) == [.running])
        #expect(try hints(task.text, in: bench) == ["tf run logs R-1 -f"])
        done(try bench.engine.perform(.cancel, on: [task.text]))
        #expect(try codes(task.text, in: bench) == [.stopping])
        proof.closeNow()
        done(try bench.engine.create(TaskDraft(title: "By hand")))
        try move("T-2", .start, in: bench)
        #expect(try why("T-2", in: bench).causes.map(\.text.localizedLowercase).first?.contains("tester") == true)
    }

    @Test(
        "a task that somebody has to move says who and how",
        arguments: [
            ([TaskVerb.block], Explanation.Code.blocked, "unblock"), ([.pause], .paused, "resume"),
            ([.start, .submit], .review, "approve"), ([.start, .fail], .ended, "retry"), ([.cancel], .ended, "retry"),
        ])
    func status(_ verbs: [TaskVerb], _ code: Explanation.Code, _ help: String) throws {
        let bench = try Bench()
        done(try bench.engine.create(TaskDraft(title: "Moved")))
        for verb in verbs { try move("T-1", verb, in: bench) }
        let explanation = try why("T-1", in: bench)
        #expect(explanation.causes.map(\.code) == [code] && !explanation.isReady)
        #expect(explanation.causes[0].hint == "tf task \(help) T-1")
        #expect(explanation.causes[0].text.contains("the reason"))
    }

    @Test("what would help is said once, and destroys nothing")
    func hintsOnce() throws {
        let bench = try Bench()
        done(try bench.engine.create(TaskDraft(title: "Done")))
        try move("T-1", .start, .complete, in: bench)
        #expect(try hints("T-1", in: bench) == [nil], "there is nothing to do")
        var draft = TaskDraft(title: "Gone")
        draft.agent = "worker"
        done(try bench.engine.create(draft))
        done(
            try bench.engine.change("remove") { change in
                try change.transaction.delete(try change.transaction.agent("worker"))
                return []
            })
        #expect(try codes("T-2", in: bench).contains(.agentMissing))
        let all = try hints("T-2", in: bench).compactMap { $0 }
        #expect(Set(all).count == all.count)
    }
}

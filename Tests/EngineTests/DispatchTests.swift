import Foundation
import Model
import System
import Testing

@testable import Engine
@testable import Store

@Suite("Who starts what")
struct DispatchTests {
    private func assigned(_ bench: Bench, _ title: String, on: [String] = []) throws -> Model.Task {
        var draft = TaskDraft(title: title)
        draft.agent = "worker"
        draft.dependsOn = on
        return try #require(done(try bench.engine.create(draft)).first())
    }

    @Test("a ready task of an agent has exactly one queued run, and assigning it again changes nothing")
    func oneRun() throws {
        let bench = try Bench()
        let task = try assigned(bench, "Work")
        #expect(try bench.run(try #require(task.run)).status == .queued)
        #expect(done(try bench.engine.assign(task.id.text, agent: "worker", user: nil)).commit.isEmpty)
        #expect(try bench.engine.workspace.snapshot().all(Run.self).count == 1)
    }

    @Test("the transaction that completes a dependency queues what waited for it")
    func dependents() throws {
        let bench = try Bench()
        done(try bench.engine.create(TaskDraft(title: "First")))
        let second = try assigned(bench, "Second", on: ["T-1"])
        #expect(second.run == nil)
        done(try bench.engine.perform(.start, on: ["T-1"]))
        let commit = done(try bench.engine.perform(.complete, on: ["T-1"])).commit
        #expect(commit.events.map(\.type).suffix(3) == ["task/status_changed", "task/completed", "run/queued"])
        #expect(try bench.task(second.id).run?.text == "R-1")
    }

    @Test("a queued run is cancelled by what takes the ground from it", arguments: [TaskVerb.block, .pause, .cancel])
    func cancelled(_ verb: TaskVerb) throws {
        let bench = try Bench()
        let task = try assigned(bench, "Work")
        var options = VerbOptions()
        options.reason = "why"
        done(try bench.engine.perform(verb, on: [task.id.text], options))
        #expect(try bench.run(ID(number: 1)).status == .cancelled)
    }

    @Test("an agent without a command, or one that is disabled, starts nothing")
    func nothingToStart() throws {
        for bench in [try Bench { $0.command = [] }, try Bench { $0.disabled = true }] {
            #expect(try assigned(bench, "Work").run == nil)
        }
    }

    @Test("slots are given in work order, no more than the agent takes at once")
    func slots() throws {
        let bench = try Bench { $0.concurrency = 2 }
        for title in ["One", "Two", "Three"] { _ = try assigned(bench, title) }
        var edit = TaskEdit()
        edit.set(.priority, to: .urgent)
        done(try bench.engine.edit("T-3", edit))
        done(
            try bench.engine.change("look") { change in
                let startable = try Slots(change).startable(RunSelection(includesQueues: false))
                #expect(startable.map { $0.task?.text } == ["T-3", "T-1"])
                return []
            })
    }

    @Test("a dry tick says what the real one does, and writes nothing")
    func dryTick() throws {
        let bench = try Bench()
        _ = try bench.started()
        let journal = bench.root + "/.tf/journal/00000001.jsonl"
        let before = try Data(contentsOf: URL(fileURLWithPath: journal))
        let dry = done(try bench.engine.tick(dryRun: true))
        #expect(try Data(contentsOf: URL(fileURLWithPath: journal)) == before)
        let real = done(try bench.engine.tick(dryRun: false))
        #expect(!dry.actions.isEmpty && dry.actions == real.actions)
        #expect(try bench.run(ID(number: 1)).status == .lost)
    }

    @Test("a circle is refused and shown, also within a batch")
    func circles() throws {
        let bench = try Bench()
        var first = TaskDraft(title: "First")
        first.set(.name, to: "first")
        first.dependsOn = ["second"]
        var second = TaskDraft(title: "Second")
        second.set(.name, to: "second")
        second.dependsOn = ["first"]
        #expect(throws: Failure.self) { done(try bench.engine.create(batch: [first, second])) }
        #expect(try bench.engine.workspace.snapshot().taskSummaries().isEmpty)
    }

    @Test("TF_OUTPUT has lines, and values of several lines")
    func outputs() {
        let text = "file=dist/a=b.tar\nnotes<<END\nfirst\n\nlast = 3\nEND\nempty=\nnot a line\n"
        let parsed = RunOutputs.parse(text)
        #expect(parsed == ["file": "dist/a=b.tar", "notes": "first\n\nlast = 3", "empty": ""])
    }
}

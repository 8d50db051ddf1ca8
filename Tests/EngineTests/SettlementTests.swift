import Foundation
import Model
import System
import Testing

@testable import Engine
@testable import Store

/// A workspace with an agent whose runs never really run: their ends are told to the engine.
struct Bench {
    let root: String
    let engine: Engine

    private static let state: Void = {
        setenv("XDG_STATE_HOME", NSTemporaryDirectory() + "tf-engine-tests-state", 1)
    }()

    init(_ configure: (inout Agent) -> Void = { _ in }) throws {
        _ = Self.state
        root = NSTemporaryDirectory() + "tf-engine-" + UUID().uuidString
        var record = WorkspaceRecord()
        record.workspace = try Workspace.newIdentity()
        record.settings.durability = .none
        let workspace = try Workspace.create(in: root, record: record, actor: "tester", options: Workspace.Options())
        engine = Engine(workspace, caller: Caller(actor: "tester"))
        var agent = Agent(id: try #require(ID<Agent>("worker")))
        agent.command = ["true"]
        configure(&agent)
        done(
            try engine.change("agent") { change in
                try change.transaction.put(agent)
                return [agent.key]
            })
    }

    func task(_ id: ID<Model.Task>) throws -> Model.Task { try #require(try engine.workspace.snapshot().get(id)) }
    func run(_ id: ID<Run>) throws -> Run { try #require(try engine.workspace.snapshot().get(id)) }

    /// A task whose run says that it is running.
    func started(_ title: String = "Work") throws -> (task: ID<Model.Task>, run: ID<Run>) {
        var draft = TaskDraft(title: title)
        draft.agent = "worker"
        let task: Model.Task = try #require(done(try engine.create(draft)).first())
        let id = try #require(task.run)
        done(
            try engine.change("start") { change in
                var run: Run = try #require(try change.transaction.get(id))
                run.move(to: .running, at: change.now)
                try change.transaction.put(run)
                var task: Model.Task = try #require(try change.transaction.get(task.id))
                try task.apply(.start, at: change.now)
                try change.put(task)
                return []
            })
        return (task.id, id)
    }

    func end(_ run: ID<Run>, _ ending: RunEnding, lastLine: String? = nil) throws -> Commit {
        let agent = Engine(engine.workspace, caller: Caller(actor: "agent:worker"))
        return done(
            try agent.change("settle") { change in
                var result = RunResult(ending)
                result.lastLine = lastLine
                try Settlement(change).settle(run, result)
                return []
            }
        ).commit
    }
}

@Suite("How a command's end moves its task")
struct SettlementTests {
    @Test(
        "with the attempts used up",
        arguments: [
            (RunEnding.exited(0), Run.Status.succeeded, TaskStatus.done),
            (.exited(2), .failed, .failed), (.signalled(9), .failed, .failed),
            (.timedOut(after: .seconds(1)), .timedOut, .timedOut), (.lost("gone"), .lost, .lost),
            (.failedCheck("make lint"), .failed, .review), (.interrupted, .cancelled, .cancelled),
        ])
    func finalOutcome(_ ending: RunEnding, _ run: Run.Status, _ task: TaskStatus) throws {
        let bench = try Bench()
        let (id, runID) = try bench.started()
        let commit = try bench.end(runID, ending)
        #expect(try bench.run(runID).status == run && bench.task(id).status == task)
        #expect(commit.events.first?.type == "task/status_changed" && commit.events.last?.type == "run/\(run.rawValue)")
        #expect(try bench.task(id).run == runID)
    }

    @Test(
        "with attempts left it is queued again, after the backoff",
        arguments: [RunEnding.exited(2), .signalled(9), .timedOut(after: .seconds(1)), .failedCheck("x")])
    func repeated(_ ending: RunEnding) throws {
        let bench = try Bench { $0.maxAttempts = 3 }
        let (id, runID) = try bench.started()
        _ = try bench.end(runID, ending)
        let task = try bench.task(id)
        let next = try bench.run(try #require(task.run))
        #expect(task.status == .todo && next.id != runID && next.status == .queued && next.attempt == 2)
        let ended = try #require(try bench.run(runID).endedAt)
        #expect(next.notBefore == ended + .seconds(1) && next.cause == .retry)
    }

    @Test(
        "a mapped status does what the agent says",
        arguments: [
            (Agent.ExitAction.done, Run.Status.succeeded, TaskStatus.done), (.review, .succeeded, .review),
            (.fail, .failed, .failed), (.block, .failed, .blocked), (.cancel, .failed, .cancelled),
            (.retry, .failed, .todo),
        ])
    func mapped(_ action: Agent.ExitAction, _ run: Run.Status, _ task: TaskStatus) throws {
        let bench = try Bench {
            $0.maxAttempts = 5
            $0.exitCodes = ["7": action]
        }
        let (id, runID) = try bench.started()
        _ = try bench.end(runID, .exited(7), lastLine: "the reason")
        let settled = try bench.task(id)
        #expect(try bench.run(runID).status == run && settled.status == task)
        if action == .block { #expect(settled.statusReason == "the reason") }
        if action == .retry { #expect(settled.attempt == 0, "it does not count as an attempt") }
    }

    @Test("a stop request decides, whatever the command exits with", arguments: [TaskVerb.cancel, .pause, .terminate])
    func stopped(_ verb: TaskVerb) throws {
        let bench = try Bench()
        let (id, runID) = try bench.started()
        // The proof of life is held here, so the run counts as live.
        let proof = try #require(try Liveness(bench.engine.workspace).take(runID))
        let obligations = owed(try bench.engine.perform(verb, on: [id.text]))
        #expect(obligations.stopping == [runID])
        #expect(try bench.task(id).status == .running, "the intent comes first")
        _ = try bench.end(runID, .stopped)
        let expected: TaskStatus = verb == .cancel ? .cancelled : verb == .pause ? .paused : .terminated
        #expect(try bench.task(id).status == expected && bench.run(runID).status == .cancelled)
        proof.closeNow()
    }

    @Test("a run without supervisor that is cancelled is settled once what is left of it has been cleared away")
    func deadRun() throws {
        let bench = try Bench()
        let (id, runID) = try bench.started()
        let obligations = owed(try bench.engine.perform(.cancel, on: [id.text]))
        #expect(obligations.stopping == [runID])
        #expect(try bench.engine.workspace.snapshot().deadRuns() == [runID])
        done(try bench.engine.lose([runID]))
        #expect(try bench.task(id).status == .cancelled && bench.run(runID).status == .cancelled)
    }

    @Test("a run that has a supervisor is not lost, whoever says so")
    func livingRun() throws {
        let bench = try Bench()
        let (id, runID) = try bench.started()
        let proof = try #require(try Liveness(bench.engine.workspace).take(runID))
        defer { proof.closeNow() }
        #expect(done(try bench.engine.lose([runID])).commit.isEmpty)
        #expect(try bench.task(id).status == .running)
    }

    @Test("a dead run that stands in the way of another one is to be cleared away by whoever notices")
    func deadRunInTheWay() throws {
        let bench = try Bench()
        done(try bench.engine.configure(.jobs, to: "1"))
        let (_, dead) = try bench.started()
        var draft = TaskDraft(title: "Next")
        draft.agent = "worker"
        let obligations = owed(try bench.engine.create(draft))
        #expect(obligations.dead == [dead] && obligations.starts)
    }

    @Test("a task settled from inside stays as it was settled")
    func settledInside() throws {
        let bench = try Bench()
        let (id, runID) = try bench.started()
        let inside = Engine(bench.engine.workspace, caller: Caller(actor: "agent:worker", task: id, run: runID))
        var options = VerbOptions()
        options.reason = "needs a key"
        done(try inside.perform(.block, on: [id.text], options))
        _ = try bench.end(runID, .exited(0))
        #expect(try bench.task(id).status == .blocked && bench.run(runID).status == .succeeded)
    }

    @Test("the creator is told of the last failure, nobody of what he did himself")
    func notified() throws {
        let bench = try Bench()
        let (_, runID) = try bench.started()
        _ = try bench.end(runID, .exited(1), lastLine: "no luck")
        let told = try bench.engine.workspace.snapshot().all(Model.Notification.self)
        #expect(told.map(\.type) == [.runFailed] && told.first?.to == "tester")
        let comments = try bench.engine.workspace.snapshot().all(Model.Comment.self)
        #expect(comments.map(\.text) == ["Run R-1 failed (exit 1): no luck"])
    }
}

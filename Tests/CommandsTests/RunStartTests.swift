import Foundation
import Testing

@Suite("When runs start")
struct RunStartTests {
    @Test("assign is one transaction, and the task is running when it returns")
    func assign() throws {
        let tf = try Workspace.withGate()
        _ = try tf.create()
        let printed = try tf.json("task", "assign", "T-1", "--agent", "gated")
        #expect(printed["task"]["id"].string == "T-1" && printed["run"]["id"].string == "R-1", "\(printed)")
        #expect(try tf.status("T-1") == "running")
        let line = try tf.journal().first { types($0["events"].array).contains("task/assigned") }
        let together = types(line?["events"].array ?? [])
        #expect(together == ["task/assigned", "run/queued"])
        #expect(printed["task"]["assignee"] == (try JSON(#"{"agent": "gated"}"#)))
        #expect(try tf.showRun("R-1")["supervisor"]["pid"].int != nil)
        try tf.open("T-1")
        try tf.await("T-1", "done")
        let ends = try tf.events().filter { ["R-1", "T-1"].contains($0["about"].string) }
        #expect(
            types(ends) == [
                "task/created", "task/assigned", "run/queued", "task/status_changed", "task/started", "run/started",
                "task/status_changed", "task/completed", "run/succeeded",
            ])
        try tf.demandHealthy()
    }

    @Test("creating with an agent is create and assign, both events included")
    func createWithAgent() throws {
        let tf = try Workspace()
        try tf("agent", "add", "quick", "--", "true")
        try tf("task", "create", "At once", "--agent", "quick", "--wait")
        #expect(try tf.status("T-1") == "done")
        let seen = try types(tf.events())
        #expect(seen.contains("task/created") && seen.contains("task/assigned") && seen.contains("run/queued"))
    }

    @Test("--wait is refused, and nothing written, where nothing would ever run")
    func waitForNothing() throws {
        let tf = try Workspace()
        try tf("agent", "add", "idle")
        try tf("agent", "add", "off", "--", "true")
        try tf("agent", "edit", "off", "--disabled")
        _ = try tf.create()
        try tf.demandNothingWritten {
            try tf.run(["task", "create", "x", "--wait"], exits: 2)
            try tf.run(["task", "assign", "T-1", "--none", "--wait"], exits: 2)
            for agent in ["idle", "off"] {
                try tf.run(["task", "create", "x", "--agent", agent, "--wait"], exits: 1)
                let refused = try tf.run(["task", "assign", "T-1", "--agent", agent, "--wait"], exits: 1)
                #expect(refused.stderr.contains("--wait would wait for nothing"), "\(refused)")
            }
        }
    }

    @Test("--wait stays while the task waits for others or for its time, and says what it waits for in vain")
    func waitForOthers() throws {
        let tf = try Workspace.withGate()
        try tf("task", "create", "First", "--agent", "gated")
        let start = Date()
        let second = try tf.start([
            "task", "create", "Second", "--agent", "gated", "--depends-on", "T-1", "--not-before", "+2s", "--wait",
        ])
        try tf.await("T-1", "running")
        try tf.open("T-2")
        try tf.open("T-1")
        #expect(second.wait().status == 0)
        #expect(Date().timeIntervalSince(start) > 1.5)
        #expect(try tf.status("T-2") == "done")
        _ = try tf.create()
        try tf("task", "cancel", "T-3")
        let refused = try tf.run(
            ["task", "create", "Third", "--agent", "gated", "--depends-on", "T-3", "--wait"], exits: 1)
        #expect(refused.stderr.contains("T-4 has no run: it waits for T-3, which is cancelled"), "\(refused)")
    }

    @Test("assigning the agent it already has does nothing while its run is live")
    func assignAgain() throws {
        let tf = try Workspace.withGate()
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "gated")
        let before = try tf.lastSeq()
        try tf("task", "assign", "T-1", "--agent", "gated")
        #expect(try tf.lastSeq() == before && tf.runs().count == 1)
        try tf("agent", "add", "other", "--", "true")
        try tf("task", "assign", "T-1", "--agent", "other", exits: 1)
        #expect(try tf.task("T-1")["assignee"]["agent"].string == "gated")
        try tf("task", "assign", "T-1", "--agent", "other", "--force")
        try tf.await("T-1", "done")
        #expect(try tf.runs(of: "T-1").map { $0["status"].string } == ["cancelled", "succeeded"])
    }

    @Test("unassigning starts nothing")
    func unassign() throws {
        let tf = try Workspace()
        try tf.addAgent("coder", shell: "true")
        try tf("task", "create", "x", "--agent", "coder", "--no-run")
        try tf("task", "assign", "T-1", "--none")
        #expect(try types(tf.events()).suffix(2) == ["task/assigned", "task/unassigned"])
        #expect(try tf.runs().isEmpty)
    }

    @Test("--no-run holds the task back until a run is started")
    func hold() throws {
        let tf = try Workspace()
        try tf("agent", "add", "quick", "--", "true")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "quick", "--no-run")
        try tf("tick")
        #expect(try tf.runs().isEmpty && tf.status("T-1") == "todo")
        #expect(try tf.json("task", "list", "--ready").array.isEmpty, "held is not ready")
        try tf("run", "start", "T-1", "--wait")
        #expect(try tf.status("T-1") == "done")
    }

    @Test("an agent without a command starts nothing")
    func noCommand() throws {
        let tf = try Workspace()
        try tf("agent", "add", "outside")
        _ = try tf.create()
        #expect(try tf.json("task", "assign", "T-1", "--agent", "outside")["run"].isNull)
        #expect(try tf.status("T-1") == "todo" && tf.runs().isEmpty)
    }

    @Test("no more runs than jobs; whoever frees the slot starts the next")
    func slots() throws {
        let tf = try Workspace.withGate()
        try tf("config", "jobs", "1")
        for _ in 0..<3 {
            let id = try tf.create()
            try tf("task", "assign", id, "--agent", "gated")
        }
        #expect(try tf.runStatuses("T-1", "T-2", "T-3") == ["running", "queued", "queued"])
        #expect(try tf.status("T-2") == "todo")
        // The slot is for runs in the background: exec takes none.
        try tf("exec", "--", "true")
        try tf.open("T-1")
        try eventually("the second run starts") { try tf.runStatuses("T-2") == ["running"] }
        #expect(try tf.runStatuses("T-1", "T-3") == ["succeeded", "queued"])
        try tf.open("T-2")
        try tf.open("T-3")
        try tf.await("T-3", "done")
        try tf.demandHealthy()
    }

    @Test("a run that a trigger has for a task does not keep the task's own from being queued")
    func reaction() throws {
        let tf = try Workspace()
        try tf("agent", "add", "quick", "--", "true")
        try tf.touch("hold")
        try tf("trigger", "add", "slow", "--on", "task/created", "--exec", "while [ -e hold ]; do sleep 0.02; done")
        try tf("task", "create", "Later", "--agent", "quick", "--not-before", "2030-01-01T00:00:00Z")
        try tf.awaitRun("R-1", "running")
        try tf("tick", environment: ["TF_NOW": "2030-01-02T00:00:00Z"])
        try tf.await("T-1", "done")
        try FileManager.default.removeItem(atPath: tf.directory + "/hold")
        try tf.awaitRun("R-1", "succeeded")
    }

    @Test("no more runs of an agent than its concurrency")
    func concurrency() throws {
        let tf = try Workspace.withGate("--concurrency", "1")
        try tf("agent", "add", "quick", "--", "true")
        for agent in ["gated", "gated", "quick"] {
            let id = try tf.create()
            try tf("task", "assign", id, "--agent", agent)
        }
        #expect(try tf.runStatuses("T-1", "T-2") == ["running", "queued"])
        try tf.await("T-3", "done")
        try tf.open("T-1")
        try tf.open("T-2")
        try tf.await("T-2", "done")
    }

    @Test("runs of an agent that queues wait for tick")
    func queued() throws {
        let tf = try Workspace()
        try tf("agent", "add", "later", "--dispatch", "queue", "--", "true")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "later")
        #expect(try tf.runStatuses("T-1") == ["queued"] && tf.status("T-1") == "todo")
        let preview = try tf("tick", "--dry-run").stdout
        #expect(try preview.contains("R-1") && tf.runStatuses("T-1") == ["queued"])
        try tf("tick")
        try tf.await("T-1", "done")
    }

    @Test("a dependency that completes starts what waited for it, in the same transaction")
    func dependencies() throws {
        let tf = try Workspace()
        try tf("agent", "add", "quick", "--", "true")
        try tf.addAgent("gated", shell: gated)
        let first = try tf.create("First")
        let second = try tf.create("Second", "--depends-on", first)
        let third = try tf.create("Third", "--depends-on", second)
        for (id, agent) in [(third, "quick"), (second, "gated"), (first, "quick")] {
            try tf("task", "assign", id, "--agent", agent)
        }
        try tf.awaitFile("started-" + second)
        #expect(try tf.status(first) == "done" && tf.runs(of: third).isEmpty)
        try tf.open(second)
        try tf.await(third, "done")
        let line = try tf.journal().first { line in
            line["events"].array.contains { $0["type"].string == "task/completed" && $0["about"].string == second }
        }
        let together = types(line?["events"].array ?? [])
        #expect(together.contains("run/queued"), "\(together)")
        try tf.demandHealthy()
    }

    @Test("completing a dependency by hand starts what waited for it")
    func dependencyByHand() throws {
        let tf = try Workspace()
        try tf("agent", "add", "quick", "--", "true")
        let first = try tf.createRunning("First")
        let second = try tf.create("Second", "--depends-on", first)
        try tf("task", "assign", second, "--agent", "quick")
        #expect(try tf.runs().isEmpty)
        try tf("task", "complete", first)
        try tf.await(second, "done")
    }

    @Test("a dependency that failed leaves the task waiting")
    func failedDependency() throws {
        let tf = try Workspace()
        try tf("agent", "add", "quick", "--", "true")
        let first = try tf.createRunning("First")
        let second = try tf.create("Second", "--depends-on", first)
        try tf("task", "assign", second, "--agent", "quick")
        try tf("task", "fail", first)
        try tf("tick")
        #expect(try tf.status(second) == "todo" && tf.runs().isEmpty)
    }

    @Test("unblock, resume and reject start the run of what they make ready")
    func madeReady() throws {
        let tf = try Workspace()
        try tf("agent", "add", "quick", "--", "true")
        let ways: [(verb: [String], before: [[String]])] = [
            (["unblock"], [["block", "--reason", "x"]]), (["resume"], [["pause"]]),
            (["reject", "--reason", "again"], [["start"], ["submit"]]),
        ]
        for (verb, before) in ways {
            let id = try tf.create("To \(verb[0])")
            for step in before { try tf.run(["task", step[0], id] + step.dropFirst()) }
            try tf("task", "assign", id, "--agent", "quick")
            #expect(try tf.runs(of: id).isEmpty, "what is not ready is not started")
            try tf.run(["task", verb[0], id] + verb.dropFirst())
            try tf.await(id, "done")
        }
        try tf.demandHealthy()
    }

    @Test("an agent that can work again, or do more at once, starts what waits for it")
    func agentEdited() throws {
        let tf = try Workspace()
        try tf("agent", "add", "off", "--", "true")
        try tf("agent", "edit", "off", "--disabled")
        try tf("agent", "add", "later")
        for (id, agent) in [("T-1", "off"), ("T-2", "later")] {
            _ = try tf.create()
            try tf("task", "assign", id, "--agent", agent)
        }
        try tf("agent", "edit", "off", "--no-disabled")
        try tf.await("T-1", "done")
        try tf("agent", "edit", "later", "--shell", "true")
        try tf.await("T-2", "done")
        try tf.addAgent("narrow", shell: "touch started-$TF_TASK; while [ ! -e go ]; do sleep 0.02; done")
        try tf("agent", "edit", "narrow", "--concurrency", "1")
        for _ in 0..<2 { try tf("task", "create", "x", "--agent", "narrow") }
        #expect(try tf.runs(of: "T-4").last?["status"].string == "queued")
        try tf("agent", "edit", "narrow", "--concurrency", "2")
        try tf.await("T-4", "running")
        try tf.touch("go")
        try tf.await("T-4", "done")
    }

    @Test("retry and reopen start another run", arguments: ["retry", "reopen"])
    func again(verb: String) throws {
        let tf = try Workspace()
        try tf.addAgent("second", shell: "[ -e good ]")
        let id = try tf.create()
        try tf("task", "assign", id, "--agent", "second", "--wait", exits: 1)
        try tf.touch("good")
        try tf("task", verb, id)
        try tf.await(id, "done")
        #expect(try tf.runs(of: id).map { $0["status"].string } == ["failed", "succeeded"])
        #expect(try tf.task(id)["attempt"].int == (verb == "retry" ? 2 : 1))
    }

    @Test("a retry is the cause of its run")
    func causeOfRetry() throws {
        let tf = try Workspace()
        try tf("agent", "add", "failing", "--", "false")
        try tf.run(["task", "create", "Work", "--agent", "failing", "--wait"], exits: 1)
        try tf("task", "retry", "T-1")
        try tf.await("T-1", "failed")
        #expect(try tf("run", "list", "--format", "{id} {cause}").stdout == "R-2 retry\nR-1 assigned\n")
    }

    @Test("a task with a live run takes no start, and verbs by hand need --force, which stops the run first")
    func byHand() throws {
        let tf = try Workspace.withGate("--grace", "1s")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "gated")
        for verb in [["start"], ["complete"], ["fail"], ["release"], ["block", "--reason", "x"]] {
            let refused = try tf.run(["task", verb[0], "T-1"] + verb.dropFirst(), exits: 1)
            #expect(refused.stderr.contains("T-1"), "\(refused)")
        }
        #expect(try tf.runStatuses("T-1") == ["running"])
        try tf("task", "complete", "T-1", "--force")
        #expect(try tf.status("T-1") == "done" && tf.runStatuses("T-1") == ["cancelled"])
        #expect(try types(tf.events()).contains("run/stop_requested"))
    }
}

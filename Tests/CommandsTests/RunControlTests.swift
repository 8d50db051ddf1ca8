import Foundation
import Testing

@Suite("Stopping, watching and waiting for runs")
struct RunControlTests {
    @Test("cancel stops the run, waits for it, and keeps the intent with the run")
    func cancel() throws {
        let tf = try Workspace.withGate()
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "gated")
        let outcome = try tf("task", "cancel", "T-1", "--reason", "changed my mind")
        #expect(outcome.stdout == "T-1 cancelled\n")
        let run = try tf.showRun("R-1")
        #expect(run["status"].string == "cancelled" && run["stop"]["verb"].string == "cancel", "\(run)")
        #expect(run["stop"]["actor"].string == "tester" && run["stop"]["reason"].string == "changed my mind", "\(run)")
        #expect(try tf.task("T-1")["status_reason"].string == "changed my mind")
        let asked = try tf.events().filter { ["run/stop_requested", "run/cancelled"].contains($0["type"].string) }
        #expect(types(asked) == ["run/stop_requested", "run/cancelled"], "the intent is committed first")
        try tf("task", "cancel", "T-1", exits: 1)
        try tf.demandHealthy()
    }

    @Test("a cancel that is accepted but still under way exits 6, and is finished later", .enabled(if: Machine.isLinux))
    func pendingCancel() throws {
        let tf = try Workspace.withGate()
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "gated")
        let supervisor = pid_t(try tf.showRun("R-1")["supervisor"]["pid"].int ?? 0)
        let guardian = RunningProcess(supervisor)?.parent ?? 0
        try demand(supervisor > 1 && guardian > 1, "supervisor \(supervisor), guard \(guardian)")
        for pid in [guardian, supervisor] { kill(pid, SIGSTOP) }
        defer { for pid in [guardian, supervisor] { kill(pid, SIGCONT) } }
        let pending = try tf.json("task", "cancel", "T-1", "--grace", "100ms", exits: 6)
        #expect(pending["error"]["code"].string == "pending" || pending["id"].string == "T-1", "\(pending)")
        #expect(try tf.showRun("R-1")["stop"]["verb"].string == "cancel" && tf.runStatuses("T-1") == ["running"])
        for pid in [guardian, supervisor] { kill(pid, SIGCONT) }
        try tf.await("T-1", "cancelled")
        #expect(try tf.runStatuses("T-1") == ["cancelled"])
    }

    @Test("a queued run is cancelled without ever starting")
    func cancelQueued() throws {
        let tf = try Workspace()
        try tf.addAgent("later", "--dispatch", "queue", shell: "touch ran")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "later")
        try tf("run", "cancel", "R-1")
        #expect(try tf.runStatuses("T-1") == ["cancelled"] && tf.status("T-1") == "cancelled")
        try tf("tick")
        #expect(!tf.exists(tf.directory + "/ran"))
    }

    @Test("pause interrupts the run, and resume starts another")
    func pause() throws {
        let tf = try Workspace.withGate()
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "gated")
        try tf("task", "pause", "T-1")
        #expect(try tf.status("T-1") == "paused" && tf.runStatuses("T-1") == ["cancelled"])
        try tf.open("T-1")
        try tf("task", "resume", "T-1")
        try tf.await("T-1", "done")
        #expect(try tf.runs(of: "T-1").count == 2)
    }

    @Test("deleting a task with a live run needs --force, which stops the run")
    func delete() throws {
        let tf = try Workspace.withGate()
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "gated")
        try tf("task", "delete", "T-1", exits: 1)
        try tf("task", "delete", "T-1", "--force")
        try tf("task", "show", "T-1", exits: 3)
        if Machine.isLinux { try eventually("the run is over") { tf.processes().isEmpty } }
        try tf.demandHealthy(findings: true)
    }

    @Test("run wait exits as the command did, and 124 when its own time is up")
    func wait() throws {
        let tf = try Workspace()
        try tf.addAgent("seven", shell: gated + "; exit 7")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "seven")
        try tf("run", "wait", "R-1", "--timeout", "100ms", exits: 124)
        let waiter = try tf.start(["run", "wait", "R-1"])
        try tf.open("T-1")
        #expect(waiter.wait().status == 7)
        try tf("run", "wait", "R-1", exits: 7)
        try tf("run", "wait", "R-9", exits: 3)
        _ = try tf.create()
        try tf("task", "assign", "T-2", "--agent", "seven")
        let second = try tf.start(["run", "wait", "R-2"])
        try tf("task", "cancel", "T-2")
        #expect(second.wait().status == 130)
    }

    @Test("a waiter that is interrupted leaves the work alone", .enabled(if: Machine.isLinux))
    func interruptedWaiter() throws {
        let tf = try Workspace.withGate()
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "gated")
        let waiter = try tf.start(["run", "wait", "R-1"])
        try waiter.awaitHandler(of: SIGINT)
        waiter.send(SIGINT)
        let outcome = waiter.wait(limit: 5)
        #expect(outcome.status == 130 || outcome.signal == SIGINT, "\(outcome)")
        #expect(try tf.status("T-1") == "running")
        try tf.open("T-1")
        try tf.await("T-1", "done")
    }

    @Test("run logs -f follows to the end of the run")
    func follow() throws {
        let tf = try Workspace()
        try tf.addAgent("talker", shell: "echo early; " + gated + "; echo late")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "talker")
        let follower = try tf.start(["run", "logs", "R-1", "-f"])
        try eventually("the early line is shown") { follower.output == "early\n" }
        try tf.open("T-1")
        #expect(follower.wait(limit: 20).stdout == "early\nlate\n")
    }

    @Test("retry starts another run and raises the limit if it is used up")
    func retry() throws {
        let tf = try Workspace()
        try tf.addAgent("second", shell: "[ -e good ]")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "second", "--wait", exits: 1)
        try tf.touch("good")
        try tf("run", "retry", "R-1")
        try tf.await("T-1", "done")
        let task = try tf.task("T-1")
        #expect(task["attempt"].int == 2 && !task["last_error"].exists, "\(task)")
    }

    @Test("what nobody trusts is not run")
    func untrusted() throws {
        let tf = try Workspace()
        try tf.addAgent("toucher", shell: "touch ran")
        try tf("trust", "--revoke")
        _ = try tf.create()
        let outcome = try tf.attempt("task", "assign", "T-1", "--agent", "toucher")
        #expect(!tf.exists(tf.directory + "/ran"))
        let reason = outcome.stderr + (try tf.runs().first?["error"].string ?? "")
        #expect(reason.contains("trust"), "\(outcome)")
        #expect(try ["todo", "blocked"].contains(tf.status("T-1")))
        _ = try tf.create()
        try tf.run(
            ["task", "assign", "T-2", "--agent", "toucher", "--wait"], environment: ["TF_TRUST": "1"])
        #expect(tf.exists(tf.directory + "/ran"))
    }
}

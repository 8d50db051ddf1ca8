import Foundation
import Testing

/// The processes around one run.
private struct Runner {
    let supervisor: pid_t
    let guardian: pid_t

    /// From the run's record: the supervisor says who it is, and the guard is the process above it.
    init(_ tf: Workspace, run: String) throws {
        guard let pid = try tf.showRun(run)["supervisor"]["pid"].int, let process = RunningProcess(pid_t(pid)) else {
            throw Unexpected("\(run) names no living supervisor")
        }
        supervisor = process.pid
        guardian = process.parent
        try demand(guardian > 1, "there is no guard above the supervisor \(supervisor)")
    }
}

@Suite(
    "The runner is told to stop, or killed",
    .enabled(if: Machine.isLinux, "looks for processes in /proc"))
struct RunnerKilledTests {
    @Test(
        "exec in front, told to stop, cancels the run and the task and leaves nothing behind",
        arguments: [SIGINT, SIGTERM, SIGHUP])
    func execTold(signal: Int32) throws {
        let tf = try Workspace()
        let exec = try tf.start(["exec", "--max-attempts", "1", "--", "sh", "-c", try tf.family()])
        try tf.awaitFamily()
        exec.send(signal)
        let outcome = exec.wait(limit: 20)
        #expect(outcome.status == 130, "\(outcome)")
        #expect(try tf.showRun("R-1")["status"].string == "cancelled")
        #expect(try tf.status("T-1") == "cancelled")
        try tf.demandNobodyLeft()
        _ = try tf.create("Afterwards")
        try tf.demandHealthy()
    }

    @Test("exec in front, killed, is seen as lost at once and leaves nothing behind")
    func execKilled() throws {
        let tf = try Workspace()
        let exec = try tf.start(["exec", "--max-attempts", "1", "--", "sh", "-c", try tf.family()])
        try tf.awaitFamily()
        exec.send(SIGKILL)
        #expect(exec.wait(limit: 10).signal == SIGKILL)
        try tf.demandNobodyLeft()
        #expect(try tf.showRun("R-1")["status"].string == "lost")
        try tf("tick")
        #expect(try tf.status("T-1") == "lost")
        try tf.demandHealthy(findings: true)
    }

    @Test("the detached supervisor, told to shut down, gives the run up as lost", arguments: [SIGTERM, SIGHUP])
    func supervisorTold(signal: Int32) throws {
        let tf = try assigned()
        kill(try Runner(tf, run: "R-1").supervisor, signal)
        try tf.demandNobodyLeft()
        #expect(try tf.showRun("R-1")["status"].string == "lost")
        try tf("tick")
        #expect(try tf.status("T-1") == "lost")
        try tf.demandHealthy(findings: true)
    }

    @Test("the detached supervisor, interrupted, goes on or stops, but leaves nothing between")
    func supervisorInterrupted() throws {
        let tf = try assigned()
        kill(try Runner(tf, run: "R-1").supervisor, SIGINT)
        // Whether a process without a terminal heeds INT is its own affair; a cancel ends it in any case.
        let cancelled = try tf.attempt("task", "cancel", "T-1", "--grace", "1s")
        #expect(cancelled.status == 0 || cancelled.status == 1, "\(cancelled)")
        try tf.demandNobodyLeft()
        try tf("tick")
        let pair = [try tf.showRun("R-1")["status"].string, try tf.status("T-1")]
        #expect(
            pair == ["cancelled", "cancelled"] || pair == ["lost", "lost"] || pair == ["lost", "cancelled"], "\(pair)")
    }

    @Test("the supervisor is killed: its guard ends every process of the run")
    func supervisorKilled() throws {
        let tf = try assigned()
        kill(try Runner(tf, run: "R-1").supervisor, SIGKILL)
        try tf.demandNobodyLeft()
        #expect(try tf.showRun("R-1")["status"].string == "lost")
        try tf("tick")
        #expect(try tf.status("T-1") == "lost")
        try tf.demandHealthy(findings: true)
    }

    @Test(
        "the guard is killed or told to stop: the supervisor ends every process of the run",
        arguments: [SIGKILL, SIGTERM, SIGHUP, SIGINT])
    func guardKilled(signal: Int32) throws {
        let tf = try assigned()
        let runner = try Runner(tf, run: "R-1")
        kill(runner.guardian, signal)
        if signal != SIGKILL, RunningProcess(runner.guardian) != nil {
            // A guard may let a polite signal pass; the run is then ended by a cancel.
            _ = try tf.attempt("task", "cancel", "T-1", "--grace", "1s")
        }
        try tf.demandNobodyLeft()
        try tf("tick")
        let status = try tf.status("T-1")
        #expect(["lost", "cancelled"].contains(status), "\(status)")
        #expect(try ["lost", "cancelled"].contains(tf.showRun("R-1")["status"].string ?? ""))
        try tf.demandHealthy(findings: true)
    }

    @Test("both are killed at once: the next tf that looks says lost and ends what carries the run's id")
    func bothKilled() throws {
        let tf = try Workspace()
        let sleeper = try tf.sleeper()
        try tf.addAgent("family", shell: "setsid \(sleeper) 602 & \(sleeper) 601 & touch started; exec \(sleeper) 600")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "family")
        try tf.awaitFamily(3)
        let runner = try Runner(tf, run: "R-1")
        // Stopped first, so that neither can notice the other's end.
        for signal in [SIGSTOP, SIGKILL] {
            kill(runner.guardian, signal)
            kill(runner.supervisor, signal)
        }
        try eventually("both are gone") {
            RunningProcess(runner.guardian) == nil && RunningProcess(runner.supervisor) == nil
        }
        #expect(try tf.showRun("R-1")["status"].string == "lost", "shown at once")
        try tf("tick")
        try tf.demandNobodyLeft()
        #expect(try tf.status("T-1") == "lost")
        try tf.demandHealthy(findings: true)
    }

    @Test("a lost run is started again while attempts are left")
    func lostIsRequeued() throws {
        let tf = try Workspace()
        try tf.addAgent(
            "second", "--max-attempts", "2", "--backoff", "10ms",
            shell: "[ $TF_ATTEMPT = 2 ] && exit 0; touch started; exec \(try tf.sleeper()) 600")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "second")
        try tf.awaitFamily(1)
        kill(try Runner(tf, run: "R-1").supervisor, SIGKILL)
        try eventually("the lost run is seen") { try tf.showRun("R-1")["status"].string == "lost" }
        try eventually("the second attempt is done") {
            try tf("tick")
            return try tf.status("T-1") == "done"
        }
        #expect(try tf.runs(of: "T-1").map { $0["status"].string } == ["lost", "succeeded"])
        #expect(try tf.task("T-1")["attempt"].int == 2)
        try tf.demandNobodyLeft()
    }

    @Test("nothing is lost while a run is alive, however many look")
    func aliveIsNotLost() throws {
        let tf = try assigned()
        for _ in 0..<20 { #expect(try tf.showRun("R-1")["status"].string == "running") }
        try tf("tick")
        #expect(try tf.status("T-1") == "running")
        try tf("task", "cancel", "T-1", "--grace", "1s")
        try tf.demandNobodyLeft()
    }

    /// A workspace with a task whose run leaves processes of every kind, all of them running.
    private func assigned() throws -> Workspace {
        let tf = try Workspace()
        try tf.addAgent("family", "--grace", "1s", shell: try tf.family())
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "family")
        try tf.awaitFamily()
        return tf
    }
}

@Suite("A supervisor whose workspace is removed")
struct WorkspaceRemovedTests {
    @Test("it ends instead of trying again")
    func gone() throws {
        let tf = try Workspace()
        try tf("agent", "add", "bad", "--max-attempts", "3", "--backoff", "1s", "--", "false")
        try tf("task", "create", "Work", "--agent", "bad")
        try tf.awaitRun("R-1", "failed")
        let supervisor = try #require(tf.showRun("R-1")["supervisor"]["pid"].int)
        try FileManager.default.removeItem(atPath: tf.path)
        try eventually("the supervisor \(supervisor) has ended") { kill(pid_t(supervisor), 0) != 0 }
    }

    @Test("it ends although its outcome has no place any more")
    func goneMeanwhile() throws {
        let tf = try Workspace()
        try tf.touch("hold")
        try tf.addAgent("slow", shell: "while [ -e hold ]; do sleep 0.02; done")
        try tf("task", "create", "Work", "--agent", "slow")
        try tf.awaitRun("R-1", "running")
        let supervisor = try #require(try tf.showRun("R-1")["supervisor"]["pid"].int)
        try FileManager.default.removeItem(atPath: tf.path)
        try FileManager.default.removeItem(atPath: tf.directory + "/hold")
        try eventually("the supervisor \(supervisor) has ended") { kill(pid_t(supervisor), 0) != 0 }
    }
}

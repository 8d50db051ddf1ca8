import Foundation
import Testing

@Suite(
    "A run whose start fails",
    .enabled(if: Machine.canTrace, "needs strace and the permission to trace"))
struct LaunchFailureTests {
    @Test("a start that cannot be committed leaves the run waiting, and is said, not called done")
    func uncommitted() throws {
        let tf = try Workspace()
        try tf("agent", "add", "queued", "--dispatch", "queue", "--", "true")
        try tf("task", "create", "Work", "--agent", "queued")
        let outcome = try tf.inject("fdatasync:error=EIO:when=1", into: ["tick"])
        #expect(outcome.status == 0 && outcome.stdout == "", "\(outcome)")
        #expect(outcome.stderr.contains("could not be started") && outcome.stderr.contains("Input/output error"))
        #expect(try tf.runs(of: "T-1").map { $0["status"].string } == ["queued"])
        #expect(try tf("tick").text == "R-1 of T-1 started")
        try tf.await("T-1", "done")
        try tf.demandHealthy()
    }

    @Test("a command whose process cannot be made fails by itself; the others of the same pass run")
    func unforked() throws {
        let tf = try Workspace()
        try tf("agent", "add", "quick", "--", "true")
        let batch = #"[{"title": "A", "agent": "quick"}, {"title": "B", "agent": "quick"}]"#
        try tf.write(batch, to: tf.directory + "/batch")
        let outcome = try tf.inject("vfork:error=EAGAIN:when=1", into: ["task", "create", "--from", "batch"])
        #expect(outcome.status == 0, "\(outcome)")
        // Which of the two it is depends on which thread makes it.
        try tf.await("T-2", "done")
        try tf.await("T-1", "blocked")
        #expect(try tf.task("T-1")["status_reason"].string?.contains("temporarily unavailable") == true)
        try tf.demandHealthy()
    }

    @Test("a supervisor that cannot be made is a warning: what was asked for is committed")
    func unlaunched() throws {
        let tf = try Workspace()
        try tf("agent", "add", "quick", "--", "true")
        let outcome = try tf.inject("clone:error=EAGAIN:when=1", into: ["task", "create", "Work", "--agent", "quick"])
        #expect(outcome.status == 0 && outcome.text == "T-1", "\(outcome)")
        #expect(outcome.stderr.contains("warning: the runs that wait could not be started"), "\(outcome)")
        #expect(try tf.runs(of: "T-1").map { $0["status"].string } == ["queued"])
        try tf("tick")
        try tf.await("T-1", "done")
    }
}

@Suite("What keeps a worker, and what does not")
struct PersistenceTests {
    @Test("a drain waits for slots that others have")
    func starved() throws {
        let tf = try Workspace()
        let shell = "while [ -e hold ]; do sleep 0.02; done"
        try tf("agent", "add", "narrow", "--dispatch", "queue", "--concurrency", "1", "--shell", shell)
        try tf.touch("hold")
        try tf("task", "create", "Long", "--agent", "narrow", "--label", "x")
        try tf("task", "create", "Short", "--agent", "narrow", "--label", "y")
        let holder = try tf.start(["work", "--drain", "--label", "x"])
        try tf.await("T-1", "running")
        let starved = try tf.start(["work", "--drain", "--label", "y"])
        // Time to end at once, as it must not.
        usleep(300_000)
        try FileManager.default.removeItem(atPath: tf.directory + "/hold")
        #expect(holder.wait().status == 0)
        #expect(starved.wait().status == 0)
        #expect(try tf.status("T-2") == "done")
    }

    @Test("an idle worker outlasts a workspace that is locked when something is due")
    func locked() throws {
        let tf = try Workspace()
        try tf("agent", "add", "queued", "--dispatch", "queue", "--", "true")
        try tf("task", "create", "Now", "--agent", "queued")
        try tf("task", "create", "Later", "--agent", "queued", "--not-before", "+2s")
        let worker = try tf.start(["work", "--lock-timeout", "100ms"])
        try tf.await("T-1", "done")
        _ = try tf.spawn("/bin/sh", ["-c", "flock .tf sleep 3"]).wait()
        try tf.await("T-2", "done")
        worker.send(SIGTERM)
        let outcome = worker.wait()
        #expect(outcome.stderr.contains("trying again"), "\(outcome)")
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
}

@Suite("A task that its own run puts back or ends otherwise")
struct OwnSettlementTests {
    @Test("put back by its own run it is held, and not run again and again")
    func released() throws {
        let tf = try Workspace()
        try tf.addAgent("quitter", shell: "tf task release $TF_TASK")
        let outcome = try tf.attempt("task", "create", "Work", "--agent", "quitter", "--wait")
        #expect(outcome.status == 1, "\(outcome)")
        #expect(try tf.runs(of: "T-1").count == 1)
        #expect(try tf("task", "why", "T-1").text.contains("held back"))
        _ = try tf.attempt("run", "start", "T-1", "--wait", "-q")
        #expect(try tf.runs(of: "T-1").count == 2)
    }

    @Test("who waits for a task is told when its command exits 0 and it has failed, or is blocked")
    func truthful() throws {
        let tf = try Workspace()
        try tf.addAgent("pessimist", shell: "tf task fail 'no way'")
        try tf.addAgent("asker", shell: "tf task block 'a key, please'")
        try tf.addAgent("careful", shell: "true")
        try tf("agent", "edit", "careful", "--review")
        #expect(try tf.attempt("task", "create", "A", "--agent", "pessimist", "--wait").status == 1)
        #expect(try tf.attempt("task", "create", "B", "--agent", "asker", "--wait").status == 1)
        #expect(try tf.attempt("task", "create", "C", "--agent", "careful", "--wait").status == 0)
        #expect(try tf.attempt("run", "wait", "R-1").status == 0)
    }
}

@Suite("What a run in front sets off")
struct FrontTests {
    @Test("a task that its command creates for an agent is run meanwhile, and can be waited for")
    func child() throws {
        let tf = try Workspace()
        try tf.addAgent("kid", shell: "true")
        let outcome = try tf("exec", "--", "sh", "-c", "tf task wait $(tf task create Child --agent kid)", limit: 20)
        #expect(outcome.stdout.contains("T-2 done"), "\(outcome)")
        try tf.demandHealthy()
    }

    @Test("what a trigger runs goes on when the run in front has ended, which is over all the same")
    func outlives() throws {
        let tf = try Workspace()
        try tf.touch("hold")
        let command = "while [ -e hold ]; do sleep 0.02; done"
        try tf("trigger", "add", "slow", "--on", "comment/created", "--exec", command)
        let script = "tf task comment hello; until tf run show R-2 --format '{status}' | grep -q running; do :; done"
        try tf("exec", "--", "sh", "-c", script, limit: 20)
        #expect(try tf.showRun("R-1")["status"].string == "succeeded")
        #expect(try tf.showRun("R-2")["status"].string == "running")
        #expect(try tf.shell("flock -n .tf/runs/R-1/alive true").status == 0, "its proof of life is given up")
        try FileManager.default.removeItem(atPath: tf.directory + "/hold")
        try tf.awaitRun("R-2", "succeeded")
        try tf.demandHealthy()
    }
}

@Suite("What an agent's command says without an id")
struct MistypedTests {
    @Test(
        "a mistyped task is not found: it is neither a reason nor the run's own task",
        arguments: ["complete T9", "complete T-", "fail t9", "block 99", "submit T-99", "cancel soon", "release soon"])
    func mistyped(words: String) throws {
        let tf = try Workspace()
        try tf.addAgent("typist", shell: "tf task \(words); echo exit $?; [ \"$(tf task show -q)\" = T-1 ]")
        let outcome = try tf("task", "create", "Work", "--agent", "typist", "--wait")
        #expect(outcome.stdout.contains("exit 3"), "\(outcome)")
        #expect(try tf.status("T-1") == "done", "its command went on to its end")
        #expect(try tf.task("T-1")["status_reason"].string == "Task completed")
    }

    @Test("a text is one, also of a single word")
    func text() throws {
        let tf = try Workspace()
        try tf.addAgent("asker", shell: "tf task block keyless")
        try tf("task", "create", "Work", "--agent", "asker", "--wait", exits: 1)
        #expect(try tf.task("T-1")["status_reason"].string == "keyless")
    }
}

@Suite("When trying again ends")
struct PatienceTests {
    @Test("a drain within a run does not wait for the slot that this run has")
    func within() throws {
        let tf = try Workspace()
        try tf("config", "jobs", "1")
        try tf("agent", "add", "sub", "--dispatch", "queue", "--", "true")
        try tf.addAgent("lead", shell: "tf task create Child --agent sub; tf work --drain")
        try tf("task", "create", "Parent", "--agent", "lead", "--wait", limit: 20)
        #expect(try tf.status("T-1") == "done")
    }

    @Test("a supervisor whose workspace is gone ends")
    func gone() throws {
        let tf = try Workspace()
        try tf("agent", "add", "bad", "--max-attempts", "3", "--backoff", "1s", "--", "false")
        try tf("task", "create", "Work", "--agent", "bad")
        try tf.awaitRun("R-1", "failed")
        let supervisor = try #require(tf.showRun("R-1")["supervisor"]["pid"].int)
        try FileManager.default.removeItem(atPath: tf.path)
        try eventually("the supervisor \(supervisor) has ended") { kill(pid_t(supervisor), 0) != 0 }
    }

    @Test("so does one whose outcome has no place any more")
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

    @Test("starts that fail one after the other end one after the other, however many there are")
    func manyFailures() throws {
        let tf = try Workspace()
        try tf.write("#!/nonexistent\n", to: tf.directory + "/bad")
        chmod(tf.directory + "/bad", 0o755)
        try tf("agent", "add", "bad", "--dispatch", "queue", "--", tf.directory + "/bad")
        let batch = "[" + (1...300).map { #"{"title": "\#($0)", "agent": "bad"}"# }.joined(separator: ",") + "]"
        try tf.write(batch, to: tf.directory + "/batch")
        try tf("task", "create", "--from", "batch")
        // A stack that a call within a call for each of them would not fit into.
        let outcome = try tf.shell("ulimit -s 512; tf work --drain --jobs 1 -q | wc -l")
        #expect(outcome.text == "300", "\(outcome)")
        #expect(try tf.tasks().allSatisfy { $0["status"].string == "blocked" })
    }

    @Test("a lease is not extended within a run, and the heartbeat counts all the same")
    func heartbeat() throws {
        let tf = try Workspace()
        try tf.addAgent("steady", shell: "tf task heartbeat --for 5m --note halfway")
        try tf("task", "create", "Work", "--agent", "steady", "--wait")
        #expect(try tf.task("T-1")["progress"]["text"].string == "halfway")
    }
}

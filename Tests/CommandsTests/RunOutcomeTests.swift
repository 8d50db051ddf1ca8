import Foundation
import Testing

@Suite("How a command's end moves its task")
struct RunOutcomeTests {
    @Test(
        "exec exits as its command did",
        arguments: [("exit 0", 0, "succeeded", "done"), ("exit 3", 3, "failed", "failed")])
    func exec(command: String, status: Int32, run: String, task: String) throws {
        let tf = try Workspace()
        try tf("exec", "--max-attempts", "1", "--", "sh", "-c", command, exits: status)
        #expect(try tf.showRun("R-1")["status"].string == run && tf.status("T-1") == task)
        #expect(try tf.showRun("R-1")["exit_code"].int == Int(status))
        try tf.demandHealthy()
    }

    @Test("a command that dies by a signal is a failure, told as 128 and the signal")
    func signal() throws {
        let tf = try Workspace()
        try tf("exec", "--max-attempts", "1", "--", "sh", "-c", "kill -USR1 $$", exits: 128 + SIGUSR1)
        let run = try tf.showRun("R-1")
        #expect(run["status"].string == "failed" && run["signal"].exists && !run["exit_code"].exists, "\(run)")
        #expect(try tf.status("T-1") == "failed")
    }

    @Test("exec that runs out of its time exits 124")
    func timeout() throws {
        let tf = try Workspace()
        try tf("exec", "--max-attempts", "1", "--timeout", "200ms", "--", "sleep", "60", exits: 124)
        #expect(try tf.showRun("R-1")["status"].string == "timed_out" && tf.status("T-1") == "timed_out")
    }

    @Test("exec is one task and one run, also when the command fails")
    func execOnce() throws {
        let tf = try Workspace()
        try tf("exec", "--", "sh", "-c", "echo once >> ran; exit 1", exits: 1)
        #expect(try tf.read(tf.directory + "/ran") == "once\n")
        #expect(try tf.runs().count == 1 && tf.tasks().count == 1)
    }

    @Test("exec passes standard input and output through, and keeps the output as well")
    func execStreams() throws {
        let tf = try Workspace()
        let outcome = try tf("exec", "--", "sh", "-c", "cat; echo err >&2", input: "in\n")
        #expect(outcome.stdout.contains("in\n"))
        #expect(try Set(tf("run", "logs", "R-1").lines) == ["in", "err"])
        #expect(try tf("exec", "-q", "--", "echo", "hidden").stdout.contains("hidden") == false)
    }

    @Test("exec makes the workspace if there is none")
    func execInitialises() throws {
        let tf = try Workspace(initialised: false)
        try tf("exec", "--title", "First", "--", "true")
        #expect(try tf.task("T-1")["title"].string == "First" && tf.status("T-1") == "done")
    }

    @Test(
        "a command that cannot be started leaves its task blocked with the reason, never running",
        arguments: [("/no/such/command", 127), ("./plain", 126)])
    func cannotStart(command: String, status: Int32) throws {
        let tf = try Workspace()
        try tf.write("not a program", to: tf.directory + "/plain")
        try tf("agent", "add", "broken", "--", command)
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "broken", "--wait", exits: status)
        try tf("exec", "--max-attempts", "1", "--", command, exits: status)
        for (task, run) in [("T-1", "R-1"), ("T-2", "R-2")] {
            #expect(try tf.status(task) == "blocked")
            #expect(try tf.task(task)["status_reason"].string?.isEmpty == false)
            let record = try tf.showRun(run)
            #expect(record["status"].string == "failed" && record["error"].string?.isEmpty == false, "\(record)")
        }
        #expect(try !types(tf.events()).contains("task/started"))
        try tf.demandHealthy(findings: true)
    }

    @Test("a working directory that is not there blocks the task")
    func badDirectory() throws {
        let tf = try Workspace()
        try tf("agent", "add", "lost", "--cwd", "/no/such/place", "--", "true")
        _ = try tf.create()
        let outcome = try tf.attempt("task", "assign", "T-1", "--agent", "lost", "--wait")
        #expect([125, 126, 127].contains(outcome.status), "\(outcome)")
        #expect(try tf.status("T-1") == "blocked")
        #expect(try tf.showRun("R-1")["error"].string?.contains("/no/such/place") == true)
    }

    @Test(
        "mapped exit codes do what the agent says",
        arguments: [
            ("done", "succeeded", "done"), ("review", "succeeded", "review"), ("fail", "failed", "failed"),
            ("block", "failed", "blocked"), ("cancel", "failed", "cancelled"),
        ])
    func mapped(action: String, run: String, task: String) throws {
        let tf = try Workspace()
        try tf.addAgent(
            "mapped", "--exit-code", "5=\(action)", "--max-attempts", "3", "--backoff", "10ms",
            shell: "echo first; echo the last line; exit 5")
        _ = try tf.create()
        _ = try tf.attempt("task", "assign", "T-1", "--agent", "mapped", "--wait")
        try tf.await("T-1", task)
        #expect(try tf.runs(of: "T-1").map { $0["status"].string } == [run], "never retried")
        #expect(try tf.showRun("R-1")["exit_code"].int == 5)
        if action == "block" { #expect(try tf.task("T-1")["status_reason"].string == "the last line") }
        try tf.demandHealthy(findings: true)
    }

    @Test("an exit code mapped to retry is no attempt used up")
    func mappedRetry() throws {
        let tf = try Workspace()
        try tf.addAgent(
            "again", "--exit-code", "75=retry", "--max-attempts", "1", "--backoff", "10ms",
            shell: "echo x >> count; [ $(wc -l < count) -ge 3 ] || exit 75")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "again", "--wait")
        #expect(try tf.status("T-1") == "done")
        #expect(try tf.runs(of: "T-1").map { $0["exit_code"].int } == [75, 75, 0])
    }

    @Test("failed attempts are retried after the backoff, and the waiter exits as the last one did")
    func retries() throws {
        let tf = try Workspace()
        try tf.addAgent(
            "third", "--max-attempts", "3", "--backoff", "100ms,3",
            shell: "echo attempt $TF_ATTEMPT; [ $TF_ATTEMPT = 3 ]")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "third", "--wait")
        let runs = try tf.runs(of: "T-1")
        #expect(runs.map { $0["status"].string } == ["failed", "failed", "succeeded"])
        #expect(runs.map { $0["attempt"].int } == [1, 2, 3])
        #expect(runs.map { $0["cause"].string } == ["assigned", "retry", "retry"])
        for (before, after, delay) in [(runs[0], runs[1], 0.1), (runs[1], runs[2], 0.3)] {
            let pause = try instant(after["started_at"]).timeIntervalSince(instant(before["ended_at"]))
            // Times have milliseconds: two of them may be rounded by one together.
            #expect(pause >= delay - 0.002 && pause < delay + 5, "\(pause) s after attempt \(before["attempt"])")
        }
        #expect(try tf.task("T-1")["attempt"].int == 3 && tf.status("T-1") == "done")
        #expect(try types(tf.events()).filter { $0 == "task/retry_scheduled" }.count == 2)
        try tf.demandHealthy()
    }

    @Test("with the attempts used up the task has failed, with the error of the last")
    func attemptsUsedUp() throws {
        let tf = try Workspace()
        try tf.addAgent("never", "--max-attempts", "2", "--backoff", "10ms", shell: "echo no luck $TF_ATTEMPT; exit 4")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "never", "--wait", exits: 4)
        let task = try tf.task("T-1")
        #expect(task["status"].string == "failed" && task["attempt"].int == 2, "\(task)")
        #expect(task["last_error"].string?.isEmpty == false && task["run"].string == "R-2", "\(task)")
        let texts = try tf.comments("T-1").filter { $0["kind"].string == "system" }.compactMap { $0["text"].string }
        #expect(texts == ["Run R-1 failed (exit 4): no luck 1", "Run R-2 failed (exit 4): no luck 2"])
        #expect(try tf.inbox().filter { $0["type"].string == "run_failed" }.count == 1, "the last failure alone")
    }

    @Test("what checks refuse is a failed attempt, and with none left a person must look")
    func check() throws {
        let tf = try Workspace()
        try tf("agent", "add", "quick", "--", "true")
        let good = try tf.create("Good", "--check", "test -d .tf")
        try tf("task", "assign", good, "--agent", "quick", "--wait")
        #expect(try tf.status(good) == "done")
        let bad = try tf.create("Bad", "--check", "echo it is wrong; exit 1")
        _ = try tf.attempt("task", "assign", bad, "--agent", "quick", "--wait")
        try tf.await(bad, "review")
        let feedback = try tf.comments(bad).filter { $0["kind"].string == "feedback" }
        #expect(feedback.count == 1 && feedback.first?["text"].string?.contains("it is wrong") == true, "\(feedback)")
        let asked = try tf.inbox().filter { $0["type"].string == "approval_required" }
        #expect(asked.map { $0["priority"].string } == ["urgent"] && asked.first?["about"].string == bad, "\(asked)")
    }

    @Test("what a task is edited to need counts for its next run")
    func editedCheck() throws {
        let tf = try Workspace()
        try tf.addAgent("writer", shell: "echo new > fresh")
        let id = try tf.create("Checked", "--check", "exit 3", "--produces", "never")
        try tf("task", "edit", id, "--check", "test -f fresh", "--check", "test -d .tf", "--produces", "fresh")
        try tf("task", "assign", id, "--agent", "writer", "--wait")
        #expect(try tf.status(id) == "done" && tf.task(id)["artifacts"].strings == ["fresh"])
        try tf("task", "edit", id, "--check", "echo it is wrong; exit 1")
        try tf("task", "reopen", id)
        try tf.await(id, "review")
        #expect(try tf.comments(id).contains { $0["text"].string?.contains("it is wrong") == true })
    }

    @Test("what a task produces must be there and newer than the start, and becomes its artifacts")
    func produces() throws {
        let tf = try Workspace()
        try tf.addAgent("writer", shell: "echo new > fresh")
        try tf("agent", "add", "idle", "--", "true")
        let good = try tf.create("Good", "--produces", "fresh")
        try tf("task", "assign", good, "--agent", "writer", "--wait")
        #expect(try tf.status(good) == "done" && tf.task(good)["artifacts"].strings == ["fresh"])
        let stale = try tf.create("Stale", "--produces", "fresh")
        let missing = try tf.create("Missing", "--produces", "nowhere")
        for id in [stale, missing] {
            _ = try tf.attempt("task", "assign", id, "--agent", "idle", "--wait")
            try tf.await(id, "review")
        }
        #expect(try !tf.task(stale)["artifacts"].strings.contains("fresh"))
    }

    @Test("success goes to review where the agent asks for it")
    func review() throws {
        let tf = try Workspace()
        try tf("agent", "add", "modest", "--review", "--", "true")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "modest", "--wait")
        #expect(try tf.status("T-1") == "review" && tf.showRun("R-1")["status"].string == "succeeded")
        try tf("task", "approve", "T-1")
        #expect(try tf.status("T-1") == "done")
    }

    @Test("the creator is told of the completion, and a summary becomes a comment")
    func summary() throws {
        let tf = try Workspace()
        try tf.addAgent("teller", shell: "echo 'summary=All is well' >> $TF_OUTPUT")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "teller", "--wait")
        #expect(try tf.inbox().filter { $0["about"].string == "T-1" }.map { $0["type"].string } == ["task_completed"])
        #expect(try tf.comments("T-1").contains { $0["text"].string?.contains("All is well") == true })
        let actors = try tf.events().filter { $0["type"].string == "task/completed" }.map { $0["actor"].string }
        #expect(actors == ["agent:teller"])
    }

    @Test("what was settled from inside stays as it was settled")
    func settledInside() throws {
        let tf = try Workspace()
        let verbs = [
            ("complete", "done"), ("block 'need a key'", "blocked"), ("fail", "failed"), ("submit", "review"),
        ]
        for (verb, status) in verbs {
            let name = "inside-" + status
            try tf.addAgent(name, shell: "tf task \(verb) && exit 1")
            let id = try tf.create()
            _ = try tf.attempt("task", "assign", id, "--agent", name, "--wait")
            try eventually("the run has ended") { try tf.runs(of: id).allSatisfy { $0["ended_at"].exists } }
            #expect(try tf.status(id) == status)
            #expect(try tf.runs(of: id).map { $0["exit_code"].int } == [1], "not retried")
        }
    }

    @Test("exec makes no workspace for a task that would have to be in one")
    func execWithTask() throws {
        let tf = try Workspace(initialised: false)
        try tf.run(["exec", "--task", "T-1", "--", "true"], exits: 7)
        #expect(!tf.exists(tf.path))
    }
}

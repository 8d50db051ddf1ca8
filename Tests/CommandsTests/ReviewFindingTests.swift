import Foundation
import Testing

@Suite("What a settled run, a stop and an answer mean for others")
struct AfterwardsTests {
    @Test("a task that was put back while its run was still live is run again when that ends")
    func putBackMeanwhile() throws {
        let tf = try Workspace()
        let script =
            "[ $TF_ATTEMPT = 1 ] || exit 0; tf task block 'needs a key'; while [ ! -e go ]; do sleep 0.02; done"
        try tf.addAgent("blocker", shell: script)
        try tf("task", "create", "Work", "--agent", "blocker")
        try tf.await("T-1", "blocked")
        try tf("task", "unblock", "T-1")
        #expect(try tf.runs(of: "T-1").count == 1)
        try tf.touch("go")
        try tf.await("T-1", "done")
        #expect(try tf.runs(of: "T-1").count == 2)
        try tf.demandHealthy()
    }

    @Test("who stops a run is not told of what comes of it; who created the task is")
    func stopper() throws {
        let tf = try Workspace()
        try tf.addAgent("sleeper", shell: "sleep 60")
        try tf("--actor", "ann", "task", "create", "Work", "--agent", "sleeper")
        try tf.await("T-1", "running")
        try tf("--actor", "ann", "task", "block", "T-1", "--force", "--reason", "mine")
        #expect(try tf("inbox", "--user", "ann").stdout == "")
        try tf("--actor", "ann", "task", "unblock", "T-1")
        try tf.await("T-1", "running")
        try tf("--actor", "bob", "task", "complete", "T-1", "--force")
        #expect(try tf("inbox", "--user", "ann", "--format", "{type}").text == "task_completed")
        let told = try tf.events().last { $0["type"].string == "notification/created" }
        #expect(told?["actor"].string == "agent:sleeper")
    }

    @Test("a review, and the end of a block, answer the notifications that asked for them")
    func answered() throws {
        let tf = try Workspace()
        try tf.addAgent("asker", shell: "[ $TF_ATTEMPT != 1 ] || tf task block 'a key, please'")
        try tf("agent", "edit", "asker", "--review")
        try tf("task", "create", "Work", "--agent", "asker")
        try tf.await("T-1", "blocked")
        #expect(try tf("inbox", "--format", "{type}").text == "agent_blocked")
        try tf("task", "unblock", "T-1")
        try tf.await("T-1", "review")
        #expect(try tf("inbox", "--format", "{type}").text == "approval_required")
        try tf("task", "approve", "T-1")
        #expect(try tf("inbox").stdout == "")
        let resolved = try tf.events().filter { $0["type"].string == "notification/resolved" }.count
        #expect(resolved == 2)
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

    @Test("a transaction tells of tasks first and of runs last, the end of one before the next is queued")
    func order() throws {
        let tf = try Workspace()
        try tf.run(["agent", "add", "failing", "--max-attempts", "2", "--backoff", "10ms", "--", "false"])
        try tf.run(["task", "create", "Work", "--agent", "failing", "--wait"], exits: 1)
        try tf("exec", "-q", "--", "true")
        let lines = try tf.journal().map { types($0["events"].array) }
        let retried = [
            "task/status_changed", "task/requeued", "task/retry_scheduled", "comment/created", "run/failed",
            "run/queued",
        ]
        #expect(lines.contains(retried), "\(lines)")
        let executed = ["task/created", "task/status_changed", "task/started", "run/queued", "run/started"]
        #expect(lines.contains(executed), "\(lines)")
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

    @Test("on standard input an agent gets the record as it was committed")
    func standardInput() throws {
        let tf = try Workspace()
        try tf.run(["agent", "add", "reader", "--stdin", "json", "--shell", "cat > in; tf --json task show > now"])
        try tf("task", "create", "Work", "--agent", "reader", "--wait")
        #expect(try tf.read(tf.directory + "/in") == tf.read(tf.directory + "/now"))
    }

    @Test("an agent puts no task below one that is not its own")
    func parentOutOfScope() throws {
        let tf = try Workspace()
        try tf.addAgent(
            "climber",
            shell: """
                tf task create child --parent T-2 > own || exit 1
                tf task create child --parent T-1 2> foreign; echo $? > status
                tf task edit T-3 --parent T-1 2>> foreign; echo $? >> status
                """)
        _ = try tf.create()
        try tf("task", "create", "Work", "--agent", "climber", "--wait")
        #expect(try tf.read(tf.directory + "/status") == "1\n1\n")
        #expect(try tf.read(tf.directory + "/foreign").contains("outside the scope"))
        #expect(try tf("task", "list", "--all", "--format", "{id} {parent}").stdout.contains("T-3 T-2"))
    }

    @Test("what a deletion does to other tasks is told with what has changed")
    func deletion() throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf("task", "create", "Dependent", "--depends-on", "T-1")
        try tf("task", "delete", "T-1", "--force")
        let edited = try #require(try tf.events().first { $0["type"].string == "task/edited" })
        #expect(edited["data"]["fields"]["depends_on"]["from"].strings == ["T-1"], "\(edited)")
    }
}

@Suite("A command that is repeated under its id")
struct RepetitionTests {
    @Test("it may name the task in another way")
    func otherName() throws {
        let tf = try Workspace()
        try tf("task", "create", "Work", "--name", "work")
        for reference in ["T-1", "t-1", "1", "work"] { try tf("--command-id", "a", "task", "start", reference) }
        #expect(try tf.task("T-1")["attempt"].int == 1)
        _ = try tf.create()
        try tf.run(["--command-id", "a", "task", "start", "T-2"], exits: 4)
    }

    @Test("a deletion is answered as it was the first time")
    func deletion() throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf("--command-id", "a", "task", "delete", "T-1")
        let again = try tf.json("--command-id", "a", "task", "delete", "T-1")
        #expect(
            again["deduped"].bool == true && again["id"].string == "T-1" && again["deleted"].bool == true, "\(again)")
    }

    @Test("a retry of a run as well, although the task has another run by then")
    func runRetry() throws {
        let tf = try Workspace()
        try tf("agent", "add", "failing", "--", "false")
        try tf.run(["task", "create", "Work", "--agent", "failing", "--wait"], exits: 1)
        for _ in 0..<2 { try tf("--command-id", "a", "run", "retry", "R-1") }
        try tf.await("T-1", "failed")
        #expect(try tf.runs(of: "T-1").count == 2)
    }

    @Test("with --wait it says so, too")
    func waiting() throws {
        let tf = try Workspace()
        try tf("agent", "add", "quick", "--", "true")
        let create = ["--json", "--command-id", "a", "task", "create", "Work", "--agent", "quick", "--wait"]
        let exec = ["--json", "--command-id", "b", "exec", "--", "true"]
        for command in [create, exec] {
            #expect(try JSON(tf.run(command).stdout)["deduped"].exists == false)
            let again = try JSON(tf.run(command).stdout)
            let status = again["task"].exists ? again["task"]["status"] : again["status"]
            #expect(again["deduped"].bool == true && status.string == "done", "\(again)")
        }
    }

    @Test("a template that does not fit what was done is a warning: it is done")
    func template() throws {
        let tf = try Workspace()
        let created = try tf.run(["--format", "{nonsense}", "task", "create", "Work"])
        #expect(created.stdout == "T-1\n")
        #expect(created.stderr.contains("the change is made") && created.stderr.contains("'nonsense'"), "\(created)")
        try tf.run(["--format", "{nonsense}", "task", "show", "T-1"], exits: 2)
    }
}

@Suite("What commands say")
struct WordingTests {
    @Test(
        "options of one task are refused beside --from, which would leave them out",
        arguments: ["--wait", "-l=x", "-p=high"])
    func batch(_ option: String) throws {
        let tf = try Workspace()
        try tf.demandNothingWritten {
            let words = option.split(separator: "=").map(String.init)
            let refused = try tf.run(
                ["task", "create", "--from", "-"] + words, exits: 2, input: "[{\"title\": \"x\"}]")
            #expect(refused.stderr.contains("is for one task"), "\(refused)")
        }
    }

    @Test("create prints the record, with --wait as without")
    func createAndWait() throws {
        let tf = try Workspace()
        try tf("agent", "add", "quick", "--", "true")
        let printed = try tf.json("task", "create", "Work", "--agent", "quick", "--wait")
        #expect(printed["id"].string == "T-1" && printed["status"].string == "done", "\(printed)")
    }

    @Test(
        "another tool's word for the status of a run is answered with the right one",
        arguments: [
            ("completed", "succeeded"), ("done", "succeeded"), ("canceled", "cancelled"), ("pending", "queued"),
        ])
    func runStatus(_ word: String, _ right: String) throws {
        let refused = try Workspace().run(["run", "list", "--status", word], exits: 2)
        #expect(refused.stderr.contains("did you mean '\(right)'"), "\(refused)")
    }

    @Test("exec makes no workspace for a task that would have to be in one")
    func execWithTask() throws {
        let tf = try Workspace(initialised: false)
        try tf.run(["exec", "--task", "T-1", "--", "true"], exits: 7)
        #expect(!tf.exists(tf.path))
    }

    @Test("doctor counts everything, also what is not shown")
    func doctor() throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf.write("{", to: tf.path + "/tasks/T-1.json")
        let examined = try tf.run(["doctor", "--severity", "warning"], exits: 1)
        #expect(examined.stdout == "" && examined.stderr.contains("tf: 1 error\n"), "\(examined)")
    }

    @Test("a wait tells what it waits for; an interrupted one is one JSON value, too")
    func waiting() throws {
        let tf = try Workspace()
        try tf.addAgent("sleeper", shell: "sleep 60")
        try tf("task", "create", "Work", "--agent", "sleeper")
        let told = try tf.run(["run", "wait", "R-1", "--timeout", "100ms"], exits: 124)
        #expect(told.stderr.contains("waiting for R-1 (running)"), "\(told)")
        let waiting = try tf.start(["--json", "task", "wait", "T-1"])
        Thread.sleep(forTimeInterval: 0.3)
        waiting.send(SIGINT)
        let ended = waiting.wait()
        #expect(ended.status == 130)
        #expect(try JSON(ended.stdout)["error"]["hint"].string?.contains("tf task wait T-1") == true, "\(ended)")
        try tf("task", "terminate", "T-1")
    }
}

import Foundation
import Testing

/// What reviews of other automations of tasks have found, each as a test of its own.
@Suite("What automations of tasks get wrong elsewhere")
struct AutomationFindingsTests {
    @Test(
        "publish before mark: what a trigger does and that it was told are committed together",
        .enabled(if: Machine.canTrace, "needs strace and the permission to trace"))
    func publishBeforeMark() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "follow", "--on", "task/completed", "--create-task", #"{"title": "Follow"}"#)
        let id = try tf.createRunning()
        try tf.leaveUntold("task", "complete", id)
        _ = try tf.create("The next command")
        let told = try #require(
            try tf.journal().first { $0["events"].array.contains { $0["type"].string == "trigger/fired" } })
        #expect(Set(told["kinds"].strings) == ["task", "trigger"], "\(told)")
        #expect(told["put"].array.contains { $0["title"].string == "Follow" })
        let completed = try #require(try tf.events("task/completed").first?["seq"].int)
        #expect(told["put"].array.contains { $0["position"].int == completed })
        try tf.demandOnce("follow")
    }

    @Test("no re-trigger on a no-op update: what changes nothing emits nothing and fires nothing")
    func noOpUpdate() throws {
        let tf = try Workspace()
        try tf.addAgent("coder", shell: "true")
        try tf("trigger", "add", "tell", "--on", "task/*", "--notify", "n")
        try tf("task", "create", "Same", "--label", "x", "--agent", "coder", "--no-run")
        let fired = try tf.events("trigger/fired").count
        try tf.demandNothingWritten {
            try tf("task", "edit", "T-1", "--title", "Same", "--label", "+x")
            try tf("task", "assign", "T-1", "--agent", "coder", "--no-run")
        }
        #expect(try tf.events("trigger/fired").count == fired)
    }

    @Test("a created-and-assigned task emits created and assigned, in that order, then the run's events")
    func createdAndAssigned() throws {
        let tf = try Workspace()
        try tf.addAgent("coder", "--dispatch", "queue", shell: "true")
        for type in ["created", "assigned"] {
            try tf("trigger", "add", type, "--on", "task/\(type)", "--notify", "n")
        }
        try tf("task", "create", "Both", "--agent", "coder")
        let seen = try tf.events().filter { $0["task"].string == "T-1" && $0["depth"].int == 0 }
        #expect(types(seen) == ["task/created", "task/assigned", "run/queued"])
        #expect(try tf.events("trigger/fired").compactMap { $0["about"].string } == ["created", "assigned"])
        #expect(try tf.runs().count == 1)
    }

    @Test(
        "the events of a transaction are in their order: of the task, status_changed before the specific, then the run's"
    )
    func order() throws {
        let tf = try Workspace()
        try tf.addAgent("coder", shell: "true")
        try tf("task", "create", "x", "--agent", "coder", "--wait")
        try tf.addAgent("later", "--dispatch", "queue", shell: "true")
        try tf("task", "create", "y", "--agent", "later")
        try tf("task", "delete", "T-2")
        let lines = try tf.journal().map { $0["events"].array.compactMap { $0["type"].string } }
            .map { $0.filter { $0.hasPrefix("task/") || $0.hasPrefix("run/") } }.filter { !$0.isEmpty }
        #expect(
            lines == [
                ["task/created", "task/assigned", "run/queued"],
                ["task/status_changed", "task/started", "run/started"],
                ["task/status_changed", "task/completed", "run/succeeded"],
                ["task/created", "task/assigned", "run/queued"],
                ["task/deleted", "run/cancelled"],
            ], "\(lines)")
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

    @Test(
        "a dispatch that fails after the commit: the task ends blocked, never running with nobody",
        arguments: ["./missing", "./notes.txt"])
    func failedDispatch(command: String) throws {
        let tf = try Workspace()
        try tf.write("not a program", to: tf.directory + "/notes.txt")
        try tf("agent", "add", "broken", "--", command)
        try tf("trigger", "add", "triage", "--on", "task/created", "--assign", "broken")
        #expect(try tf("task", "create", "x").text == "T-1")
        #expect(try tf.await("T-1", "blocked", "running", "failed") == "blocked")
        let task = try tf.task("T-1")
        #expect(task["status_reason"].string?.contains(command) == true, "\(task)")
        #expect(try tf.showRun("R-1")["status"].string == "failed")
        try eventually("nobody is left") { tf.processes().isEmpty }
        try tf.demandHealthy()
    }

    @Test("the notification of a user-only assignment survives, and starts nothing")
    func userAssignment() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "hand", "--on", "custom/hand", "--create-task", #"{"title": "Look", "user": "polly"}"#)
        try tf("task", "create", "Yours", "--user", "polly")
        try tf("events", "emit", "custom/hand")
        let inbox = try tf.inbox(of: "polly")
        #expect(inbox.map { $0["type"].string } == ["task_assigned", "task_assigned"], "\(inbox)")
        #expect(try tf.runs().isEmpty)
        // In the transaction that it tells of.
        for line in try tf.journal() where line["kinds"].strings.contains("notification") {
            #expect(line["events"].array.contains { $0["type"].string == "task/assigned" })
        }
    }

    @Test("the completion notification survives a trigger that fails on the same event")
    func completion() throws {
        let tf = try Workspace()
        try tf.addAgent("coder", shell: "true")
        try tf("trigger", "add", "bad", "--on", "task/completed", "--assign", "coder")
        try tf("task", "create", "x", "--agent", "coder", "--wait")
        #expect(try tf.inbox().contains { $0["type"].string == "task_completed" && $0["about"].string == "T-1" })
        #expect(try tf.events("trigger/failed").count == 1)
        #expect(try tf.status("T-1") == "done")
    }

    @Test(
        "a comment or an update on a foreign task is refused, also for an agent that a trigger runs",
        arguments: ["--assign", "--run"])
    func foreignTask(action: String) throws {
        let tf = try Workspace()
        let foreign = try tf.create("Foreign")
        try tf.addAgent(
            "sly",
            shell: """
                tf task comment T-1 hello 2> comment; echo $? >> comment
                tf task edit T-1 --title Mine 2> edit; echo $? >> edit
                tf task comment own; touch done
                """)
        try tf("trigger", "add", "go", "--on", "task/created", action, "sly")
        _ = try tf.create("Own")
        try tf.awaitFile("done")
        for name in ["comment", "edit"] {
            let said = try tf.read(tf.directory + "/" + name)
            #expect(said.contains("outside the scope") && said.hasSuffix("\n1\n"), "\(name): \(said)")
        }
        #expect(try tf.task(foreign)["title"].string == "Foreign" && tf.comments(foreign).isEmpty)
        #expect(try tf.comments("T-2").contains { $0["text"].string == "own" })
    }

    @Test("an automation error is logged with record and fields, and touches neither command nor task")
    func automationError() throws {
        let tf = try Workspace()
        try tf.addAgent("coder", shell: "true")
        try tf("trigger", "add", "late", "--on", "task/completed", "--assign", "coder")
        let outcome = try tf("task", "complete", try tf.createRunning())
        #expect(outcome.stdout == "T-1 done\n")
        #expect(outcome.stderr.contains("trigger late failed") && outcome.stderr.contains("T-1"), "\(outcome)")
        let failed = try #require(try tf.events("trigger/failed").first)
        #expect(failed["about"].string == "late" && failed["task"].string == "T-1")
        let data = failed["data"]
        #expect(data["record"].string == "T-1" && data["action"]["assign"].string == "coder", "\(data)")
        #expect(data["type"].string == "task/completed" && data["code"].string == "refused")
        #expect(data["error"].string?.contains("T-1") == true && data["details"]["status"].string == "done")
        #expect(try tf.task("T-1")["rev"].int == 3)
        try tf.demandHealthy()
    }

    @Test("after the third failure in a row whoever made the trigger is told, once; a success counts anew")
    func thirdFailure() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "twice", "--on", "custom/x", "--create-task", #"{"title": "x", "name": "only-one"}"#)
        for _ in 1...5 { try tf("events", "emit", "custom/x") }
        #expect(try tf.json("trigger", "show", "twice")["failures"].int == 4)
        let told = try tf.inbox().filter { $0["type"].string == "trigger_failed" }
        #expect(told.count == 1 && told[0]["about"].string == "twice" && told[0]["priority"].string == "urgent")
        #expect(told[0]["body"].string?.contains("only-one") == true, "\(told)")
        try tf("task", "delete", "T-1")
        try tf("events", "emit", "custom/x")
        #expect(try tf.json("trigger", "show", "twice")["failures"].int ?? 0 == 0)
        try tf.demandOnce("twice")
        try tf.demandHealthy()
    }

    @Test("a command of a trigger that fails is a failure of the trigger, with its run")
    func failingCommand() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "bad", "--on", "custom/x", "--exec", "echo no luck; exit 7")
        for number in 1...3 {
            try tf("events", "emit", "custom/x")
            try tf.awaitRun("R-\(number)", "failed")
        }
        let failed = try tf.events("trigger/failed")
        #expect(failed.compactMap { $0["run"].string } == ["R-1", "R-2", "R-3"])
        #expect(failed[0]["data"]["details"]["exit_code"].int == 7, "\(failed[0])")
        #expect(failed[0]["data"]["error"].string?.contains("no luck") == true)
        #expect(try tf.inbox().map { $0["type"].string } == ["trigger_failed"])
    }

    @Test("a run that a trigger caused and that is lost is repeated as its agent allows, and not otherwise")
    func lostRun() throws {
        let tf = try Workspace()
        try tf.addAgent(
            "stubborn", "--max-attempts", "2", "--backoff", "10ms", shell: "echo $TF_ATTEMPT >> tries; exit 3")
        try tf("trigger", "add", "go", "--on", "custom/x", "--run", "stubborn")
        try tf("events", "emit", "custom/x")
        try tf.awaitRun("R-2", "failed")
        #expect(try tf.read(tf.directory + "/tries") == "1\n2\n")
        #expect(try tf.runs().count == 2 && tf.showRun("R-2")["cause"].string == "retry")
        #expect(try tf.events("trigger/failed").count == 1)
    }

    @Test("a worker for one task leaves what triggers have queued to others, who start it at once")
    func workOnce() throws {
        let tf = try Workspace()
        try tf.addAgent("slow", "--dispatch", "queue", shell: "true")
        try tf("trigger", "add", "go", "--on", "task/completed", "--exec", "touch told")
        try tf("task", "create", "x", "--agent", "slow")
        try tf("work", "--once")
        try tf.awaitFile("told")
        try tf.awaitRun("R-2", "succeeded")
    }

    @Test("a worker and tick tell triggers and start what they queue")
    func workers() throws {
        let tf = try Workspace()
        try tf.addAgent("slow", "--dispatch", "queue", shell: "true")
        try tf("trigger", "add", "go", "--on", "task/completed", "--exec", "echo $TF_TASK >> ended")
        for _ in 1...3 { try tf("task", "create", "x", "--agent", "slow") }
        try tf("work", "--drain", "--jobs", "2")
        try eventually("all three are told") {
            try tf.exists(tf.directory + "/ended") && tf.read(tf.directory + "/ended").split(separator: "\n").count == 3
        }
        try tf.demandOnce("go")
        try eventually("nothing runs") { try tf.runs().allSatisfy { $0["status"].string == "succeeded" } }
        try tf.demandHealthy()
    }
}

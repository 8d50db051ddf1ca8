import Foundation
import Testing

@Suite("A trigger that fails")
struct TriggerFailureTests {
    @Test("a failure is told with record and fields, and touches neither command nor task")
    func refused() throws {
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

    @Test("a run that a trigger caused and that fails is tried again as its agent allows, and that is one failure")
    func triedAgain() throws {
        let tf = try Workspace()
        try tf.addAgent(
            "stubborn", "--max-attempts", "2", "--backoff", "10ms", shell: "echo $TF_ATTEMPT >> tries; exit 3")
        try tf("trigger", "add", "go", "--on", "custom/x", "--run", "stubborn")
        try tf("events", "emit", "custom/x")
        // The second is made when the first one is settled.
        try tf.awaitRun("R-1", "failed")
        try tf.awaitRun("R-2", "failed")
        #expect(try tf.read(tf.directory + "/tries") == "1\n2\n")
        #expect(try tf.runs().count == 2 && tf.showRun("R-2")["cause"].string == "retry")
        #expect(try tf.events("trigger/failed").count == 1)
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
}

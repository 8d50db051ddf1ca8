import Foundation
import Testing

@Suite("A run whose start fails")
struct LaunchFailureTests {
    @Test(
        "a start that cannot be committed leaves the run waiting, and is said, not called done",
        .enabled(if: Machine.canTrace, "needs strace and the permission to trace"))
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

    @Test(
        "a command whose process cannot be made fails by itself; the others of the same pass run",
        .enabled(if: Machine.canTrace, "needs strace and the permission to trace"))
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

    @Test(
        "a supervisor that cannot be made is a warning: what was asked for is committed",
        .enabled(if: Machine.canTrace, "needs strace and the permission to trace"))
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
}

import Foundation
import Testing

@Suite(
    "What a command has left to be done is done before it ends",
    .enabled(if: Machine.isLinux, "looks for processes in /proc"))
struct ObligationTests {
    /// A verb that ends a live run, and what becomes of the task.
    struct Ending: CustomTestStringConvertible {
        let words: [String]
        /// nil for a task that is gone.
        let status: String?
        var testDescription: String { words.joined(separator: " ") }
    }

    @Test(
        "what waits for a slot is started by the command that ends the run which has it, also when its supervisor is gone",
        arguments: [
            Ending(words: ["task", "cancel", "T-1"], status: "cancelled"),
            Ending(words: ["task", "terminate", "T-1"], status: "terminated"),
            Ending(words: ["task", "pause", "T-1"], status: "paused"),
            Ending(words: ["task", "complete", "T-1", "--force"], status: "done"),
            Ending(words: ["task", "block", "T-1", "--force", "--reason", "a key is missing"], status: "blocked"),
            Ending(words: ["task", "delete", "T-1", "--force"], status: nil),
            Ending(words: ["task", "assign", "T-1", "--none", "--force"], status: "todo"),
            Ending(words: ["run", "cancel", "R-1"], status: "cancelled"),
        ])
    func slot(_ ending: Ending) throws {
        let tf = try Workspace()
        try tf("config", "jobs", "1")
        try tf.addAgent("sleeper", shell: "touch started; exec \(try tf.sleeper()) 600")
        try tf.addAgent("quick", shell: "touch done")
        _ = try tf.create("First")
        try tf("task", "assign", "T-1", "--agent", "sleeper")
        try tf.awaitFile("started")
        _ = try tf.create("Second")
        try tf("task", "assign", "T-2", "--agent", "quick")
        #expect(try tf.showRun("R-2")["status"].string == "queued")

        // Stopped first, so that neither of the two can do anything about what they are told.
        let supervisor = try #require(try tf.showRun("R-1")["supervisor"]["pid"].int.map { pid_t($0) })
        let guardian = try #require(RunningProcess(supervisor)).parent
        for pid in [guardian, supervisor] { kill(pid, SIGSTOP) }
        let command = try tf.start(ending.words)
        try eventually("the intent is committed") { try tf.showRun("R-1")["stop"]["verb"].string != nil }
        for pid in [guardian, supervisor] { kill(pid, SIGKILL) }

        #expect(command.wait(limit: 30).status == 0)
        if let status = ending.status { #expect(try tf.status("T-1") == status) }
        try tf.awaitFile("done")
        try tf.await("T-2", "done")
        try tf.demandNobodyLeft()
    }

    @Test("a run whose supervisor is gone is lost, whatever host its record names")
    func otherHost() throws {
        let tf = try Workspace()
        try tf.addAgent("sleeper", shell: "touch started; exec \(try tf.sleeper()) 600")
        _ = try tf.create("First")
        try tf("task", "assign", "T-1", "--agent", "sleeper")
        try tf.awaitFile("started")
        let supervisor = try #require(try tf.showRun("R-1")["supervisor"]["pid"].int.map { pid_t($0) })
        let guardian = try #require(RunningProcess(supervisor)).parent
        try tf.set("runs/R-1.json", ["host": "elsewhere"])
        #expect(try tf.showRun("R-1")["status"].string == "running", "its supervisor lives")
        for signal in [SIGSTOP, SIGKILL] { for pid in [guardian, supervisor] { kill(pid, signal) } }
        try eventually("both are gone") { RunningProcess(guardian) == nil && RunningProcess(supervisor) == nil }

        #expect(try tf.runs().map { $0["status"].string } == ["lost"], "run list")
        #expect(try tf.showRun("R-1")["status"].string == "lost", "run show")
        let findings = try tf.json("doctor")["findings"].array.map { $0["code"].string }
        #expect(findings.contains("lost"), "\(findings)")
        try tf("tick")
        #expect(try tf.status("T-1") == "lost")
        try tf.demandNobodyLeft()
    }
}

import Foundation
import Testing

@Suite("Waiting for tasks")
struct TaskWaitTests {
    @Test("it ends with 0 when all are done, with 1 when one has ended otherwise")
    func ended() throws {
        let tf = try Workspace()
        let (first, second) = (try tf.createRunning(), try tf.createRunning())
        let waiting = try tf.start(["--json", "task", "wait", first, second])
        try tf("task", "complete", first)
        try tf("task", "complete", second)
        let outcome = waiting.wait(limit: 20)
        #expect(outcome.status == 0 && !outcome.overran, "\(outcome)")
        #expect(try outcome.json().array.map { $0["status"].string } == ["done", "done"])
        let third = try tf.createRunning()
        try tf("task", "fail", third)
        #expect(try tf("task", "wait", first, third, exits: 1).lines == ["\(first) done", "\(third) failed"])
        try tf("task", "wait", "T-99", exits: 3)
        #expect(try tf.json("task", "wait", first)["id"].string == first, "one is an object")
    }

    @Test("its own time is 124, and says how far they are")
    func timeout() throws {
        let tf = try Workspace()
        let id = try tf.create()
        let outcome = try tf("task", "wait", id, "--timeout", "50ms", exits: 124)
        #expect(outcome.lines == ["\(id) todo"])
    }

    @Test("it tells what it waits for, for a task as for a run")
    func told() throws {
        let tf = try Workspace()
        try tf.addAgent("sleeper", shell: "sleep 60")
        try tf("task", "create", "Work", "--agent", "sleeper")
        let told = try tf.run(["run", "wait", "R-1", "--timeout", "100ms"], exits: 124)
        #expect(told.stderr.contains("waiting for R-1 (running)"), "\(told)")
        try tf("task", "terminate", "T-1")
    }

    @Test("a task that is deleted is waited for no more", arguments: [true, false])
    func deleted(byHand: Bool) throws {
        let tf = try Workspace()
        let id = try tf.create()
        let waiting = try tf.start(["task", "wait", id])
        try eventually("it waits") { waiting.errorOutput.contains("waiting for \(id)") }
        if byHand {
            try FileManager.default.removeItem(atPath: tf.path + "/tasks/\(id).json")
        } else {
            try tf("task", "delete", id)
        }
        let outcome = waiting.wait(limit: 20)
        #expect(outcome.status == 3 && outcome.stderr.contains("\(id) was deleted"), "\(outcome)")
    }

    @Test("a status that somebody writes into the file ends it as well")
    func edited() throws {
        let tf = try Workspace()
        let id = try tf.create()
        let waiting = try tf.start(["task", "wait", id])
        try eventually("it waits") { waiting.errorOutput.contains("waiting for \(id)") }
        try tf.set("tasks/\(id).json", ["status": "done"])
        #expect(waiting.wait(limit: 20).status == 0)
    }

    @Test("Ctrl-C ends the waiting, not the work, and says how to come back")
    func interrupted() throws {
        let tf = try Workspace()
        try tf.addAgent("gated", shell: "while [ ! -e go ]; do sleep 0.02; done")
        let id = try tf.create()
        try tf("task", "assign", id, "--agent", "gated")
        for command in [["task", "wait", id], ["run", "wait", "R-1"]] {
            let waiting = try tf.start(command)
            try waiting.awaitHandler(of: SIGINT)
            waiting.send(SIGINT)
            let outcome = waiting.wait(limit: 5)
            #expect(outcome.status == 130 && !outcome.overran, "\(outcome)")
            #expect(outcome.stderr.contains("tf \(command.joined(separator: " ")) waits again"), "\(outcome)")
        }
        #expect(try tf.status(id) == "running")
        try tf.touch("go")
        #expect(try tf("task", "wait", id).lines == ["\(id) done"])
    }

    @Test("it does not look again and again")
    func noPolling() throws {
        let tf = try Workspace()
        let id = try tf.createRunning()
        let waiting = try tf.start(["task", "wait", id])
        try eventually("it waits") { waiting.errorOutput.contains("waiting for \(id)") }
        // More than a second passes without a switch, as days would.
        try waiting.awaitIdle(for: 1.5)
        try tf("task", "complete", id)
        #expect(waiting.wait(limit: 20).status == 0)
    }

    @Test("when supervisor and guard are killed together, it finds out and goes on")
    func killed() throws {
        let tf = try Workspace()
        try tf.addAgent("gated", "--max-attempts", "2", shell: "[ -e go ] && exit 0; touch go; exec sleep 60")
        let id = try tf.create()
        try tf("task", "assign", id, "--agent", "gated")
        try tf.awaitFile("go")
        let waiting = try tf.start(["task", "wait", id])
        try eventually("it waits") { waiting.errorOutput.contains("waiting for \(id)") }
        let supervisor = try #require(try tf.showRun("R-1")["supervisor"]["pid"].int)
        let guardian = try #require(RunningProcess(pid_t(supervisor))?.parent)
        kill(guardian, SIGSTOP)
        kill(pid_t(supervisor), SIGKILL)
        kill(guardian, SIGKILL)
        let outcome = waiting.wait(limit: 20)
        #expect(outcome.status == 0 && !outcome.overran, "\(outcome)")
        #expect(try tf.runs(of: id).map { $0["status"].string } == ["lost", "succeeded"])
    }

    @Test("following the events of a task ends when it is deleted")
    func followDeleted() throws {
        let tf = try Workspace()
        let id = try tf.create()
        let follower = try tf.start(["--json", "events", "--task", id, "-f"])
        try eventually("the beginning is shown") { follower.output.contains("task/created") }
        try tf("task", "delete", id)
        let outcome = follower.wait(limit: 20)
        #expect(outcome.status == 0 && outcome.lines.last?.contains("task/deleted") == true, "\(outcome)")
    }
}

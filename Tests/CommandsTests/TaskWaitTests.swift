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
            try eventually("it waits") {
                RunningProcess(waiting.pid)?.isSleeping == true && !tf.catching(SIGINT, waiting.pid).isEmpty
            }
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
        try eventually("it sleeps") { RunningProcess(waiting.pid)?.isSleeping == true }
        let before = tf.switches(waiting.pid)
        usleep(1_500_000)
        #expect(tf.switches(waiting.pid) <= before + 1)
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

extension Workspace {
    /// The line of a process's status that says that it catches a signal; empty when it does not.
    fileprivate func catching(_ signal: Int32, _ pid: pid_t) -> String {
        let status = statusLines(pid)
        guard let line = status.first(where: { $0.hasPrefix("SigCgt:") }),
            let mask = UInt64(line.split(separator: "\t").last ?? "", radix: 16), mask & (1 << UInt64(signal - 1)) != 0
        else { return "" }
        return line
    }

    /// How often a process has gone to sleep.
    fileprivate func switches(_ pid: pid_t) -> Int {
        statusLines(pid).first { $0.hasPrefix("voluntary_ctxt_switches:") }
            .flatMap { Int($0.split(separator: "\t").last ?? "") } ?? 0
    }

    private func statusLines(_ pid: pid_t) -> [String] {
        guard let file = fopen("/proc/\(pid)/status", "re") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

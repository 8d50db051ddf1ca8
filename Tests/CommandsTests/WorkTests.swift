import Foundation
import Testing

extension Workspace {
    /// A workspace with an agent `queued`, whose runs only workers start, and which notes the tasks it has run.
    fileprivate static func withQueue(_ options: String..., shell: String = "echo $TF_TASK >>ran") throws -> Workspace {
        let tf = try Workspace()
        try tf.run(["agent", "add", "queued", "--dispatch", "queue"] + options + ["--shell", shell])
        return tf
    }

    /// Creates tasks, given to the agent unless told otherwise.
    fileprivate func fill(_ count: Int, _ options: [String] = ["--agent", "queued"]) throws {
        for number in 1...count { try run(["task", "create", "Number \(number)"] + options) }
    }

    /// The tasks in the order in which they were run.
    fileprivate var ran: [String] {
        get throws { try read(directory + "/ran").split(separator: "\n").map(String.init) }
    }
}

@Suite("A worker")
struct WorkTests {
    @Test("it runs what waits in work order, and ends when nothing is left")
    func drain() throws {
        let tf = try Workspace.withQueue()
        try tf.fill(3)
        try tf("task", "create", "First of all", "--agent", "queued", "--priority", "urgent")
        #expect(try tf.status("T-1") == "todo", "nobody but a worker starts it")
        let outcome = try tf("work", "--drain", "--jobs", "1")
        #expect(outcome.lines.map { $0.prefix(8) } == ["T-4 done", "T-1 done", "T-2 done", "T-3 done"], "\(outcome)")
        #expect(try tf.ran == ["T-4", "T-1", "T-2", "T-3"])
        try tf.demandHealthy()
    }

    @Test("a drain that finds nothing says so, and where to look")
    func nothing() throws {
        let tf = try Workspace.withQueue()
        try tf.fill(1, ["--agent", "queued", "--no-run"])
        let outcome = try tf("work", "--drain")
        #expect(outcome.stdout == "" && outcome.stderr.contains("nothing was ready"), "\(outcome)")
        #expect(try tf.status("T-1") == "todo")
    }

    @Test("what a task makes ready is run as well")
    func dependents() throws {
        let tf = try Workspace.withQueue()
        try tf.fill(1)
        try tf("task", "create", "Second", "--agent", "queued", "--depends-on", "T-1")
        try tf("task", "create", "Third", "--agent", "queued", "--depends-on", "T-2")
        try tf("work", "--drain")
        #expect(try tf.ran == ["T-1", "T-2", "T-3"])
    }

    @Test("a failed attempt is tried again after its backoff before the worker ends")
    func retry() throws {
        let tf = try Workspace.withQueue(
            "--max-attempts", "2", "--backoff", "100ms", shell: "echo $TF_ATTEMPT >>ran; exit 3")
        try tf.fill(1)
        let outcome = try tf("work", "--drain")
        #expect(try tf.ran == ["1", "2"])
        #expect(outcome.lines.count == 2 && outcome.lines[1].hasPrefix("T-1 failed"), "\(outcome)")
        #expect(try tf.status("T-1") == "failed")
    }

    @Test("it has as many runs at once as it may")
    func jobs() throws {
        let tf = try Workspace.withQueue(
            shell: """
                touch on-$TF_TASK
                until [ -e two ] || [ $(ls on-* | wc -l) -ge 2 ]; do sleep 0.02; done
                touch two
                ls on-* | wc -l >>ran
                sleep 0.1 # The time in which a third one would show.
                rm on-$TF_TASK
                """)
        try tf.fill(6)
        try tf("work", "--drain", "--jobs", "2")
        let counts = try tf.ran.compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
        #expect(counts.count == 6 && counts.max() == 2, "\(counts)")
    }

    @Test("with an agent it takes unassigned tasks that fit, and leaves the others")
    func unassigned() throws {
        let tf = try Workspace.withQueue()
        try tf.fill(1, ["--label", "ci", "--label", "fast"])
        try tf.fill(1, ["--label", "docs"])
        try tf.fill(1, ["--label", "ci", "--label", "fast", "--type", "build"])
        try tf("agent", "add", "other", "--dispatch", "queue", "--", "true")
        try tf.fill(1, ["--label", "ci", "--label", "fast", "--agent", "other"])
        try tf("work", "--drain", "--jobs", "1", "--agent", "queued", "--label", "ci", "--label", "fast")
        #expect(try tf.ran == ["T-1", "T-3"])
        #expect(try tf.task("T-1")["assignee"]["agent"].string == "queued")
        #expect(try ["T-2", "T-4"].map { try tf.status($0) } == ["todo", "todo"])
        let events = try types(tf.events().filter { $0["about"].string == "T-1" })
        #expect(
            events == [
                "task/created", "task/assigned", "task/status_changed", "task/started",
                "task/status_changed", "task/completed",
            ])
        try tf.demandHealthy()
    }

    @Test("--once ends after one task")
    func once() throws {
        let tf = try Workspace.withQueue()
        try tf.fill(2)
        let printed = try tf.json("work", "--once")
        #expect(printed.array.count == 1 && printed.array[0]["task"]["status"].string == "done", "\(printed)")
        #expect(try tf.ran == ["T-1"])
    }

    @Test("an idle worker is woken by a new task")
    func woken() throws {
        let tf = try Workspace.withQueue()
        let worker = try tf.start(["work"])
        try worker.awaitIdle()
        try tf.fill(1)
        try tf.await("T-1", "done")
        worker.send(SIGTERM)
        #expect(worker.wait(limit: 10).status == 0)
        #expect(try tf.ran == ["T-1"])
    }

    @Test("it starts what becomes due by time")
    func due() throws {
        let tf = try Workspace.withQueue()
        try tf("task", "create", "Later", "--agent", "queued", "--not-before", "+1s")
        let worker = try tf.start(["work"])
        try tf.await("T-1", "done")
        worker.send(SIGINT)
        #expect(worker.wait(limit: 10).status == 0)
    }

    @Test("several workers share the tasks, each is run once")
    func share() throws {
        let tf = try Workspace.withQueue()
        try tf.write(
            "[" + (1...60).map { #"{"title": "Number \#($0)", "agent": "queued"}"# }.joined(separator: ",") + "]",
            to: tf.directory + "/tasks.json")
        try tf("task", "create", "--from", "tasks.json")
        let workers = try (0..<4).map { _ in try tf.start(["work", "--drain", "--jobs", "2"]) }
        for worker in workers {
            let outcome = worker.wait()
            #expect(outcome.status == 0, "\(outcome)")
        }
        #expect(try Set(tf.ran).count == 60 && tf.ran.count == 60)
        #expect(try tf.tasks().allSatisfy { $0["status"].string == "done" && $0["attempt"].int == 1 })
        try tf.demandHealthy()
    }

    @Test("told to stop it takes nothing new and lets what is live end")
    func told() throws {
        let tf = try Workspace.withQueue(shell: "touch started; while [ ! -e go ]; do sleep 0.02; done")
        try tf.fill(2)
        let worker = try tf.start(["work", "--jobs", "1"])
        try eventually("the first run has started") { tf.exists(tf.directory + "/started") }
        worker.send(SIGTERM)
        try eventually("it has been told") { worker.errorOutput.contains("no new work") }
        #expect(worker.isRunning)
        try tf.touch("go")
        #expect(worker.wait(limit: 10).status == 0)
        #expect(try ["T-1", "T-2"].map { try tf.status($0) } == ["done", "todo"])
    }

    @Test("told twice it cancels what is live")
    func toldTwice() throws {
        let tf = try Workspace.withQueue(shell: "touch started; sleep 100")
        try tf.fill(2)
        let worker = try tf.start(["work", "--jobs", "1"])
        try eventually("the first run has started") { tf.exists(tf.directory + "/started") }
        worker.send(SIGTERM)
        try eventually("it has been told") { worker.errorOutput.contains("no new work") }
        worker.send(SIGTERM)
        #expect(worker.wait(limit: 20).status == 0)
        #expect(try ["T-1", "T-2"].map { try tf.status($0) } == ["cancelled", "todo"])
        try tf.demandNobodyLeft()
        try tf.demandHealthy()
    }

    @Test("killed, it leaves no process, and the next worker goes on")
    func killed() throws {
        let tf = try Workspace.withQueue("--max-attempts", "2", shell: "echo $TF_ATTEMPT >>ran; [ -e go ] || sleep 100")
        try tf.fill(1)
        let worker = try tf.start(["work"])
        try eventually("the run has started") { tf.exists(tf.directory + "/ran") }
        worker.send(SIGKILL)
        _ = worker.wait(limit: 10)
        try tf.demandNobodyLeft()
        try tf.touch("go")
        try tf("work", "--drain")
        #expect(try tf.ran == ["1", "2"])
        #expect(try tf.runs(of: "T-1").map { $0["status"].string } == ["lost", "succeeded"])
        try tf.demandHealthy()
    }

    @Test("an idle worker does nothing at all", .enabled(if: Machine.isLinux, "reads /proc"))
    func idle() throws {
        let tf = try Workspace.withQueue()
        let worker = try tf.start(["work"])
        // Once it has given back the memory of its start, two seconds pass without a switch, as days would.
        try worker.awaitIdle(for: 2)
        worker.send(SIGTERM)
        #expect(worker.wait(limit: 10).status == 0)
    }

    @Test("a workspace that is not trusted is refused, and nothing is blocked")
    func untrusted() throws {
        let tf = try Workspace.withQueue()
        try tf.fill(1)
        try tf("trust", "--revoke")
        let outcome = try tf("work", "--drain", exits: 1)
        #expect(outcome.stderr.contains("not trusted"), "\(outcome)")
        #expect(try tf.status("T-1") == "todo")
    }

    @Test("bad options are refused")
    func usage() throws {
        let tf = try Workspace.withQueue()
        try tf("work", "--drain", "--once", exits: 2)
        try tf("work", "--jobs", "0", exits: 2)
        try tf("work", "--agent", "nobody", exits: 3)
    }

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
        try starved.awaitIdle()
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
        try tf("task", "create", "Later", "--agent", "queued", "--not-before", "+1s")
        let worker = try tf.start(["work", "--lock-timeout", "100ms"])
        try tf.await("T-1", "done")
        let holder = try tf.spawn(
            "/usr/bin/flock", [".tf", "sh", "-c", "while [ ! -e told ]; do sleep 0.02; done"])
        try eventually("it tries again") { worker.errorOutput.contains("trying again") }
        try tf.touch("told")
        #expect(holder.wait().status == 0)
        try tf.await("T-2", "done")
        worker.send(SIGTERM)
        let outcome = worker.wait()
        #expect(outcome.stderr.contains("trying again"), "\(outcome)")
    }

    @Test("a drain within a run does not wait for the slot that this run has")
    func withinRun() throws {
        let tf = try Workspace()
        try tf("config", "jobs", "1")
        try tf("agent", "add", "sub", "--dispatch", "queue", "--", "true")
        try tf.addAgent("lead", shell: "tf task create Child --agent sub; tf work --drain")
        try tf("task", "create", "Parent", "--agent", "lead", "--wait", limit: 20)
        #expect(try tf.status("T-1") == "done")
    }
}

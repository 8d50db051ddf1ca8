import Foundation
import Testing

@Suite("The inbox: what waits for a person, and what resolving it causes")
struct InboxTests {
    /// A task in review, about which its creator was told: its id and the notification's.
    private func submitted(_ tf: Workspace) throws -> (task: String, notification: String) {
        let id = try tf.createRunning()
        try tf("task", "submit", id, "--actor", "ann")
        return (id, try #require(tf.inbox().first { $0["about"].string == id }?["id"].string))
    }

    private func feedback(_ tf: Workspace, _ task: String) throws -> [String] {
        try tf.comments(task).filter { $0["kind"].string == "feedback" }.compactMap { $0["text"].string }
    }

    private func notification(_ tf: Workspace, _ id: String) throws -> JSON {
        try #require(tf.json("inbox", "--all").array.first { $0["id"].string == id })
    }

    // MARK: Resolving

    @Test(
        "approve and reject are done to the task, and the reason is feedback, in one transaction",
        arguments: [("approve", "done"), ("reject", "todo"), ("dismiss", "review")])
    func decisions(resolution: String, status: String) throws {
        let tf = try Workspace()
        let (id, told) = try submitted(tf)
        let before = try tf.journal().count
        try tf("inbox", "resolve", told, "--as", resolution, "--reason", "as I see it")
        #expect(try tf.status(id) == status)
        #expect(try feedback(tf, id) == ["as I see it"])
        let resolved = try notification(tf, told)
        #expect(resolved["resolution"].string == resolution && resolved["resolved_at"].exists)
        #expect(try tf.journal().count == before + 1, "one transaction")
        try tf.demandHealthy()
    }

    @Test("a rejection needs its reason, and without one nothing is resolved")
    func rejectWithoutReason() throws {
        let tf = try Workspace()
        let (id, told) = try submitted(tf)
        try tf.demandNothingWritten { try tf("inbox", "resolve", told, "--as", "reject", exits: 1) }
        #expect(try tf.status(id) == "review")
    }

    @Test("retry starts what has failed again")
    func retry() throws {
        let tf = try Workspace()
        try tf.addAgent("twice", shell: "test $TF_ATTEMPT -ge 2")
        _ = try tf.create("x", "--agent", "twice", "--no-run")
        try tf("task", "assign", "T-1", "--agent", "twice", "--wait", exits: 1)
        let told = try #require(tf.inbox().first { $0["type"].string == "run_failed" }?["id"].string)
        try tf("inbox", "resolve", told, "--as", "retry", "--reason", "look again")
        #expect(try tf.await("T-1", "done") == "done")
        #expect(try feedback(tf, "T-1") == ["look again"])
    }

    @Test("what the task's status does not allow is refused, and the notification stays")
    func refused() throws {
        let tf = try Workspace()
        let (id, told) = try submitted(tf)
        let outcome = try tf.demandNothingWritten { try tf("inbox", "resolve", told, "--as", "retry", exits: 1) }
        #expect(outcome.stderr.contains("\(id) is review; retry needs one that is"), "\(outcome)")
        #expect(try notification(tf, told)["resolved_at"].exists == false)
        try tf("inbox", "resolve", told)
        #expect(try notification(tf, told)["resolution"].string == "dismiss")
    }

    @Test("resolved once it is resolved; the same again changes nothing, another way is refused")
    func again() throws {
        let tf = try Workspace()
        let (_, told) = try submitted(tf)
        try tf("inbox", "resolve", told, "--as", "approve")
        try tf.demandNothingWritten {
            try tf("inbox", "resolve", told, "--as", "approve")
            let other = try tf("inbox", "resolve", told, "--as", "retry", exits: 1)
            #expect(other.stderr.contains("was resolved before, as approve"))
        }
    }

    @Test("a notification about a task that is gone can be dismissed, and nothing else")
    func gone() throws {
        let tf = try Workspace()
        let (id, told) = try submitted(tf)
        try FileManager.default.removeItem(atPath: tf.path + "/tasks/\(id).json")
        try tf("inbox", "resolve", told, "--as", "approve", exits: 3)
        try tf("inbox", "resolve", told, "--reason", "never mind")
        #expect(try tf.inbox().isEmpty)
    }

    // MARK: Automated tasks

    /// An automated task whose agent has blocked it, and the notification of that.
    private func blocked(_ tf: Workspace, every: String = "10m") throws -> (task: String, notification: String) {
        try tf.addAgent("stuck", shell: "tf task block 'no key'")
        _ = try tf.create("Again and again")
        try tf.set("tasks/T-1.json", ["automation": ["every": every, "tick": 4, "failures": 2]])
        try tf("task", "assign", "T-1", "--agent", "stuck", "--wait", exits: 1)
        #expect(try tf.status("T-1") == "blocked")
        return ("T-1", try #require(tf.inbox().first { $0["type"].string == "agent_blocked" }?["id"].string))
    }

    @Test("dismissing what an automated task waits for arms it again")
    func rearm() throws {
        let tf = try Workspace()
        let (id, told) = try blocked(tf)
        try tf.run(["inbox", "resolve", told], environment: ["TF_NOW": "2030-01-01T00:00:00Z"])
        let task = try tf.task(id)
        #expect(task["status"].string == "scheduled" && task["automation"]["tick"].int == 5)
        #expect(task["automation"]["failures"].int == 0)
        #expect(task["automation"]["next_at"].string?.hasPrefix("2030-01-01T00:10:0") == true, "\(task)")
        #expect(
            try types(tf.events()).suffix(3) == ["task/status_changed", "automation/armed", "notification/resolved"])
        try tf.demandHealthy()
    }

    @Test("not while something else waits for a person, and not without an interval")
    func notRearmed() throws {
        let tf = try Workspace()
        let (id, told) = try blocked(tf)
        // Its agent blocks it a second time.
        try tf("task", "unblock", id)
        try tf.awaitRun("R-2", "succeeded")
        try tf("inbox", "resolve", told)
        #expect(try tf.status(id) == "blocked", "the second notification is open")
        let second = try #require(tf.inbox().first { $0["type"].string == "agent_blocked" }?["id"].string)
        try tf("inbox", "resolve", second)
        #expect(try tf.status(id) == "scheduled")
        let other = try Workspace()
        let (timeless, its) = try blocked(other, every: "0s")
        try other("inbox", "resolve", its)
        #expect(try other.status(timeless) == "blocked")
    }

    @Test("approving the result of an automated task schedules it, retry arms one that was paused after failures")
    func automatedDecisions() throws {
        let tf = try Workspace()
        let (id, told) = try submitted(tf)
        try tf.set("tasks/\(id).json", ["automation": ["every": "1h"]])
        try tf("inbox", "resolve", told, "--as", "approve")
        #expect(try tf.status(id) == "scheduled")
        try tf("task", "pause", id)
        try tf("task", "comment", id, "@tester it has failed", "--actor", "ann")
        let mention = try #require(tf.inbox().first { $0["type"].string == "mention" }?["id"].string)
        try tf("inbox", "resolve", mention)
        #expect(try tf.status(id) == "paused", "who paused it wants it paused")
        try tf("task", "comment", id, "@tester again", "--actor", "ann")
        let second = try #require(tf.inbox().first { $0["type"].string == "mention" }?["id"].string)
        try tf("inbox", "resolve", second, "--as", "retry")
        #expect(try tf.status(id) == "scheduled")
    }

    // MARK: Looking

    @Test("following prints what there is and then what comes, each once, to that user alone")
    func follow() throws {
        let tf = try Workspace()
        let id = try tf.create("Task")
        try tf("task", "comment", id, "@ann one")
        let follower = try tf.start(["--json", "inbox", "--user", "ann", "--follow"])
        let ids = try tf.start(["-q", "inbox", "--user", "ann", "-f"])
        let text = try tf.start(["inbox", "--user", "ann", "-f"])
        defer { for child in [follower, ids, text] { child.send(SIGKILL) } }
        for child in [follower, ids, text] { try eventually("the first") { !child.output.isEmpty } }
        try tf("task", "comment", id, "@bob not for ann")
        try tf("task", "comment", id, "@ann two, @bob")
        try tf("inbox", "read", "N-1", "--actor", "ann")
        try tf("task", "assign", id, "--user", "ann")
        try eventually("three") { follower.output.components(separatedBy: "\n").count == 4 }
        let told = try follower.output.split(separator: "\n").map { try JSON(String($0)) }
        #expect(told.map { $0["id"].string } == ["N-1", "N-3", "N-5"] && told.allSatisfy { $0["to"].string == "ann" })
        try eventually("three ids") { ids.output == "N-1\nN-3\nN-5\n" }
        try eventually("three lines") { text.output.split(separator: "\n").count == 3 }
        #expect(text.output.split(separator: "\n").last?.hasSuffix("task_assigned  T-1  T-1 is yours: Task") == true)
    }

    @Test("nobody reading ends following quietly")
    func nobodyReads() throws {
        let tf = try Workspace()
        let id = try tf.create("Task")
        let text = """
            { tf inbox --user ann -f; echo $? > status; } | head -n 1 > first &
            while [ ! -s first ]; do tf task comment \(id) @ann; sleep 0.05; done
            while [ ! -s status ]; do tf task comment \(id) @ann; sleep 0.05; done
            """
        let outcome = try tf.shell(text)
        #expect(outcome.status == 0 && outcome.stderr.isEmpty, "\(outcome)")
        #expect(try tf.read(tf.directory + "/status") == "0\n")
    }

    @Test("status says in one line how much waits, and nothing where nothing does")
    func status() throws {
        let tf = try Workspace()
        #expect(try !tf("status").stdout.contains("inbox"))
        let (id, told) = try submitted(tf)
        #expect(try tf("status").lines.contains("inbox: 1 notification, 1 urgent, 1 not read"))
        try tf("task", "comment", id, "@tester", "--actor", "ann")
        try tf("inbox", "read", told)
        #expect(try tf("status").lines.contains("inbox: 2 notifications, 1 urgent, 1 not read"))
        #expect(try !tf("status").stdout.contains("\u{7}"))
        #expect(try tf.json("status")["summary"]["inbox"].int == 2)
    }
}

import Foundation
import Testing

@Suite("What is left of leases, attempts and circles when somebody else has been at the files")
struct LeaseAftermathTests {
    private static let noon = "2030-01-01T12:00:00Z"
    private static let later = "2030-01-01T13:00:00Z"

    /// The token that a claim prints; nil when it prints none.
    private func token(_ outcome: Outcome) -> String? {
        let words = outcome.text.split(separator: " ")
        return words.count == 2 ? String(words[1]) : nil
    }

    @Test("a task that was put back by hand is claimed with a lease like any other")
    func claimedAfterEdit() throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf("task", "claim", "T-1", "--as", "bob")
        try tf.edit("tasks/T-1.json") { $0.replacing("\"running\"", with: "\"todo\"") }
        let token = try #require(token(try tf("task", "claim", "T-1", "--as", "eve")))
        #expect(try tf.task("T-1")["lease"]["owner"].string == "eve")
        try tf("task", "complete", "T-1", "--lease", token)
    }

    @Test("the lease of a task that was moved on by hand holds nobody up", arguments: ["done", "blocked"])
    func leftover(status: String) throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf("task", "claim", "T-1", "--as", "bob")
        try tf.edit("tasks/T-1.json") { $0.replacing("\"running\"", with: "\"\(status)\"") }
        try tf("task", "edit", "T-1", "--title", "Another")
        #expect(try tf.list("leases") == [])
    }

    @Test(
        "a task that fails because its lease ran out is told to its creator, whoever came by; the event names the holder"
    )
    func expiry() throws {
        let tf = try Workspace()
        let at = { (moment: String) in ["TF_NOW": moment] }
        for _ in 1...2 { try tf("task", "create", "Work", "--max-attempts", "1", environment: at(Self.noon)) }
        try tf("task", "edit", "T-2", "--max-attempts", "2")
        for id in ["T-1", "T-2"] { try tf("task", "claim", id, "--as", "bob", environment: at(Self.noon)) }
        try tf("tick", environment: at(Self.later))
        #expect(try tf.status("T-1") == "failed" && tf.status("T-2") == "todo")
        let told = try tf.inbox()
        #expect(told.map { $0["type"].string } == ["task_failed"])
        #expect(told.first?["about"].string == "T-1")
        #expect(told.first?["body"].string == "lease expired while held by bob")
        let requeued = try tf.events().filter { $0["type"].string == "task/stale_requeued" }
        #expect(requeued.map { $0["data"]["owner"].string } == ["bob"])
    }

    @Test("a claim sees tasks whose files somebody has added")
    func added() throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf("task", "claim", "--as", "bob")
        let text = try tf.read(tf.path + "/tasks/T-1.json")
            .replacing("\"T-1\"", with: "\"T-7\"").replacing("\"running\"", with: "\"todo\"")
        let before = try tf.modification("tasks")
        // Whoever changes a directory within one tick of the file system's clock cannot be told from what was before.
        try eventually("the directory has another time") {
            try? FileManager.default.removeItem(atPath: tf.path + "/tasks/T-7.json")
            try tf.write(text, to: tf.path + "/tasks/T-7.json")
            return try tf.modification("tasks") != before
        }
        // That a number was given out since hides nothing.
        try tf("task", "create", "Later", "--priority", "low")
        #expect(try tf("task", "claim", "--as", "eve", "-q").text == "T-7")
        #expect(try tf("task", "claim", "--as", "eve", "-q").text == "T-8")
        try tf.write("{", to: tf.path + "/tasks/T-9.json")
        #expect(try tf("task", "claim", "--as", "eve").stdout == "")
    }

    @Test("retry says that it raises the maximum, also where that is the agent's or the usual one")
    func retry() throws {
        let tf = try Workspace()
        try tf.addAgent("failing", shell: "exit 1")
        try tf("task", "create", "Work", "--agent", "failing")
        try tf.await("T-1", "failed")
        #expect(try tf("task", "retry", "T-1").stderr.contains("max_attempts raised to 2"))
        #expect(try tf.task("T-1")["max_attempts"].int == 2)
        _ = try tf.createRunning()
        try tf("task", "fail", "T-2", "--reason", "no")
        #expect(try !tf("task", "retry", "T-2").stderr.contains("raised"))
        for _ in 1...2 {
            try tf("task", "start", "T-2")
            try tf("task", "fail", "T-2", "--reason", "no")
            if try tf.task("T-2")["attempt"].int == 2 { try tf("task", "retry", "T-2") }
        }
        #expect(try tf("task", "retry", "T-2").stderr.contains("max_attempts raised to 4"))
    }

    @Test("a claim that is repeated says what has become of its lease")
    func repeated() throws {
        let tf = try Workspace()
        let noon = ["TF_NOW": Self.noon]
        _ = try tf.create()
        func claim(_ moment: String = Self.noon) throws -> Outcome {
            try tf("task", "claim", "T-1", "--as", "bob", "--command-id", "c", environment: ["TF_NOW": moment])
        }
        let token = try #require(token(try claim()))
        let again = try claim()
        #expect(self.token(again) == token && !again.stderr.contains("warning"))
        #expect(try claim(Self.later).stderr.contains("warning: the lease of that claim of T-1 expired at"))
        try tf("task", "release", "T-1", "--lease", token, environment: noon)
        let released = try claim()
        #expect(released.text == "T-1" && released.stderr.contains("warning: the lease of that claim of T-1 has ended"))
        try tf("task", "claim", "T-1", "--as", "eve", environment: noon)
        let taken = try claim()
        #expect(taken.text == "T-1" && taken.stderr.contains("the task belongs to eve now"))
    }

    @Test("a lease that does not exist is not extended")
    func heartbeat() throws {
        let tf = try Workspace()
        let id = try tf.createRunning()
        let refused = try tf("task", "heartbeat", id, "--for", "1h", exits: 1)
        #expect(refused.stderr.contains("\(id) is not leased"))
        try tf("task", "heartbeat", id, "--note", "on it")
    }

    @Test("why knows that tasks wait for each other in a circle")
    func circle() throws {
        let tf = try Workspace()
        for _ in 1...3 { _ = try tf.create() }
        try tf("task", "depend", "T-1", "--on", "T-2")
        try tf("task", "depend", "T-2", "--on", "T-3")
        #expect(try !tf("task", "why", "T-1").stdout.contains("depends on itself"))
        try tf.set("tasks/T-3.json", ["depends_on": ["T-1"]])
        #expect(try tf("task", "why", "T-1").stdout.contains("T-1 depends on itself: T-1 → T-2 → T-3 → T-1"))
        let causes = try tf.json("task", "why", "T-2")["causes"].array
        #expect(causes.first?["code"].string == "cycle")
        #expect(causes.first?["hint"].string == "tf task depend T-2 --off T-3")
        // What is done is waited for no more.
        try tf.set("tasks/T-2.json", ["status": "done"])
        #expect(try !tf("task", "why", "T-1").stdout.contains("depends on itself"))
    }

    @Test("a title or name that no task can have is a mistake in the command line")
    func values() throws {
        let tf = try Workspace()
        _ = try tf.create()
        let long = String(repeating: "x", count: 501)
        for words in [
            ["create", ""], ["create", long], ["create", "x", "--name", "Bad Name"], ["create", "x", "--name", ""],
        ]
            + [
                ["edit", "T-1", "--title", ""], ["edit", "T-1", "--title", long],
                ["edit", "T-1", "--name", "Bad Name"],
            ]
        {
            try tf.run(["task"] + words, exits: 2)
        }
        // What the workspace has to be asked for is refused.
        try tf("task", "create", "x", "--name", "t-5", exits: 1)
        try tf("task", "edit", "T-1", "--name", "good")
        try tf("task", "edit", "T-1", "--name", "")
        _ = try tf.json("task", "create", "--from", "-", exits: 1, input: #"[{"title": ""}]"#)
    }
}

extension Workspace {
    /// When a directory of the workspace had its last entry added or removed.
    fileprivate func modification(_ relative: String) throws -> [Int] {
        var status = stat()
        try demand(lstat(path + "/" + relative, &status) == 0, relative)
        #if os(Linux)
            return [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
        #else
            return [status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec]
        #endif
    }
}

import Foundation
import Testing

@Suite("Expected revisions and command ids")
struct IdempotencyTests {
    @Test("--if-rev lets the change through at that revision only, and tells the current one")
    func ifRev() throws {
        let tf = try Workspace()
        let id = try tf.create()
        try tf("task", "edit", id, "--title", "Second", "--if-rev", "1")
        let refused = try tf.demandNothingWritten {
            try tf.json("task", "edit", id, "--title", "Third", "--if-rev", "1", exits: 4)
        }
        #expect(refused["ok"].bool == false && refused["error"]["code"].string == "rev_mismatch")
        #expect(refused["error"]["rev"].int == 2, "\(refused)")
        try tf("task", "start", id, "--if-rev", "2")
    }

    @Test("the revision is checked before the table, and after existence")
    func order() throws {
        let tf = try Workspace()
        let id = try tf.create()
        #expect(
            try tf.json("task", "complete", id, "--if-rev", "9", exits: 4)["error"]["code"].string == "rev_mismatch")
        #expect(
            try tf.json("task", "complete", "T-9", "--if-rev", "9", exits: 3)["error"]["code"].string == "not_found")
    }

    @Test("a repeated command id returns the first outcome and writes nothing")
    func repeated() throws {
        let tf = try Workspace()
        let first = try tf.json("task", "create", "Once", "--command-id", "c1")
        #expect(first["deduped"].bool != true)
        let again = try tf.demandNothingWritten { try tf.json("task", "create", "Once", "--command-id", "c1") }
        #expect(again["id"] == first["id"] && again["deduped"].bool == true)
        #expect(try tf("task", "create", "Once", "--command-id", "c1").stdout == "T-1\n")
        try tf("task", "start", "T-1", "--command-id", "c2")
        try tf("task", "complete", "T-1", "--command-id", "c3")
        try tf.demandNothingWritten {
            #expect(try tf("task", "complete", "T-1", "--command-id", "c3").stdout == "T-1 done\n")
            try tf("task", "complete", "T-1", exits: 1)
        }
    }

    @Test("the same id with another verb or target is refused")
    func reused() throws {
        let tf = try Workspace()
        _ = try tf.createRunning()
        _ = try tf.createRunning()
        try tf("task", "complete", "T-1", "--command-id", "c1")
        try tf.demandNothingWritten {
            for command in [["fail", "T-1"], ["complete", "T-2"], ["create", "Another"]] {
                let refused = try tf.run(["--json", "task"] + command + ["--command-id", "c1"], exits: 4).json()
                #expect(refused["error"]["code"].string == "command_id_reused", "\(refused)")
            }
        }
    }

    @Test("a repeated command may name the task in another way")
    func otherName() throws {
        let tf = try Workspace()
        try tf("task", "create", "Work", "--name", "work")
        for reference in ["T-1", "t-1", "1", "work"] { try tf("--command-id", "a", "task", "start", reference) }
        #expect(try tf.task("T-1")["attempt"].int == 1)
        _ = try tf.create()
        try tf.run(["--command-id", "a", "task", "start", "T-2"], exits: 4)
    }

    @Test("a repeated deletion is answered as it was the first time")
    func deletion() throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf("--command-id", "a", "task", "delete", "T-1")
        let again = try tf.json("--command-id", "a", "task", "delete", "T-1")
        #expect(
            again["deduped"].bool == true && again["id"].string == "T-1" && again["deleted"].bool == true, "\(again)")
    }

    @Test("a retry of a run is repeated, although the task has another run by then")
    func runRetry() throws {
        let tf = try Workspace()
        try tf("agent", "add", "failing", "--", "false")
        try tf.run(["task", "create", "Work", "--agent", "failing", "--wait"], exits: 1)
        for _ in 0..<2 { try tf("--command-id", "a", "run", "retry", "R-1") }
        try tf.await("T-1", "failed")
        #expect(try tf.runs(of: "T-1").count == 2)
    }

    @Test("a repeated command says so with --wait, too")
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

    @Test("refusals and no-ops leave no trace, so their id can be used again")
    func noTrace() throws {
        let tf = try Workspace()
        let id = try tf.create("Same")
        try tf("task", "complete", id, "--command-id", "c1", exits: 1)
        try tf("task", "edit", id, "--title", "Same", "--command-id", "c1")
        try tf("task", "start", id, "--command-id", "c1")
        #expect(try tf.status(id) == "running")
    }

    @Test("for exec it keys the creation of the task")
    func exec() throws {
        let tf = try Workspace()
        try tf("exec", "--command-id", "job", "--", "sh", "-c", "echo x >> ran")
        try tf("exec", "--command-id", "job", "--", "sh", "-c", "echo x >> ran")
        #expect(try tf.read(tf.directory + "/ran") == "x\n")
        #expect(try tf.tasks().count == 1)
    }

    @Test("--ensure gives the task that has the name, if there is one, and writes nothing")
    func ensure() throws {
        let tf = try Workspace()
        #expect(try tf("task", "create", "One", "--name", "only", "--ensure").stdout == "T-1\n")
        let again = try tf.demandNothingWritten {
            try tf("task", "create", "Other title", "--name", "only", "--ensure")
        }
        #expect(again.stdout == "T-1\n")
        #expect(try tf.task("only")["title"].string == "One")
    }
}

@Suite("Creating many tasks at once")
struct BatchTests {
    @Test("from a JSON array or JSON lines, in one transaction, referring to each other by name")
    func batch() throws {
        let tf = try Workspace()
        try tf("agent", "add", "worker")
        let array = """
            [{"title": "First", "name": "first", "labels": ["x"], "priority": "high"},
             {"title": "Second", "depends_on": ["first"], "user": "ann"}, {"title": "Third", "agent": "worker"}]
            """
        let outcome = try tf("task", "create", "--from", "-", input: array)
        #expect(outcome.stdout == "T-1\nT-2\nT-3\n")
        #expect(try tf.task("T-2")["depends_on"].strings == ["T-1"])
        #expect(try tf.task("T-2")["assignee"]["user"].string == "ann")
        #expect(try tf.task("T-3")["assignee"]["agent"].string == "worker")
        let lines = try tf.journal().filter { types($0["events"].array).contains("task/created") }
        #expect(lines.count == 1)
        try tf.write("{\"title\": \"Fourth\"}\n{\"title\": \"Fifth\"}\n", to: tf.directory + "/more.jsonl")
        #expect(try tf.json("task", "create", "--from", "more.jsonl").array.map { $0["id"].string } == ["T-4", "T-5"])
        try tf.demandHealthy()
    }

    @Test(
        "all or nothing, and the fault is named",
        arguments: [
            (#"[{"title": "Good"}, {"title": ""}]"#, [1, 2]), (#"[{"title": "Good"}, {"depends_on": []}]"#, [1, 2]),
            (#"[{"title": "Good"}, {"title": "Bad", "priority": "soon"}]"#, [1, 2]),
            (#"[{"title": "Good"}, {"title": "Bad", "depends_on": ["nobody"]}]"#, [3]),
            (
                #"[{"title": "A", "name": "a", "depends_on": ["b"]}, {"title": "B", "name": "b", "depends_on": ["a"]}]"#,
                [1]
            ),
            (#"[{"title": "A", "name": "a"}, {"title": "B", "name": "a"}]"#, [1, 2]), (#"[{"title": "Good"}"#, [1, 2]),
        ])
    func allOrNothing(text: String, statuses: [Int32]) throws {
        let tf = try Workspace()
        let refused = try tf.demandNothingWritten { try tf.attempt("task", "create", "--from", "-", input: text) }
        #expect(refused.status.map(statuses.contains) == true, "\(refused)")
        #expect(refused.stderr.hasPrefix("tf: ") && refused.stdout.isEmpty)
    }

    @Test("an empty batch creates nothing", arguments: ["[]", "", "\n"])
    func empty(text: String) throws {
        let tf = try Workspace()
        let again = try tf.demandNothingWritten { try tf("task", "create", "--from", "-", input: text) }
        #expect(again.stdout.isEmpty)
    }

    @Test(
        "options of one task are refused beside --from, which would leave them out",
        arguments: ["--wait", "-l=x", "-p=high"])
    func oneTask(_ option: String) throws {
        let tf = try Workspace()
        try tf.demandNothingWritten {
            let words = option.split(separator: "=").map(String.init)
            let refused = try tf.run(
                ["task", "create", "--from", "-"] + words, exits: 2, input: "[{\"title\": \"x\"}]")
            #expect(refused.stderr.contains("is for one task"), "\(refused)")
        }
    }

    @Test("each item may carry its own command id, and one that was seen is returned")
    func commandIds() throws {
        let tf = try Workspace()
        let items = { (second: String) in
            #"[{"title": "One", "command_id": "i1"}, {"title": "Two", "command_id": "\#(second)"}]"#
        }
        #expect(try tf("task", "create", "--from", "-", input: items("i2")).stdout == "T-1\nT-2\n")
        #expect(try tf("task", "create", "--from", "-", input: items("i3")).stdout == "T-1\nT-3\n")
        let again = try tf.demandNothingWritten { try tf("task", "create", "--from", "-", input: items("i3")) }
        #expect(again.stdout == "T-1\nT-3\n")
    }

    @Test("five thousand at once are one transaction and take seconds")
    func many() throws {
        let tf = try Workspace()
        let text = (1...5_000).map { "{\"title\": \"Number \($0)\"}" }.joined(separator: "\n")
        #expect(try tf("task", "create", "--from", "-", input: text, limit: 60).lines.count == 5_000)
        #expect(try tf("task", "list", limit: 30).lines.count >= 5_000)
        #expect(try tf.create("The next") == "T-5001")
    }
}

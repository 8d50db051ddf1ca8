import Foundation
import Testing

@Suite("Queries of tf task list")
struct QueryCommandTests {
    /// A few tasks of every sort.
    private func filled() throws -> Workspace {
        let tf = try Workspace()
        try tf("agent", "add", "coder")
        var minute = 0
        func create(_ arguments: String...) throws {
            try tf.run(["task", "create"] + arguments, environment: ["TF_NOW": "2026-03-01T12:0\(minute):00Z"])
            minute += 1
        }
        try create("Fix the flaky build", "--label", "ci", "--priority", "high", "--agent", "coder")
        try create("Write the notes", "--name", "notes", "-d", "About the flaky tests\nand others", "--user", "alice")
        try create("Deploy", "--label", "ci", "--label", "ops", "--due", "2026-03-02", "--depends-on", "T-1")
        try create("Sweep", "--parent", "T-2", "--due", "2026-02-01", "--priority", "low")
        try tf("task", "cancel", "T-4", environment: ["TF_NOW": "2026-03-01T12:30:00Z"])
        try tf("task", "block", "T-2", "--reason", "x", environment: ["TF_NOW": "2026-03-01T12:10:00Z"])
        return tf
    }

    private func ids(_ tf: Workspace, _ arguments: String...) throws -> String {
        try tf.run(["-q", "task", "list"] + arguments, environment: ["TF_NOW": "2026-03-01T13:00:00Z"])
            .lines.joined(separator: " ")
    }

    @Test("words and terms choose, alone, together, and beside options")
    func choosing() throws {
        let tf = try filled()
        for (query, expected) in [
            (["flaky"], "T-1 T-2"), (["FLAKY", "build"], "T-1"), (["flaky build"], "T-1"), (["label:ci"], "T-1 T-3"),
            (["label:ci", "-label:ops"], "T-1"), (["-label:ops", "label:ci"], "T-1"), (["label:ci -label:ops"], "T-1"),
            (["not:flaky"], "T-3"), (["not:flaky", "--all"], "T-3 T-4"), (["status:cancelled"], "T-4"),
            (["status:cancelled,blocked"], "T-2 T-4"), (["-status:blocked"], "T-1 T-3"), (["is:ended"], "T-4"),
            (["is:ready"], "T-1"), (["-is:ready"], "T-3 T-2"), (["due:<+2d"], "T-3"),
            (["due:<+2d", "--all"], "T-3 T-4"),
            (["due:none"], "T-1 T-2"), (["assignee:none"], "T-3"), (["agent:coder"], "T-1"), (["user:alice"], "T-2"),
            (["assignee:@alice,coder"], "T-1 T-2"), (["parent:notes", "--all"], "T-4"), (["parent:2", "--all"], "T-4"),
            (["id:t-3,1"], "T-1 T-3"), (["updated:>-55m"], "T-2"), (["updated:-55m"], "T-2"),
            (["ended:today"], "T-4"), (["priority:>normal"], "T-1"), (["title:\"the flaky\""], "T-1"),
            (["description:flaky"], "T-2"), (["text:flaky", "--label", "ci"], "T-1"), (["--", "-label:ci"], "T-2"),
            (["label:o*"], "T-3"), (["--status", "blocked", "-label:ci"], "T-2"), ([], "T-1 T-3 T-2"),
            ([""], "T-1 T-3 T-2"),
        ] {
            let found = try tf.run(["-q", "task", "list"] + query, environment: ["TF_NOW": "2026-03-01T13:00:00Z"])
            #expect(found.lines.joined(separator: " ") == expected, "\(query): \(found)")
        }
    }

    @Test("--sort orders by keys, a dash turns one round, and what is not due comes last")
    func sorting() throws {
        let tf = try filled()
        for (key, expected) in [
            ("created", "T-1 T-2 T-3 T-4"), ("-id", "T-4 T-3 T-2 T-1"), ("due", "T-4 T-3 T-1 T-2"),
            ("-due", "T-3 T-4 T-1 T-2"), ("title", "T-3 T-1 T-4 T-2"), ("-updated", "T-4 T-2 T-3 T-1"),
            ("priority", "T-1 T-3 T-2 T-4"), ("-priority,-id", "T-4 T-3 T-2 T-1"), ("status", "T-1 T-3 T-2 T-4"),
        ] {
            #expect(try ids(tf, "--all", "--sort", key) == expected, "\(key)")
        }
        #expect(try ids(tf, "--all", "--sort=-id", "--limit", "2") == "T-4 T-3")
        #expect(try ids(tf, "flaky", "--sort=-id", "--limit", "1") == "T-2")
        #expect(try tf("task", "list", "--sort", "size", exits: 2).stderr.contains("created, updated"))
    }

    @Test(
        "a mistake is usage: it names the place and what was meant",
        arguments: [
            (["stauts:failed"], ["column 1", "stauts", "status:"]),
            (["a", "status:completed"], ["column 10", "status:done"]),
            (["is:closed"], ["ended"]), (["-status:in-progress"], ["status:running"]), (["due:2d"], ["2d", "+2d"]),
            (["priority:hihg"], ["priority:high"]), (["status:"], ["status:"]), (["x -y"], ["not:y"]),
            (["\"x"], ["quote"]), (["http://x"], ["http", "double quotes"]),
        ])
    func mistakes(query: [String], names: [String]) throws {
        let tf = try Workspace()
        let outcome = try tf.run(["task", "list"] + query, exits: 2)
        for name in names { #expect(outcome.stderr.contains(name), "\(outcome)") }
        #expect(outcome.stdout.isEmpty && outcome.stderr.contains("help query"))
        let json = try tf.run(["--json", "task", "list"] + query, exits: 2).json()
        #expect(json["error"]["code"].string == "usage")
    }

    @Test("a name that no task has is not found, a word that begins with a dash and no field is an option")
    func references() throws {
        let tf = try filled()
        #expect(try tf("task", "list", "parent:nobody", exits: 3).stderr.contains("nobody"))
        #expect(try tf("task", "list", "-x", exits: 2).stderr.contains("-x"))
        #expect(try tf("task", "list", "-foo:x", exits: 2).stderr.contains("option"))
    }

    @Test("tf help query explains every field, key and form")
    func help() throws {
        let tf = try Workspace(initialised: false)
        let text = try tf("help", "query").stdout
        for name in [
            "status:", "is:", "label:", "priority:", "agent:", "user:", "assignee:", "flow:", "parent:", "type:",
            "name:",
            "id:", "title:", "description:", "text:", "due:", "created:", "updated:", "ended:", "not:", "none",
        ] {
            #expect(text.contains(name), "\(name)")
        }
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(text)")
    }

    @Test("a description is read from the file, also one that somebody has just edited")
    func edited() throws {
        let tf = try filled()
        let path = tf.path + "/tasks/T-3.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacingOccurrences(of: "\"due\"", with: "\"description\": \"By zeppelin\",\n  \"due\"")
            .write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try ids(tf, "zeppelin") == "T-3")
    }

    /// How many record files of tasks a command has opened: before its first output, and in all.
    private func recordsRead(_ tf: Workspace, _ arguments: [String]) throws -> (first: Int, all: Int) {
        let calls = try tf.trace(arguments).1.calls
        let output = calls.firstIndex { $0.name == "write" && $0.text.contains("write(1<") } ?? calls.count
        func count(_ calls: some Sequence<TracedCall>) -> Int {
            calls.count { $0.name == "openat" && $0.text.contains("\"tasks/T-") }
        }
        return (count(calls[..<output]), count(calls))
    }

    @Test(
        "a list begins before everything is read, and no more is read than it takes",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace")))
    func frugal() throws {
        let tf = try Workspace()
        let items = (1...400).map { number in
            #"{"title": "A task of some length, number \#(number)", "description": "\#(number % 20 == 0 ? "flaky" : "fine")"}"#
        }
        try tf("task", "create", "--from", "-", input: items.joined(separator: "\n"))
        for form in [["--jsonl"], ["--format", "{id} {title}"]] {
            let (first, all) = try recordsRead(tf, form + ["task", "list"])
            #expect(first < 150 && all == 400, "\(form): \(first), \(all)")
        }
        #expect(try recordsRead(tf, ["-q", "task", "list", "label:none", "title:length"]).all == 0)
        #expect(try recordsRead(tf, ["-q", "task", "list", "flaky", "--limit", "2"]).all == 40)
    }

    @Test("a negated term that leaves only ended tasks lifts the default of a list, another one does not")
    func negatedStatus() throws {
        let tf = try Workspace()
        for _ in 0..<2 { _ = try tf.create() }
        try tf("task", "cancel", "T-1")
        for query in ["-is:open", "not:is:open", "-ended:none"] {
            #expect(try tf("-q", "task", "list", query).text == "T-1", "\(query)")
        }
        for query in ["-status:done", "-is:blocked", "-is:ended"] {
            #expect(try tf("-q", "task", "list", query).text == "T-2", "\(query)")
        }
    }

    @Test("a query that cannot find anything is refused, and says what was typed")
    func badQueries() throws {
        let tf = try Workspace()
        let lacking = try tf("task", "list", "not:", exits: 2)
        #expect(lacking.stderr.contains("'not:' lacks a value") && !lacking.stderr.contains("text:"), "\(lacking)")
        let reversed = try tf("task", "list", "created:2026-03-05..2026-03-01", exits: 2)
        #expect(reversed.stderr.contains("column 9: created: '2026-03-05..2026-03-01' ends before it begins"))
        try tf("task", "list", "created:2026-03-05..2026-03-05")
    }
}

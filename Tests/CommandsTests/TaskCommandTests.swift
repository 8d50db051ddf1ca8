import Foundation
import Testing

@Suite("Creating and editing tasks")
struct TaskCommandTests {
    @Test("create takes every field, and show gives them back")
    func fields() throws {
        let tf = try Workspace()
        let parent = try tf.create("Parent")
        let id = try tf.create(
            "All of it", "--name", "all-of-it", "-d", "Two\nlines", "--priority", "urgent", "--label", "a", "--label",
            "b",
            "--type", "chore", "--payload", #"{"n": [1, null]}"#, "--parent", parent, "--depends-on", parent, "--user",
            "ann", "--max-attempts", "5", "--due", "2030-03-01T12:00:00Z", "--not-before", "2029-03-01T12:00:00Z",
            "--check", "true", "--produces", "out")
        let task = try tf.task(id)
        #expect(task["title"].string == "All of it" && task["description"].string == "Two\nlines")
        #expect(task["name"].string == "all-of-it" && task["priority"].string == "urgent")
        #expect(task["labels"].strings == ["a", "b"] && task["type"].string == "chore")
        #expect(task["payload"] == (try JSON(#"{"n": [1, null]}"#)))
        #expect(task["parent"].string == parent && task["depends_on"].strings == [parent])
        #expect(task["assignee"] == (try JSON(#"{"user": "ann"}"#)) && task["max_attempts"].int == 5)
        #expect(task["due"].string == "2030-03-01T12:00:00.000Z")
        #expect(task["not_before"].string == "2029-03-01T12:00:00.000Z")
        #expect(task["check"].strings == ["true"] && task["produces"].strings == ["out"])
        #expect(task["status"].string == "todo" && task["created_by"].string == "tester" && task["rev"].int == 1)
        try tf.demandHealthy()
    }

    @Test("what is not said is absent, and the priority is normal")
    func defaults() throws {
        let tf = try Workspace()
        let record = try JSON(contentsOf: tf.path + "/tasks/\(try tf.create()).json")
        #expect(record["priority"].string == "normal")
        for absent in ["description", "name", "parent", "assignee", "due", "last_error", "run", "started_at"] {
            #expect(!record[absent].exists, "\(absent)")
        }
    }

    @Test("create prints the id alone, its record with --json, the same id with -q")
    func printed() throws {
        let tf = try Workspace()
        #expect(try tf("task", "create", "One").stdout == "T-1\n")
        #expect(try tf.json("task", "create", "Two")["id"].string == "T-2")
        #expect(try tf("-q", "task", "create", "Three").stdout == "T-3\n")
        #expect(try tf("task", "create", "Four", "--format", "{id}: {title}").stdout == "T-4: Four\n")
    }

    @Test("descriptions come from an option, a file or standard input")
    func descriptions() throws {
        let tf = try Workspace()
        try tf.write("from a file\n", to: tf.directory + "/text")
        let file = try tf.create("One", "-F", "text")
        #expect(try tf.task(file)["description"].string?.hasPrefix("from a file") == true)
        let id = try tf("task", "create", "Two", "-F", "-", input: "from input\n").text
        #expect(try tf.task(id)["description"].string?.hasPrefix("from input") == true)
        let missing = try tf.attempt("task", "create", "Three", "--payload", "@payload")
        #expect(missing.status != 0 && missing.stderr.contains("payload"), "\(missing)")
        try tf.write(#"{"x": 1}"#, to: tf.directory + "/payload")
        let payload = try tf.create("Three", "--payload", "@payload")
        #expect(try tf.task(payload)["payload"]["x"].int == 1)
    }

    @Test("titles are one line of at most 500 characters, and lists and texts have their bounds")
    func limits() throws {
        let tf = try Workspace()
        _ = try tf.create(String(repeating: "ü", count: 500))
        try tf.demandNothingWritten {
            for title in ["", "   ", "two\nlines", String(repeating: "x", count: 501)] {
                let refused = try tf.attempt("task", "create", title)
                #expect([1, 2].contains(refused.status), "\(refused)")
            }
            let long = try tf.attempt("task", "comment", "T-1", "-", input: String(repeating: "x", count: 65_537))
            #expect([1, 2].contains(long.status), "\(long)")
            let text = String(repeating: "x", count: 1_100_000)
            let huge = try tf.attempt("task", "create", "Huge", "-F", "-", input: text)
            #expect([1, 2].contains(huge.status), "\(huge)")
        }
        try tf("task", "comment", "T-1", "-", input: String(repeating: "x", count: 65_536))
    }

    @Test(
        "ids are taken in any case, with blanks around them, and as the bare number",
        arguments: ["T-1", "t-1", " T-1 ", "1"])
    func ids(written: String) throws {
        let tf = try Workspace()
        _ = try tf.create("Found")
        #expect(try tf.task(written)["title"].string == "Found")
        #expect(try tf("task", "start", written).stdout == "T-1 running\n")
    }

    @Test("a name works wherever a task is expected, is unique, and does not look like an id")
    func names() throws {
        let tf = try Workspace()
        let id = try tf.create("One", "--name", "build.all-1")
        #expect(try tf("task", "start", "build.all-1").stdout == "\(id) running\n")
        let second = try tf.create("Two", "--depends-on", "build.all-1", "--parent", "build.all-1")
        #expect(try tf.task(second)["depends_on"].strings == [id] && tf.task(second)["parent"].string == id)
        try tf.demandNothingWritten {
            #expect(try tf("task", "create", "Three", "--name", "build.all-1", exits: 1).stderr.contains(id))
            for name in ["T-7", "t-7", "7", "Upper", "-x", "with blank", String(repeating: "n", count: 64)] {
                let refused = try tf.attempt("task", "create", "Four", "--name=" + name)
                #expect(refused.status == 2 || refused.status == 1, "\(refused)")
            }
        }
    }

    @Test("what does not exist exits 3, also when it is only referred to")
    func notFound() throws {
        let tf = try Workspace()
        let id = try tf.create()
        try tf.demandNothingWritten {
            for command in [
                ["task", "show", "T-9"], ["task", "start", "nobody"], ["task", "create", "x", "--depends-on", "T-9"],
                ["task", "create", "x", "--parent", "T-9"], ["task", "depend", id, "--on", "T-9"],
                ["task", "assign", id, "--agent", "nobody"], ["agent", "show", "nobody"], ["run", "show", "R-9"],
                ["inbox", "read", "N-9"], ["task", "create", "x", "--flow", "F-9"], ["task", "complete", id, "T-9"],
            ] {
                let printed = try tf.run(["--json"] + command, exits: 3).json()
                #expect(printed["ok"].bool == false && printed["error"]["code"].string == "not_found", "\(printed)")
            }
        }
    }

    @Test("edit changes what it is told to, and says what changed")
    func edit() throws {
        let tf = try Workspace()
        let id = try tf.create(
            "Before", "--label", "x", "--label", "y", "--payload", #"{"a": 1, "b": {"c": 2, "d": 3}}"#)
        try tf(
            "task", "edit", id, "--title", "After", "--label", "+z", "--label", "-y", "--priority", "low",
            "--payload-merge", #"{"b": {"c": null}, "e": 5}"#, "--artifact", "out.txt")
        let task = try tf.task(id)
        #expect(task["title"].string == "After" && task["labels"].strings == ["x", "z"])
        #expect(task["priority"].string == "low" && task["artifacts"].strings == ["out.txt"])
        #expect(task["payload"] == (try JSON(#"{"a": 1, "b": {"d": 3}, "e": 5}"#)))
        try tf("task", "edit", id, "--payload", "[1]")
        #expect(try tf.task(id)["payload"] == JSON("[1]"))
        let events = try tf.events().filter { $0["type"].string == "task/edited" }
        #expect(events.count == 2 && events.allSatisfy { $0["data"].isObject })
    }

    @Test("edit replaces the commands that must pass and the paths that must be there, and takes them away")
    func editChecks() throws {
        let tf = try Workspace()
        let id = try tf.create("Checked", "--check", "false", "--check", "exit 2", "--produces", "old")
        try tf("task", "edit", id, "--check", "true", "--produces", "new", "--produces", "newer")
        #expect(try tf.task(id)["check"].strings == ["true"] && tf.task(id)["produces"].strings == ["new", "newer"])
        try tf.demandNothingWritten { try tf("task", "edit", id, "--check", "true") }
        try tf("task", "edit", id, "--check", "", "--produces", "")
        #expect(try !tf.task(id)["check"].exists && !tf.task(id)["produces"].exists)
        let refused = try tf.demandNothingWritten { try tf.attempt("task", "edit", id, "--check", "one\ntwo") }
        #expect(refused.status == 2 && refused.stderr.contains("--check"), "\(refused)")
    }

    @Test("a change that changes nothing commits nothing and emits nothing")
    func noChange() throws {
        let tf = try Workspace()
        let id = try tf.create("Same", "--label", "x", "--priority", "high")
        try tf("task", "assign", id, "--user", "ann")
        try tf.demandNothingWritten {
            try tf("task", "edit", id, "--title", "Same", "--label", "+x", "--label", "-gone", "--priority", "high")
            try tf("task", "assign", id, "--user", "ann")
        }
    }

    @Test("edit without anything to change is refused")
    func nothingToEdit() throws {
        let tf = try Workspace()
        let id = try tf.create()
        let refused = try tf.demandNothingWritten { try tf.attempt("task", "edit", id) }
        #expect([1, 2].contains(refused.status), "\(refused)")
    }

    @Test("cycles through dependencies or parents are refused and shown")
    func cycles() throws {
        let tf = try Workspace()
        let ids = try (1...3).map { try tf.create("Number \($0)") }
        try tf("task", "depend", ids[1], "--on", ids[0])
        try tf("task", "depend", ids[2], "--on", ids[1])
        try tf("task", "edit", ids[1], "--parent", ids[0])
        try tf.demandNothingWritten {
            let cycle = try tf("task", "depend", ids[0], "--on", ids[2], exits: 1)
            #expect(ids.allSatisfy(cycle.stderr.contains), "\(cycle)")
            try tf("task", "depend", ids[0], "--on", ids[0], exits: 1)
            try tf("task", "edit", ids[0], "--parent", ids[1], exits: 1)
            try tf("task", "edit", ids[0], "--parent", ids[0], exits: 1)
        }
        try tf("task", "depend", ids[2], "--off", ids[1])
        #expect(try tf.task(ids[2])["depends_on"].strings.isEmpty)
        try tf("task", "depend", ids[0], "--on", ids[2])
        try tf.demandHealthy()
    }

    @Test("payload paths that a type requires are checked on create and edit")
    func contract() throws {
        let tf = try Workspace()
        try tf("config", "types", #"{"implementation": {"required": ["output_target.path"]}}"#)
        let refused = try tf.json("task", "create", "x", "--type", "implementation", exits: 1)
        #expect(refused["error"]["code"].string == "contract", "\(refused)")
        #expect(refused["error"]["message"].string?.contains("output_target.path") == true)
        let id = try tf.create("x", "--type", "implementation", "--payload", #"{"output_target": {"path": "a"}}"#)
        #expect(try tf.json("task", "edit", id, "--payload", "{}", exits: 1)["error"]["code"].string == "contract")
        _ = try tf.create("other types are free", "--type", "chore")
    }

    @Test("comments keep author, kind and order, and a resolved one says when")
    func comments() throws {
        let tf = try Workspace()
        let id = try tf.create()
        try tf("task", "comment", id, "first")
        try tf("task", "comment", id, "-", "--kind", "blocker", "--actor", "ann", input: "second\nline")
        let comments = try tf.comments(id)
        #expect(comments.map { $0["id"].string } == ["C-1", "C-2"])
        #expect(comments.map { $0["kind"].string } == ["comment", "blocker"])
        #expect(comments.map { $0["author"].string } == ["tester", "ann"])
        #expect(comments.last?["text"].string?.hasPrefix("second\nline") == true)
        try tf("task", "comment", id, "--resolve", "C-2")
        #expect(try tf.comments(id).map { $0["resolved_at"].exists } == [false, true])
        #expect(try types(tf.events()).filter { $0.hasPrefix("comment/") }.count == 3)
        let empty = try tf.demandNothingWritten { try tf.attempt("task", "comment", id, "") }
        #expect([1, 2].contains(empty.status), "\(empty)")
    }

    @Test("history tells what happened to one task")
    func history() throws {
        let tf = try Workspace()
        let id = try tf.createRunning()
        _ = try tf.create("Another")
        try tf("task", "complete", id, "--actor", "ann")
        let history = try tf.json("task", "history", id).array
        let expected = ["task/completed", "task/status_changed", "task/started", "task/status_changed", "task/created"]
        #expect(Set(types(history)) == Set(expected) && history.count == expected.count, "\(history)")
        #expect(try tf("task", "history", id).stdout.contains("ann"))
    }

    @Test("the state at an earlier seq is shown whole")
    func at() throws {
        let tf = try Workspace()
        let id = try tf.create("Before")
        let position = try tf.lastSeq()
        try tf("task", "edit", id, "--title", "After")
        #expect(try tf.json("task", "show", id, "--at", "\(position)")["title"].string == "Before")
        #expect(try tf.task(id)["title"].string == "After")
    }

    @Test("an actor is the option, TF_ACTOR, LOGNAME or USER, in that order")
    func actors() throws {
        let tf = try Workspace()
        try tf.run(["task", "create", "1", "--actor", "option"], environment: ["TF_ACTOR": "variable"])
        try tf.run(["task", "create", "2"], environment: ["TF_ACTOR": "variable"])
        try tf.run(["task", "create", "3"], environment: ["LOGNAME": "logname", "USER": "user"])
        try tf.run(["task", "create", "4"], environment: ["LOGNAME": "", "USER": "user"])
        let actors = try (1...4).map { try tf.task("T-\($0)")["created_by"].string }
        #expect(actors == ["option", "variable", "logname", "user"])
    }

    @Test("create prints the record, with --wait as without")
    func createAndWait() throws {
        let tf = try Workspace()
        try tf("agent", "add", "quick", "--", "true")
        let printed = try tf.json("task", "create", "Work", "--agent", "quick", "--wait")
        #expect(printed["id"].string == "T-1" && printed["status"].string == "done", "\(printed)")
    }
}

import Foundation
import Testing

@Suite("What is printed, and where")
struct OutputTests {
    @Test("--json is an array, --jsonl a record a line, --format a template, -q ids")
    func forms() throws {
        let tf = try Workspace()
        for title in ["One", "Two", "Three"] { _ = try tf.create(title) }
        let array = try tf.json("task", "list")
        #expect(array.isArray && array.array.allSatisfy { $0["rev"].exists && $0["created_at"].exists })
        let lines = try tf("task", "list", "--jsonl").lines.map { try JSON($0) }
        #expect(lines == array.array)
        let ids = array.array.compactMap { $0["id"].string }
        #expect(Set(ids) == ["T-1", "T-2", "T-3"])
        #expect(try tf("-q", "task", "list").lines == ids)
        #expect(try tf("task", "list", "--format", "{id}\\t{title}").lines.contains("T-2\tTwo"))
    }

    @Test(
        "an empty list prints nothing, with a hint on standard error; as JSON it is an empty array",
        arguments: [
            ["task", "list"], ["run", "list"], ["agent", "list"], ["inbox"],
        ])
    func empty(list: [String]) throws {
        let tf = try Workspace()
        let outcome = try tf.run(list)
        #expect(outcome.stdout.isEmpty && !outcome.stderr.isEmpty, "\(outcome)")
        #expect(try tf.run(["--json"] + list).json() == JSON("[]"))
    }

    @Test("a failure with --json is one value on standard output, with the same exit status")
    func failure() throws {
        let tf = try Workspace()
        let id = try tf.create()
        let refused = try tf.json("task", "complete", id, exits: 1)
        #expect(refused["ok"].bool == false && refused["error"]["code"].string == "refused", "\(refused)")
        #expect(refused["error"]["message"].string?.contains(id) == true)
    }

    @Test("a refusal is one line and at most one hint, which names the command that would help")
    func refusal() throws {
        let tf = try Workspace()
        let id = try tf.create()
        let lines = try tf("task", "complete", id, exits: 1).stderr.split(separator: "\n")
        #expect(lines.first?.hasPrefix("tf: ") == true && lines.count <= 2, "\(lines)")
        #expect(lines.joined().contains("start"), "\(lines)")
    }

    @Test("colour is for terminals, or when asked for, and NO_COLOR is heeded")
    func colour() throws {
        let tf = try Workspace()
        _ = try tf.create()
        #expect(try !tf("task", "list").stdout.contains("\u{1b}"))
        #expect(try tf.run(["--color", "always", "task", "list"]).stdout.contains("\u{1b}["))
        #expect(try !tf.run(["task", "list"], environment: ["NO_COLOR": "1"]).stdout.contains("\u{1b}"))
        let never = try tf.run(["--color", "never", "task", "list"], environment: ["CLICOLOR_FORCE": "1"])
        #expect(!never.stdout.contains("\u{1b}"))
    }

    @Test("nothing is cut off in a pipe, and times are absolute there")
    func pipes() throws {
        let tf = try Workspace()
        let title = String(repeating: "long title ", count: 30).trimmingCharacters(in: .whitespaces)
        let id = try tf.create(title)
        let list = try tf.run(["task", "list"], environment: ["COLUMNS": "40"])
        #expect(list.stdout.contains(title) && !list.stdout.contains("…") && !list.stdout.contains(" ago"))
        #expect(try !tf("task", "show", id).stdout.contains(" ago"))
    }

    @Test("escape sequences from outside are not shown as such, and JSON carries them raw")
    func escapes() throws {
        let tf = try Workspace()
        let id = try tf.create("Plain", "-d", "a \u{1b}[31mred\u{1b}[0m \u{7}bell")
        try tf("task", "comment", id, "\u{1b}]0;owned\u{7}text")
        for command in [["task", "show", id], ["task", "comments", id]] {
            let shown = try tf.run(command).stdout
            #expect(!shown.contains("\u{1b}") && !shown.contains("\u{7}"), "\(command)")
        }
        #expect(try tf.comments(id).first?["text"].string == "\u{1b}]0;owned\u{7}text")
    }

    @Test("a closed pipe ends quietly")
    func closedPipe() throws {
        let tf = try Workspace()
        let items = (1...4_000).map { "{\"title\": \"Number \($0) of very many\"}" }.joined(separator: "\n")
        try tf("task", "create", "--from", "-", input: items)
        #expect(try tf("task", "list").stdout.utf8.count > 65_536, "more than a pipe holds")
        for command in ["task list", "--json task list", "events", "--jsonl task list"] {
            let outcome = try tf.shell("tf \(command) | head -n 1 | wc -l")
            #expect(outcome.text == "1" && outcome.stderr.isEmpty, "\(outcome)")
        }
    }

    @Test("a full standard output is an error that is told")
    func fullOutput() throws {
        let tf = try Workspace()
        _ = try tf.create()
        guard tf.exists("/dev/full") else { return }
        let outcome = try tf.shell("tf task list > /dev/full")
        #expect(outcome.status != 0 && outcome.stderr.hasPrefix("tf: "), "\(outcome)")
    }

    @Test("reading commands write nothing")
    func readers() throws {
        let tf = try Workspace()
        let id = try tf.createRunning()
        try tf("agent", "add", "worker", "--", "true")
        try tf.demandNothingWritten {
            for command in [
                ["task", "list"], ["task", "show", id], ["task", "history", id], ["task", "comments", id],
                ["agent", "list"], ["agent", "show", "worker"], ["run", "list"],
                ["inbox"], ["events"], ["status"], ["doctor"], ["config", "--list"], ["tick", "--dry-run"],
                ["gc", "--dry-run"], [],
            ] {
                try tf.run(command)
            }
        }
    }

    @Test("with --jsonl an error is a line")
    func errorLine() throws {
        let tf = try Workspace()
        for arguments in [["--jsonl", "task", "show", "T-9"], ["task", "shwo", "--jsonl"]] {
            let outcome = try tf.start(arguments).wait(limit: 30)
            #expect(outcome.lines.count == 1, "\(outcome)")
            #expect(try outcome.json()["ok"].bool == false)
        }
    }
}

@Suite("Lists of tasks")
struct ListTests {
    @Test("filters select by status, label, assignee, parent and readiness")
    func filters() throws {
        let tf = try Workspace()
        try tf("agent", "add", "worker")
        let parent = try tf.create("Parent", "--label", "x")
        let child = try tf.create("Child", "--parent", parent, "--user", "ann", "--label", "x", "--label", "y")
        let waiting = try tf.create("Waiting", "--depends-on", parent, "--agent", "worker")
        let done = try tf.createTask(in: "done")
        let ids = { (options: [String]) in
            Set(try tf.run(["-q", "task", "list"] + options).lines)
        }
        #expect(try ids([]) == [parent, child, waiting], "what is not terminal")
        #expect(try ids(["--all"]) == [parent, child, waiting, done])
        #expect(try ids(["--status", "done"]) == [done])
        #expect(try ids(["--status", "done", "--status", "todo"]) == [parent, child, waiting, done])
        #expect(try ids(["--label", "x"]) == [parent, child])
        #expect(try ids(["--user", "ann"]) == [child] && ids(["--agent", "worker"]) == [waiting])
        #expect(try ids(["--parent", parent]) == [child])
        #expect(try ids(["--ready"]) == [parent, child])
    }

    @Test("overdue is what is due and not done")
    func overdue() throws {
        let tf = try Workspace()
        let late = try tf.create("Late", "--due", "2030-01-01T00:00:00Z")
        _ = try tf.create("In time", "--due", "2030-02-01T00:00:00Z")
        _ = try tf.create("Whenever")
        let list = try tf.run(
            ["-q", "task", "list", "--overdue"], environment: ["TF_NOW": "2030-01-01T00:00:00Z"])
        #expect(list.lines == [late])
    }

    @Test("work comes in order of priority, due date and age, and --limit takes the first")
    func order() throws {
        let tf = try Workspace()
        let low = try tf.create("Low", "--priority", "low")
        let normal = try tf.create("Normal")
        let due = try tf.create("Due", "--due", "2030-01-01T00:00:00Z")
        let urgent = try tf.create("Urgent", "--priority", "urgent")
        #expect(try tf("-q", "task", "list", "--ready").lines == [urgent, due, normal, low])
        #expect(try tf("-q", "task", "list", "--ready", "--limit", "2").lines == [urgent, due])
    }

    @Test("a list of none says that none was asked for")
    func noneWanted() throws {
        let tf = try Workspace()
        _ = try tf.create()
        for command in [["task", "list"], ["task", "history", "T-1"], ["run", "list"]] {
            #expect(try tf.run(command + ["--limit", "0"]).stderr == "hint: --limit 0 shows nothing\n", "\(command)")
        }
    }
}

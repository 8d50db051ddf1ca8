import Foundation
import Testing

@Suite("Wrong usage")
struct UsageTests {
    struct Misuse: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        /// What the message must name: the option, the value, what is allowed, or what was meant.
        let names: [String]
        var testDescription: String { arguments.joined(separator: " ") }
        init(_ arguments: String..., names: [String]) {
            self.arguments = arguments
            self.names = names
        }
    }

    static let misuses = [
        Misuse("tsak", "create", "x", names: ["tsak", "task", "did you mean"]),
        Misuse("task", "craete", "x", names: ["craete", "create", "did you mean"]),
        Misuse("task", "create", "x", "--prioritty", "high", names: ["--prioritty", "--priority", "did you mean"]),
        Misuse("task", "create", names: ["TITLE"]),
        Misuse("task", "create", "x", "surplus", names: ["surplus"]),
        Misuse("task", "create", "x", "--priority", "soon", names: ["--priority", "soon", "urgent"]),
        Misuse("task", "create", "x", "--max-attempts", "many", names: ["--max-attempts", "many"]),
        Misuse("task", "create", "x", "--max-attempts", "-1", names: ["--max-attempts", "-1"]),
        Misuse("task", "create", "x", "--due", "someday", names: ["--due", "someday"]),
        Misuse("task", "create", "x", "--payload", "{", names: ["--payload"]),
        Misuse("task", "create", "x", "--agent", "a", "--user", "u", names: ["--agent", "--user"]),
        Misuse("task", "list", "--limit", "-1", names: ["--limit", "-1"]),
        Misuse("task", "list", "--status", "completed", names: ["completed", "done"]),
        Misuse("task", "list", "--status", "in-progress", names: ["in-progress", "running"]),
        Misuse("task", "list", "--status", "canceled", names: ["canceled", "cancelled"]),
        Misuse("task", "show", names: []),
        Misuse("task", "start", names: []),
        Misuse("task", "complete", "T-1", "--command-id", names: ["--command-id"]),
        Misuse("task", "complete", "T-1", "--if-rev", "one", names: ["--if-rev", "one"]),
        Misuse("task", "complete", "T-1", "--force=yes", names: ["--force"]),
        Misuse("task", "complete", "T-1", "--lock-timeout", "soon", names: ["--lock-timeout", "soon"]),
        Misuse("task", "assign", "T-1", names: ["--agent"]),
        Misuse("task", "depend", "T-1", names: ["--on"]),
        Misuse("task", "comment", "T-1", "x", "--kind", "poem", names: ["--kind", "poem", "feedback"]),
        Misuse("agent", "add", "Bad Name", "--", "true", names: ["Bad Name"]),
        Misuse("agent", "add", "a", "--timeout", "9parsecs", "--", "true", names: ["--timeout", "9parsecs"]),
        Misuse("agent", "add", "a", "--exit-code", "2=explode", "--", "true", names: ["--exit-code", "explode"]),
        Misuse("agent", "add", "a", "--stdin", "maybe", "--", "true", names: ["--stdin", "maybe", "prompt"]),
        Misuse("agent", "add", "a", "--dispatch", "soon", "--", "true", names: ["--dispatch", "soon", "queue"]),
        Misuse("agent", "add", "a", "--concurrency", "x", "--", "true", names: ["--concurrency", "x"]),
        Misuse("agent", "add", "a", "--shell", "true", "--", "true", names: ["--shell"]),
        Misuse("exec", names: []),
        Misuse("run", "logs", "R-1", "--tail", "some", names: ["--tail", "some"]),
        Misuse("events", "--since", "x", names: ["--since", "x"]),
        Misuse("--color", "sometimes", "task", "list", names: ["--color", "sometimes", "never"]),
        Misuse("--no-such-option", "task", "list", names: ["--no-such-option"]),
        Misuse("completion", "tcsh", names: ["tcsh", "bash"]),
        Misuse("inbox", "resolve", "N-1", "--as", "maybe", names: ["--as", "maybe", "dismiss"]),
    ]

    @Test("is refused with exit 2, a message that names it, and nothing written", arguments: misuses)
    func refused(misuse: Misuse) throws {
        let tf = try Workspace()
        _ = try tf.createRunning()
        let outcome = try tf.demandNothingWritten { try tf.run(misuse.arguments, exits: 2) }
        #expect(outcome.stdout.isEmpty && outcome.stderr.hasPrefix("tf: "), "\(outcome)")
        for name in misuse.names { #expect(outcome.stderr.contains(name), "names \(name): \(outcome)") }
        #expect(!outcome.stderr.contains("Optional(") && !outcome.stderr.contains("Error("), "\(outcome)")
        let json = try tf.run(["--json"] + misuse.arguments, exits: 2).json()
        #expect(json["ok"].bool == false && json["error"]["code"].string == "usage", "\(json)")
    }

    @Test("an unknown command or option comes with one line of usage and a pointer to the help")
    func pointer() throws {
        let tf = try Workspace()
        for arguments in [["task", "craete"], ["task", "create", "x", "--prioritty", "high"]] {
            let outcome = try tf.run(arguments, exits: 2)
            #expect(outcome.stderr.contains("--help") && outcome.stderr.lowercased().contains("usage"), "\(outcome)")
        }
    }

    @Test(
        "a foreign word for a status has the right one in the hint",
        arguments: [
            ("completed", "done"), ("in-progress", "running"), ("canceled", "cancelled"),
        ])
    func foreignStatus(word: String, right: String) throws {
        let tf = try Workspace()
        let hint = try tf("task", "list", "--status", word, exits: 2).stderr.split(separator: "\n").filter {
            $0.hasPrefix("hint:")
        }
        #expect(hint.count == 1 && hint[0].contains(right), "\(hint)")
    }

    @Test(
        "another tool's word for the status of a run is answered with the right one",
        arguments: [
            ("completed", "succeeded"), ("done", "succeeded"), ("canceled", "cancelled"), ("pending", "queued"),
        ])
    func runStatus(_ word: String, _ right: String) throws {
        let refused = try Workspace().run(["run", "list", "--status", word], exits: 2)
        #expect(refused.stderr.contains("did you mean '\(right)'"), "\(refused)")
    }

    @Test("a type of event that there is not is refused, with the right one")
    func eventType() throws {
        let tf = try Workspace()
        for command in [["events"], ["trigger", "add", "x", "--notify", "ann"]] {
            let option = command == ["events"] ? "--type" : "--on"
            let outcome = try tf.run(command + [option, "run/fialed"], exits: 2)
            #expect(outcome.stderr.contains("did you mean 'run/failed'?"), "\(outcome)")
        }
        try tf("events", "--type", "run/*", "--type", "custom/deployed")
    }

    @Test(
        "a verb of other tools is answered with the right one",
        arguments: [("add", "create"), ("new", "create"), ("done", "complete")])
    func foreignVerb(word: String, meant: String) throws {
        let outcome = try Workspace()("task", word, "x", exits: 2)
        #expect(outcome.stderr.contains("did you mean 'tf task \(meant)'?"), "\(outcome)")
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

@Suite("Options as GNU has them")
struct OptionTests {
    @Test(
        "values follow, are joined by =, or follow the letter, and options go anywhere",
        arguments: [
            ["task", "create", "Title", "--priority", "high", "-d", "text"],
            ["task", "create", "--priority=high", "-dtext", "Title"],
            ["--json", "task", "create", "-d", "text", "Title", "--priority=high"],
            ["task", "create", "-qd", "text", "Title", "--priority", "low", "--priority", "high"],
        ])
    func forms(arguments: [String]) throws {
        let tf = try Workspace()
        try tf.run(arguments)
        let task = try tf.task("T-1")
        #expect(task["title"].string == "Title" && task["priority"].string == "high")
        #expect(task["description"].string == "text")
    }

    @Test("-- ends the options")
    func terminator() throws {
        let tf = try Workspace()
        try tf("task", "create", "--priority", "low", "--", "--dashed")
        #expect(try tf.task("T-1")["title"].string == "--dashed")
    }

    @Test("the workspace is --workspace, then TF_WORKSPACE, then the one found upwards")
    func workspace() throws {
        let here = try Workspace()
        let other = try Workspace()
        _ = try here.create("here")
        _ = try other.create("other")
        let title = { (arguments: [String], environment: [String: String]) in
            try here.run(arguments + ["task", "show", "T-1", "--format", "{title}"], environment: environment).text
        }
        #expect(try title([], [:]) == "here")
        #expect(try title(["--workspace", other.path], ["TF_WORKSPACE": here.path]) == "other")
        #expect(try title([], ["TF_WORKSPACE": other.path]) == "other")
        #expect(try title(["-C", other.directory], [:]) == "other")
        try FileManager.default.createDirectory(
            atPath: here.directory + "/a/b", withIntermediateDirectories: true)
        #expect(try title(["-C", here.directory + "/a/b"], [:]) == "here")
        try here("--workspace", here.directory + "/nowhere", "task", "list", exits: 7)
    }

    @Test(
        "durations and times are read as they are written",
        arguments: [
            ("2030-03-01", "2030-03-01T00:00:00.000Z"), ("+2h", "2030-01-01T14:00:0"),
            ("2030-03-01T12:30:00+02:00", "2030-03-01T10:30:00.000Z"), ("tomorrow", "2030-01-02T00:00:00.000Z"),
        ])
    func times(written: String, stored: String) throws {
        let tf = try Workspace()
        try tf.run(["task", "create", "x", "--due", written], environment: ["TF_NOW": "2030-01-01T12:00:00Z"])
        let due = try tf.task("T-1")["due"].string ?? "none"
        #expect(due.hasPrefix(stored))
    }
}

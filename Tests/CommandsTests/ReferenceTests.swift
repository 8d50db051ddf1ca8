import Foundation
import Testing

@Suite("What does not exist, and what was probably meant")
struct ReferenceTests {
    @Test(
        "what is only referred to is not found either",
        arguments: [
            ["task", "list", "--flow", "F-9"], ["task", "list", "--parent", "99"],
            ["task", "list", "--agent", "nobody"],
            ["task", "list", "flow:F-9"], ["task", "list", "id:99"], ["task", "list", "agent:nobody"],
            ["task", "list", "-agent:nobody"], ["task", "claim", "--as", "x", "--flow", "F-9"],
            ["task", "claim", "--as", "x", "--flow", "F-9", "--wait=1s"], ["events", "--task", "T-99"],
            ["events", "--task", "99", "-f"], ["events", "--flow", "F-9"], ["run", "logs", "T-99"],
        ])
    func notFound(command: [String]) throws {
        let tf = try Workspace()
        _ = try tf.create()
        let outcome = try tf.run(command, exits: 3)
        #expect(outcome.stdout.isEmpty && outcome.stderr.contains("not found"), "\(outcome)")
    }

    @Test("what is gone, and tasks tell of, is found all the same")
    func gone() throws {
        let tf = try Workspace()
        try tf("agent", "add", "coder")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "coder")
        try tf("task", "cancel", "T-1")
        try tf("agent", "remove", "coder")
        #expect(try tf("-q", "task", "list", "--all", "agent:coder").text == "T-1")
        #expect(try tf("-q", "task", "list", "--all", "agent:cod*").text == "T-1")
        try tf("task", "delete", "T-1")
        #expect(try tf("events", "--task", "T-1").lines.count > 1)
    }

    @Test("a time that stands apart from --wait is not taken for a task without a word")
    func waitApart() throws {
        let tf = try Workspace()
        let outcome = try tf("task", "claim", "--as", "x", "--wait", "1s", exits: 3)
        #expect(outcome.stderr.hasSuffix("hint: --wait=1s waits that long\n"), "\(outcome)")
        #expect(try !tf("task", "claim", "--as", "x", "--wait", "other", exits: 3).stderr.contains("--wait="))
    }

    @Test("a flow is known by its number also while a task of it is waited for")
    func waitForFlow() throws {
        let tf = try Workspace()
        try FileManager.default.createDirectory(atPath: tf.path + "/flows", withIntermediateDirectories: true)
        try tf.write("{}", to: tf.path + "/flows/F-1.json")
        let waiting = try tf.start(["-q", "task", "claim", "--as", "x", "--flow", "1", "--wait=30s"])
        _ = try tf.create()
        _ = try tf.create("Of the flow", "--flow", "1")
        #expect(waiting.wait(limit: 40).text == "T-2")
    }

    @Test("from inside, an edit that is a text alone says which option was meant")
    func editText() throws {
        let tf = try Workspace()
        try tf.addAgent("me", shell: "tf task edit 'new title' 2> said; tf task edit 2> nothing; exit 0")
        try tf("task", "create", "Work", "--agent", "me", "--wait")
        let said = try tf.read(tf.directory + "/said")
        #expect(said.contains("'new title' is no task") && said.contains("--title 'new title'"), "\(said)")
        #expect(try tf.read(tf.directory + "/nothing").contains("nothing to change in T-1"))
    }

    @Test("where a run is shown, a task means its last one")
    func lastRun() throws {
        let tf = try Workspace()
        try tf.addAgent("twice", shell: "echo attempt $TF_ATTEMPT; test $TF_ATTEMPT = 2")
        try tf.run(["task", "create", "Work", "--name", "work", "--agent", "twice", "--wait"], exits: 1)
        try tf("task", "retry", "T-1")
        #expect(try tf("run", "wait", "T-1").stdout == "R-2 succeeded (exit 0)\n")
        #expect(try tf("run", "logs", "T-1").stdout == "attempt 2\n")
        #expect(try tf("run", "logs", "-f", "work").stdout == "attempt 2\n")
        #expect(try tf("-q", "run", "show", "work").text == "R-2")
        #expect(try tf("-q", "run", "show", "1").text == "R-1", "a number is a run's")
        #expect(try tf("run", "show", try tf.create(), exits: 3).stderr.contains("T-2 has no run yet"))
    }

    @Test("following ends when all that were named have ended")
    func followSeveral() throws {
        let tf = try Workspace()
        for _ in 0..<2 { _ = try tf.createRunning() }
        try tf.addAgent("quick", shell: "while [ ! -e go ]; do sleep 0.02; done")
        try tf("task", "create", "Run", "--agent", "quick")
        let follower = try tf.start(["events", "-f", "--task", "T-1", "--task", "T-2", "--run", "R-1"])
        try tf("task", "complete", "T-1")
        try tf("task", "fail", "T-2", "--reason", "x")
        try tf.touch("go")
        let outcome = follower.wait(limit: 30)
        #expect(outcome.status == 0 && !outcome.overran, "\(outcome)")
        #expect(try tf.run(["events", "-f", "--task", "T-1", "--task", "T-2"], limit: 20).lines.count > 4)
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

    @Test("help may stand after the noun")
    func nestedHelp() throws {
        let tf = try Workspace()
        #expect(try tf("task", "help", "create").stdout == tf("help", "task", "create").stdout)
        #expect(try tf("task", "help").stdout == tf("help", "task").stdout)
        try tf("task", "help", "crate", exits: 2)
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

    @Test("a list of none says that none was asked for")
    func noneWanted() throws {
        let tf = try Workspace()
        _ = try tf.create()
        for command in [["task", "list"], ["task", "history", "T-1"], ["run", "list"]] {
            #expect(try tf.run(command + ["--limit", "0"]).stderr == "hint: --limit 0 shows nothing\n", "\(command)")
        }
    }

    @Test("help tells of the JSON of every command, and names its arguments")
    func help() throws {
        let tf = try Workspace()
        let topic = try tf("help", "json").stdout
        for command in ["tick", "doctor", "gc", "work", "task delete"] {
            #expect(topic.contains("tf \(command)"), "\(command)")
        }
        #expect(try tf("task", "comment", "--help").stdout.contains("Usage: tf task comment [options] [TASK] [TEXT]\n"))
    }
}

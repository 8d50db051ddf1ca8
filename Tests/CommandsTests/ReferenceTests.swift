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
}

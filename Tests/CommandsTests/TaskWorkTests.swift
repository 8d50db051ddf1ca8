import Foundation
import Testing

@Suite("What is seen of the work on tasks")
struct TaskWorkTests {
    private func header(_ tf: Workspace, _ arguments: String...) throws -> [String] {
        try tf.run(["task", "list"] + arguments).lines[0].split(separator: " ").map(String.init)
    }

    @Test("columns that no task has anything for are left out, and the time of change comes last")
    func columns() throws {
        let tf = try Workspace()
        _ = try tf.create()
        let usual = ["ID", "STATUS", "TITLE", "PRIORITY", "ASSIGNEE"]
        #expect(try header(tf) == usual + ["UPDATED"])
        try tf("task", "create", "Late", "--due", "+2h", "--label", "ci")
        #expect(try header(tf) == usual + ["DUE", "LABELS", "UPDATED"])
        try tf("task", "start", "T-1")
        #expect(try header(tf) == usual + ["HOLDER", "DUE", "LABELS", "UPDATED"])
        try tf("task", "heartbeat", "T-1", "--percent", "40", "--note", "compiling")
        #expect(try header(tf) == usual + ["HOLDER", "PROGRESS", "DUE", "LABELS", "UPDATED"])
        #expect(try header(tf, "--status", "todo") == usual + ["DUE", "LABELS", "UPDATED"])
    }

    @Test("lists, the tree, status and prime tell who works on a task, and how far it is")
    func progress() throws {
        let tf = try Workspace()
        _ = try tf.create("Claimed")
        let token = try tf("task", "claim", "--as", "ann").text.split(separator: " ").last.map(String.init) ?? ""
        try tf("task", "heartbeat", "T-1", "--lease", token, "--percent", "40", "--note", "compiling")
        try tf.addAgent("slow", shell: "tf task heartbeat halfway; touch noted; sleep 60")
        try tf("task", "create", "Run", "--agent", "slow")
        try tf.awaitFile("noted")
        let rows = try tf("task", "list").lines
        #expect(rows[1].contains("ann") && rows[1].contains("40 % compiling"), "\(rows)")
        #expect(rows[2].contains("slow") && rows[2].contains("halfway"), "\(rows)")
        #expect(try tf("task", "tree").stdout.contains("T-1 running, 40 % compiling  Claimed"))
        let status = try tf("status").stdout
        #expect(status.contains("halfway"), "\(status)")
        let held = try #require(status.components(separatedBy: "held by workers\n").last)
        #expect(held.contains("T-1  Claimed  ann") && !held.contains("T-2"), "\(status)")
        #expect(try tf("prime").stdout.contains("- T-1: Claimed (ann; 40 % compiling)\n"))
        let json = try tf.json("status")
        #expect(json["held"].array.map { $0["id"].string } == ["T-1"] && json["summary"]["held"].int == 1)
    }

    @Test("an expired lease is marked, and stuck")
    func expired() throws {
        let tf = try Workspace()
        _ = try tf.create("Claimed")
        try tf("task", "claim", "--as", "ann")
        let later = ["TF_NOW": "2099-01-01T00:00:00Z"]
        #expect(try tf("task", "list", environment: later).stdout.contains("ann, lease expired"))
        #expect(try tf("prime", environment: later).stdout.contains("- T-1: Claimed (ann, lease expired)"))
        let status = try tf("status", environment: later).stdout
        let stuck = try #require(status.components(separatedBy: "stuck\n").dropFirst().first)
        #expect(stuck.contains("T-1") && stuck.contains("lease expired at") && stuck.contains("held by ann"))
        #expect(!status.contains("held by workers"))
        #expect(try tf("status").stdout.contains("held by workers") && !tf("status").stdout.contains("stuck"))
    }

    @Test("what waits for something that is not going to be done is stuck")
    func waitsForEver() throws {
        let tf = try Workspace()
        for _ in 0..<2 { _ = try tf.create() }
        try tf("task", "create", "Waits", "--depends-on", "T-1")
        try tf("task", "create", "Comes", "--depends-on", "T-2")
        try tf("task", "cancel", "T-1")
        let stuck = try tf.json("status")["stuck"].array
        #expect(stuck.map { $0["id"].string } == ["T-3"], "\(stuck)")
        #expect(stuck.first?["reason"].string == "waits for T-1, which is cancelled")
        #expect(try tf("status").stdout.contains("waits for T-1, which is cancelled"))
    }

    @Test("why never says what takes a task from its holder, and every line says what would help")
    func why() throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf("task", "claim", "--as", "ann")
        #expect(try !tf("task", "why", "T-1").stdout.contains("try:"))
        for _ in 0..<2 { try tf("task", "create", "Waits", "--depends-on", "T-1") }
        let lines = try tf("task", "why", "T-2", "T-3").lines.filter { $0.contains("waits for") }
        #expect(lines.count == 2 && lines.allSatisfy { $0.hasSuffix("; try: tf task why T-1") }, "\(lines)")
    }

    @Test("progress is told once, in words")
    func history() throws {
        let tf = try Workspace()
        try tf("task", "heartbeat", try tf.createRunning(), "--percent", "40", "--note", "compiling")
        let row = try #require(try tf("task", "history", "T-1").lines.first { $0.contains("task/progress") })
        #expect(row.hasSuffix("  40 % compiling"), "\(row)")
    }

    @Test("who comes with the token of a lease that has ended is told so, and not to begin anew")
    func lateHolder() throws {
        let tf = try Workspace()
        _ = try tf.create()
        let token = try tf("task", "claim", "--as", "ann").text.split(separator: " ").last.map(String.init) ?? ""
        let late = try tf(
            "task", "complete", "T-1", "--lease", token, exits: 4, environment: ["TF_NOW": "2099-01-01T00:00:00Z"])
        #expect(late.stderr.contains("expired at"))
        try tf("tick", environment: ["TF_NOW": "2099-01-01T00:00:00Z"])
        for verb in [["complete"], ["fail", "--reason", "x"], ["heartbeat"], ["submit"]] {
            let outcome = try tf.run(["task", verb[0], "T-1", "--lease", token] + verb.dropFirst(), exits: 1)
            #expect(
                outcome.stderr.contains("T-1 is todo")
                    && outcome.stderr.contains("that of no lease any more"))
            #expect(outcome.stderr.hasSuffix("hint: tf task claim T-1 --as ann\n"), "\(outcome)")
        }
        #expect(
            try tf.run(["task", "complete", "T-1"], exits: 1, environment: ["TF_LEASE": token]).stderr.contains(
                "of no lease any more"))
        // A token that is in force is only not meant for this task.
        _ = try tf.create()
        let other = try tf("task", "claim", "T-2", "--as", "ann").text.split(separator: " ").last.map(String.init) ?? ""
        let outcome = try tf.run(["task", "complete", "T-1"], exits: 1, environment: ["TF_LEASE": other])
        #expect(!outcome.stderr.contains("lease"), "\(outcome)")
    }
}

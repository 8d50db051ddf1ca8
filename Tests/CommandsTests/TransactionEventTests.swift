import Foundation
import Testing

@Suite("The events of a transaction")
struct TransactionEventTests {
    @Test("what changes nothing emits nothing and fires nothing")
    func noOpUpdate() throws {
        let tf = try Workspace()
        try tf.addAgent("coder", shell: "true")
        try tf("trigger", "add", "tell", "--on", "task/*", "--notify", "n")
        try tf("task", "create", "Same", "--label", "x", "--agent", "coder", "--no-run")
        let fired = try tf.events("trigger/fired").count
        try tf.demandNothingWritten {
            try tf("task", "edit", "T-1", "--title", "Same", "--label", "+x")
            try tf("task", "assign", "T-1", "--agent", "coder", "--no-run")
        }
        #expect(try tf.events("trigger/fired").count == fired)
    }

    @Test("a created-and-assigned task emits created and assigned, in that order, then the run's events")
    func createdAndAssigned() throws {
        let tf = try Workspace()
        try tf.addAgent("coder", "--dispatch", "queue", shell: "true")
        for type in ["created", "assigned"] {
            try tf("trigger", "add", type, "--on", "task/\(type)", "--notify", "n")
        }
        try tf("task", "create", "Both", "--agent", "coder")
        let seen = try tf.events().filter { $0["task"].string == "T-1" && $0["depth"].int == 0 }
        #expect(types(seen) == ["task/created", "task/assigned", "run/queued"])
        #expect(try tf.events("trigger/fired").compactMap { $0["about"].string } == ["created", "assigned"])
        #expect(try tf.runs().count == 1)
    }

    @Test(
        "the events of a transaction are in their order: of the task, status_changed before the specific, then the run's"
    )
    func order() throws {
        let tf = try Workspace()
        try tf.addAgent("coder", shell: "true")
        try tf("task", "create", "x", "--agent", "coder", "--wait")
        try tf.addAgent("later", "--dispatch", "queue", shell: "true")
        try tf("task", "create", "y", "--agent", "later")
        try tf("task", "delete", "T-2")
        let lines = try tf.journal().map { $0["events"].array.compactMap { $0["type"].string } }
            .map { $0.filter { $0.hasPrefix("task/") || $0.hasPrefix("run/") } }.filter { !$0.isEmpty }
        #expect(
            lines == [
                ["task/created", "task/assigned", "run/queued"],
                ["task/status_changed", "task/started", "run/started"],
                ["task/status_changed", "task/completed", "run/succeeded"],
                ["task/created", "task/assigned", "run/queued"],
                ["task/deleted", "run/cancelled"],
            ], "\(lines)")
    }

    @Test("a transaction tells of tasks first and of runs last, the end of one before the next is queued")
    func tasksBeforeRuns() throws {
        let tf = try Workspace()
        try tf.run(["agent", "add", "failing", "--max-attempts", "2", "--backoff", "10ms", "--", "false"])
        try tf.run(["task", "create", "Work", "--agent", "failing", "--wait"], exits: 1)
        try tf("exec", "-q", "--", "true")
        let lines = try tf.journal().map { types($0["events"].array) }
        let retried = [
            "task/status_changed", "task/requeued", "task/retry_scheduled", "comment/created", "run/failed",
            "run/queued",
        ]
        #expect(lines.contains(retried), "\(lines)")
        let executed = ["task/created", "task/status_changed", "task/started", "run/queued", "run/started"]
        #expect(lines.contains(executed), "\(lines)")
    }

    @Test("what a deletion does to other tasks is told with what has changed")
    func deletion() throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf("task", "create", "Dependent", "--depends-on", "T-1")
        try tf("task", "delete", "T-1", "--force")
        let edited = try #require(try tf.events().first { $0["type"].string == "task/edited" })
        #expect(edited["data"]["fields"]["depends_on"]["from"].strings == ["T-1"], "\(edited)")
    }
}

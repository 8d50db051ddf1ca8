import Foundation
import Testing

@Suite("The event stream")
struct EventsCommandTests {
    @Test("every event has its number, time, type, actor, record and depth")
    func shape() throws {
        let tf = try Workspace()
        let id = try tf.createRunning()
        let events = try tf.events()
        #expect(events.first?["seq"].int == 1 && events.first?["type"].string == "workspace/created")
        for event in events.dropFirst() {
            #expect(event["about"].string == id && event["task"].string == id, "\(event)")
            #expect(event["actor"].string == "tester" && event["depth"].int ?? 0 == 0)
            #expect(try instant(event["at"]).timeIntervalSinceNow < 60)
        }
        #expect(types(events).dropFirst() == ["task/created", "task/status_changed", "task/started"])
    }

    @Test("--since is strict, and --tail takes the last of what is left")
    func since() throws {
        let tf = try Workspace()
        for number in 1...5 { _ = try tf.create("Number \(number)") }
        let last = try tf.lastSeq()
        #expect(try tf.events(since: last - 2).compactMap { $0["seq"].int } == [last - 1, last])
        #expect(try tf.events(since: last).isEmpty)
        let tail = try tf.json("events", "--since", "\(last - 4)", "--tail", "3").array
        #expect(tail.compactMap { $0["seq"].int } == [last - 2, last - 1, last])
        #expect(try tf.json("events", "--tail", "100").array.count == last)
    }

    @Test("--type takes globs, repeated ones add up, and --task selects")
    func filters() throws {
        let tf = try Workspace()
        let id = try tf.createRunning()
        _ = try tf.create("Another")
        try tf("task", "comment", id, "text")
        #expect(try Set(types(tf.json("events", "--type", "comment/*").array)) == ["comment/created"])
        let both = try types(tf.json("events", "--type", "task/started", "--type", "comment/created").array)
        #expect(both == ["task/started", "comment/created"])
        #expect(try tf.json("events", "--task", id).array.allSatisfy { $0["task"].string == id })
        #expect(try tf.json("events", "--type", "nothing/*").array.isEmpty)
    }

    @Test("following goes on without gaps or repeats, and prints an event a line")
    func follow() throws {
        let tf = try Workspace()
        for number in 1...3 { _ = try tf.create("Number \(number)") }
        let follower = try tf.start(["--json", "events", "--since", "1", "-f"])
        defer { follower.send(SIGKILL) }
        for number in 4...20 { _ = try tf.create("Number \(number)") }
        let last = try tf.lastSeq()
        try eventually("the last event is shown") {
            follower.output.range(of: "\"seq\" *: *\(last)\\b", options: .regularExpression) != nil
        }
        let shown = try follower.output.split(separator: "\n").map { try JSON(String($0))["seq"].int }
        #expect(shown == (2...last).map { $0 })
        follower.send(SIGINT)
        let outcome = follower.wait(limit: 5)
        #expect(!outcome.overran && outcome.stderr.contains("fatal") == false, "\(outcome)")
    }

    @Test("following one task ends when it is terminal")
    func followTask() throws {
        let tf = try Workspace()
        let id = try tf.createRunning()
        let follower = try tf.start(["--json", "events", "--task", id, "-f"])
        try eventually("the start is shown") { follower.output.contains("task/started") }
        _ = try tf.create("Another")
        try tf("task", "complete", id)
        let outcome = follower.wait(limit: 20)
        #expect(outcome.status == 0 && !outcome.overran, "\(outcome)")
        let shown = try outcome.lines.map { try JSON($0) }
        #expect(shown.last?["type"].string == "task/completed" && shown.allSatisfy { $0["task"].string == id })
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
}

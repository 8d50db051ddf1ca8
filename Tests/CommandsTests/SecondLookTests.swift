import Foundation
import Testing

@Suite("What is tried out, or left out, and looked at again")
struct SecondLookTests {
    @Test("what a trigger is to create is tried out without a trace, its command id included")
    func trial() throws {
        let tf = try Workspace()
        let task = #"{"title": "Follow up", "command_id": "once"}"#
        try tf("trigger", "add", "follow", "--on", "custom/go", "--create-task", task)
        #expect(try tf.tasks().isEmpty)
        try tf("events", "emit", "custom/go")
        #expect(try tf.tasks().map { $0["title"].string } == ["Follow up"])
    }

    @Test("a condition may name what is in the data of a progress event")
    func progress() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "half", "--on", "task/progress", "--where", "percent=50", "--notify", "ann")
        let id = try tf.createRunning()
        try tf("task", "heartbeat", id, "--percent", "40", "--note", "on the way")
        #expect(try tf.inbox(of: "ann").isEmpty)
        try tf("task", "heartbeat", id, "--percent", "50")
        #expect(try tf.inbox(of: "ann").count == 1)
        try tf("trigger", "add", "note", "--on", "task/progress", "--where", "text~way", "--notify", "ann")
    }

    @Test("an added task whose file was bad is claimed once it is put right in place")
    func addedBad() throws {
        let tf = try Workspace()
        try tf("task", "create", "First")
        let good = try tf.read(tf.path + "/tasks/T-1.json").replacingOccurrences(of: "T-1", with: "T-7")
        let place = tf.path + "/tasks/T-7.json"
        try tf.write(good.replacingOccurrences(of: "todo", with: "nonsense"), to: place)
        #expect(try tf("task", "claim", "--as", "worker").stderr.contains("T-7.json"))
        let file = try #require(FileHandle(forWritingAtPath: place))
        try file.truncate(atOffset: 0)
        file.write(Data(good.utf8))
        try file.close()
        #expect(try tf("task", "claim", "--as", "worker").text.hasPrefix("T-7"))
    }
}

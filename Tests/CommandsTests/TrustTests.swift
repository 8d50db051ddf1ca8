import Foundation
import Testing

@Suite("What is trusted, and what that allows")
struct TrustTests {
    private func list(_ tf: Workspace) -> String { tf.environment["XDG_STATE_HOME"]! + "/tf/trusted" }

    @Test("another directory that was given the inode of a trusted one is not trusted")
    func reusedInode() throws {
        let tf = try Workspace()
        let fields = try tf.read(list(tf)).trimmingCharacters(in: .newlines).components(separatedBy: "\t")
        try demand(fields.count == 4 && fields[3] == tf.path, "\(fields)")
        // A file system without birth times has nothing to tell them apart by.
        guard fields[2] != "0" else { return }
        let earlier = String(Int(fields[2])! - 1)
        try tf.write([fields[0], fields[1], earlier, fields[3]].joined(separator: "\t") + "\n", to: list(tf))
        #expect(try tf.json("status")["trusted"].bool == false)
        try tf("trust")
        #expect(try tf.json("status")["trusted"].bool == true)
        #expect(try tf.read(list(tf)).components(separatedBy: "\n").count == 2)
    }

    @Test("a line of an earlier version, which has no birth time, is asked again")
    func oldLine() throws {
        let tf = try Workspace()
        var fields = try tf.read(list(tf)).components(separatedBy: "\t")
        fields.remove(at: 2)
        try tf.write(fields.joined(separator: "\t"), to: list(tf))
        #expect(try tf.json("status")["trusted"].bool == false)
        #expect(try tf.json("trust")["changed"].bool == true)
        #expect(try tf.json("status")["trusted"].bool == true)
    }

    @Test("trust says which commands it allows")
    func commands() throws {
        let tf = try Workspace()
        try tf("agent", "add", "coder", "--", "true")
        try tf("agent", "add", "waiting")
        try tf("trigger", "add", "ship", "--on", "task/completed", "--exec", "true")
        try tf("trigger", "add", "tell", "--on", "task/completed", "--notify", "ann")
        try tf.hook("task.created", "true")
        try tf("config", "notify_command", "true")
        let trusted = try tf.json("trust")
        #expect(trusted["agents"].strings == ["coder"] && trusted["triggers"].strings == ["ship"], "\(trusted)")
        #expect(trusted["hooks"].strings == ["task.created"] && trusted["settings"].strings == ["notify_command"])
        let lines = try tf("trust").lines
        #expect(
            lines.dropFirst() == [
                "  1 agent: coder", "  1 trigger: ship", "  1 hook: task.created", "  1 setting: notify_command",
            ])
        #expect(try tf("trust", "-q").lines == [tf.path])
    }

    @Test("that nothing is run without trust is said once a command, with what would help")
    func warnedOnce() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "one", "--on", "task/*", "--exec", "true")
        try tf("trigger", "add", "two", "--on", "task/*", "--exec", "true")
        try tf("trust", "--revoke")
        let warnings = try tf("task", "create", "x", "--user", "ann").stderr
        #expect(warnings.components(separatedBy: "\n").filter { !$0.isEmpty }.count == 1, "\(warnings)")
        #expect(warnings.contains("not trusted") && warnings.contains("tf trust"), "\(warnings)")
        #expect(try tf.events("trigger/failed").count == 4)
    }
}

import Foundation
import Testing

@Suite("Files in hooks/ that never run")
struct HookFileTests {
    private func findings(_ tf: Workspace) throws -> [String: String] {
        let rows = try tf.json("doctor")["findings"].array
        return Dictionary(uniqueKeysWithValues: rows.map { ($0["about"].string ?? "", $0["code"].string ?? "") })
    }

    @Test("doctor names each of them, with the reason")
    func named() throws {
        let tf = try Workspace()
        let hooks = tf.path + "/hooks/"
        try tf.hook("task.complete", "true")
        try tf.hook("task-created", "true")
        try tf.hook("task.blocked", "true")
        chmod(hooks + "task.blocked", 0o644)
        try FileManager.default.createSymbolicLink(atPath: hooks + "task.failed", withDestinationPath: "task.complete")
        try FileManager.default.createDirectory(atPath: hooks + "run.failed", withIntermediateDirectories: false)
        try FileManager.default.createDirectory(atPath: hooks + "library", withIntermediateDirectories: false)
        try tf.write("read me\n", to: hooks + "README")
        #expect(
            try findings(tf) == [
                "hooks/task.complete": "hook_misnamed", "hooks/task-created": "hook_misnamed",
                "hooks/task.blocked": "hook_not_executable", "hooks/task.failed": "hook_not_a_file",
                "hooks/run.failed": "hook_not_a_file",
            ])
        let text = try tf("doctor").stdout
        #expect(text.contains("task.completed") && text.contains("a symbolic link"), "\(text)")
    }

    @Test("a hook that is not executable is switched off; made executable, it runs")
    func switchedOff() throws {
        let tf = try Workspace()
        try tf.hook("task.created", "echo $TF_TASK >> seen; touch done")
        chmod(tf.path + "/hooks/task.created", 0o644)
        for _ in 1...3 { #expect(try tf("task", "create", "x").stderr == "") }
        #expect(try tf.events("trigger/failed").isEmpty && tf.runs().isEmpty && tf.inbox().isEmpty)
        chmod(tf.path + "/hooks/task.created", 0o755)
        _ = try tf.create()
        try tf.awaitFile("done")
        #expect(try tf.read(tf.directory + "/seen") == "T-4\n")
    }

    @Test("a hook that is gone is not listed, also before a writer has seen it")
    func gone() throws {
        let tf = try Workspace()
        try tf.hook("task.created", "true")
        try tf("tick")
        #expect(try tf("trigger", "list", "-q").text == "hook.task.created")
        try FileManager.default.removeItem(atPath: tf.path + "/hooks/task.created")
        #expect(try tf.demandNothingWritten { try tf.json("trigger", "list").array.isEmpty })
    }
}

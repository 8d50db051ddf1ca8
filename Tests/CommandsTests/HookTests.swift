import Foundation
import Testing

extension Workspace {
    /// Writes an executable hook.
    func hook(_ name: String, _ body: String) throws {
        let path = self.path + "/hooks/" + name
        try write("#!/bin/sh\n" + body + "\n", to: path)
        chmod(path, 0o755)
    }
}

@Suite("Hooks")
struct HookTests {
    @Test("a hook gets the event on standard input, the environment of a run, and a log that the events point to")
    func hook() throws {
        let tf = try Workspace()
        try tf.hook("task.created", "cat > event.json; env > env; echo hooked; pwd; touch done")
        #expect(try tf("task", "create", "x").text == "T-1")
        try tf.awaitFile("done")
        try tf.awaitRun("R-1", "succeeded")
        #expect(try JSON(contentsOf: tf.directory + "/event.json")["about"].string == "T-1")
        #expect(try tf.read(tf.directory + "/env").contains("TF_TASK=T-1\n"))
        let fired = try #require(try tf.events("trigger/fired").first)
        #expect(fired["about"].string == "hook.task.created" && fired["run"].string == "R-1", "\(fired)")
        #expect(try tf("run", "logs", "R-1").stdout == "hooked\n\(tf.directory)\n")
        #expect(try tf.showRun("R-1")["timeout"].string == "1m")
        try tf.demandHealthy()
    }

    @Test("each event of its type once, and none of another; a hook that is removed is gone")
    func once() throws {
        let tf = try Workspace()
        try tf.hook("task.created", "echo $TF_TASK >> seen")
        for _ in 1...4 { _ = try tf.create() }
        try tf("task", "start", "T-1")
        try eventually("all have run") { try tf.runs().filter { $0["status"].string == "succeeded" }.count == 4 }
        #expect(try Set(tf.read(tf.directory + "/seen").split(separator: "\n")) == ["T-1", "T-2", "T-3", "T-4"])
        #expect(try tf("trigger", "list", "-q").stdout == "hook.task.created\n")
        #expect(try tf("trigger", "remove", "hook.task.created", exits: 1).stderr.contains("hooks/task.created"))
        try FileManager.default.removeItem(atPath: tf.path + "/hooks/task.created")
        _ = try tf.create()
        #expect(try tf.json("trigger", "list").array.isEmpty)
        #expect(try tf.runs().count == 4)
        try tf.demandHealthy()
    }

    @Test("a hook can be disabled, and custom events have hooks")
    func disabled() throws {
        let tf = try Workspace()
        try tf.hook("custom.deployed", "touch done")
        try tf("tick")
        try tf("trigger", "disable", "hook.custom.deployed")
        try tf("events", "emit", "custom/deployed")
        #expect(try tf.runs().isEmpty)
        try tf("trigger", "enable", "hook.custom.deployed")
        try tf("events", "emit", "custom/deployed")
        try tf.awaitFile("done")
    }

    @Test(
        "files that are named like no type of event are no hooks", arguments: ["README", "task.create", "x.y", "task"])
    func noHook(name: String) throws {
        let tf = try Workspace()
        try tf.hook(name, "touch done")
        _ = try tf.create()
        #expect(try tf.json("trigger", "list").array.isEmpty && tf.runs().isEmpty)
    }

    @Test("in a workspace that is not trusted no command of an agent, trigger or hook runs, and that is said")
    func untrusted() throws {
        let tf = try Workspace()
        try tf.addAgent("coder", shell: "touch ran-agent")
        try tf("trigger", "add", "go", "--on", "task/created", "--exec", "touch ran-trigger")
        try tf.hook("task.created", "touch ran-hook")
        // As git clone leaves it.
        for name in ["journal", "cache", "inbox", "runs", "leases"] {
            try FileManager.default.removeItem(atPath: tf.path + "/" + name)
        }
        try tf("trust", "--revoke")
        let outcome = try tf("task", "create", "x", "--agent", "coder")
        #expect(outcome.text == "T-1" && outcome.stderr.contains("not trusted"), "\(outcome)")
        #expect(try tf.await("T-1", "blocked", "done") == "blocked")
        #expect(try tf.task("T-1")["status_reason"].string?.contains("not trusted") == true)
        let failed = try tf.events("trigger/failed")
        #expect(failed.compactMap { $0["about"].string } == ["go", "hook.task.created"])
        #expect(failed.allSatisfy { $0["data"]["code"].string == "untrusted" }, "\(failed)")
        for name in ["agent", "trigger", "hook"] { #expect(!tf.exists(tf.directory + "/ran-\(name)")) }
        try tf("trust")
        _ = try tf.create()
        try tf.awaitFile("ran-hook")
        try tf.awaitFile("ran-trigger")
    }

    @Test("the causing command does not wait for a hook, and a hook that hangs is ended")
    func hangs() throws {
        let tf = try Workspace()
        try tf.hook("task.created", "touch begun; sleep 600")
        let start = Date()
        _ = try tf.create()
        #expect(Date().timeIntervalSince(start) < 20)
        try tf.awaitFile("begun")
        #expect(try tf.showRun("R-1")["status"].string == "running")
        try tf("run", "cancel", "R-1", "--grace", "10ms")
        try eventually("nothing is left") { tf.processes().isEmpty }
    }
}

@Suite("The command for notifications")
struct NotifyCommandTests {
    @Test("it gets each notification as JSON on standard input")
    func delivered() throws {
        let tf = try Workspace()
        try tf("config", "notify_command", "cat > $TF_RUN.json; mv $TF_RUN.json done-$TF_RUN.json")
        try tf("task", "create", "Yours", "--user", "polly")
        try tf.awaitFile("done-R-1.json")
        let notification = try JSON(contentsOf: tf.directory + "/done-R-1.json")
        #expect(notification["id"].string == "N-1" && notification["to"].string == "polly", "\(notification)")
        #expect(notification["type"].string == "task_assigned" && notification["about"].string == "T-1")
        try tf("task", "comment", "T-1", "@polly and @ben")
        try tf.awaitFile("done-R-2.json")
        try tf.awaitFile("done-R-3.json")
        try tf.awaitRun("R-3", "succeeded")
        #expect(try tf.runs().count == 3)
        try tf.demandHealthy()
    }

    @Test("only of the types that are wanted")
    func types() throws {
        let tf = try Workspace()
        try tf("config", "notify_command", "cat > delivered")
        try tf("config", "notify", "mention")
        try tf("task", "create", "Yours", "--user", "polly")
        #expect(try tf.runs().isEmpty && tf.inbox(of: "polly").isEmpty)
        try tf("task", "comment", "T-1", "@polly")
        try tf.awaitRun("R-1", "succeeded")
    }

    @Test("one that fails is an event and a finding until it has been read, and the command goes on")
    func undelivered() throws {
        let tf = try Workspace()
        try tf("config", "notify_command", "echo no route; exit 3")
        #expect(try tf("task", "create", "Yours", "--user", "polly").text == "T-1")
        try tf.awaitRun("R-1", "failed")
        let event = try #require(try tf.events("notification/undelivered").first)
        #expect(event["about"].string == "N-1" && event["run"].string == "R-1")
        #expect(event["data"]["error"].string?.contains("no route") == true, "\(event)")
        let finding = try #require(try tf.json("doctor")["findings"].array.first)
        #expect(finding["code"].string == "undelivered" && finding["about"].string == "N-1", "\(finding)")
        // It tells nobody of itself: that would fail as well.
        #expect(try tf.inbox().isEmpty && tf.events("trigger/failed").isEmpty)
        try tf("inbox", "read", "N-1")
        try tf.demandHealthy()
    }

    @Test("unset, nothing is run any more; written into the file by hand, it counts")
    func settings() throws {
        let tf = try Workspace()
        try tf("config", "notify_command", "true")
        #expect(try tf("trigger", "list", "-q").stdout == "notify-command\n")
        #expect(try tf("trigger", "remove", "notify-command", exits: 1).stderr.contains("notify_command"))
        try tf("config", "--unset", "notify_command")
        try tf("task", "create", "x", "--user", "polly")
        #expect(try tf.runs().isEmpty && tf.json("trigger", "list").array.isEmpty)
        try tf.set("workspace.json", ["settings": ["notify_command": "touch done"]])
        try tf("task", "create", "y", "--user", "polly")
        try tf("task", "create", "z", "--user", "polly")
        try tf.awaitFile("done")
    }

    @Test("not run in a workspace that is not trusted: that is an event and a finding")
    func untrusted() throws {
        let tf = try Workspace()
        try tf("config", "notify_command", "touch done")
        try tf("trust", "--revoke")
        let outcome = try tf("task", "create", "x", "--user", "polly")
        #expect(outcome.stderr.contains("not trusted"), "\(outcome)")
        #expect(try tf.json("doctor")["findings"].array.map { $0["code"].string } == ["undelivered"])
        #expect(!tf.exists(tf.directory + "/done"))
    }
}

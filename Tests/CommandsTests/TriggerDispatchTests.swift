import Foundation
import Testing

@Suite(
    "Events that were committed when their command was killed",
    .enabled(if: Machine.canTrace, "needs strace and the permission to trace"))
struct UntoldEventTests {
    /// Commits what a command does, and kills it before it has told any trigger.
    private func commitOnly(_ tf: Workspace, _ arguments: String...) throws {
        let outcome = try tf.inject("fdatasync:signal=SIGKILL:when=1", into: arguments)
        try demand(outcome.signal == SIGKILL || outcome.status == 137, "must be killed: \(outcome)")
    }

    @Test("a trigger that is edited by hand meanwhile is told of them")
    func edited() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "tell", "--on", "task/created", "--notify", "ann")
        _ = try tf.create()
        try commitOnly(tf, "task", "create", "Second")
        try tf.set("triggers/tell.json", ["action": ["notify": "bob"]])
        try tf("events", "emit", "custom/next")
        #expect(try tf.inbox(of: "ann").compactMap { $0["about"].string } == ["T-1"])
        #expect(try tf.inbox(of: "bob").compactMap { $0["about"].string } == ["T-2"])
        try tf.demandHealthy()
    }

    @Test("a trigger that is switched on by hand begins then")
    func switchedOn() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "tell", "--on", "task/created", "--notify", "ann")
        try tf("trigger", "disable", "tell")
        try commitOnly(tf, "task", "create", "First")
        try tf.set("triggers/tell.json", ["disabled": NSNull()])
        try tf("events", "emit", "custom/next")
        #expect(try tf.inbox(of: "ann").isEmpty)
        _ = try tf("task", "create", "Second")
        #expect(try tf.inbox(of: "ann").compactMap { $0["about"].string } == ["T-2"])
    }

    @Test("a trigger that is disabled or removed next is told of them before", arguments: ["disable", "remove"])
    func disabled(verb: String) throws {
        let tf = try Workspace()
        try tf("trigger", "add", "tell", "--on", "task/created", "--notify", "ann")
        try commitOnly(tf, "task", "create", "First")
        try tf("trigger", verb, "tell")
        _ = try tf("task", "create", "Second")
        #expect(try tf.inbox(of: "ann").compactMap { $0["about"].string } == ["T-1"])
        try tf.demandHealthy()
    }

    @Test("conditions look at records as the event left them")
    func conditions() throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf("trigger", "add", "tell", "--on", "custom/go", "--where", "priority=normal", "--notify", "ann")
        try tf("trigger", "add", "not", "--on", "custom/go", "--where", "priority=high", "--notify", "bob")
        try commitOnly(tf, "events", "emit", "custom/go", "--task", "T-1")
        try tf("task", "edit", "T-1", "--priority", "high")
        #expect(try tf.inbox(of: "ann").count == 1)
        #expect(try tf.inbox(of: "bob").isEmpty)
    }

    @Test(
        "what a trigger does and that it was told are committed together",
        .enabled(if: Machine.canTrace, "needs strace and the permission to trace"))
    func together() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "follow", "--on", "task/completed", "--create-task", #"{"title": "Follow"}"#)
        let id = try tf.createRunning()
        try tf.leaveUntold("task", "complete", id)
        _ = try tf.create("The next command")
        let told = try #require(
            try tf.journal().first { $0["events"].array.contains { $0["type"].string == "trigger/fired" } })
        #expect(Set(told["kinds"].strings) == ["task", "trigger"], "\(told)")
        #expect(told["put"].array.contains { $0["title"].string == "Follow" })
        let completed = try #require(try tf.events("task/completed").first?["seq"].int)
        #expect(told["put"].array.contains { $0["position"].int == completed })
        try tf.demandOnce("follow")
    }
}

@Suite("How triggers come to their events")
struct TriggerDispatchTests {
    @Test("conditions do not see what another trigger has just done about the same event")
    func independent() throws {
        let tf = try Workspace()
        try tf("agent", "add", "bot")
        _ = try tf.create()
        try tf("trigger", "add", "a-first", "--on", "custom/go", "--assign", "bot")
        try tf("trigger", "add", "b-second", "--on", "custom/go", "--where", "agent=bot", "--notify", "ann")
        try tf("events", "emit", "custom/go", "--task", "T-1")
        #expect(try tf.task("T-1")["assignee"]["agent"].string == "bot")
        #expect(try tf.inbox(of: "ann").isEmpty)
        try tf("events", "emit", "custom/go", "--task", "T-1")
        #expect(try tf.inbox(of: "ann").count == 1)
    }

    @Test("a trigger whose file is written to in place acts by what stands there")
    func inPlace() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "tell", "--on", "task/deleted", "--notify", "ann")
        let file = tf.path + "/triggers/tell.json"
        try tf.write(try tf.read(file).replacingOccurrences(of: "task/deleted", with: "task/created"), to: file)
        _ = try tf.create()
        #expect(try tf.inbox(of: "ann").count == 1)
        try tf.demandHealthy()
    }

    @Test("a new file that is no trigger is named by every writer, and the others act")
    func invalid() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "tell", "--on", "task/created", "--notify", "ann")
        try tf.write("{", to: tf.path + "/triggers/bad.json")
        for count in 1...2 {
            #expect(try tf("task", "create", "x").stderr.contains("triggers/bad.json"))
            #expect(try tf.inbox(of: "ann").count == count)
        }
    }

    @Test("the first notification goes to a command that was written into the file by hand")
    func notifyCommand() throws {
        let tf = try Workspace()
        try tf.set("workspace.json", ["settings": ["notify_command": "cat >> told; echo end >> told"]])
        try tf("--actor", "ann", "task", "create", "x", "--user", "bob")
        try eventually("it is told") {
            try tf.exists(tf.directory + "/told") && tf.read(tf.directory + "/told").contains("end")
        }
        let lines = try tf.read(tf.directory + "/told").split(separator: "\n")
        #expect(lines.count == 2, "one line of JSON: \(lines)")
        #expect(try JSON(String(lines[0]))["id"].string == "N-1")
    }

    @Test("an empty notify_command is none", arguments: ["", " "])
    func emptyCommand(text: String) throws {
        let tf = try Workspace()
        try tf("config", "notify_command", "true")
        try tf("config", "notify_command", text)
        #expect(
            try tf("config", "notify_command").text == "" && !tf.read(tf.path + "/workspace.json").contains("notify"))
        #expect(try tf.json("trigger", "list").array.isEmpty)
        try tf.set("workspace.json", ["settings": ["notify_command": text]])
        try tf("--actor", "ann", "task", "create", "x", "--user", "bob")
        #expect(try tf.runs().isEmpty)
    }

    @Test("the agent of a run's event is the run's own: what a hook runs has none")
    func agentOfRun() throws {
        let tf = try Workspace()
        try tf.addAgent("builder", shell: "true")
        try tf.hook("task.completed", "true")
        try tf("trigger", "add", "tell", "--on", "run/succeeded", "--where", "agent=builder", "--notify", "ann")
        try tf("trigger", "add", "rest", "--on", "run/succeeded", "--where", "trigger~hook.*", "--notify", "bob")
        try tf("task", "create", "x", "--agent", "builder", "--wait")
        try eventually("the hook's end is told") { try tf.inbox(of: "bob").count == 1 }
        #expect(try tf.inbox(of: "ann").count == 1)
        #expect(try tf.showRun("R-2")["trigger"].string == "hook.task.completed")
    }

    @Test("a task that could not be made is refused when the trigger is made")
    func createTask() throws {
        let tf = try Workspace()
        func add(_ task: String, exits: Int32) throws {
            try tf.run(["trigger", "add", "make", "--on", "task/completed", "--create-task", task], exits: exits)
        }
        try add(#"{"title": "x", "agent": "nosuch"}"#, exits: 3)
        try add(#"{"title": "x", "depends_on": ["T-77"]}"#, exits: 3)
        try add(#"{"title": "x", "parent": "T-77"}"#, exits: 3)
        #expect(try tf.json("trigger", "list").array.isEmpty && tf.tasks().isEmpty)
        try add(#"{"title": "x"}"#, exits: 0)
        // Trying it out has taken no number.
        #expect(try tf.create() == "T-1")
        try tf.demandHealthy()
    }

    @Test("what a trigger is to create is tried out without a trace, its command id included")
    func trial() throws {
        let tf = try Workspace()
        let task = #"{"title": "Follow up", "command_id": "once"}"#
        try tf("trigger", "add", "follow", "--on", "custom/go", "--create-task", task)
        #expect(try tf.tasks().isEmpty)
        try tf("events", "emit", "custom/go")
        #expect(try tf.tasks().map { $0["title"].string } == ["Follow up"])
    }

    @Test("a field that no fitting event can have is refused, with the one that was meant")
    func unknownField() throws {
        let tf = try Workspace()
        func add(_ name: String, _ on: String, _ condition: String, exits: Int32 = 0) throws -> Outcome {
            try tf("trigger", "add", name, "--on", on, "--where", condition, "--notify", "ann", exits: exits)
        }
        #expect(try add("a", "task/created", "lable=x", exits: 2).stderr.contains("did you mean 'label'?"))
        #expect(try add("b", "task/*", "exit_cod=1", exits: 2).stderr.contains("exit_code"))
        _ = try add("c", "task/created", "data.lable=x")
        _ = try add("d", "custom/deployed", "env=prod")
        _ = try add("e", "*", "env=prod")
        _ = try add("f", "run/failed", "trigger!=f")
        _ = try add("g", "task/created", "payload.env=prod")
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

    @Test("events and history tell in words what triggers did")
    func readable() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "run", "--on", "task/created", "--exec", "true")
        try tf("trigger", "add", "make", "--on", "task/started", "--create-task", #"{"title": "Next"}"#)
        _ = try tf.createRunning()
        let seq = try #require(try tf.events().first { $0["type"].string == "task/created" }?["seq"].int)
        let events = try tf("events", "--type", "trigger/fired").stdout
        #expect(events.contains("task/created T-1 (event \(seq)) → R-1"), "\(events)")
        #expect(events.contains(" → T-2"), "\(events)")
        let history = try tf("task", "history", "T-1").stdout
        #expect(history.contains("task/created T-1 (event \(seq)) → R-1") && !history.contains("{"), "\(history)")
    }

    @Test("a trigger's agent is told of the event, and not to report on a task that it does not hold")
    func promptOfReaction() throws {
        let tf = try Workspace()
        try tf(
            "agent", "add", "critic", "--stdin", "prompt", "--shell", "cat > prompt; tf task prompt > asked; touch read"
        )
        try tf("trigger", "add", "look", "--on", "task/status_changed", "--where", "to=running", "--run", "critic")
        _ = try tf.createRunning("Work")
        try tf.awaitFile("read")
        let prompt = try tf.read(tf.directory + "/prompt")
        for text in ["task/status_changed about T-1", "trigger look", "\"to\": \"running\"", "agent critic"] {
            #expect(prompt.contains(text), "\(text) in \(prompt)")
        }
        for text in ["attempt", "task complete", "task fail", "task block", "Work on T-1"] {
            #expect(!prompt.contains(text), "\(text) in \(prompt)")
        }
        #expect(try tf.read(tf.directory + "/asked").contains("trigger look"))
    }

    @Test("what triggers run is told apart from agents, and can be left out")
    func listedApart() throws {
        let tf = try Workspace()
        try tf.hook("task.created", "true")
        try tf.addAgent("builder", shell: "true")
        try tf("task", "create", "x", "--agent", "builder", "--wait")
        try eventually("both have run") { try tf.runs().filter { $0["status"].string == "succeeded" }.count == 2 }
        let rows = try tf("run", "list").lines
        #expect(rows.contains { $0.contains("(hook.task.created)") }, "\(rows)")
        #expect(try tf.json("run", "list", "--no-triggers").array.map { $0["agent"].string } == ["builder"])
    }

    @Test("a depth that is no number, or less than none, counts as none", arguments: ["-9", "x", ""])
    func depth(text: String) throws {
        let tf = try Workspace()
        try tf("events", "emit", "custom/go", environment: ["TF_DEPTH": text])
        #expect(try tf.events("custom/go")[0]["depth"].int ?? 0 == 0)
    }

    @Test("what an agent makes in its run carries the run's depth")
    func depthOfAgents() throws {
        let tf = try Workspace()
        try tf.addAgent("quick", shell: "true")
        try tf.addAgent("maker", shell: "tf task create inner --agent quick --parent $TF_TASK")
        try tf("trigger", "add", "go", "--on", "custom/go", "--create-task", #"{"title": "x", "agent": "maker"}"#)
        try tf("events", "emit", "custom/go")
        try eventually("the inner task is done") { try tf.attempt("task", "show", "T-2").stdout.contains("done") }
        #expect(try tf.runs(of: "T-2").map { $0["depth"].int } == [1])
    }

    @Test("a worker for one task leaves what triggers have queued to others, who start it at once")
    func workOnce() throws {
        let tf = try Workspace()
        try tf.addAgent("slow", "--dispatch", "queue", shell: "true")
        try tf("trigger", "add", "go", "--on", "task/completed", "--exec", "touch told")
        try tf("task", "create", "x", "--agent", "slow")
        try tf("work", "--once")
        try tf.awaitFile("told")
        try tf.awaitRun("R-2", "succeeded")
    }

    @Test("a worker and tick tell triggers and start what they queue")
    func workers() throws {
        let tf = try Workspace()
        try tf.addAgent("slow", "--dispatch", "queue", shell: "true")
        try tf("trigger", "add", "go", "--on", "task/completed", "--exec", "echo $TF_TASK >> ended")
        for _ in 1...3 { try tf("task", "create", "x", "--agent", "slow") }
        try tf("work", "--drain", "--jobs", "2")
        try eventually("all three are told") {
            try tf.exists(tf.directory + "/ended") && tf.read(tf.directory + "/ended").split(separator: "\n").count == 3
        }
        try tf.demandOnce("go")
        try eventually("nothing runs") { try tf.runs().allSatisfy { $0["status"].string == "succeeded" } }
        try tf.demandHealthy()
    }
}

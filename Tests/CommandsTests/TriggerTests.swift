import Foundation
import Testing

extension Workspace {
    /// The events of a type, or of a pattern for types.
    func events(_ type: String, file: String = #fileID, line: Int = #line) throws -> [JSON] {
        try json("events", "--type", type, file: file, line: line).array
    }

    /// Commits something that triggers are not told of: the command is killed as it gives the lock of its commit back.
    func leaveUntold(_ arguments: String..., file: String = #fileID, line: Int = #line) throws {
        let before = try lastSeq(file: file, line: line)
        let outcome = try crash(at: CrashPoint(name: "flock", occurrence: 2), arguments)
        try demand(outcome.signal == SIGKILL || outcome.status == 137, "\(outcome)", file: file, line: line)
        try demand(try lastSeq(file: file, line: line) > before, "nothing was committed", file: file, line: line)
    }

    /// Demands that a trigger was told of each event that it fired on once.
    func demandOnce(_ trigger: String, file: String = #fileID, line: Int = #line) throws {
        let told = try events("trigger/*", file: file, line: line)
            .filter {
                $0["about"].string == trigger && $0["data"]["event"].exists && $0["type"].string == "trigger/fired"
            }
            .compactMap { $0["data"]["event"].int }
        try demand(Set(told).count == told.count, "\(trigger) was told twice: \(told)", file: file, line: line)
    }
}

@Suite("Triggers of a workspace")
struct TriggerCommandTests {
    // MARK: Actions

    @Test("--assign gives the event's task to an agent, whose run is one step deeper")
    func assign() throws {
        let tf = try Workspace()
        try tf.addAgent("coder", shell: "tf task comment here")
        try tf("trigger", "add", "triage", "--on", "task/created", "--where", "type=bug", "--assign", "coder")
        try tf("task", "create", "A bug", "--type", "bug")
        try tf("task", "create", "A feature", "--type", "feature")
        #expect(try tf.await("T-1", "done", "failed") == "done")
        #expect(try tf.status("T-2") == "todo" && tf.task("T-2")["assignee"].exists == false)
        let run = try tf.showRun("R-1")
        #expect(run["depth"].int == 1 && run["task"].string == "T-1")
        #expect(try tf.comments("T-1").contains { $0["text"].string == "here" })
        for type in [
            "task/assigned", "run/queued", "run/started", "comment/created", "task/completed", "run/succeeded",
        ] {
            let event = try #require(try tf.events(type).first, "\(type)")
            #expect(event["depth"].int == 1, "\(event)")
        }
        #expect(try tf.events("task/assigned").first?["actor"].string == "trigger:triage")
        try tf.demandHealthy()
    }

    @Test("--create-task makes a task, in the trigger's name")
    func createTask() throws {
        let tf = try Workspace()
        let task = #"{"title": "Test it", "labels": ["qa"], "user": "polly"}"#
        try tf("trigger", "add", "test", "--on", "task/completed", "--create-task", task)
        try tf("task", "complete", try tf.createRunning())
        let made = try tf.task("T-2")
        #expect(made["title"].string == "Test it" && made["labels"].strings == ["qa"])
        #expect(made["created_by"].string == "trigger:test" && made["assignee"]["user"].string == "polly")
        let fired = try tf.events("trigger/fired")
        #expect(
            fired.count == 1 && fired[0]["data"]["task"].string == "T-2" && fired[0]["data"]["record"].string == "T-1")
        #expect(try tf.inbox(of: "polly").map { $0["type"].string } == ["task_assigned"])
        try tf.demandHealthy()
    }

    @Test("--notify puts the event into somebody's inbox, also into that of who caused it")
    func notify() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "tell", "--on", "task/completed", "--notify", "tester")
        try tf("task", "complete", try tf.createRunning("Paint the fence"))
        let inbox = try tf.inbox()
        #expect(inbox.count == 1 && inbox[0]["type"].string == "task_completed" && inbox[0]["about"].string == "T-1")
        #expect(inbox[0]["title"].string?.contains("Paint the fence") == true, "\(inbox)")
    }

    @Test("--exec runs a command about the event: JSON on standard input, the environment of a run, its own run")
    func exec() throws {
        let tf = try Workspace()
        try tf(
            "trigger", "add", "ship", "--on", "task/completed", "--exec",
            "cat > event.json; env | grep ^TF_ | sort > env; echo shipped; touch done")
        try tf("task", "complete", try tf.createRunning())
        try tf.awaitFile("done")
        try tf.awaitRun("R-1", "succeeded")
        let event = try JSON(contentsOf: tf.directory + "/event.json")
        #expect(event["type"].string == "task/completed" && event["about"].string == "T-1")
        let variables = try tf.read(tf.directory + "/env")
        for line in [
            "TF_TASK=T-1", "TF_RUN=R-1", "TF_DEPTH=1", "TF_ATTEMPT=1", "TF_EVENT=task/completed", "TF_TRIGGER=ship",
            "TF_ACTOR=trigger:ship", "TF_WORKSPACE=\(tf.path)",
        ] { #expect(variables.contains(line + "\n"), "\(line) in \(variables)") }
        let run = try tf.showRun("R-1")
        #expect(run["cause"].string == "trigger" && run["trigger"].string == "ship" && !run["agent"].exists)
        #expect(try tf("run", "logs", "R-1").stdout == "shipped\n")
        #expect(try tf.events("trigger/fired").first?["run"].string == "R-1")
        // The task neither knows of the run nor is moved by it.
        #expect(try tf.task("T-1")["rev"].int == 3 && !tf.task("T-1")["run"].exists)
        try tf.demandHealthy()
    }

    @Test("--exec takes a program and its arguments after --")
    func execWords() throws {
        let tf = try Workspace()
        let script = try tf.script("ship", "printf '%s|' \"$@\" > args; mv args done")
        try tf("trigger", "add", "ship", "--on", "task/created", "--exec", script, "--", "a b", "$HOME", "--x")
        _ = try tf.create()
        try tf.awaitFile("done")
        #expect(try tf.read(tf.directory + "/done") == "a b|$HOME|--x|")
    }

    @Test("--run runs an agent about the event, and leaves the task as it is")
    func run() throws {
        let tf = try Workspace()
        try tf.addAgent("reviewer", "--stdin", "prompt", shell: "cat > prompt; tf task comment reviewed; touch done")
        try tf("trigger", "add", "review", "--on", "task/completed", "--run", "reviewer")
        try tf("task", "complete", try tf.createRunning("Paint the fence"))
        try tf.awaitFile("done")
        try tf.awaitRun("R-1", "succeeded")
        #expect(try tf.status("T-1") == "done" && tf.read(tf.directory + "/prompt").contains("Paint the fence"))
        #expect(try tf.comments("T-1").contains { $0["text"].string == "reviewed" })
        let run = try tf.showRun("R-1")
        #expect(run["agent"].string == "reviewer" && run["cause"].string == "trigger" && run["depth"].int == 1)
    }

    @Test("what a trigger runs about an event without a task has none")
    func noTask() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "deployed", "--on", "custom/deployed", "--exec", "env > env; mv env done")
        #expect(try tf("events", "emit", "custom/deployed", "--data", #"{"env": "prod"}"#).text == "3")
        try tf.awaitFile("done")
        #expect(try !tf.read(tf.directory + "/done").contains("TF_TASK="))
        try tf.awaitRun("R-1", "succeeded")
        #expect(try !tf.showRun("R-1")["task"].exists)
        #expect(try tf("run", "list").stdout.contains("deployed"))
        try tf.demandHealthy()
    }

    // MARK: Which, when, how often

    @Test("all that fit fire, in the order of their names, and a change that several make is made in that order")
    func order() throws {
        let tf = try Workspace()
        for name in ["zeta", "alpha", "mid"] {
            try tf(
                "trigger", "add", name, "--on", "task/*", "--where", "title=Start", "--create-task",
                #"{"title": "\#(name)"}"#)
        }
        _ = try tf.create("Start")
        #expect(try tf.events("trigger/fired").compactMap { $0["about"].string } == ["alpha", "mid", "zeta"])
        #expect(
            try tf.tasks().sorted { number($0) < number($1) }.compactMap { $0["title"].string } == [
                "Start", "alpha", "mid", "zeta",
            ])
    }

    @Test("conditions: equal, different, like, all of them, as the event left the record")
    func conditions() throws {
        let tf = try Workspace()
        func add(_ name: String, _ on: String, _ conditions: String...) throws {
            try tf.run(
                ["trigger", "add", name, "--on", on, "--notify", "n"] + conditions.flatMap { ["--where", $0] })
        }
        try add("label", "task/created", "label=deploy")
        try add("unlike", "task/created", "label!=deploy")
        try add("title", "task/created", "title~*fence*", "priority=high")
        try add("to", "task/status_changed", "to=running")
        try add("payload", "task/created", "payload.env=prod")
        try add("of-task", "comment/created", "label=deploy", "kind=blocker")
        try tf(
            "task", "create", "Paint the fence", "--label", "deploy", "--label", "x", "--priority", "high", "--payload",
            #"{"env": "prod"}"#)
        try tf("task", "create", "Else")
        try tf("task", "start", "T-2")
        try tf("task", "comment", "T-1", "text", "--kind", "blocker")
        try tf("task", "comment", "T-2", "text", "--kind", "blocker")
        try tf("task", "comment", "T-1", "text")
        let fired = try tf.events("trigger/fired").map { "\($0["about"].string!) \($0["task"].string!)" }
        #expect(fired == ["label T-1", "payload T-1", "title T-1", "unlike T-2", "to T-2", "of-task T-1"])
    }

    @Test("a trigger is told of what is committed after it was made, and once of each event")
    func once() throws {
        let tf = try Workspace()
        _ = try tf.create("Before")
        try tf("trigger", "add", "tell", "--on", "*", "--where", "actor=tester", "--notify", "n")
        let position = try tf.lastSeq()
        #expect(try tf.json("trigger", "show", "tell")["position"].int == position)
        _ = try tf.create("After")
        try tf("tick")
        try tf("tick")
        let told = try tf.events("trigger/fired").compactMap { $0["data"]["event"].int }
        #expect(told == [position + 1])
    }

    @Test("disabled, it is told of nothing; enabled again, not of what has passed")
    func disable() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "tell", "--on", "task/created", "--notify", "n")
        try tf("trigger", "disable", "tell")
        _ = try tf.create("Unseen")
        try tf("trigger", "enable", "tell")
        #expect(try tf.inbox(of: "n").isEmpty)
        _ = try tf.create("Seen")
        #expect(try tf.inbox(of: "n").map { $0["about"].string } == ["T-2"])
        let again = try tf.demandNothingWritten { try tf("trigger", "enable", "tell") }
        #expect(again.stdout == "tell enabled\n")
        #expect(try tf.events("trigger/edited").count == 2)
    }

    @Test("three triggers in a row, and no more: then it is suppressed, said, and nothing is left over")
    func depth() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "loop", "--on", "task/created", "--create-task", #"{"title": "Again"}"#)
        let outcome = try tf("task", "create", "First")
        #expect(outcome.text == "T-1" && outcome.stderr.contains("suppressed"), "\(outcome)")
        #expect(try tf.tasks().count == 4)
        #expect(try tf.events("task/created").compactMap { $0["depth"].int } == [0, 1, 2, 3])
        let suppressed = try tf.events("trigger/suppressed")
        #expect(suppressed.count == 1 && suppressed[0]["data"]["record"].string == "T-4", "\(suppressed)")
        #expect(try tf.json("tick")["actions"].array.isEmpty)
        try tf.demandHealthy()
    }

    @Test("what an agent's run causes is as deep as the run, so a circle through runs ends as well")
    func depthOfRuns() throws {
        let tf = try Workspace()
        try tf.addAgent("echo", shell: "tf task create Again --label loop > /dev/null")
        try tf("trigger", "add", "loop", "--on", "task/created", "--where", "label=loop", "--assign", "echo")
        try tf("task", "create", "First", "--label", "loop")
        try eventually("the circle ends") { try tf.events("trigger/suppressed").count == 1 }
        try eventually("nothing runs") { try tf.runs().allSatisfy { $0["ended_at"].exists } }
        #expect(try tf.events("task/created").compactMap { $0["depth"].int } == [0, 1, 2, 3])
        #expect(try tf.events("task/completed").compactMap { $0["depth"].int }.sorted() == [1, 2, 3])
    }

    @Test(
        "what others have left is told by tick, which says so, and a dry tick says the same",
        .enabled(if: Machine.canTrace, "needs strace and the permission to trace"))
    func leftOver() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "follow", "--on", "task/completed", "--create-task", #"{"title": "Follow"}"#)
        let id = try tf.createRunning()
        try tf.leaveUntold("task", "complete", id)
        #expect(try tf.tasks().count == 1)
        let dry = try tf.demandNothingWritten { try tf.json("tick", "--dry-run")["actions"].array }
        #expect(dry.contains { $0["kind"].string == "reacted" && $0["about"].string == "follow" }, "\(dry)")
        #expect(try tf.json("tick")["actions"].array == dry)
        #expect(try tf.tasks().count == 2)
        #expect(try tf.json("tick")["actions"].array.isEmpty)
        try tf.demandOnce("follow")
        try tf.demandHealthy()
    }

    // MARK: The command

    @Test("a trigger that cannot be is refused, and nothing is written")
    func refusals() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "there", "--on", "task/created", "--notify", "n")
        let refused: [(Int32, String, [String])] = [
            (2, "task/complete", ["a", "--on", "task/complete", "--notify", "n"]),
            (2, "--on", ["a", "--notify", "n"]),
            (2, "--assign", ["a", "--on", "task/created"]),
            (2, "--notify", ["a", "--on", "task/created", "--notify", "n", "--assign", "x"]),
            (3, "ghost", ["a", "--on", "task/created", "--assign", "ghost"]),
            (3, "ghost", ["a", "--on", "task/created", "--run", "ghost"]),
            (2, "title", ["a", "--on", "task/created", "--create-task", #"{"titel": "x"}"#]),
            (2, "where", ["a", "--on", "task/created", "--where", "label", "--notify", "n"]),
            (1, "there", ["there", "--on", "task/created", "--notify", "n"]),
            (1, "hook.x", ["hook.x", "--on", "task/created", "--notify", "n"]),
            (1, "notify-command", ["notify-command", "--on", "task/created", "--notify", "n"]),
        ]
        for (status, word, arguments) in refused {
            let outcome = try tf.demandNothingWritten {
                try tf.run(["trigger", "add"] + arguments, exits: status)
            }
            #expect(outcome.stderr.contains(word), "\(arguments): \(outcome)")
        }
        try tf("trigger", "show", "ghost", exits: 3)
        try tf("trigger", "remove", "ghost", exits: 3)
    }

    @Test("list, show, remove, and the events of it")
    func listing() throws {
        let tf = try Workspace()
        #expect(try tf.json("trigger", "list").array.isEmpty)
        try tf("trigger", "add", "b", "--on", "task/created", "--where", "label=x", "--notify", "n")
        try tf("trigger", "add", "a", "--on", "run/*", "--exec", "true")
        #expect(try tf("trigger", "ls", "-q").stdout == "a\nb\n")
        let shown = try tf.json("trigger", "show", "B")
        #expect(shown["on"].string == "task/created" && shown["action"]["notify"].string == "n")
        #expect(shown["where"][0]["field"].string == "label" && shown["created_by"].string == "tester")
        #expect(try tf("trigger", "rm", "a", "b").stdout == "a removed\nb removed\n")
        #expect(try tf.list("triggers").isEmpty)
        #expect(
            try types(tf.events("trigger/*")) == [
                "trigger/created", "trigger/created", "trigger/removed", "trigger/removed",
            ])
        _ = try tf.create()
        #expect(try tf.inbox(of: "n").isEmpty)
    }

    @Test("test says what would happen and why not, and changes nothing")
    func dryRun() throws {
        let tf = try Workspace()
        try tf.addAgent("coder", shell: "true")
        try tf("task", "create", "A bug", "--type", "bug", "--label", "x")
        let created = try #require(try tf.events("task/created").first?["seq"].int)
        try tf("trigger", "add", "triage", "--on", "task/created", "--where", "type=bug", "--assign", "coder")
        let fires = try tf.demandNothingWritten { try tf.json("trigger", "test", "triage", "--event", "\(created)") }
        #expect(fires["fires"].bool == true && fires["action"]["assign"].string == "coder", "\(fires)")
        #expect(fires["events"].array.compactMap { $0["type"].string } == ["task/assigned", "run/queued"])
        let other = try tf("trigger", "test", "triage", "--event", "1").stdout
        #expect(other.contains("does not fire") && other.contains("workspace/created is not task/created"), "\(other)")
        try tf("trigger", "add", "never", "--on", "task/created", "--where", "label=y", "--notify", "n")
        let never = try tf("trigger", "test", "never", "--event", "\(created)").stdout
        #expect(never.contains("no  label=y"), "\(never)")
        try tf("trigger", "disable", "triage")
        #expect(try tf("trigger", "test", "triage", "--event", "\(created)").stdout.contains("it is disabled"))
        try tf("trigger", "test", "triage", "--event", "999", exits: 3)
        #expect(try tf.runs().isEmpty)
    }

    @Test("a task's own agent may not make triggers")
    func scope() throws {
        let tf = try Workspace()
        try tf.addAgent("sly", shell: "tf trigger add more --on '*' --exec true 2> refused; echo $? > status")
        try tf("task", "create", "x", "--agent", "sly", "--wait")
        #expect(try tf.read(tf.directory + "/status") == "1\n")
        #expect(try tf.read(tf.directory + "/refused").contains("may not change agents, triggers or settings"))
        #expect(try tf.list("triggers").isEmpty)
    }

    @Test("what a trigger runs can be stopped by its run, which has no task to retry")
    func cancel() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "slow", "--on", "task/created", "--exec", "touch begun; sleep 60")
        _ = try tf.create()
        try tf.awaitFile("begun")
        #expect(try tf("run", "cancel", "R-1").stdout == "R-1 cancelled\n")
        #expect(try tf.status("T-1") == "todo")
        #expect(try tf("run", "retry", "R-1", exits: 1).stderr.contains("trigger slow"))
        #expect(try tf.json("trigger", "show", "slow")["failures"].int ?? 0 == 0)
        try eventually("nothing is left") { tf.processes().isEmpty }
    }

    @Test("a trigger that is written by hand begins there; so does one of a clone, whose events are counted anew")
    func byHand() throws {
        let tf = try Workspace()
        _ = try tf.create("Before")
        try tf.write(
            #"""
            {"schema": 1, "id": "hand", "rev": 1, "created_at": "2026-01-01T00:00:00.000Z",
             "updated_at": "2026-01-01T00:00:00.000Z", "on": "task/created", "action": {"notify": "n"}, "position": 900}
            """#, to: tf.path + "/triggers/hand.json")
        _ = try tf.create("After")
        #expect(try tf.inbox(of: "n").map { $0["about"].string } == ["T-2"])
        for name in ["journal", "cache", "inbox"] {
            try FileManager.default.removeItem(atPath: tf.path + "/" + name)
        }
        _ = try tf.create("In the clone")
        #expect(try tf.inbox(of: "n").map { $0["about"].string } == ["T-3"])
        try tf.demandHealthy()
    }

    @Test("a trigger whose file is bad is named, and does not stop the others")
    func badFile() throws {
        let tf = try Workspace()
        for name in ["a", "b"] { try tf("trigger", "add", name, "--on", "task/created", "--notify", name) }
        try tf.edit("triggers/a.json") { $0.replacingOccurrences(of: "notify", with: "dance") }
        let outcome = try tf("task", "create", "x")
        #expect(outcome.text == "T-1" && outcome.stderr.contains("triggers/a.json"), "\(outcome)")
        #expect(try tf.inbox(of: "b").count == 1)
        let report = try tf.json("doctor", exits: 1)
        #expect(
            report["findings"].array.contains { $0["code"].string == "invalid_record" && $0["about"].string == "a" })
    }

    @Test("an agent that a trigger is for and that is gone is a finding, and a failure when the trigger fires")
    func danglingAgent() throws {
        let tf = try Workspace()
        try tf.addAgent("coder", shell: "true")
        try tf("trigger", "add", "go", "--on", "task/created", "--assign", "coder")
        try tf("agent", "remove", "coder")
        let report = try tf.json("doctor", exits: 1)["findings"].array
        #expect(report.map { $0["code"].string } == ["dangling_reference"] && report[0]["about"].string == "go")
        #expect(try tf("task", "create", "x").stderr.contains("agent coder not found"))
        #expect(try tf.events("trigger/failed").count == 1)
    }

    @Test("completion offers the names of triggers")
    func completion() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "ship", "--on", "task/created", "--notify", "n")
        #expect(try tf("completion", "--candidates", "triggers").stdout == "ship\ttask/created: notify n\n")
    }
}

@Suite("Events of one's own")
struct EmitTests {
    @Test("emit prints the number, and keeps data and task")
    func emit() throws {
        let tf = try Workspace()
        _ = try tf.create()
        let event = try tf.json("events", "emit", "custom/deployed", "--data", #"{"env": "prod"}"#, "--task", "t-1")
        #expect(event["type"].string == "custom/deployed" && event["about"].string == "T-1")
        #expect(event["task"].string == "T-1" && event["data"]["env"].string == "prod" && event["seq"].int == 3)
        #expect(try tf.events().last == event)
        #expect(try tf("events", "emit", "custom/x").text == "4")
        #expect(try tf("events", "emit", "custom/once", "--command-id", "c1").text == "5")
        let again = try tf.demandNothingWritten {
            try tf.json("events", "emit", "custom/once", "--command-id", "c1")
        }
        #expect(again["seq"].int == 5 && again["deduped"].bool == true, "\(again)")
        try tf.demandHealthy()
    }

    @Test("nothing else can be emitted by hand", arguments: ["task/completed", "custom/", "custom/A B", "deployed"])
    func refused(type: String) throws {
        let tf = try Workspace()
        let outcome = try tf.demandNothingWritten { try tf("events", "emit", type, exits: 2) }
        #expect(outcome.stderr.contains(type), "\(outcome)")
    }

    @Test("data that is no object, and a task that there is not, are refused")
    func badInput() throws {
        let tf = try Workspace()
        try tf.demandNothingWritten {
            try tf("events", "emit", "custom/x", "--data", "[1]", exits: 2)
            try tf("events", "emit", "custom/x", "--data", "{", exits: 2)
            try tf("events", "emit", "custom/x", "--task", "T-9", exits: 3)
        }
    }
}

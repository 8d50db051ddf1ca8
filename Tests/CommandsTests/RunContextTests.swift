import Foundation
import Testing

@Suite("What a command is given, and what it gives back")
struct RunContextTests {
    @Test("its environment is the caller's basics, the agent's own, and TF_*")
    func environment() throws {
        let tf = try Workspace()
        try tf.addAgent(
            "env", "--env", "OWN=value", "--env", "INHERITED", shell: "env > seen; [ -f \"$TF_PROMPT\" ]")
        _ = try tf.create()
        try tf.run(
            ["task", "assign", "T-1", "--agent", "env", "--wait"],
            environment: ["SECRET": "leaks", "INHERITED": "through", "LC_TIME": "C", "TF_NOW": "2026-03-01T10:00:00Z"])
        let seen = Dictionary(
            try tf.read(tf.directory + "/seen").split(separator: "\n").map {
                let parts = $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
            }, uniquingKeysWith: { $1 })
        for name in ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR"] {
            #expect(seen[name] == tf.environment[name], "\(name)")
        }
        #expect(seen["LC_TIME"] == "C" && seen["OWN"] == "value" && seen["INHERITED"] == "through")
        #expect(seen["SECRET"] == nil && seen["TF_NOW"] == nil)
        #expect(seen["TF_WORKSPACE"] == tf.path)
        #expect(seen["TF_TASK"] == "T-1" && seen["TF_RUN"] == "R-1" && seen["TF_ATTEMPT"] == "1")
        #expect(seen["TF_DEPTH"].flatMap(Int.init) != nil)
        #expect((seen["TF_FLOW"] ?? "").isEmpty && (seen["TF_STEP"] ?? "").isEmpty)
        #expect(try tf.status("T-1") == "done", "TF_PROMPT is a file")
    }

    @Test("exec passes everything on")
    func execEnvironment() throws {
        let tf = try Workspace()
        let outcome = try tf.run(["exec", "--", "sh", "-c", "echo $ANYTHING"], environment: ["ANYTHING": "goes"])
        #expect(outcome.stdout.contains("goes"))
    }

    @Test("values of an agent's environment are never printed")
    func secretEnvironment() throws {
        let tf = try Workspace()
        try tf("agent", "add", "keyed", "--env", "KEY=hunter2", "--", "true")
        #expect(try tf("agent", "show", "keyed").stdout.contains("KEY"), "the name is no secret")
        for command in [["agent", "show", "keyed"], ["agent", "list"], ["events"]] {
            #expect(try !tf.run(command).stdout.contains("hunter2"), "\(command)")
            #expect(try !tf.run(["--json"] + command).stdout.contains("hunter2"), "\(command) --json")
        }
    }

    @Test("it runs where the agent says, else where the workspace is")
    func directory() throws {
        let tf = try Workspace()
        try FileManager.default.createDirectory(atPath: tf.directory + "/sub", withIntermediateDirectories: true)
        try tf.addAgent("here", shell: "pwd -P > '\(tf.root)/here'")
        try tf.addAgent("there", "--cwd", tf.directory + "/sub", shell: "pwd -P > '\(tf.root)/there'")
        _ = try tf.create()
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "here", "--wait")
        try tf("task", "assign", "T-2", "--agent", "there", "--wait")
        #expect(try tf.read(tf.root + "/here") == tf.directory + "\n")
        #expect(try tf.read(tf.root + "/there") == tf.directory + "/sub\n")
    }

    @Test("standard input is nothing, the prompt or JSON, as the agent says")
    func standardInput() throws {
        let tf = try Workspace()
        for kind in ["none", "prompt", "json"] {
            try tf.addAgent(kind, "--stdin", kind, shell: "cat > \(kind).in")
            let id = try tf.create("Remarkable title")
            try tf("task", "assign", id, "--agent", kind, "--wait")
        }
        #expect(try tf.read(tf.directory + "/none.in") == "")
        #expect(try tf.read(tf.directory + "/prompt.in").contains("Remarkable title"))
        let json = try JSON(tf.read(tf.directory + "/json.in"))
        #expect(json.isObject && "\(json)".contains("Remarkable title"))
    }

    @Test("what it writes to TF_OUTPUT becomes the run's outputs, with several lines too")
    func outputs() throws {
        let tf = try Workspace()
        try tf.addAgent(
            "giver",
            shell: """
                echo 'file=dist/a=b.tar' >> $TF_OUTPUT
                printf 'notes<<END\\nfirst\\n\\nlast = 3\\nEND\\n' >> $TF_OUTPUT
                echo 'empty=' >> $TF_OUTPUT
                """)
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "giver", "--wait")
        #expect(
            try tf.showRun("R-1")["outputs"]
                == JSON(#"{"file": "dist/a=b.tar", "notes": "first\n\nlast = 3", "empty": ""}"#))
    }

    @Test("more outputs than a record can hold are none, and the run says why it did not succeed")
    func tooManyOutputs() throws {
        let tf = try Workspace()
        try tf.run(["exec", "-q", "--", "sh", "-c", "yes a=b | head -200000 > $TF_OUTPUT"], exits: 1)
        let run = try tf.showRun("R-1")
        #expect(run["status"].string == "failed" && !run["outputs"].exists, "\(run)")
        #expect(run["error"].string?.contains("800000 bytes; at most 524288") == true, "\(run)")
    }

    @Test("a command that exec runs has its prompt as well")
    func promptOfExec() throws {
        let tf = try Workspace()
        let seen = try tf("exec", "--title", "Remarkable title", "--", "sh", "-c", "cat $TF_PROMPT").stdout
        #expect(seen.contains("Remarkable title") && seen.contains("This is run R-1"), "\(seen)")
    }

    @Test("standard output and error are kept in the order they were written in")
    func order() throws {
        let tf = try Workspace()
        try tf.addAgent("mixed", shell: "echo 1; echo 2 >&2; echo 3; echo 4 >&2")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "mixed", "--wait")
        #expect(try tf("run", "logs", "R-1").stdout == "1\n2\n3\n4\n")
        #expect(try tf("run", "logs", "R-1", "--tail", "2").stdout == "3\n4\n")
    }

    @Test("from inside, verbs need no id and act on the own task")
    func inside() throws {
        let tf = try Workspace()
        try tf.addAgent(
            "worker",
            shell: """
                tf task comment 'half way there' || exit 10
                tf task edit --priority high || exit 11
                [ "$(tf task show --format '{id}')" = T-2 ] || exit 12
                tf task edit; [ $? -ne 0 ] || exit 13
                tf task edit --priority soon; [ $? = 2 ] || exit 14
                tf task comment ''; [ $? -ne 0 ] || exit 15
                """)
        _ = try tf.create("Somebody else's")
        _ = try tf.create("Its own")
        try tf("task", "assign", "T-2", "--agent", "worker", "--wait")
        #expect(try tf.task("T-2")["priority"].string == "high")
        let comments = try tf.comments("T-2").filter { $0["kind"].string == "comment" }
        #expect(comments.map { $0["text"].string } == ["half way there"])
        #expect(comments.first?["author"].string?.contains("worker") == true && comments.first?["run"].string == "R-1")
        #expect(try tf.task("T-1")["rev"].int == 1)
    }

    @Test("from inside, other tasks are out of scope unless the agent has the workspace's")
    func scope() throws {
        let tf = try Workspace()
        let own = try tf.create("Own")
        let child = try tf.create("Child", "--parent", own)
        let other = try tf.create("Other")
        let text = """
            tf --json task edit \(other) --priority high > answer; echo $? >> answer
            tf task edit \(child) --priority low
            """
        try tf.addAgent("narrow", shell: text)
        try tf("task", "assign", own, "--agent", "narrow", "--wait")
        let answer = try tf.read(tf.directory + "/answer")
        #expect(answer.contains("out_of_scope") && answer.hasSuffix("1\n"), "\(answer)")
        #expect(try tf.task(other)["priority"].string == "normal")
        #expect(try tf.task(child)["priority"].string == "low", "children are in scope")
        try tf.addAgent("wide", "--scope", "workspace", shell: text)
        let second = try tf.create("Own")
        try tf("task", "assign", second, "--agent", "wide", "--wait")
        #expect(try tf.task(other)["priority"].string == "high")
    }

    @Test("from inside, events are the agent's")
    func insideActor() throws {
        let tf = try Workspace()
        try tf.addAgent("speaker", shell: "tf task comment 'from inside'")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "speaker", "--wait")
        let events = try tf.events().filter { $0["type"].string == "comment/created" }
        #expect(events.map { $0["actor"].string } == ["agent:speaker"])
    }

    @Test("the environment holds no caller's actor or workspace that would bind the agent's own tf to another")
    func noForeignContext() throws {
        let tf = try Workspace()
        let other = try Workspace()
        try tf.addAgent("inner", shell: "tf task comment 'here'")
        _ = try tf.create()
        try tf.run(
            ["-C", tf.directory, "--workspace", tf.path, "task", "assign", "T-1", "--agent", "inner", "--wait"],
            environment: ["TF_WORKSPACE": other.path, "TF_ACTOR": "boss"])
        #expect(try tf.comments("T-1").contains { $0["text"].string == "here" })
        let made = try tf.events().filter { $0["type"].string == "task/assigned" }
        #expect(made.map { $0["actor"].string } == ["boss"])
    }

    @Test("on standard input an agent gets the record as it was committed")
    func committedRecord() throws {
        let tf = try Workspace()
        try tf.run(["agent", "add", "reader", "--stdin", "json", "--shell", "cat > in; tf --json task show > now"])
        try tf("task", "create", "Work", "--agent", "reader", "--wait")
        #expect(try tf.read(tf.directory + "/in") == tf.read(tf.directory + "/now"))
    }
}

@Suite("What an agent's command says without an id")
struct MistypedTests {
    @Test(
        "a mistyped task is not found: it is neither a reason nor the run's own task",
        arguments: ["complete T9", "complete T-", "fail t9", "block 99", "submit T-99", "cancel soon", "release soon"])
    func mistyped(words: String) throws {
        let tf = try Workspace()
        try tf.addAgent("typist", shell: "tf task \(words); echo exit $?; [ \"$(tf task show -q)\" = T-1 ]")
        let outcome = try tf("task", "create", "Work", "--agent", "typist", "--wait")
        #expect(outcome.stdout.contains("exit 3"), "\(outcome)")
        #expect(try tf.status("T-1") == "done", "its command went on to its end")
        #expect(try tf.task("T-1")["status_reason"].string == "Task completed")
    }

    @Test("a text is one, also of a single word")
    func text() throws {
        let tf = try Workspace()
        try tf.addAgent("asker", shell: "tf task block keyless")
        try tf("task", "create", "Work", "--agent", "asker", "--wait", exits: 1)
        #expect(try tf.task("T-1")["status_reason"].string == "keyless")
    }

    @Test("from inside, an edit that is a text alone says which option was meant")
    func editText() throws {
        let tf = try Workspace()
        try tf.addAgent("me", shell: "tf task edit 'new title' 2> said; tf task edit 2> nothing; exit 0")
        try tf("task", "create", "Work", "--agent", "me", "--wait")
        let said = try tf.read(tf.directory + "/said")
        #expect(said.contains("'new title' is no task") && said.contains("--title 'new title'"), "\(said)")
        #expect(try tf.read(tf.directory + "/nothing").contains("nothing to change in T-1"))
    }
}

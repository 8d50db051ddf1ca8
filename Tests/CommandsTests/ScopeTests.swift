import Foundation
import Testing

@Suite("How far the command of a run reaches")
struct ScopeTests {
    /// Runs a shell text as the agent of a task beside a foreign one, and gives what it printed.
    private func said(_ tf: Workspace, agent options: [String] = [], _ text: String) throws -> String {
        try tf.run(["agent", "add", "big", "--scope", "workspace"])
        try tf.run(["agent", "add", "me"] + options + ["--shell", "{ \(text)\n} > said 2>&1; exit 0"])
        try FileManager.default.createDirectory(atPath: tf.path + "/flows", withIntermediateDirectories: true)
        try tf.write("{}", to: tf.path + "/flows/F-1.json")
        _ = try tf.create("Foreign", "--flow", "F-1")
        _ = try tf.create("Own")
        _ = try tf.attempt("task", "assign", "T-2", "--agent", "me", "--wait")
        return try tf.read(tf.directory + "/said")
    }

    @Test(
        "nothing that it does to its task or to TF_TASK gives it more",
        arguments: [
            "tf task assign $TF_TASK --agent big", "tf task delete $TF_TASK --force", "export TF_TASK=",
            "export TF_TASK=T-1", "tf task edit --parent none", "tf task edit --flow F-1",
        ])
    func escape(first: String) throws {
        let tf = try Workspace()
        let said = try said(tf, "\(first); tf task edit T-1 --priority high; echo $?")
        #expect(said.contains("T-1 is outside the scope of T-2") && said.hasSuffix("\n1\n"), "\(said)")
        #expect(try tf.task("T-1")["rev"].int == 1)
    }

    @Test("an agent puts no task below one that is not its own")
    func parentOutOfScope() throws {
        let tf = try Workspace()
        try tf.addAgent(
            "climber",
            shell: """
                tf task create child --parent T-2 > own || exit 1
                tf task create child --parent T-1 2> foreign; echo $? > status
                tf task edit T-3 --parent T-1 2>> foreign; echo $? >> status
                """)
        _ = try tf.create()
        try tf("task", "create", "Work", "--agent", "climber", "--wait")
        #expect(try tf.read(tf.directory + "/status") == "1\n1\n")
        #expect(try tf.read(tf.directory + "/foreign").contains("outside the scope"))
        #expect(try tf("task", "list", "--all", "--format", "{id} {parent}").stdout.contains("T-3 T-2"))
    }

    @Test(
        "a comment or an update on a foreign task is refused, also for an agent that a trigger runs",
        arguments: ["--assign", "--run"])
    func foreignTask(action: String) throws {
        let tf = try Workspace()
        let foreign = try tf.create("Foreign")
        try tf.addAgent(
            "sly",
            shell: """
                tf task comment T-1 hello 2> comment; echo $? >> comment
                tf task edit T-1 --title Mine 2> edit; echo $? >> edit
                tf task comment own; touch done
                """)
        try tf("trigger", "add", "go", "--on", "task/created", action, "sly")
        _ = try tf.create("Own")
        try tf.awaitFile("done")
        for name in ["comment", "edit"] {
            let said = try tf.read(tf.directory + "/" + name)
            #expect(said.contains("outside the scope") && said.hasSuffix("\n1\n"), "\(name): \(said)")
        }
        #expect(try tf.task(foreign)["title"].string == "Foreign" && tf.comments(foreign).isEmpty)
        #expect(try tf.comments("T-2").contains { $0["text"].string == "own" })
    }

    @Test("what an agent executes reaches no further than the agent, what a person executes may do more")
    func executed() throws {
        let tf = try Workspace()
        let said = try said(
            tf,
            """
            tf exec -q -- tf agent edit me --scope workspace; echo $?
            tf exec -q -- tf exec -q -- tf agent edit me --scope workspace; echo $?
            tf exec -q -- tf task show T-1; echo $?; tf exec -q --task T-1 -- true; echo $?
            """)
        #expect(said.split(separator: "\n").filter { $0 == "1" }.count == 4, "\(said)")
        #expect(try tf.json("agent", "show", "me")["scope"].string != "workspace")
        #expect(try tf.task("T-1")["rev"].int == 1)
        try tf("exec", "--", "tf", "agent", "edit", "me", "--scope", "workspace")
        try tf("exec", "--", "tf", "task", "show", "T-1")
    }

    @Test("what a notification is about has to be within it, to be read as well as to be resolved")
    func notifications() throws {
        let tf = try Workspace()
        let said = try said(
            tf,
            """
            tf task create Child --parent T-2 --user tester
            env -u TF_TASK -u TF_RUN TF_ACTOR=boss tf task assign T-1 --user tester
            tf inbox read N-2; echo $?; tf inbox resolve N-2; echo $?; tf inbox read N-1; echo $?
            """)
        #expect(said.components(separatedBy: "T-1 is outside the scope").count == 3, "\(said)")
        #expect(said.hasSuffix("N-1 read\n0\n"), "\(said)")
    }

    @Test("a claim without an id takes the first task that is within it")
    func claim() throws {
        let tf = try Workspace()
        let said = try said(
            tf,
            """
            tf -q task claim --as me; echo $?; tf -q task create Child --parent T-2
            tf -q task claim --as me; tf -q task claim --as me --wait=10ms; echo $?
            """)
        #expect(said == "0\nT-3\nT-3\n124\n", "\(said)")
        #expect(try tf.status("T-1") == "todo")
    }

    @Test("prime says exactly what can be shown and changed", arguments: ["task", "workspace", "exec"])
    func prime(kind: String) throws {
        let tf = try Workspace()
        let text = """
            tf prime > primed; tf task prompt > prompted; for verb in show prompt why history comments tree edit; do
            set -- T-1; [ $verb != edit ] || set -- T-1 --priority high
            tf task $verb "$@" > /dev/null 2>&1; echo "$verb $?"; done; tf events --task T-1 > /dev/null; echo "events $?"
            """
        let answers: String
        if kind == "exec" {
            _ = try tf.create("Foreign")
            answers = try tf("exec", "--", "sh", "-c", text).stdout
        } else {
            answers = try said(tf, agent: ["--scope", kind], text)
        }
        let primed = try tf.read(tf.directory + "/primed").replacingOccurrences(of: "\n  ", with: " ")
        let (shows, changes) = (kind == "task" ? 1 : 0, kind == "workspace" ? 0 : 1)
        #expect(
            answers == """
                show \(shows)\nprompt \(shows)\nwhy 0\nhistory 0\ncomments 0\ntree 0\nedit \(changes)\nevents 0\n
                """)
        let sentence =
            switch kind {
            case "task": "tell everything of your own task, its children and its flow's, and only these can be changed"
            case "workspace": "tells everything of a task; every task can be changed"
            default: "tell everything of a task; only your own task, its children and its flow's can be changed"
            }
        #expect(primed.contains(sentence), "\(primed)")
        let prompted = try tf.read(tf.directory + "/prompted")
        #expect(prompted.contains("Only this task, its children and its flow's can be shown") == (kind == "task"))
    }
}

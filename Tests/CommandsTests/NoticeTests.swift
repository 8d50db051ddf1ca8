import Foundation
import Testing

@Suite("Who is told of what")
struct NoticeTests {
    private func types(_ tf: Workspace, of user: String) throws -> [String] {
        try tf.inbox(of: user).compactMap { $0["type"].string }
    }

    @Test("an agent that works from outside and blocks its task is a block by an agent")
    func blockedFromOutside() throws {
        let tf = try Workspace()
        try tf("agent", "add", "ext")
        for agent in [["--agent", "ext"], []] { try tf.run(["--actor", "ann", "task", "create", "Work"] + agent) }
        let lease = try tf.json("task", "claim", "T-1", "--as", "ext")["lease"]["token"].string ?? ""
        try tf("task", "block", "T-1", "--lease", lease, "--reason", "a key")
        #expect(try types(tf, of: "ann") == ["agent_blocked"])
        let other = try tf.json("--actor", "agent:bot", "task", "claim", "T-2", "--as", "bot")["lease"]["token"].string
        try tf("--actor", "agent:bot", "task", "block", "T-2", "--lease", other ?? "", "--reason", "a key")
        #expect(try types(tf, of: "ann") == ["agent_blocked", "agent_blocked"])
        #expect(try tf.inbox(of: "ann").allSatisfy { $0["priority"].string == "urgent" })
    }

    @Test("a person who blocks a task, claimed or not, tells nobody")
    func blockedByPerson() throws {
        let tf = try Workspace()
        for _ in 1...2 { try tf("--actor", "ann", "task", "create", "Work") }
        try tf("task", "claim", "T-1", "--as", "bob")
        try tf("task", "block", "T-1", "--force", "--reason", "a key")
        try tf("task", "block", "T-2", "--reason", "a key")
        #expect(try types(tf, of: "ann") == [])
    }

    @Test(
        "what is given to a user is told to that user in the same transaction, by triggers as well, and starts nothing")
    func userAssignment() throws {
        let tf = try Workspace()
        try tf("trigger", "add", "hand", "--on", "custom/hand", "--create-task", #"{"title": "Look", "user": "polly"}"#)
        try tf("task", "create", "Yours", "--user", "polly")
        try tf("events", "emit", "custom/hand")
        let inbox = try tf.inbox(of: "polly")
        #expect(inbox.map { $0["type"].string } == ["task_assigned", "task_assigned"], "\(inbox)")
        #expect(try tf.runs().isEmpty)
        // In the transaction that it tells of.
        for line in try tf.journal() where line["kinds"].strings.contains("notification") {
            #expect(line["events"].array.contains { $0["type"].string == "task/assigned" })
        }
    }

    @Test("what the assigned user hands in is for the creator to approve")
    func handedIn() throws {
        let tf = try Workspace()
        try tf("--actor", "ann", "task", "create", "Work", "--user", "bob")
        try tf("--actor", "bob", "task", "start", "T-1")
        try tf("--actor", "bob", "task", "submit", "T-1")
        #expect(try types(tf, of: "ann") == ["approval_required"])
        #expect(try types(tf, of: "bob") == ["task_assigned"])
        try tf("--actor", "ann", "task", "reject", "T-1", "--reason", "no")
        try tf("--actor", "bob", "task", "start", "T-1")
        try tf("--actor", "carl", "task", "submit", "T-1")
        #expect(try types(tf, of: "bob").contains("approval_required"))
    }

    @Test(
        "what an agent has made is told to whoever made the task that it worked on, also when it was a subtask itself")
    func subtasks() throws {
        let tf = try Workspace()
        try tf.addAgent("failing", shell: "exit 1")
        try tf.addAgent("inner", "--scope", "workspace", shell: "tf task create leaf --agent failing")
        try tf.addAgent("outer", "--scope", "workspace", shell: "tf task create middle --agent inner")
        try tf("--actor", "ann", "task", "create", "Root", "--agent", "outer")
        try eventually("the leaf has failed") { try tf.attempt("task", "show", "T-3").stdout.contains("failed") }
        #expect(try tf.task("T-3")["created_by"].string == "agent:inner")
        #expect(try tf.task("T-3")["requested_by"].string == "ann")
        #expect(try tf.inbox(of: "ann").contains { $0["type"].string == "run_failed" && $0["about"].string == "T-3" })
    }

    @Test(
        "a task that fails because its lease ran out is told to its creator, whoever came by; the event names the holder"
    )
    func expiry() throws {
        let tf = try Workspace()
        let at = { (moment: String) in ["TF_NOW": moment] }
        for _ in 1...2 {
            try tf("task", "create", "Work", "--max-attempts", "1", environment: at("2030-01-01T12:00:00Z"))
        }
        try tf("task", "edit", "T-2", "--max-attempts", "2")
        for id in ["T-1", "T-2"] { try tf("task", "claim", id, "--as", "bob", environment: at("2030-01-01T12:00:00Z")) }
        try tf("tick", environment: at("2030-01-01T13:00:00Z"))
        #expect(try tf.status("T-1") == "failed" && tf.status("T-2") == "todo")
        let told = try tf.inbox()
        #expect(told.map { $0["type"].string } == ["task_failed"])
        #expect(told.first?["about"].string == "T-1")
        #expect(told.first?["body"].string == "lease expired while held by bob")
        let requeued = try tf.events().filter { $0["type"].string == "task/stale_requeued" }
        #expect(requeued.map { $0["data"]["owner"].string } == ["bob"])
    }

    @Test("what an agent makes outside of any task is told to the workspace's own user")
    func withoutTask() throws {
        let tf = try Workspace()
        try tf("--actor", "agent:c", "task", "create", "Work")
        try tf("task", "start", "T-1")
        try tf("--actor", "ann", "task", "fail", "T-1", "--reason", "no")
        #expect(try types(tf, of: "tester") == ["task_failed"])
        #expect(try types(tf, of: "agent:c") == [])
    }

    @Test("who stops a run is not told of what comes of it; who created the task is")
    func stopper() throws {
        let tf = try Workspace()
        try tf.addAgent("sleeper", shell: "sleep 60")
        try tf("--actor", "ann", "task", "create", "Work", "--agent", "sleeper")
        try tf.await("T-1", "running")
        try tf("--actor", "ann", "task", "block", "T-1", "--force", "--reason", "mine")
        #expect(try tf("inbox", "--user", "ann").stdout == "")
        try tf("--actor", "ann", "task", "unblock", "T-1")
        try tf.await("T-1", "running")
        try tf("--actor", "bob", "task", "complete", "T-1", "--force")
        #expect(try tf("inbox", "--user", "ann", "--format", "{type}").text == "task_completed")
        let told = try tf.events().last { $0["type"].string == "notification/created" }
        #expect(told?["actor"].string == "agent:sleeper")
    }

    @Test("the third failure of a trigger in a row is told to a person, whoever made it and whatever caused it")
    func triggerFailure() throws {
        let tf = try Workspace()
        try tf("--actor", "agent:c", "trigger", "add", "broken", "--on", "custom/go", "--assign", "nobody", exits: 3)
        try tf("agent", "add", "bot")
        try tf("--actor", "agent:c", "trigger", "add", "broken", "--on", "custom/go", "--assign", "bot")
        for _ in 1...3 { try tf("--actor", "trigger:hook.task.created", "events", "emit", "custom/go") }
        #expect(try types(tf, of: "tester") == ["trigger_failed"])
    }

    @Test(
        "a mention is found in Markdown and in quotes; code, mail addresses and paths are none",
        arguments: [
            ("**@carl** will know", true), ("\"@carl\"", true), ("[@carl]", true), ("_@carl_", true),
            ("ask @carl.", true), ("'@carl'", true), ("(@carl)", true), ("@carl", true), ("to:@carl,@dan", true),
            ("me@carl.org", false), ("`@carl`", false), ("https://x.org/@carl", false), ("@carla", false),
        ])
    func mentions(text: String, isOne: Bool) throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf("task", "comment", "T-1", text)
        #expect(try types(tf, of: "carl") == (isOne ? ["mention"] : []), "\(text)")
    }

    @Test("that a task has failed is over when it is tried again or opened again", arguments: ["retry", "reopen"])
    func superseded(verb: String) throws {
        let tf = try Workspace()
        try tf("--actor", "ann", "task", "create", "Work")
        try tf("task", "start", "T-1")
        try tf("task", "fail", "T-1", "--reason", "no")
        #expect(try types(tf, of: "ann") == ["task_failed"])
        try tf("task", verb, "T-1")
        #expect(try types(tf, of: "ann") == [])
        let resolved = try tf.json("inbox", "--all", "--user", "ann").array[0]
        #expect(resolved["resolution"].string == (verb == "retry" ? "retry" : "superseded"), "\(resolved)")
        if verb == "reopen" { try tf("inbox", "resolve", "N-1") }
        try tf.demandHealthy()
    }
}

@Suite("Resolving notifications")
struct ResolvingTests {
    @Test("a resolution for tasks is refused for a trigger's failure, which is named")
    func triggerFailed() throws {
        let tf = try Workspace()
        try tf("agent", "add", "bot")
        try tf("trigger", "add", "broken", "--on", "custom/go", "--assign", "bot")
        for _ in 1...3 { try tf("events", "emit", "custom/go") }
        let refused = try tf("inbox", "resolve", "N-1", "--as", "retry", exits: 1)
        #expect(refused.stderr.contains("N-1 is about the trigger broken"), "\(refused)")
        try tf("inbox", "resolve", "N-1")
        #expect(try tf.inbox().isEmpty)
    }

    @Test("several are resolved at once, all or none")
    func several() throws {
        let tf = try Workspace()
        for _ in 1...3 { try tf("--actor", "ann", "task", "create", "Work", "--user", "bob") }
        try tf("inbox", "resolve", "N-1", "N-9", exits: 3)
        #expect(try tf.inbox(of: "bob").count == 3)
        #expect(try tf("inbox", "resolve", "N-1", "N-2").lines == ["N-1 resolved", "N-2 resolved"])
        #expect(try tf.json("inbox", "resolve", "N-3")["id"].string == "N-3")
    }

    @Test("a review, and the end of a block, answer the notifications that asked for them")
    func answered() throws {
        let tf = try Workspace()
        try tf.addAgent("asker", shell: "[ $TF_ATTEMPT != 1 ] || tf task block 'a key, please'")
        try tf("agent", "edit", "asker", "--review")
        try tf("task", "create", "Work", "--agent", "asker")
        try tf.await("T-1", "blocked")
        #expect(try tf("inbox", "--format", "{type}").text == "agent_blocked")
        try tf("task", "unblock", "T-1")
        try tf.await("T-1", "review")
        #expect(try tf("inbox", "--format", "{type}").text == "approval_required")
        try tf("task", "approve", "T-1")
        #expect(try tf("inbox").stdout == "")
        let resolved = try tf.events().filter { $0["type"].string == "notification/resolved" }.count
        #expect(resolved == 2)
    }

    @Test("--all puts away what only informs, of the actor alone")
    func all() throws {
        let tf = try Workspace()
        for user in ["bob", "bob", "eve"] { try tf("--actor", "ann", "task", "create", "Work", "--user", user) }
        try tf("task", "comment", "T-1", "@bob: why?")
        #expect(try tf.json("--actor", "bob", "inbox", "resolve", "--all").array.count == 2)
        #expect(try tf.inbox(of: "bob").compactMap { $0["type"].string } == ["mention"])
        #expect(try tf.inbox(of: "eve").count == 1)
        #expect(try tf("--actor", "bob", "inbox", "resolve", "--all").stdout == "")
        try tf("inbox", "resolve", exits: 2)
        try tf("inbox", "resolve", "--all", "N-3", exits: 2)
        try tf("inbox", "resolve", "--all", "--as", "approve", exits: 2)
    }
}

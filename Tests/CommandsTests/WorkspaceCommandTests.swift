import Foundation
import Testing

@Suite("The workspace and its settings")
struct WorkspaceCommandTests {
    @Test("init makes a private directory that git knows what to leave out of")
    func initialise() throws {
        let tf = try Workspace()
        var information = stat()
        #expect(stat(tf.path, &information) == 0 && information.st_mode & 0o7777 == 0o700)
        let ignored = try tf.read(tf.path + "/.gitignore")
        for name in ["leases", "runs", "inbox", "journal", "cache"] { #expect(ignored.contains(name)) }
        #expect(try types(tf.events()) == ["workspace/created"])
        try tf.demandHealthy()
    }

    @Test("init takes a directory, a prefix, sharing and another kind of ids")
    func options() throws {
        let tf = try Workspace(initialised: false)
        try tf("init", "elsewhere", "--prefix", "JOB")
        #expect(try tf("-C", "elsewhere", "task", "create", "x").stdout == "JOB-1\n")
        #expect(try tf("-C", "elsewhere", "task", "show", "job-1", "--format", "{title}").text == "x")
        try tf("init", "shared", "--shared")
        var information = stat()
        #expect(stat(tf.directory + "/shared/.tf", &information) == 0 && information.st_mode & 0o2070 == 0o2070)
        try tf("init", "hashed", "--ids", "hash")
        let ids = try (0..<20).map { try tf("-C", "hashed", "task", "create", "Number \($0)").text }
        #expect(Set(ids).count == 20 && ids.allSatisfy { $0.hasPrefix("T-") } && !ids.contains("T-1"), "\(ids)")
        #expect(try tf("-C", "hashed", "task", "show", ids[3], "--format", "{title}").text == "Number 3")
    }

    @Test("settings are set, read, listed with their origin, and unset")
    func config() throws {
        let tf = try Workspace()
        let standard = try tf("config", "log_limit").text
        #expect(standard.contains("100"))
        try tf("config", "jobs", "3")
        #expect(try tf("config", "jobs").text == "3")
        #expect(try tf("config", "--list", "--origin").lines.contains { $0.contains("jobs") && $0.contains("3") })
        try tf("config", "--unset", "jobs")
        #expect(try tf("config", "jobs").text != "3")
        let same = try tf.demandNothingWritten { try tf("config", "log_limit", standard) }
        #expect(same.status == 0)
        try tf.demandNothingWritten {
            for wrong in [["jobs", "0"], ["jobs", "some"], ["retention", "soon"], ["durability", "maybe"]] {
                let refused = try tf.run(["config"] + wrong, exits: 2)
                #expect(wrong.allSatisfy(refused.stderr.contains), "\(refused)")
            }
            let unknown = try tf.attempt("config", "jbos", "3")
            #expect([2, 3].contains(unknown.status) && unknown.stderr.contains("jobs"), "\(unknown)")
        }
    }

    @Test("trust is the user's, is kept outside the workspace, and can be revoked")
    func trust() throws {
        let tf = try Workspace()
        #expect(try tf("trust", "--list").stdout.contains(tf.directory))
        try tf.demandNothingWritten {
            try tf("trust", "--revoke")
            #expect(try !tf("trust", "--list").stdout.contains(tf.directory))
            try tf("trust")
        }
        #expect(try tf("trust", "--list").stdout.contains(tf.directory))
    }

    @Test("a copy of a workspace is another one, and is not trusted")
    func copiedTrust() throws {
        let tf = try Workspace()
        try tf.addAgent("toucher", shell: "touch ran")
        try #require(try tf.shell("mkdir copy && cp -r .tf copy/").status == 0)
        _ = try tf.attempt("-C", "copy", "task", "create", "x", "--agent", "toucher", "--wait")
        #expect(!tf.exists(tf.directory + "/copy/ran") && !tf.exists(tf.directory + "/ran"))
        try tf("-C", "copy", "trust")
        let id = try tf("-C", "copy", "task", "create", "y").text
        try tf("-C", "copy", "task", "assign", id, "--agent", "toucher", "--wait")
        #expect(tf.exists(tf.directory + "/copy/ran"))
    }

    @Test("agents are added, shown, edited, tested and removed")
    func agents() throws {
        let tf = try Workspace()
        try tf(
            "agent", "add", "coder", "--timeout", "90s", "--grace", "2s", "--max-attempts", "2", "--backoff",
            "1s,2,1m", "--exit-code", "75=retry", "--env", "A=1", "--description", "Writes code", "--", "sh", "-c",
            "exit 0")
        let agent = try tf.json("agent", "show", "coder")
        #expect(agent["command"].strings == ["sh", "-c", "exit 0"] && agent["timeout"].string == "90s")
        #expect(agent["backoff"]["delay"].string == "1s" && agent["max_attempts"].int == 2)
        #expect(agent["exit_codes"]["75"].string == "retry" && agent["description"].string == "Writes code")
        try tf("agent", "add", "coder", "--", "true", exits: 1)
        try tf("agent", "edit", "coder", "--description", "Writes better code")
        #expect(try tf.json("agent", "show", "coder")["rev"].int == 2)
        try tf("agent", "test", "coder")
        try tf("agent", "remove", "coder")
        try tf("agent", "show", "coder", exits: 3)
        let seen = try types(tf.events()).filter { $0.hasPrefix("agent/") }
        #expect(seen == ["agent/created", "agent/edited", "agent/removed"])
    }

    @Test("notifications reach the person, are read and resolved, and never the actor")
    func inbox() throws {
        let tf = try Workspace()
        let id = try tf.create()
        try tf("task", "assign", id, "--user", "ann")
        try tf("task", "assign", try tf.create("Own"), "--user", "tester")
        try tf("task", "comment", id, "what do you think, @bob?")
        #expect(try tf.inbox(of: "ann").map { $0["type"].string } == ["task_assigned"])
        #expect(try tf.inbox(of: "bob").map { $0["type"].string } == ["mention"])
        #expect(try tf.inbox(of: "tester").isEmpty)
        #expect(try tf.json("inbox", "--actor", "ann").array.count == 1, "one's own unless said otherwise")
        try tf("inbox", "read", "N-1", "--actor", "ann")
        #expect(try tf.json("inbox", "--all", "--user", "ann").array.map { $0["read_at"].exists } == [true])
        try tf("inbox", "resolve", "N-1", "--as", "dismiss", "--actor", "ann")
        let resolved = try tf.json("inbox", "--all", "--user", "ann").array.first
        #expect(resolved?["resolved_at"].exists == true && resolved?["resolution"].string == "dismiss")
        let seen = try types(tf.events()).filter { $0.hasPrefix("notification/") }
        #expect(seen == ["notification/created", "notification/created", "notification/read", "notification/resolved"])
        try tf.demandHealthy()
    }

    @Test("resolving an approval approves the task")
    func approve() throws {
        let tf = try Workspace()
        let id = try tf.createRunning()
        try tf("task", "submit", id, "--actor", "ann")
        let asked = try tf.inbox(of: "tester")
        #expect(asked.map { $0["type"].string } == ["approval_required"])
        #expect(asked.map { $0["priority"].string } == ["urgent"] && asked.first?["about"].string == id)
        try tf("inbox", "resolve", asked.first?["id"].string ?? "none", "--as", "approve")
        #expect(try tf.status(id) == "done")
    }

    @Test("status counts, and doctor and gc report one object")
    func reports() throws {
        let tf = try Workspace()
        _ = try tf.createRunning("Runs")
        _ = try tf.create("Waits")
        let status = try tf.json("status")
        #expect(status.isObject && "\(status)".contains("running"), "\(status)")
        #expect(try tf("status").stdout.contains("running"))
        #expect(try tf.json("doctor").isObject && tf.json("gc", "--dry-run").isObject && tf.json("tick").isObject)
    }

    @Test("gc removes old runs and logs, says the same with --dry-run, and a second one finds nothing")
    func gc() throws {
        let tf = try Workspace()
        try tf.run(["exec", "-q", "--", "echo", "old"], environment: ["TF_NOW": "2025-01-01T00:00:00Z"])
        let preview = try tf.demandNothingWritten { try tf("gc", "--dry-run") }
        #expect(preview.stdout.contains("R-1"), "\(preview)")
        let applied = try tf("gc")
        #expect(applied.stdout.contains("R-1") && !tf.exists(tf.path + "/runs/R-1"), "\(applied)")
        #expect(try !tf("gc").stdout.contains("R-1"))
        try tf("run", "show", "R-1", exits: 3)
        try tf.demandHealthy()
    }

    @Test("doctor counts everything, also what is not shown")
    func doctor() throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf.write("{", to: tf.path + "/tasks/T-1.json")
        let examined = try tf.run(["doctor", "--severity", "warning"], exits: 1)
        #expect(examined.stdout == "" && examined.stderr.contains("tf: 1 error\n"), "\(examined)")
    }
}

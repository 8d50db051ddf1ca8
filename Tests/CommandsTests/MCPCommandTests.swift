import Foundation
import Testing

@Suite("tf mcp: the tools that agents use")
struct MCPCommandTests {
    @Test("every tool is there, with typed arguments and a result that says what it has")
    func tools() throws {
        let client = try MCPClient(Workspace())
        let tools = try client.request("tools/list")["result"]["tools"].array
        #expect(
            tools.compactMap { $0["name"].string } == [
                "create_task", "list_tasks", "show_task", "claim_task", "update_task", "comment_on_task",
                "complete_task", "block_task", "flow_status", "note",
            ])
        for tool in tools {
            #expect(tool["inputSchema"]["type"].string == "object" && tool["outputSchema"]["type"].string == "object")
            #expect(tool["inputSchema"]["additionalProperties"].bool == false && tool["description"].exists)
            for name in tool["inputSchema"]["properties"].keys {
                let schema = tool["inputSchema"]["properties"][name]
                #expect(schema["description"].string?.hasSuffix(".") == true, "\(tool["name"]) \(name)")
                #expect(schema["type"].exists || name == "payload", "\(tool["name"]) \(name): \(schema)")
            }
        }
        let create = tools[0]["inputSchema"]["properties"]
        #expect(create["priority"]["enum"].strings == ["urgent", "high", "normal", "low"])
        #expect(tools[1]["annotations"]["readOnlyHint"].bool == true)
        #expect(tools[0]["annotations"]["readOnlyHint"].bool == false)
    }

    @Test("a task is created, found, claimed, worked on and completed, as by the commands")
    func life() throws {
        let tf = try Workspace()
        let client = try MCPClient(tf)
        let created = try client.call(
            "create_task",
            #"{"title":"Fix it","description":"All of it","priority":"high","labels":["ci"],"payload":{"a":1},"name":"fix"}"#
        )
        #expect(created["task"]["id"].string == "T-1" && created["task"]["created_by"].string == "tester")
        #expect(try tf.task("T-1")["payload"]["a"].int == 1)
        let next = try client.call("create_task", #"{"title":"Then","depends_on":["fix"]}"#)
        #expect(next["task"]["depends_on"].strings == ["T-1"])
        let ready = try client.call("list_tasks", #"{"ready":true}"#)
        #expect(ready["tasks"].array.compactMap { $0["id"].string } == ["T-1"] && ready["total"].int == 1)
        let waiting = try client.call("show_task", #"{"task":"T-2"}"#)
        #expect(waiting["ready"].bool == false && "\(waiting["waits"])".contains("T-1"))

        let claimed = try client.call("claim_task", #"{"duration":"10m"}"#)
        let token = try #require(claimed["task"]["lease"]["token"].string)
        #expect(claimed["task"]["status"].string == "running" && claimed["task"]["worker"].string == "tester")
        let progress = #"{"task":"T-1","progress":"half of it","percent":50,"add_labels":["now"],"lease":"\#(token)"}"#
        let updated = try client.call("update_task", progress)
        #expect(updated["task"]["progress"]["percent"].int == 50 && updated["task"]["labels"].strings == ["ci", "now"])
        #expect(updated["task"]["lease"]["token"].exists == false, "tokens are told once")
        let comment = try client.call("comment_on_task", #"{"task":"fix","text":"see @ann"}"#)
        #expect(comment["comment"]["text"].string == "see @ann" && comment["comment"]["id"].string == "C-1")
        #expect(try tf.inbox(of: "ann").map { $0["type"].string } == ["mention"])

        let refused = try client.call("complete_task", #"{"task":"T-1"}"#)
        #expect(refused.isError && refused.code == "lease_required")
        let done = try client.call("complete_task", #"{"task":"T-1","reason":"It works","lease":"\#(token)"}"#)
        #expect(done["task"]["status"].string == "done" && done["task"]["status_reason"].string == "It works")
        #expect(try client.call("show_task", #"{"task":"T-2"}"#)["ready"].bool == true)
        let shown = try client.call("show_task", #"{"task":"T-1"}"#)
        #expect(shown["comments"].array.count == 1 && !shown.isError)
        #expect(try JSON(shown.text) == shown.json, "the text is the same")
        try tf.demandHealthy()
    }

    @Test("the JSON of a task is the one that tf task show prints")
    func sameRecord() throws {
        let tf = try Workspace()
        _ = try tf.create("Something", "--label", "x", "--due", "2030-01-01")
        let shown = try MCPClient(tf).call("show_task", #"{"task":"1"}"#)["task"]
        #expect(try shown == tf.task("T-1"))
    }

    @Test("fields are changed, and taken away, as by tf task edit")
    func update() throws {
        let tf = try Workspace()
        _ = try tf.create("Parent")
        _ = try tf.create("Task", "--label", "old", "--due", "2030-01-01", "--payload", #"{"a": 1, "b": 2}"#)
        let client = try MCPClient(tf)
        let change = #"""
            {"task":"T-2","title":"Other","description":"Text","name":"other","type":"kind","priority":"urgent",
            "add_labels":["new"],"remove_labels":["old"],"payload_merge":{"b":null,"c":3},"parent":"T-1","due":"none",
            "not_before":"2030-01-01","max_attempts":4,"artifacts":["out.txt"],"if_rev":1}
            """#.replacingOccurrences(of: "\n", with: "")
        let task = try client.call("update_task", change)["task"]
        #expect(task["title"].string == "Other" && task["name"].string == "other" && task["parent"].string == "T-1")
        #expect(task["labels"].strings == ["new"] && task["priority"].string == "urgent" && !task["due"].exists)
        #expect(try task["payload"] == JSON(#"{"a": 1, "c": 3}"#) && task["artifacts"].strings == ["out.txt"])
        #expect(task["max_attempts"].int == 4 && task["not_before"].exists && task["rev"].int == 2)
        #expect(try client.call("update_task", #"{"task":"T-2","payload":null}"#)["task"]["payload"].exists == false)
        let needs = try client.call("update_task", #"{"task":"T-1","check":["true"],"produces":["a","b"]}"#)["task"]
        #expect(needs["check"].strings == ["true"] && needs["produces"].strings == ["a", "b"])
        let none = try client.call("update_task", #"{"task":"T-1","check":[],"produces":[]}"#)["task"]
        #expect(!none["check"].exists && !none["produces"].exists)
        let stale = try client.call("update_task", #"{"task":"T-2","title":"x","if_rev":1}"#)
        #expect(stale.code == "rev_mismatch")
        try tf.demandHealthy()
    }

    @Test(
        "what is refused is a result that says what the command would say, and nothing is written",
        arguments: [
            ("show_task", #"{"task":"T-9"}"#, "not_found", "task T-9 not found"),
            ("show_task", "{}", "usage", "'task'"),
            ("complete_task", #"{"task":"T-1"}"#, "refused", "T-1 is todo; complete needs a task that is running"),
            ("block_task", #"{"task":"T-1","reason":"  "}"#, "refused", "reason"),
            ("block_task", #"{"task":"T-1"}"#, "usage", "'reason'"),
            ("comment_on_task", #"{"task":"T-1","text":" "}"#, "refused", "the comment is empty"),
            ("comment_on_task", #"{"task":"T-1"}"#, "usage", "'text'"),
            ("update_task", #"{"task":"T-1"}"#, "usage", "nothing to change in T-1"),
            ("update_task", #"{"task":"T-1","priority":"soon"}"#, "usage", "soon"),
            ("update_task", #"{"task":"T-1","progress":"x"}"#, "refused", "needs a task that is running"),
            ("update_task", #"{"task":"T-1","payload":1,"payload_merge":{}}"#, "usage", "exclude"),
            ("create_task", #"{"title":""}"#, "refused", "title"),
            ("create_task", #"{"title":"x","parent":"T-9"}"#, "not_found", "T-9"),
            ("create_task", #"{"title":"x","ensure":true}"#, "usage", "ensure"),
            ("create_task", #"{"title":"x","agent":"nobody"}"#, "not_found", "nobody"),
            ("create_task", #"{"title":"x","titel":"y"}"#, "usage", "titel"),
            ("list_tasks", #"{"query":"colour:red"}"#, "usage", "colour"),
            ("list_tasks", #"{"status":["completed"]}"#, "usage", "did you mean 'done'"),
            ("claim_task", #"{"task":"T-1","labels":["x"]}"#, "usage", "takes no filter"),
            ("claim_task", #"{"duration":"soon"}"#, "usage", "a duration"),
            ("flow_status", #"{"flow":"F-9"}"#, "not_found", "flow F-9"),
            ("flow_status", "{}", "usage", "'flow'"),
            ("note", #"{"kind":"fact","text":"x","flow":"F-1"}"#, "refused", "no board"),
            ("note", #"{"kind":"rumour","text":"x"}"#, "usage", "rumour"),
        ])
    func refused(tool: String, arguments: String, code: String, names: String) throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf.demandNothingWritten("\(tool) \(arguments)") {
            let client = try MCPClient(tf)
            let result = try client.call(tool, arguments)
            #expect(result.isError && result.code == code && result.text.contains(names), "\(result)")
        }
    }

    @Test("a command id makes a call safe to repeat")
    func commandID() throws {
        let tf = try Workspace()
        let client = try MCPClient(tf)
        let call = #"{"title":"Once","command_id":"abc"}"#
        let first = try client.call("create_task", call)
        let second = try client.call("create_task", call)
        #expect(first["task"]["id"] == second["task"]["id"] && second["deduped"].bool == true)
        #expect(!first["deduped"].exists)
        #expect(try tf.tasks().count == 1)
    }

    @Test("a list is as long as asked, and says how many there are")
    func limit() throws {
        let tf = try Workspace()
        for number in 1...4 { _ = try tf.create("Number \(number)") }
        let client = try MCPClient(tf)
        let list = try client.call("list_tasks", #"{"limit":2,"sort":"-id"}"#)
        #expect(list["tasks"].array.compactMap { $0["id"].string } == ["T-4", "T-3"] && list["total"].int == 4)
        #expect(try client.call("list_tasks", #"{"query":"\"number 3\""}"#)["total"].int == 1)
    }

    @Test("an empty claim gives no task")
    func emptyClaim() throws {
        let result = try MCPClient(Workspace()).call("claim_task")
        #expect(!result.isError && !result["task"].exists)
    }

    @Test("creating a task for an agent starts the agent, and the server lives on")
    func agent() throws {
        let tf = try Workspace()
        try tf.addAgent("toucher", shell: "touch touched")
        let client = try MCPClient(tf)
        let created = try client.call("create_task", #"{"title":"Touch","agent":"toucher"}"#)
        #expect(["running", "done"].contains(created["task"]["status"].string ?? ""))
        try tf.await("T-1", "done")
        #expect(tf.exists(tf.directory + "/touched"))
        #expect(try client.call("show_task", #"{"task":"T-1"}"#)["runs"].array.count == 1)
        try tf.demandHealthy()
    }

    @Test("of the runs that a server has started nothing stays behind, while it lives and when it has gone")
    func supervisors() throws {
        let tf = try Workspace()
        try tf.addAgent("fails", "--max-attempts", "2", "--backoff", "10ms", shell: "exit 1")
        let client = try MCPClient(tf)
        for _ in 1...3 { _ = try client.call("create_task", #"{"title":"x","agent":"fails"}"#) }
        for id in ["T-1", "T-2", "T-3"] { try tf.await(id, "failed") }
        #if os(Linux)
            try eventually("no process below the server") {
                try tf.shell("ps -o pid= --ppid \(client.server.pid)").text.isEmpty
            }
        #endif
        try client.close()
        #expect(client.server.wait(limit: 10).status == 0)
        try eventually("nothing left: \(tf.processes())") { tf.processes().isEmpty }
        try tf.demandHealthy()
    }

    @Test("flow_status tells of the tasks of a flow, note that there is no board yet")
    func flow() throws {
        let tf = try Workspace()
        for id in ["T-1", "T-2", "T-3"] { _ = try tf.create(id) }
        for id in ["T-1", "T-2"] { try tf.set("tasks/\(id).json", ["flow": "F-1"]) }
        try tf("task", "start", "T-2")
        let client = try MCPClient(tf)
        let status = try client.call("flow_status", #"{"flow":"f-1"}"#)
        #expect(status["flow"].string == "F-1" && status["tasks"].array.count == 2)
        #expect(try status["summary"] == JSON(#"{"todo": 1, "running": 1}"#) && status["ready"].strings == ["T-1"])
    }
}

@Suite("tf mcp: who may do what, and where")
struct MCPScopeTests {
    /// What a tool gave that an agent called from within its run.
    private func calls(_ tf: Workspace, agent options: [String] = [], _ lines: [String]) throws -> [JSON] {
        let requests = lines.enumerated().map { number, call in
            #"{"jsonrpc":"2.0","id":\#(number),"method":"tools/call","params":\#(call)}"#
        }
        try tf.write(requests.joined(separator: "\n") + "\n", to: tf.directory + "/requests")
        try tf.run(["agent", "add", "inner"] + options + ["--shell", "tf mcp <requests >answers; exit 0"])
        try tf("task", "assign", "T-1", "--agent", "inner", "--wait")
        return try tf.read(tf.directory + "/answers").split(separator: "\n").map { try JSON(String($0))["result"] }
    }

    @Test("within a run the tools mean its own task, and speak in the agent's name")
    func ownTask() throws {
        let tf = try Workspace()
        _ = try tf.create("Own")
        let results = try calls(
            tf,
            [
                #"{"name":"show_task"}"#, #"{"name":"update_task","arguments":{"progress":"at it","priority":"low"}}"#,
                #"{"name":"comment_on_task","arguments":{"text":"from inside"}}"#,
                #"{"name":"flow_status"}"#, #"{"name":"complete_task","arguments":{"reason":"was easy"}}"#,
            ])
        #expect(results.map { $0["isError"].bool } == [false, false, false, true, false], "\(results)")
        #expect(results[0]["structuredContent"]["task"]["id"].string == "T-1")
        #expect(results[3]["content"][0]["text"].string == "T-1 belongs to no flow")
        let task = try tf.task("T-1")
        #expect(task["status_reason"].string == "was easy" && task["priority"].string == "low")
        #expect(task["progress"]["text"].string == "at it")
        let comment = try tf.comments("T-1").first { $0["text"].string == "from inside" }
        #expect(comment?["author"].string == "agent:inner" && comment?["run"].string == "R-1")
    }

    @Test("a comment or an update on a foreign task is refused")
    func foreignTask() throws {
        let tf = try Workspace()
        _ = try tf.create("Own")
        _ = try tf.create("Foreign")
        let foreign = [
            #"{"name":"comment_on_task","arguments":{"task":"T-2","text":"x"}}"#,
            #"{"name":"update_task","arguments":{"task":"T-2","title":"x"}}"#,
            #"{"name":"block_task","arguments":{"task":"T-2","reason":"x"}}"#,
            #"{"name":"show_task","arguments":{"task":"T-2"}}"#, #"{"name":"claim_task","arguments":{"task":"T-2"}}"#,
        ]
        for result in try calls(tf, foreign) {
            #expect(result["structuredContent"]["error"]["code"].string == "out_of_scope", "\(result)")
        }
        #expect(try tf.task("T-2")["rev"].int == 1 && tf.comments("T-2").isEmpty)
    }

    @Test("an agent with the workspace's scope reaches other tasks")
    func wideScope() throws {
        let tf = try Workspace()
        _ = try tf.create("Own")
        _ = try tf.create("Other")
        let update = #"{"name":"update_task","arguments":{"task":"T-2","title":"Changed"}}"#
        #expect(try calls(tf, agent: ["--scope", "workspace"], [update]).map { $0["isError"].bool } == [false])
        #expect(try tf.task("T-2")["title"].string == "Changed")
    }

    @Test("the actor is the one of the command line or the environment")
    func actor() throws {
        let tf = try Workspace()
        let client = try MCPClient(tf, arguments: ["--actor", "robot", "mcp"])
        #expect(try client.call("create_task", #"{"title":"x"}"#)["task"]["created_by"].string == "robot")
        #expect(try client.call("claim_task")["task"]["worker"].string == "robot")
        let other = try MCPClient(tf, environment: ["TF_ACTOR": "ann"])
        #expect(try other.call("create_task", #"{"title":"x"}"#)["task"]["created_by"].string == "ann")
    }

    @Test("without a workspace the server starts, the tools say so, and find one that is made meanwhile")
    func noWorkspace() throws {
        let tf = try Workspace(initialised: false)
        let client = try MCPClient(tf)
        #expect(try client.request("tools/list")["result"]["tools"].array.count == 10)
        let missing = try client.call("list_tasks")
        #expect(missing.isError && missing.code == "store" && missing.text.contains("hint: tf init"), "\(missing)")
        try tf("init")
        #expect(try client.call("create_task", #"{"title":"x"}"#)["task"]["id"].string == "T-1")
    }

    @Test("a workspace that is locked is a refusal, and the next call goes on")
    func locked() throws {
        let tf = try Workspace()
        let client = try MCPClient(tf, arguments: ["--lock-timeout", "50ms", "mcp"])
        let descriptor = open(tf.path, O_RDONLY)
        try #require(flock(descriptor, LOCK_EX) == 0)
        let refused = try client.call("create_task", #"{"title":"x"}"#)
        close(descriptor)
        #expect(refused.isError && refused.code == "locked")
        #expect(try !client.call("create_task", #"{"title":"x"}"#).isError)
    }
}

@Suite("tf mcp: the wire")
struct MCPWireTests {
    @Test("the client's end closed, the server ends at once, with 0 and nothing on standard error")
    func clientGoes() throws {
        let tf = try Workspace()
        let client = try MCPClient(tf)
        try client.close()
        let outcome = client.server.wait(limit: 10)
        #expect(outcome.status == 0 && !outcome.overran && outcome.stderr.isEmpty, "\(outcome)")
        #expect(tf.processes().isEmpty)
    }

    @Test("a client that reads no more ends the server quietly, and the workspace is whole")
    func nobodyReads() throws {
        let tf = try Workspace()
        let call =
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"create_task","arguments":{"title":"x"}}}"#
        let text = """
            { i=0; while [ $i -lt 200 ]; do echo '\(call)'; i=$((i+1)); done; sleep 1; echo '\(call)'; } |
            { tf mcp; echo $? > status; } | head -n 1 > first
            """
        let outcome = try tf.shell(text)
        #expect(outcome.status == 0 && outcome.stderr.isEmpty, "\(outcome)")
        #expect(try tf.read(tf.directory + "/status") == "0\n")
        #expect(try JSON(tf.read(tf.directory + "/first"))["result"]["structuredContent"]["task"]["id"].string == "T-1")
        try tf.demandHealthy()
    }

    @Test("killed in the middle of its work, it leaves a workspace that is whole")
    func killed() throws {
        let tf = try Workspace()
        let client = try MCPClient(tf)
        for number in 0..<50 {
            try client.send(
                #"{"jsonrpc":"2.0","id":"k\#(number)","method":"tools/call","params":{"name":"create_task","arguments":{"title":"x"}}}"#
            )
        }
        _ = try client.answer(to: "\"k5\"")
        client.server.send(SIGKILL)
        #expect(client.server.wait().signal == SIGKILL)
        let told = try client.answers().filter { $0["result"]["structuredContent"]["task"].exists }.count
        #expect(try tf.tasks().count >= told, "what was answered has happened")
        _ = try tf.create("Another")
        try tf.demandHealthy()
    }

    @Test("what is no message is answered, and the next one is carried out")
    func malformed() throws {
        let tf = try Workspace()
        let client = try MCPClient(tf)
        for line in ["{", "[]", "nonsense", "", "{\"jsonrpc\":\"2.0\"}", "\u{1}", "42"] { try client.send(line) }
        #expect(try client.request("ping")["result"].isObject)
        let faults = try client.answers().filter { $0["id"].isNull }.compactMap { $0["error"]["code"].int }
        #expect(faults == [-32700, -32600, -32700, -32600, -32700, -32600])
        #expect(try client.request("no/such/method")["error"]["code"].int == -32601)
        #expect(try client.request("tools/call", #"{"name":"rm_rf"}"#)["error"]["code"].int == -32602)
    }

    @Test("a frame beyond the limit is refused, takes no memory, and the next one is carried out")
    func huge() throws {
        let tf = try Workspace()
        let client = try MCPClient(tf)
        let megabyte = String(repeating: "x", count: 1 << 20)
        let head =
            #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"create_task","arguments":{"title":""#
        try client.send(head + String(repeating: megabyte, count: 40) + #""}}}"#)
        let refused = try client.answer(to: "null")
        #expect(refused["error"]["code"].int == -32600)
        #expect(refused["error"]["message"].string?.contains("at most 8388608 bytes") == true)
        #expect(try client.request("ping")["result"].isObject)
        #if os(Linux)
            let status = try tf.read("/proc/\(client.server.pid)/status")
            let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }?.split(separator: " ")
            #expect(Int(peak?[1] ?? "0") ?? .max < 80_000, "kB: \(peak ?? [])")
        #endif
        let large = try client.call("create_task", #"{"title":"Large","description":"\#(megabyte)"}"#)
        #expect(large.isError && large.text.contains("a record has at most"), "\(large.text.prefix(200))")
        #expect(try tf.tasks().isEmpty)
    }

    @Test("a request that waits and is cancelled is neither carried out nor answered")
    func cancelled() throws {
        let tf = try Workspace()
        let client = try MCPClient(tf)
        func create(_ id: Int, _ title: String) -> String {
            #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"create_task","arguments":{"title":"\#(title)"}}}"#
        }
        let cancel = #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":101}}"#
        // While the first one waits for the lock, what stands behind it arrives.
        let descriptor = open(tf.path, O_RDONLY)
        try #require(flock(descriptor, LOCK_EX) == 0)
        try client.send(
            create(100, "first") + "\n" + create(101, "second") + "\n" + cancel + "\n" + create(102, "third"))
        close(descriptor)
        _ = try client.answer(to: "102")
        #expect(try client.answers().contains { $0["id"].int == 101 } == false)
        #expect(try tf.tasks().compactMap { $0["title"].string }.sorted() == ["first", "third"])
    }

    @Test("standard output has the answers and nothing else, whatever the commands print")
    func onlyAnswers() throws {
        let tf = try Workspace()
        try tf.addAgent("noisy", shell: "echo noise; echo noise >&2")
        let client = try MCPClient(tf)
        _ = try client.call("create_task", #"{"title":"x","agent":"noisy"}"#)
        _ = try client.call("claim_task", #"{"duration":"1s"}"#)
        try tf.await("T-1", "done")
        #expect(try client.answers().allSatisfy { $0["jsonrpc"].string == "2.0" })
        #expect(!client.server.output.contains("noise\n"))
    }

    @Test("resources tell how things stand, and each task; their pages leave none out")
    func resources() throws {
        let tf = try Workspace()
        let batch = (1...130).map { #"{"title":"Number \#($0)"}"# }.joined(separator: "\n")
        try tf("task", "create", "--from", "-", input: batch)
        try tf.addAgent("talker", shell: "echo said")
        try tf("task", "assign", "T-130", "--agent", "talker", "--wait")
        let client = try MCPClient(tf)
        let first = try client.request("resources/list")["result"]
        let cursor = try #require(first["nextCursor"].string)
        let second = try client.request("resources/list", #"{"cursor":"\#(cursor)"}"#)["result"]
        #expect(!second["nextCursor"].exists)
        let addresses = (first["resources"].array + second["resources"].array).compactMap { $0["uri"].string }
        #expect(addresses == ["tf:///prime", "tf:///status"] + (1...129).map { "tf:///tasks/T-\($0)" })
        func read(_ uri: String) throws -> String {
            let answer = try client.request("resources/read", #"{"uri":"\#(uri)"}"#)
            return answer["result"]["contents"][0]["text"].string ?? "\(answer["error"]["code"])"
        }
        #expect(try read("tf:///prime") == tf("prime").stdout)
        #expect(try JSON(read("tf:///status")) == tf.json("status"))
        #expect(try JSON(read("tf:///tasks/t-7"))["task"]["id"].string == "T-7")
        #expect(try read("tf:///tasks/T-7/prompt") == tf("task", "prompt", "T-7").stdout)
        #expect(try read("tf:///runs/R-1/log") == "said\n")
        for uri in [
            "tf:///tasks/T-999", "tf:///runs/R-9/log", "tf:///", "tf:///nope", "file:///etc/passwd",
            "tf:///tasks/../../secret", "tf:///tasks/T-7/other", "tf:///runs/R-1/../R-1/log",
        ] {
            #expect(try read(uri) == "-32002", "\(uri)")
        }
    }
}

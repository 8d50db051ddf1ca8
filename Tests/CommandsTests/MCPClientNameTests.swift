import Foundation
import Testing

@Suite("What a client of tf mcp is called, and told")
struct MCPClientNameTests {
    @Test(
        "a task that is claimed without a name is held by the client, by its own name",
        arguments: [("Claude Code", "claude-code"), ("zed", "zed"), ("--", "tester"), ("Ünï/agent 2.0", "n-agent-2.0")])
    func name(client: String, owner: String) throws {
        let tf = try Workspace()
        _ = try tf.create()
        let mcp = try MCPClient(tf)
        _ = try mcp.request(
            "initialize",
            #"{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"\#(client)","version":"1"}}"#)
        #expect(try mcp.call("claim_task")["task"]["lease"]["owner"].string == owner)
        try mcp.close()
    }

    @Test("a server that was given an actor claims for him")
    func actor() throws {
        let tf = try Workspace()
        for _ in 1...2 { _ = try tf.create() }
        let info = #"{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"zed"}}"#
        for (arguments, environment) in [(["--actor", "ann", "mcp"], [:]), (["mcp"], ["TF_ACTOR": "ann"])] {
            let mcp = try MCPClient(tf, environment: environment, arguments: arguments)
            _ = try mcp.request("initialize", info)
            #expect(try mcp.call("claim_task")["task"]["lease"]["owner"].string == "ann")
            try mcp.close()
        }
    }

    @Test("hints speak of a tool's arguments, not of options")
    func hints() throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf.addAgent("sleeper", shell: "sleep 60")
        try tf("task", "create", "x", "--agent", "sleeper")
        try tf.await("T-2", "running")
        let mcp = try MCPClient(tf)
        _ = try mcp.call("claim_task", #"{"task": "T-1"}"#)
        let refused = try mcp.call("complete_task", #"{"task": "T-1"}"#)
        #expect(refused.code == "lease_required")
        #expect(refused.text.contains("the argument lease") && !refused.text.contains("--lease"), "\(refused)")
        #expect(refused["error"]["hint"].string?.contains("the argument lease") == true)
        let live = try mcp.call("complete_task", #"{"task": "T-2"}"#)
        #expect(live.isError && live.text.contains("R-1") && !live.text.contains("--force"), "\(live)")
        try mcp.close()
    }

    @Test("a resource that is out of reach is one that is not there, in one line")
    func outOfReach() throws {
        let tf = try Workspace()
        try tf.addAgent("sleeper", shell: "sleep 60")
        _ = try tf.create()
        try tf("task", "create", "x", "--agent", "sleeper")
        try tf.await("T-2", "running")
        let mcp = try MCPClient(tf, environment: ["TF_TASK": "T-2", "TF_RUN": "R-1"])
        let error = try mcp.request("resources/read", #"{"uri": "tf:///tasks/T-1"}"#)["error"]
        #expect(error["code"].int == -32002 && error["message"].string?.contains("\n") == false, "\(error)")
        #expect(try mcp.request("resources/read", #"{"uri": "tf:///tasks/T-2"}"#)["result"].exists)
        try mcp.close()
    }

    @Test("prime counts one task as one")
    func grammar() throws {
        let tf = try Workspace()
        _ = try tf.create()
        #expect(try tf("prime").stdout.contains("1 task has not ended."))
        _ = try tf.create()
        #expect(try tf("prime").stdout.contains("2 tasks have not ended."))
    }
}

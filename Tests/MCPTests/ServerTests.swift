import Model
import TestSupport
import Testing

@testable import MCP

@Suite("The server of the Model Context Protocol")
struct ServerTests {
    private static func stateless(_ members: JSON = [:], version: JSON = "2026-07-28") -> JSON {
        members.merged(with: [
            "_meta": [
                "io.modelcontextprotocol/protocolVersion": version,
                "io.modelcontextprotocol/clientCapabilities": [:],
            ]
        ])
    }

    // MARK: Versions

    @Test(
        "initialize agrees on the version that is asked for, else on the newest one that has a handshake",
        arguments: [
            ("2024-11-05", "2024-11-05"), ("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"),
            ("2025-11-25", "2025-11-25"), ("2026-07-28", "2025-11-25"), ("1.0", "2025-11-25"), ("", "2025-11-25"),
        ])
    func negotiation(asked: String, agreed: String) {
        var server = Sample.server()
        let result = server.ask("initialize", ["protocolVersion": .string(asked), "capabilities": [:]]).result
        #expect(result["protocolVersion"] == .string(agreed))
        #expect(result["serverInfo"] == ["name": "sample", "title": "Sample", "version": "1.2"])
        #expect(result["instructions"] == "Use everything.")
        #expect(result["capabilities"]?["tools"] != nil && result["capabilities"]?["resources"] != nil)
    }

    @Test("initialize without a version is refused")
    func noVersion() {
        var server = Sample.server()
        #expect(server.ask("initialize").errorCode == -32602)
        #expect(server.ask("initialize", ["protocolVersion": 3]).errorCode == -32602)
    }

    @Test("a request that names its version needs no handshake, and its result says that it is complete")
    func discover() {
        var server = Sample.server()
        let result = server.ask("server/discover", Self.stateless()).result
        #expect(result["supportedVersions"] == ["2026-07-28"] && result["resultType"] == "complete")
        #expect(result["cacheScope"] == "private" && result["ttlMs"] == 0)
        let tools = server.ask("tools/list", Self.stateless()).result
        #expect(tools["tools"]?.array?.count == 2 && tools["resultType"] == "complete")
        let call = server.ask("tools/call", Self.stateless(["name": "failing"])).result
        #expect(call["resultType"] == "complete" && call["ttlMs"] == nil)
    }

    @Test("what a version does not have is no method of it")
    func methodsOfVersions() {
        var server = Sample.server()
        #expect(server.ask("ping").result == [:])
        #expect(server.ask("ping", Self.stateless()).errorCode == -32601)
        #expect(server.ask("initialize", Self.stateless(["protocolVersion": "2025-11-25"])).errorCode == -32601)
        #expect(server.ask("server/discover").errorCode == -32601)
        for method in ["prompts/list", "completion/complete", "logging/setLevel", "resources/subscribe", "", "tools"] {
            let answer = server.ask(method)
            #expect(answer.errorCode == -32601 && answer.errorMessage.contains("'\(method)'"))
        }
    }

    @Test(
        "a version that is not known is refused with those that are, a request that is half stateless with what lacks")
    func badEnvelope() {
        var server = Sample.server()
        let unknown = server.ask("tools/list", Self.stateless(version: "2031-01-01"))
        #expect(unknown.errorCode == -32022)
        #expect(unknown["error"]?["data"] == ["requested": "2031-01-01", "supported": ["2026-07-28"]])
        #expect(server.ask("tools/list", Self.stateless(version: 7)).errorCode == -32602)
        let half: JSON = ["_meta": ["io.modelcontextprotocol/protocolVersion": "2026-07-28"]]
        #expect(server.ask("tools/list", half).errorMessage.contains("clientCapabilities"))
    }

    // MARK: Messages

    @Test(
        "what is no message is answered with what is wrong, under its id where it has one",
        arguments: [
            ("{", -32700, JSON.null), ("nonsense", -32700, .null), ("{\"id\":1,\"id\":2}", -32700, .null),
            ("\u{FF}", -32700, .null), (String(repeating: "[", count: 10_000), -32700, .null),
            ("1", -32600, .null), ("null", -32600, .null), ("\"ping\"", -32600, .null), ("{}", -32600, .null),
            (#"{"id":1,"method":"ping"}"#, -32600, 1), (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600, 1),
            (#"{"jsonrpc":"2.0","id":1}"#, -32600, 1), (#"{"jsonrpc":"2.0","id":1,"method":2}"#, -32600, 1),
            (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600, .null),
            (#"{"jsonrpc":"2.0","id":true,"method":"ping"}"#, -32600, .null),
            (#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, -32600, .null),
            (#"{"jsonrpc":"2.0","id":"x","method":"ping","params":[]}"#, -32600, "x"),
            (#"{"jsonrpc":"2.0","id":"x","method":"ping","params":"y"}"#, -32600, "x"),
        ] as [(String, Int64, JSON)])
    func malformed(line: String, code: Int64, id: JSON) {
        var server = Sample.server()
        let answer = server.answer(line)
        #expect(answer?.errorCode == code && answer?["id"] == id, "\(line.prefix(80)): \(answer?.compactText ?? "")")
        #expect(answer?["jsonrpc"] == "2.0" && answer?.errorMessage.contains("\n") == false)
    }

    @Test("bytes that are no UTF-8 are no message")
    func notText() {
        var server = Sample.server()
        #expect(server.answer(Message(frame: [0x22, 0xFF, 0x22]))?.errorCode == -32700)
    }

    @Test("notifications and answers are not answered, whatever they are")
    func silent() {
        var server = Sample.server()
        #expect(server.answer(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#) == nil)
        #expect(server.answer(#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"failing"}}"#) == nil)
        #expect(server.answer(#"{"jsonrpc":"2.0","method":"no/such"}"#) == nil)
        #expect(server.answer(#"{"jsonrpc":"2.0","id":4,"result":{}}"#) == nil)
        #expect(server.answer(#"{"jsonrpc":"2.0","id":4,"error":{"code":1,"message":""}}"#) == nil)
    }

    @Test("an id comes back as it was", arguments: ["7", "-1", "\"7\"", "\"\"", "1.5", "9007199254740991"])
    func ids(id: String) throws {
        var server = Sample.server()
        let answer = server.answer(#"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#)
        #expect(answer?["id"]?.compactText == id)
    }

    @Test("batches are answered in one array by the version that has them, and refused by the others")
    func batches() {
        var server = Sample.server()
        let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
        let notification = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
        let start = #"{"jsonrpc":"2.0","id":2,"method":"initialize","params":{"protocolVersion":"2025-06-18"}}"#
        #expect(server.answer("[\(ping)]")?.errorCode == -32600)
        _ = server.ask("initialize", ["protocolVersion": "2025-03-26"])
        let answers = server.answer("[\(ping),\(notification),5,[],\(start)]")?.array ?? []
        #expect(answers.map { $0["id"] } == [1, .null, .null, 2])
        #expect(answers.map(\.errorCode) == [nil, -32600, -32600, -32600])
        #expect(server.answer("[\(notification)]") == nil, "nothing is to be said")
        #expect(server.answer("[]")?.errorCode == -32600)
        #expect(server.answer("[\(ping)]")?.array?.count == 1, "the version is still the one agreed on")
    }

    // MARK: Tools

    @Test("a tool's schema is that of its declaration")
    func schema() {
        var server = Sample.server()
        let tool = server.ask("tools/list").result["tools"]?.array?.first ?? .null
        #expect(tool["name"] == "everything" && tool["title"] == "Everything")
        let input = tool["inputSchema"] ?? .null
        #expect(input["type"] == "object" && input["required"] == ["word"] && input["additionalProperties"] == false)
        let properties = input["properties"] ?? .null
        #expect(properties["word"] == ["type": "string", "enum": ["red", "green"], "description": "A colour."])
        #expect(properties["count"] == ["type": "integer", "minimum": 1, "maximum": 9, "description": "How many."])
        #expect(properties["due"] == ["type": "string", "description": "When."])
        #expect(properties["lines"] == ["type": "array", "items": ["type": "string"], "description": "Texts."])
        #expect(properties["colours"]?["items"] == ["type": "string", "enum": ["red", "green"]])
        #expect(properties["quick"]?["type"] == "boolean" && properties["members"]?["type"] == "object")
        #expect(properties["anything"] == ["description": "Anything."])
        #expect(tool["annotations"]?["readOnlyHint"] == false)
    }

    @Test("arguments arrive as their types, null stands for none, but for what takes anything")
    func arguments() {
        var server = Sample.server()
        let given: JSON = [
            "word": "red", "count": 3, "due": "2026-03-01T09:30:00Z", "lines": ["a", "b"], "colours": ["green"],
            "quick": true, "anything": .null, "members": ["a": 1],
        ]
        let result = server.ask("tools/call", ["name": "everything", "arguments": given]).result
        #expect(result["isError"] == false)
        var expected = given.object ?? JSONObject()
        expected["due"] = "2026-03-01T09:30:00.000Z"
        #expect(result["structuredContent"] == .object(expected))
        let text = result["content"]?.array?.first?["text"]?.string ?? ""
        #expect((try? JSON(parsing: text)) == .object(expected), "the text is the same")
        let none = server.ask("tools/call", ["name": "everything", "arguments": ["word": "red", "count": .null]])
        #expect(none.result["structuredContent"] == ["word": "red"])
    }

    @Test(
        "arguments that do not fit are told to the model, with what would",
        arguments: [
            ([:], ["word"]), (["word": "blue"], ["word", "\"blue\"", "red, green"]), (["word": 1], ["1", "a string"]),
            (["word": "red", "count": 10], ["count", "10", "from 1 to 9"]),
            (["word": "red", "count": .number(1.5)], ["1.5"]), (["word": "red", "count": "1"], ["count"]),
            (["word": "red", "due": "someday"], ["due", "someday"]),
            (["word": "red", "lines": "a"], ["lines", "an array"]),
            (["word": "red", "lines": ["a", ""]], ["lines", "empty"]),
            (["word": "red", "colours": ["blue"]], ["colours", "blue"]),
            (["word": "red", "quick": "yes"], ["quick", "true or false"]),
            (["word": "red", "members": []], ["members", "an object"]),
            (["wort": "red"], ["wort", "did you mean 'word'"]), (["word": .null], ["word"]),
        ] as [(JSON, [String])])
    func unfit(arguments: JSON, names: [String]) {
        var server = Sample.server()
        let result = server.ask("tools/call", ["name": "everything", "arguments": arguments]).result
        let text = result["content"]?.array?.first?["text"]?.string ?? ""
        #expect(result["isError"] == true, "\(result.compactText)")
        for name in names { #expect(text.contains(name), "\(text)") }
        #expect(!text.contains("\n"))
    }

    @Test("what a tool throws is a result that is an error; a call of no tool is an error of the protocol")
    func failures() {
        var server = Sample.server()
        let failed = server.ask("tools/call", ["name": "failing", "arguments": .null]).result
        #expect(failed["isError"] == true && failed["structuredContent"] == ["message": "it failed"])
        #expect(failed["content"] == [["type": "text", "text": "it failed"]])
        let unknown = server.ask("tools/call", ["name": "failling"])
        #expect(unknown.errorCode == -32602 && unknown.errorMessage.contains("did you mean 'failing'"))
        #expect(server.ask("tools/call").errorCode == -32602)
        #expect(server.ask("tools/call", ["name": "failing", "arguments": [1]]).errorCode == -32602)
    }

    // MARK: Resources

    @Test("resources come in pages, each reached by the cursor of the one before")
    func pages() {
        var server = Sample.server()
        let first = server.ask("resources/list").result
        #expect(first["resources"]?.array?.map { $0["uri"] } == ["x:///1"] && first["nextCursor"] == "1")
        let second = server.ask("resources/list", ["cursor": "1"]).result
        #expect(second["resources"]?.array?.map { $0["uri"] } == ["x:///2"] && second["nextCursor"] == nil)
        for method in ["resources/list", "tools/list", "resources/templates/list"] {
            #expect(server.ask(method, ["cursor": "other"]).errorCode == -32602, "\(method)")
            #expect(server.ask(method, ["cursor": 2]).errorCode == -32602, "\(method)")
        }
        #expect(server.ask("resources/templates/list").result["resourceTemplates"]?.array?.count == 1)
    }

    @Test("a resource is read, one that is not there has the code of its version, one that fails says why")
    func reading() {
        var server = Sample.server()
        #expect(
            server.ask("resources/read", ["uri": "x:///1"]).result["contents"]
                == [["uri": "x:///1", "mimeType": "text/plain", "text": "one"]])
        let missing = server.ask("resources/read", ["uri": "x:///9"])
        #expect(missing.errorCode == -32002 && missing["error"]?["data"] == ["uri": "x:///9"])
        #expect(server.ask("resources/read", Self.stateless(["uri": "x:///9"])).errorCode == -32602)
        let bad = server.ask("resources/read", ["uri": "x:///bad"])
        #expect(bad.errorCode == -32603 && bad.errorMessage == "cannot be read")
        #expect(server.ask("resources/read").errorCode == -32602)
    }

    // MARK: Anything

    @Test("whatever comes, the server lives, and every request has one answer under its id")
    func fuzz() async {
        await #expect(processExitsWith: .success) {
            let corpus = [
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"everything","arguments":{"word":"red"}}}"#,
                #"{"jsonrpc":"2.0","id":"a","method":"initialize","params":{"protocolVersion":"2025-03-26"}}"#,
                #"[{"jsonrpc":"2.0","id":2,"method":"ping"},{"jsonrpc":"2.0","method":"x"}]"#,
                #"{"jsonrpc":"2.0","id":3,"method":"resources/list","params":{"cursor":"1","_meta":{}}}"#,
            ].map { Array($0.utf8) }
            let pieces = [
                "\"id\":", "null", "[]", "{}", "\"jsonrpc\":\"2.0\",", "\"method\":\"tools/list\"", "1e999", "[[",
            ]
            for seed in Seeds.list(1) {
                var mutation = Mutation(seed: seed, pieces: pieces)
                var server = Sample.server()
                let result = Fuzzing(20_000) { _ in
                    let line = mutation.variant(of: corpus)
                    let message = Message(frame: line)
                    let answer = server.answer(message)
                    if case .request(let request) = message, answer?["id"] != request.id {
                        Issue.record("no answer to \(String(decoding: line, as: UTF8.self))")
                    }
                    return { String(decoding: line, as: UTF8.self) }
                }
                #expect(result.problems == [])
            }
        }
    }
}

import Arguments
import Model
import System

/// Serves tools and resources to one client, over two files, by the Model Context Protocol.
///
/// Requests are carried out one after the other, in the order in which they came. Nothing that a client sends ends
/// the server, only its going away does: what is no message is answered with an error, and the next line is read.
public struct Server {
    /// Bytes that a message may have: more than any record's text needs, even with every character escaped.
    public static let frameLimit = 8 << 20

    /// Who serves.
    public struct Identity: Sendable {
        let name: String
        let title: String
        let version: String
        /// What a model should know before it uses the tools.
        let instructions: String

        public init(name: String, title: String, version: String, instructions: String) {
            self.name = name
            self.title = title
            self.version = version
            self.instructions = instructions
        }
    }

    let identity: Identity
    let tools: [Tool]
    let resources: any ResourceSource
    /// What is shown of an error that a tool or a resource throws: a text for the model, and the same for a program.
    let describe: (any Error) -> (text: String, json: JSONObject)
    /// At what moment, and in which zone, times such as `tomorrow` are read.
    let moment: () -> ParseContext

    /// What `initialize` has agreed on; before, and without it, the newest one.
    private var version = ProtocolVersion.newestByHandshake
    /// What the client has called itself in `initialize`.
    private var client: String?

    public init(
        _ identity: Identity, tools: [Tool], resources: any ResourceSource, moment: @escaping () -> ParseContext,
        describe: @escaping (any Error) -> (text: String, json: JSONObject)
    ) {
        self.identity = identity
        self.tools = tools
        self.resources = resources
        self.moment = moment
        self.describe = describe
    }

    /// Answers until the client closes `input`.
    ///
    /// - Throws: when `output` takes no more: the client has gone away.
    public mutating func serve(_ input: File, _ output: File) throws(SystemError) {
        var queue = RequestQueue(input, frameLimit: Self.frameLimit)
        while let message = try queue.next() {
            guard let answer = answer(message) else { continue }
            var bytes: [UInt8] = []
            answer.write(to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
            try output.write(bytes)
        }
    }

    // MARK: Messages

    /// The answer to a message; nil for one that wants none.
    mutating func answer(_ message: Message) -> JSON? {
        switch message {
        case .response, .notification: return nil
        case .faulty(let error, let id): return Self.answer(id, error)
        case .request(let request): return answer(request)
        case .batch(let messages): return answer(batch: messages)
        }
    }

    private mutating func answer(_ request: Request) -> JSON {
        do throws(RemoteError) {
            return ["jsonrpc": "2.0", "id": request.id, "result": .object(try result(of: request))]
        } catch {
            return Self.answer(request.id, error)
        }
    }

    private static func answer(_ id: JSON, _ error: RemoteError) -> JSON {
        ["jsonrpc": "2.0", "id": id, "error": error.json]
    }

    private mutating func answer(batch messages: [JSON]) -> JSON? {
        guard version.hasBatches else {
            return Self.answer(.null, .invalidRequest("there are no batches in protocol version \(version.rawValue)"))
        }
        guard !messages.isEmpty else { return Self.answer(.null, .invalidRequest("the batch is empty")) }
        var answers: [JSON] = []
        for json in messages {
            switch Message(json: json) {
            case .batch: answers.append(Self.answer(.null, .invalidRequest("a batch has no batches in it")))
            case .request(let request) where request.method == "initialize":
                answers.append(Self.answer(request.id, .invalidRequest("initialize does not come in a batch")))
            case let message: if let answer = answer(message) { answers.append(answer) }
            }
        }
        return answers.isEmpty ? nil : .array(answers)
    }

    // MARK: Methods

    private mutating func result(of request: Request) throws(RemoteError) -> JSONObject {
        let stateless = try statelessVersion(of: request)
        var result: JSONObject
        switch request.method {
        case "initialize" where stateless == nil: result = try initialize(request.params)
        case "ping" where stateless == nil: result = JSONObject()
        case "server/discover" where stateless != nil: result = discovery
        case "tools/list": result = try list("tools", tools.map(\.json), request.params)
        case "tools/call": result = try call(request.params)
        case "resources/list": result = try resourceList(request.params)
        case "resources/templates/list":
            result = try list(
                "resourceTemplates", resources.templates.map { $0.json(address: "uriTemplate") }, request.params)
        case "resources/read": result = try resource(request.params, stateless ?? version)
        default: throw .methodNotFound(request.method)
        }
        guard stateless != nil else { return result }
        result["resultType"] = "complete"
        if request.method != "tools/call" {
            // Nothing of it may be shown to others, or taken for what it is a moment later.
            result["cacheScope"] = "private"
            result["ttlMs"] = 0
        }
        return result
    }

    /// The revision that a request names itself; nil for one that goes by what was agreed on.
    private func statelessVersion(of request: Request) throws(RemoteError) -> ProtocolVersion? {
        let key = "io.modelcontextprotocol/protocolVersion"
        guard let named = request.params["_meta"]?[key] else { return nil }
        guard let text = named.string else {
            throw .invalidParams("_meta: \(key) must be a string, not \(named.kindName)")
        }
        guard let version = ProtocolVersion(rawValue: text), version.isStateless else {
            throw .unsupportedVersion(text)
        }
        guard request.params["_meta"]?["io.modelcontextprotocol/clientCapabilities"]?.object != nil else {
            throw .invalidParams("_meta: io.modelcontextprotocol/clientCapabilities must be an object")
        }
        return version
    }

    private mutating func initialize(_ params: JSONObject) throws(RemoteError) -> JSONObject {
        guard let wanted = params["protocolVersion"]?.string else {
            throw .invalidParams("protocolVersion must be a string")
        }
        version = .negotiated(wanted)
        client = params["clientInfo"]?["name"]?.string
        return JSONObject([
            ("protocolVersion", .string(version.rawValue)), ("capabilities", Self.capabilities),
            ("serverInfo", serverInfo), ("instructions", .string(identity.instructions)),
        ])
    }

    private var discovery: JSONObject {
        JSONObject([
            ("supportedVersions", .array(ProtocolVersion.stateless.map { .string($0.rawValue) })),
            ("capabilities", Self.capabilities), ("instructions", .string(identity.instructions)),
            ("_meta", ["io.modelcontextprotocol/serverInfo": serverInfo]),
        ])
    }

    private static let capabilities: JSON = [
        "tools": ["listChanged": false], "resources": ["listChanged": false, "subscribe": false],
    ]

    private var serverInfo: JSON {
        ["name": .string(identity.name), "title": .string(identity.title), "version": .string(identity.version)]
    }

    /// A list that always fits one page.
    private func list(_ name: String, _ items: [JSON], _ params: JSONObject) throws(RemoteError) -> JSONObject {
        if let cursor = try cursor(in: params) { throw Self.unknown(cursor: cursor) }
        return JSONObject([(name, .array(items))])
    }

    private func cursor(in params: JSONObject) throws(RemoteError) -> String? {
        guard let cursor = params["cursor"], cursor != .null else { return nil }
        guard let text = cursor.string else {
            throw .invalidParams("cursor must be a string, not \(cursor.kindName)")
        }
        return text
    }

    private static func unknown(cursor: String) -> RemoteError {
        .invalidParams("'\(cursor)' is no cursor of this list")
    }

    // MARK: Tools

    /// Carries a tool out. What it refuses, and arguments that do not fit, are results for the model to learn from;
    /// only a call that names no tool is an error of the protocol.
    private func call(_ params: JSONObject) throws(RemoteError) -> JSONObject {
        guard let name = params["name"]?.string else { throw .invalidParams("name must be a string") }
        guard let tool = tools.first(where: { $0.name == name }) else {
            let meant = nearest(to: name, among: tools.map(\.name)).first
            throw .invalidParams("there is no tool '\(name)'" + (meant.map { "; did you mean '\($0)'?" } ?? ""))
        }
        let arguments = params["arguments"] ?? .null
        guard arguments == .null || arguments.object != nil else {
            throw .invalidParams("arguments must be an object, not \(arguments.kindName)")
        }
        do {
            let call = try ToolCall(
                of: tool, arguments.object ?? JSONObject(), moment(), client: Self.client(in: params) ?? client)
            let result = JSON.object(try tool.run(call))
            return Self.result(result.compactText, result, isError: false)
        } catch {
            let (text, json) = describe(error)
            return Self.result(text, .object(json), isError: true)
        }
    }

    /// What the client calls itself in a request that needs no `initialize`.
    private static func client(in params: JSONObject) -> String? {
        params["_meta"]?["io.modelcontextprotocol/clientInfo"]?["name"]?.string
    }

    private static func result(_ text: String, _ json: JSON, isError: Bool) -> JSONObject {
        JSONObject([
            ("content", [["type": "text", "text": .string(text)]]), ("structuredContent", json),
            ("isError", .bool(isError)),
        ])
    }

    // MARK: Resources

    private func resourceList(_ params: JSONObject) throws(RemoteError) -> JSONObject {
        let cursor = try cursor(in: params)
        guard let (page, next) = try reading({ try resources.resources(after: cursor) }) else {
            throw Self.unknown(cursor: cursor ?? "")
        }
        var result = JSONObject([("resources", .array(page.map { $0.json(address: "uri") }))])
        result["nextCursor"] = next.map { .string($0) }
        return result
    }

    private func resource(_ params: JSONObject, _ version: ProtocolVersion) throws(RemoteError) -> JSONObject {
        guard let uri = params["uri"]?.string else { throw .invalidParams("uri must be a string") }
        guard let (text, mimeType) = try reading({ try resources.text(of: uri) }) else {
            throw .resourceNotFound(uri, version)
        }
        return JSONObject([
            ("contents", [["uri": .string(uri), "mimeType": .string(mimeType), "text": .string(text)]])
        ])
    }

    /// Turns what a source throws into an error of the protocol: of resources there are no results that are errors.
    private func reading<Result>(_ body: () throws -> Result) throws(RemoteError) -> Result {
        do {
            return try body()
        } catch {
            let (text, json) = describe(error)
            let line = text.prefix { !$0.isNewline }
            throw .internalError(String(line), data: .object(json))
        }
    }
}

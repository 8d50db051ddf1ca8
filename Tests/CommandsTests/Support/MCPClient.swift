import Foundation

/// A client of `tf mcp` that talks to the real binary over a FIFO, a line at a time.
final class MCPClient: @unchecked Sendable {
    let server: Child
    /// Kept, because it would end the server when it goes.
    private let workspace: Workspace
    private var input: FileHandle?
    private var next = 0

    /// Starts a server and shakes hands.
    init(_ tf: Workspace, environment: [String: String] = [:], arguments: [String] = ["mcp"]) throws {
        workspace = tf
        // A server that has gone is an error of a write, not the end of all tests.
        signal(SIGPIPE, SIG_IGN)
        let pipe = tf.root + "/io/mcp-" + UUID().uuidString
        try demand(mkfifo(pipe, 0o600) == 0, "cannot make \(pipe)")
        let words = arguments.map { "'\($0)'" }.joined(separator: " ")
        server = try tf.spawn("/bin/sh", ["-c", "exec tf \(words) < '\(pipe)'"], environment: environment)
        // Returns when the server has opened its end.
        input = FileHandle(forWritingAtPath: pipe)
        _ = try request("initialize", #"{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{}}"#)
        try send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
    }

    /// Sends a line as it is.
    func send(_ line: String) throws { try input?.write(contentsOf: Data((line + "\n").utf8)) }

    /// Closes the client's end.
    func close() throws {
        try input?.close()
        input = nil
    }

    /// Sends a request, and waits for the answer to it.
    func request(
        _ method: String, _ params: String = "{}", file: String = #fileID, line: Int = #line
    ) throws -> JSON {
        let id = next
        next += 1
        try send(#"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"#)
        return try answer(to: "\(id)", file: file, line: line)
    }

    /// Waits for the answer with an id, as it is written in JSON.
    func answer(to id: String, file: String = #fileID, line: Int = #line) throws -> JSON {
        var found: JSON?
        try eventually("the answer to \(id): \(server.output) \(server.errorOutput)", file: file, line: line) {
            found = try answers().last { "\($0["id"])" == id }
            return found != nil
        }
        return found!
    }

    /// Every answer so far.
    func answers() throws -> [JSON] {
        // The last line may not be whole yet.
        try server.output.components(separatedBy: "\n").dropLast().map { try JSON($0) }
    }

    /// Calls a tool, and gives its result.
    func call(
        _ tool: String, _ arguments: String = "{}", file: String = #fileID, line: Int = #line
    ) throws -> ToolResult {
        let answer = try request(
            "tools/call", #"{"name":"\#(tool)","arguments":\#(arguments)}"#, file: file, line: line)
        try demand(answer["result"].isObject, "\(tool) \(arguments): \(answer)", file: file, line: line)
        return ToolResult(answer["result"])
    }
}

/// What a tool gave.
struct ToolResult: CustomStringConvertible {
    let isError: Bool
    let text: String
    let json: JSON

    init(_ result: JSON) {
        isError = result["isError"].bool ?? false
        text = result["content"][0]["text"].string ?? ""
        json = result["structuredContent"]
    }

    subscript(key: String) -> JSON { json[key] }
    /// The word in the JSON of a refusal.
    var code: String? { json["error"]["code"].string }
    var description: String { "\(isError ? "error " : "")\(text)" }
}

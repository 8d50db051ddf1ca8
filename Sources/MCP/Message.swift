import Model

/// A message of JSON-RPC 2.0, as far as a server has to tell them apart.
enum Message {
    /// Asks for an answer under its id.
    case request(Request)
    /// Asks for none.
    case notification(method: String, params: JSONObject)
    /// An answer to something that was never asked here.
    case response
    /// Several at once; only some revisions of the protocol have them.
    case batch([JSON])
    /// No message: the answer says why, under its id where it has one.
    case faulty(RemoteError, id: JSON)

    /// Reads a frame.
    init(frame: [UInt8]) {
        do throws(JSONFault) {
            self.init(json: try JSON(parsing: frame))
        } catch {
            self = .faulty(.parseError("\(error)"), id: .null)
        }
    }

    init(json: JSON) {
        if let messages = json.array {
            self = .batch(messages)
            return
        }
        guard let object = json.object else {
            self = .faulty(.invalidRequest("a message is an object, not \(json.kindName)"), id: .null)
            return
        }
        let id = object["id"].flatMap { Self.isID($0) ? $0 : nil } ?? .null
        func faulty(_ problem: String) -> Message { .faulty(.invalidRequest(problem), id: id) }
        guard object["jsonrpc"] == "2.0" else {
            self = faulty("jsonrpc must be \"2.0\"")
            return
        }
        guard let method = object["method"] else {
            let isResponse = object["result"] != nil || object["error"] != nil
            self = isResponse ? .response : faulty("method is missing")
            return
        }
        guard let name = method.string else {
            self = faulty("method must be a string, not \(method.kindName)")
            return
        }
        let params = object["params"] ?? .object(JSONObject())
        guard case .object(let members) = params else {
            self = faulty("params must be an object, not \(params.kindName)")
            return
        }
        guard let given = object["id"] else {
            self = .notification(method: name, params: members)
            return
        }
        guard Self.isID(given) else {
            self = faulty("id must be a string or a number, not \(given.kindName)")
            return
        }
        self = .request(Request(id: given, method: name, params: members))
    }

    private static func isID(_ json: JSON) -> Bool {
        switch json {
        case .string, .integer, .number: true
        case .null, .bool, .array, .object: false
        }
    }
}

/// A call of a method that wants an answer.
struct Request {
    let id: JSON
    let method: String
    let params: JSONObject
}

/// Why a request has no result, in the terms of JSON-RPC.
public struct RemoteError: Error, Sendable, Equatable {
    public let code: Int
    /// One line.
    public let message: String
    /// What a program may want to know besides.
    public let data: JSON?

    public init(code: Int, _ message: String, data: JSON? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    static func parseError(_ message: String) -> RemoteError { RemoteError(code: -32700, message) }
    static func invalidRequest(_ message: String) -> RemoteError { RemoteError(code: -32600, message) }
    static func methodNotFound(_ method: String) -> RemoteError {
        RemoteError(code: -32601, "there is no method '\(method)'")
    }
    static func invalidParams(_ message: String, data: JSON? = nil) -> RemoteError {
        RemoteError(code: -32602, message, data: data)
    }
    static func internalError(_ message: String, data: JSON? = nil) -> RemoteError {
        RemoteError(code: -32603, message, data: data)
    }
    /// A resource that does not exist has had a code of its own until revisions became stateless.
    static func resourceNotFound(_ uri: String, _ version: ProtocolVersion) -> RemoteError {
        RemoteError(
            code: version.isStateless ? -32602 : -32002, "there is no resource '\(uri)'", data: ["uri": .string(uri)])
    }
    static func unsupportedVersion(_ requested: String) -> RemoteError {
        let supported = ProtocolVersion.stateless.map { JSON.string($0.rawValue) }
        return RemoteError(
            code: -32022, "protocol version '\(requested)' is not supported",
            data: ["supported": .array(supported), "requested": .string(requested)])
    }

    var json: JSON {
        var object = JSONObject([("code", .integer(Int64(code))), ("message", .string(message))])
        object["data"] = data
        return .object(object)
    }
}

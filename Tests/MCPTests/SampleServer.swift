import Arguments
import Model
import System

@testable import MCP

/// A server with a tool for every type of argument, and two pages of resources.
enum Sample {
    static let word = ToolArgument("word", .word(.choice(["red", "green"])), "A colour.", isRequired: true)
    static let count = ToolArgument("count", .integer(1...9), "How many.")
    static let due = ToolArgument("due", .text(.time), "When.")
    static let lines = ToolArgument("lines", .texts(.line), "Texts.")
    static let colours = ToolArgument("colours", .words(.choice(["red", "green"])), "Colours.")
    static let quick = ToolArgument("quick", .flag, "Whether.")
    static let anything = ToolArgument("anything", .json, "Anything.")
    static let members = ToolArgument("members", .object, "An object.")

    static var everything: Tool {
        Tool(
            "everything", "Everything", "Says what it was given.", .writes,
            arguments: [word, count, due, lines, colours, quick, anything, members], result: JSONObject()
        ) { call in
            var given = JSONObject([("word", .string(try call.required(word)))])
            given["count"] = call[count]?.json
            given["due"] = call[due]?.json
            given["lines"] = call[lines]?.json
            given["colours"] = call[colours]?.json
            given["quick"] = call[quick]?.json
            given["anything"] = call[anything]
            given["members"] = call[members]
            return given
        }
    }

    static var failing: Tool {
        Tool("failing", "Failing", "Fails.", .reads, arguments: [], result: JSONObject()) { _ in
            throw SampleFailure(text: "it failed")
        }
    }

    static func server() -> Server {
        Server(
            Server.Identity(name: "sample", title: "Sample", version: "1.2", instructions: "Use everything."),
            tools: [everything, failing], resources: SampleResources(),
            moment: { ParseContext(now: Timestamp(milliseconds: 1_772_357_400_000), zone: .current) },
            describe: { error in
                let text = (error as? UnfitCall)?.message ?? (error as? SampleFailure)?.text ?? "\(error)"
                return (text, JSONObject([("message", .string(text))]))
            })
    }
}

struct SampleFailure: Error {
    let text: String
}

private struct SampleResources: ResourceSource {
    let templates = [Resource(uri: "x:///{n}", name: "n", title: "A number", mimeType: "text/plain")]

    func resources(after cursor: String?) throws -> (page: [Resource], next: String?)? {
        switch cursor {
        case nil: ([Resource(uri: "x:///1", name: "1", title: "One", mimeType: "text/plain")], "1")
        case "1": ([Resource(uri: "x:///2", name: "2", title: "Two", mimeType: "text/plain")], nil)
        default: nil
        }
    }

    func text(of uri: String) throws -> (text: String, mimeType: String)? {
        if uri == "x:///bad" { throw SampleFailure(text: "cannot be read") }
        return uri == "x:///1" ? ("one", "text/plain") : nil
    }
}

extension Server {
    /// The answer to a line.
    mutating func answer(_ line: String) -> JSON? { answer(Message(frame: Array(line.utf8))) }

    /// The answer to a request.
    mutating func ask(_ method: String, _ params: JSON = [:]) -> JSON {
        answer(Message(json: ["jsonrpc": "2.0", "id": 1, "method": .string(method), "params": params])) ?? "none"
    }
}

extension JSON {
    var errorCode: Int64? { self["error"]?["code"]?.integer }
    var errorMessage: String { self["error"]?["message"]?.string ?? "" }
    var result: JSON { self["result"] ?? "no result" }
}

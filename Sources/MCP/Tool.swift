import Arguments
import Model

/// Something that a client can have done: what it is called, what it takes, what it gives.
///
/// Declared once, as data: `tools/list` and the check of every call come from it.
public struct Tool {
    /// What a call means for the world, as hints for a client that asks its user before it acts.
    public enum Effect: Sendable {
        /// Nothing changes.
        case reads
        /// Something is added or changed; nothing is lost.
        case writes
    }

    public let name: String
    let title: String
    let summary: String
    let effect: Effect
    let arguments: [any DeclaredArgument]
    let result: JSON
    let run: (ToolCall) throws -> JSONObject

    /// - Parameters:
    ///   - title: a few words for a person.
    ///   - summary: what it does, and when to use it, for a model.
    ///   - result: the schemas of the members that a result can have.
    ///   - run: carries a call out; what it throws is shown to the model, as a result that is an error.
    public init(
        _ name: String, _ title: String, _ summary: String, _ effect: Effect,
        arguments: [any DeclaredArgument], result: JSONObject, run: @escaping (ToolCall) throws -> JSONObject
    ) {
        self.name = name
        self.title = title
        self.summary = summary
        self.effect = effect
        self.arguments = arguments
        self.result = .object(result)
        self.run = run
    }

    /// The entry of `tools/list`.
    var json: JSON {
        var input = JSONObject([
            ("type", "object"), ("additionalProperties", false),
            ("properties", .object(JSONObject(arguments.map { ($0.name, $0.schema) }))),
        ])
        let needed = arguments.filter(\.isNeeded).map { JSON.string($0.name) }
        if !needed.isEmpty { input["required"] = .array(needed) }
        return [
            "name": .string(name), "title": .string(title), "description": .string(summary),
            "inputSchema": .object(input), "outputSchema": ["type": "object", "properties": result],
            "annotations": [
                "title": .string(title), "readOnlyHint": .bool(effect == .reads), "destructiveHint": false,
                "openWorldHint": false,
            ],
        ]
    }
}

/// The arguments of one call, checked.
public struct ToolCall {
    private var values: [String: any Sendable] = [:]
    /// What the client calls itself; nil where it has not said.
    public let client: String?

    /// - Throws: ``UnfitCall``
    init(of tool: Tool, _ given: JSONObject, _ context: ParseContext, client: String? = nil) throws {
        self.client = client
        for (name, _) in given where !tool.arguments.contains(where: { $0.name == name }) {
            let meant = nearest(to: name, among: tool.arguments.map(\.name)).first
            let hint = meant.map { ": did you mean '\($0)'?" } ?? ""
            throw UnfitCall("\(tool.name) has no argument '\(name)'\(hint)")
        }
        for argument in tool.arguments {
            let value = try given[argument.name].flatMap { try argument.value(of: $0, context) }
            if value == nil, argument.isNeeded {
                throw UnfitCall("\(tool.name) needs the argument '\(argument.name)'")
            }
            values[argument.name] = value
        }
    }

    /// The value of an argument of the tool; nil when it was not given.
    public subscript<Value>(argument: ToolArgument<Value>) -> Value? { values[argument.name] as? Value }

    /// The value of an argument that is declared as required.
    ///
    /// - Throws: ``UnfitCall``, should it be missing all the same.
    public func required<Value>(_ argument: ToolArgument<Value>) throws -> Value {
        guard let value = self[argument] else { throw UnfitCall("the argument '\(argument.name)' is missing") }
        return value
    }
}

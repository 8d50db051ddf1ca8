import Arguments
import Model
import System

/// An argument of a ``Tool``: one declaration gives its JSON schema and the check of what a client sends.
public struct ToolArgument<Value: Sendable>: Sendable {
    public let name: String
    let type: ArgumentType<Value>
    let summary: String
    let isRequired: Bool

    /// - Parameter summary: what it is for, as the schema tells a client.
    public init(_ name: String, _ type: ArgumentType<Value>, _ summary: String, isRequired: Bool = false) {
        self.name = name
        self.type = type
        self.summary = summary
        self.isRequired = isRequired
    }
}

/// How a JSON value becomes the value of an argument.
public struct ArgumentType<Value: Sendable>: Sendable {
    /// The members of its schema, without the description.
    let schema: JSONObject
    /// Whether null is a value like any other; else it stands for an argument that is not given.
    let takesNull: Bool
    let decode: @Sendable (JSON, ParseContext) throws(ArgumentFault) -> Value

    init(
        _ schema: [(String, JSON)], takesNull: Bool = false,
        decode: @escaping @Sendable (JSON, ParseContext) throws(ArgumentFault) -> Value
    ) {
        self.init(JSONObject(schema), takesNull: takesNull, decode: decode)
    }

    private init(
        _ schema: JSONObject, takesNull: Bool,
        decode: @escaping @Sendable (JSON, ParseContext) throws(ArgumentFault) -> Value
    ) {
        self.schema = schema
        self.takesNull = takesNull
        self.decode = decode
    }
}

extension ArgumentType {
    /// The same type, of whose values others are made.
    public func mapped<Other: Sendable>(_ body: @escaping @Sendable (Value) -> Other) -> ArgumentType<Other> {
        ArgumentType<Other>(schema, takesNull: takesNull) { (json, context) throws(ArgumentFault) in
            body(try decode(json, context))
        }
    }
}

/// What is wrong with the value of an argument, completing a sentence that begins with the argument's name.
struct ArgumentFault: Error {
    let problem: String

    init(_ problem: String) {
        self.problem = problem
    }

    init(_ value: JSON, isNot allowed: String, reason: String? = nil) {
        let text = value.compactText
        let shown = text.count > 80 ? text.prefix(79) + "…" : text
        self.init("\(shown) is not \(allowed)" + (reason.map { ": \($0)" } ?? ""))
    }
}

/// A call whose arguments do not fit the tool's declaration.
public struct UnfitCall: Error, Sendable {
    /// One line that names the argument, its value and what is allowed.
    public let message: String

    init(_ message: String) {
        self.message = message
    }
}

// MARK: - Types

extension ArgumentType {
    /// A string, read as the command line reads the value of an option.
    public static func text(_ type: ValueType<Value>) -> ArgumentType {
        ArgumentType([("type", "string")]) { (json, context) throws(ArgumentFault) in
            try type.value(of: json, context)
        }
    }

    /// One of the words that a shell would offer.
    public static func word(_ type: ValueType<Value>) -> ArgumentType {
        ArgumentType([("type", "string"), ("enum", type.words)]) { (json, context) throws(ArgumentFault) in
            try type.value(of: json, context)
        }
    }

    /// An array of strings, each read as the command line reads it.
    public static func texts<Element>(_ type: ValueType<Element>) -> ArgumentType where Value == [Element] {
        list(of: type, ["type": "string"])
    }

    /// An array of words that a shell would offer.
    public static func words<Element>(_ type: ValueType<Element>) -> ArgumentType where Value == [Element] {
        list(of: type, ["type": "string", "enum": type.words])
    }

    private static func list<Element>(of type: ValueType<Element>, _ items: JSON) -> ArgumentType
    where Value == [Element] {
        ArgumentType([("type", "array"), ("items", items)]) { (json, context) throws(ArgumentFault) in
            guard let items = json.array else { throw ArgumentFault(json, isNot: "an array of strings") }
            var values: [Element] = []
            for item in items { values.append(try type.value(of: item, context)) }
            return values
        }
    }
}

extension ArgumentType<Bool> {
    /// True or false.
    public static var flag: ArgumentType {
        ArgumentType([("type", "boolean")]) { (json, _) throws(ArgumentFault) in
            guard case .bool(let flag) = json else { throw ArgumentFault(json, isNot: "true or false") }
            return flag
        }
    }
}

extension ArgumentType<Int> {
    /// A whole number in `range`.
    public static func integer(_ range: ClosedRange<Int>) -> ArgumentType {
        var schema: [(String, JSON)] = [("type", "integer"), ("minimum", .integer(Int64(range.lowerBound)))]
        if range.upperBound < .max { schema.append(("maximum", .integer(Int64(range.upperBound)))) }
        let type = ValueType<Int>.integer(range)
        return ArgumentType(schema) { (json, context) throws(ArgumentFault) in
            guard let integer = json.integer, range.contains(Int(integer)) else {
                throw ArgumentFault(json, isNot: type.allowed)
            }
            return Int(integer)
        }
    }
}

extension ArgumentType<JSON> {
    /// Anything, null as well.
    public static var json: ArgumentType {
        ArgumentType([], takesNull: true) { (json, _) in json }
    }

    /// An object, whatever is in it.
    public static var object: ArgumentType {
        ArgumentType([("type", "object")]) { (json, _) throws(ArgumentFault) in
            guard json.object != nil else { throw ArgumentFault(json, isNot: "an object") }
            return json
        }
    }
}

extension ValueType {
    fileprivate func value(of json: JSON, _ context: ParseContext) throws(ArgumentFault) -> Value {
        guard let text = json.string else { throw ArgumentFault(json, isNot: "a string") }
        let value: Value?
        do throws(ValueFault) {
            value = try parse(text, context)
        } catch {
            let reason = error.reason ?? error.suggestion.map { "did you mean '\($0)'?" }
            throw ArgumentFault(json, isNot: allowed, reason: reason)
        }
        guard let value else { throw ArgumentFault(json, isNot: allowed) }
        return value
    }

    fileprivate var words: JSON {
        guard case .words(let words) = candidates else { preconditionFailure("\(placeholder) has no words") }
        return .array(words.map { .string($0) })
    }
}

// MARK: - Without the static type

/// An argument as schema and check see it.
public protocol DeclaredArgument: Sendable {
    var name: String { get }
    var isNeeded: Bool { get }
    var schema: JSON { get }
    /// The value that `json` stands for; nil when it stands for none.
    ///
    /// - Throws: `UnfitCall`
    func value(of json: JSON, _ context: ParseContext) throws -> (any Sendable)?
}

extension ToolArgument: DeclaredArgument {
    public var isNeeded: Bool { isRequired }

    public var schema: JSON {
        var object = type.schema
        object["description"] = .string(summary)
        return .object(object)
    }

    public func value(of json: JSON, _ context: ParseContext) throws -> (any Sendable)? {
        if json == .null, !type.takesNull { return nil }
        do throws(ArgumentFault) {
            return try type.decode(json, context)
        } catch {
            throw UnfitCall("argument '\(name)': \(error.problem)")
        }
    }
}

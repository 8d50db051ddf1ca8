/// A field of a record that is missing, of a wrong type, or holds a value that is not allowed.
public struct FieldFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The dotted path of the field: `status`, `assignee.agent`.
    public var field: String
    /// The value that is there as compact JSON, cut to 80 characters; nil when the field is missing.
    public let value: String?
    /// What is wrong, completing a sentence that begins with field and value: `is not one of todo, done`.
    public let problem: String

    /// - Parameter problem: completes a sentence that begins with field and value.
    public init(field: String, value: JSON?, problem: String) {
        self.field = field
        self.value = value.map { value in
            let text = value.compactText
            return text.count > 80 ? text.prefix(79) + "…" : text
        }
        self.problem = problem
    }

    public var description: String {
        guard let value else { return "\(field) \(problem)" }
        return "\(field) \(value) \(problem)"
    }
}

/// A value that a field of a record can hold.
public protocol FieldValue: Sendable {
    /// - Throws: a text that completes the sentence "the value …", such as `is not a string`.
    init(json: JSON) throws(FieldProblem)
    /// This value as it is written.
    var json: JSON { get }
    /// Writes what ``json`` is.
    func write(to writer: inout JSONWriter)
}

extension FieldValue {
    public func write(to writer: inout JSONWriter) { writer.write(json) }
}

/// Why a value does not fit a field; see ``FieldFault/problem``.
public struct FieldProblem: Error, Sendable {
    let problem: String
    /// A path below the field where the value stands, when it is not the field's value itself.
    var path = ""

    init(_ problem: String) {
        self.problem = problem
    }
}

/// Names the fields of a record once, for reading and for writing alike.
///
/// A record's `code(fields:)` calls one method for each field with the property that holds it: a reader assigns the
/// property, a writer reads it. What the reader was not asked for is unknown to this version and kept.
public protocol FieldCoder {
    /// A field that must be there.
    mutating func required<Value: FieldValue>(_ name: String, _ value: inout Value) throws(FieldFault)
    /// A field that is left out when it has no value. A null that is there counts as none.
    mutating func optional<Value: FieldValue>(_ name: String, _ value: inout Value?) throws(FieldFault)
    /// A field that is left out when it has the usual value.
    mutating func usual<Value: FieldValue & Equatable>(
        _ name: String, _ value: inout Value, _ usual: Value
    ) throws(FieldFault)
    /// A field that is always written, and may be missing in a file made by hand.
    mutating func written<Value: FieldValue>(_ name: String, _ value: inout Value) throws(FieldFault)
}

/// Takes fields out of an object; ``rest`` is what nobody asked for.
struct FieldReader: FieldCoder {
    private(set) var rest: JSONObject

    init(_ object: JSONObject) {
        rest = object
    }

    mutating func required<Value: FieldValue>(_ name: String, _ value: inout Value) throws(FieldFault) {
        guard let json = rest.remove(name) else {
            throw FieldFault(field: name, value: nil, problem: "is missing")
        }
        value = try Self.decode(json, name)
    }

    mutating func optional<Value: FieldValue>(_ name: String, _ value: inout Value?) throws(FieldFault) {
        guard let json = rest.remove(name), json != .null else {
            value = nil
            return
        }
        value = try Self.decode(json, name) as Value
    }

    mutating func usual<Value: FieldValue & Equatable>(
        _ name: String, _ value: inout Value, _ usual: Value
    ) throws(FieldFault) {
        guard let json = rest.remove(name) else {
            value = usual
            return
        }
        value = try Self.decode(json, name)
    }

    mutating func written<Value: FieldValue>(_ name: String, _ value: inout Value) throws(FieldFault) {
        guard let json = rest.remove(name) else { return }
        value = try Self.decode(json, name)
    }

    static func decode<Value: FieldValue>(_ json: JSON, _ name: String) throws(FieldFault) -> Value {
        do throws(FieldProblem) {
            return try Value(json: json)
        } catch {
            throw FieldFault(field: name + error.path, value: json, problem: error.problem)
        }
    }
}

/// Collects fields into an object.
struct FieldWriter: FieldCoder {
    private(set) var object: JSONObject

    /// - Parameter capacity: about how many fields are going to be written.
    init(keeping unknown: JSONObject, capacity: Int = 4) {
        object = unknown
        object.reserveCapacity(unknown.count + capacity)
    }

    @inline(__always)
    mutating func required<Value: FieldValue>(_ name: String, _ value: inout Value) {
        object[name] = value.json
    }

    @inline(__always)
    mutating func optional<Value: FieldValue>(_ name: String, _ value: inout Value?) {
        if let value { object[name] = value.json }
    }

    @inline(__always)
    mutating func usual<Value: FieldValue & Equatable>(_ name: String, _ value: inout Value, _ usual: Value) {
        if value != usual { object[name] = value.json }
    }

    @inline(__always)
    mutating func written<Value: FieldValue>(_ name: String, _ value: inout Value) {
        object[name] = value.json
    }
}

/// A part of a record with fields of its own, such as a run's usage figures. What is unknown in it is kept.
public protocol FieldGroup: FieldValue, Hashable {
    /// A value to read into: every required field is replaced.
    init()
    /// Members that this version does not know.
    var unknown: JSONObject { get set }
    /// Names every field once.
    mutating func code(fields: inout some FieldCoder) throws(FieldFault)
}

extension FieldGroup {
    public init(json: JSON) throws(FieldProblem) {
        guard let object = json.object else { throw FieldProblem("is not an object") }
        self.init()
        var reader = FieldReader(object)
        do throws(FieldFault) {
            try code(fields: &reader)
        } catch {
            var problem = FieldProblem(error.problem)
            problem.path = "." + error.field
            throw problem
        }
        unknown = reader.rest
    }

    public var json: JSON {
        var copy = self
        var writer = FieldWriter(keeping: unknown)
        // A writer never throws; the requirement is shared with the reader, which does.
        do { try copy.code(fields: &writer) } catch { preconditionFailure("\(error)") }
        return .object(writer.object)
    }

    /// Writes the fields, without a tree of values: a group with a ``json`` of its own needs its own way to write it too.
    public func write(to writer: inout JSONWriter) {
        var copy = self
        RecordWriter.write(to: &writer, keeping: unknown, capacity: 4) { fields throws(FieldFault) in
            try copy.code(fields: &fields)
        }
    }
}

// MARK: - Values

extension JSON: FieldValue {
    public init(json: JSON) { self = json }
    public var json: JSON { self }
}

extension String: FieldValue {
    public init(json: JSON) throws(FieldProblem) {
        guard let string = json.string else { throw FieldProblem("is not a string") }
        self = string
    }

    public var json: JSON { .string(self) }
    public func write(to writer: inout JSONWriter) { writer.write(self) }
}

extension Bool: FieldValue {
    public init(json: JSON) throws(FieldProblem) {
        guard case .bool(let bool) = json else { throw FieldProblem("is not true or false") }
        self = bool
    }

    public var json: JSON { .bool(self) }
}

extension Int: FieldValue {
    public init(json: JSON) throws(FieldProblem) {
        guard let integer = json.integer else { throw FieldProblem("is not a whole number") }
        self = Int(integer)
    }

    public var json: JSON { .integer(Int64(self)) }
    public func write(to writer: inout JSONWriter) { writer.write(Int64(self)) }
}

extension Double: FieldValue {
    public init(json: JSON) throws(FieldProblem) {
        switch json {
        case .integer(let integer): self = Double(integer)
        case .number(let number): self = number
        default: throw FieldProblem("is not a number")
        }
    }

    public var json: JSON {
        self == rounded() && magnitude < 1e15 ? .integer(Int64(self)) : .number(self)
    }
}

extension Array: FieldValue where Element: FieldValue {
    public init(json: JSON) throws(FieldProblem) {
        guard let items = json.array else { throw FieldProblem("is not an array") }
        guard items.count <= Limit.listEntries else {
            throw FieldProblem("has more than \(Limit.listEntries) entries")
        }
        self = []
        reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            do throws(FieldProblem) {
                append(try Element(json: item))
            } catch {
                var problem = error
                problem.path = "[\(index)]" + problem.path
                throw problem
            }
        }
    }

    public var json: JSON {
        var items: [JSON] = []
        items.reserveCapacity(count)
        for element in self { items.append(element.json) }
        return .array(items)
    }

    public func write(to writer: inout JSONWriter) {
        writer.list("[", "]", self) { writer, element in element.write(to: &writer) }
    }
}

extension Dictionary: FieldValue where Key == String, Value: FieldValue {
    public init(json: JSON) throws(FieldProblem) {
        guard let object = json.object else { throw FieldProblem("is not an object") }
        self.init(minimumCapacity: object.count)
        for (key, value) in object {
            do throws(FieldProblem) {
                self[key] = try Value(json: value)
            } catch {
                var problem = error
                problem.path = "." + key + problem.path
                throw problem
            }
        }
    }

    public var json: JSON { .object(JSONObject(map { ($0.key, $0.value.json) })) }
}

extension ID: FieldValue where Subject: IDSubject {
    public init(json: JSON) throws(FieldProblem) {
        guard let text = json.string, let id = ID(text) else {
            throw FieldProblem("is not the id of a \(Subject.kind.rawValue)")
        }
        self = id
    }

    public var json: JSON { .string(text) }
    public func write(to writer: inout JSONWriter) { writer.write(text) }
}

extension FieldValue where Self: RawRepresentable & CaseIterable, RawValue == String {
    public init(json: JSON) throws(FieldProblem) {
        guard let text = json.string, let value = Self(rawValue: text) else {
            throw FieldProblem("is not one of " + Self.allCases.map(\.rawValue).joined(separator: ", "))
        }
        self = value
    }

    public var json: JSON { .string(rawValue) }
    public func write(to writer: inout JSONWriter) { writer.write(rawValue) }
}

/// Bounds that `store.md` sets for what a record may hold.
public enum Limit {
    /// Bytes in a record file, and so in a record's journal entry.
    public static let recordBytes = 1 << 20
    /// Characters in a title.
    public static let titleCharacters = 500
    /// Entries in any list of a record.
    public static let listEntries = 10_000
    /// Bytes in the text of a comment.
    public static let commentBytes = 65_536
}

extension FieldProblem {
    /// The path of the field within the group that was read, without a dot in front.
    public var fieldPath: String { path.hasPrefix(".") ? String(path.dropFirst()) : path }
    /// What is wrong with it, completing a sentence that begins with field and value.
    public var reason: String { problem }
}

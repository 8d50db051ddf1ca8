/// Takes fields out of an object; ``rest`` is what nobody asked for.
package struct FieldReader: FieldCoder {
    package private(set) var rest: JSONObject

    package init(_ object: JSONObject) {
        rest = object
    }

    package mutating func required<Value: FieldValue>(_ name: String, _ value: inout Value) throws(FieldFault) {
        guard let json = rest.remove(name) else {
            throw FieldFault(field: name, value: nil, problem: "is missing")
        }
        value = try Self.decode(json, name)
    }

    package mutating func optional<Value: FieldValue>(_ name: String, _ value: inout Value?) throws(FieldFault) {
        guard let json = rest.remove(name), json != .null else {
            value = nil
            return
        }
        value = try Self.decode(json, name) as Value
    }

    package mutating func usual<Value: FieldValue & Equatable>(
        _ name: String, _ value: inout Value, _ usual: Value
    ) throws(FieldFault) {
        guard let json = rest.remove(name) else {
            value = usual
            return
        }
        value = try Self.decode(json, name)
    }

    package mutating func written<Value: FieldValue>(_ name: String, _ value: inout Value) throws(FieldFault) {
        guard let json = rest.remove(name) else { return }
        value = try Self.decode(json, name)
    }

    /// Takes out a field whose value has nothing to begin with; nil when it is missing.
    ///
    /// - Parameter takesNull: whether null is a value like any other; else it counts as none.
    package mutating func value<Value: FieldValue>(
        _ name: String, takesNull: Bool
    ) throws(FieldFault) -> Value? {
        guard let json = rest.remove(name), takesNull || json != .null else { return nil }
        return try Self.decode(json, name)
    }

    static func decode<Value: FieldValue>(_ json: JSON, _ name: String) throws(FieldFault) -> Value {
        do throws(FieldProblem) {
            return try Value(json: json)
        } catch {
            throw FieldFault(field: name + error.path, value: json, problem: error.problem)
        }
    }
}

import Model

extension Record {
    /// The names of the fields that records of this kind can have, which a template may use.
    static var fieldNames: [String] {
        var names = FieldNames()
        var record = Self(readingInto: ID(number: 0))
        // What a record without content lacks is of no interest here: its fields have been named by then.
        do { try record.code(fields: &names) } catch {}
        return names.names
    }
}

/// Notes what fields a record names.
private struct FieldNames: FieldCoder {
    private(set) var names = ["id", "schema", "rev", "created_at", "updated_at"]

    mutating func required<Value: FieldValue>(_ name: String, _ value: inout Value) { names.append(name) }
    mutating func optional<Value: FieldValue>(_ name: String, _ value: inout Value?) { names.append(name) }
    mutating func written<Value: FieldValue>(_ name: String, _ value: inout Value) { names.append(name) }
    mutating func usual<Value: FieldValue & Equatable>(_ name: String, _ value: inout Value, _ usual: Value) {
        names.append(name)
    }
}

extension Event {
    /// The fields that a template may use.
    static let fields = ["seq", "at", "type", "actor", "about", "rev", "task", "run", "flow", "depth", "data", "id"]
}

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

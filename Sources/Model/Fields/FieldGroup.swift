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

import System

/// A record as its file has it: an id, the fields that every record has, and fields of its own.
public protocol CodedRecord: IDSubject, Sendable, Hashable {
    var id: ID<Self> { get }
    var envelope: Envelope { get set }
    /// A record to read into: every required field is replaced.
    init(readingInto id: ID<Self>)
    /// Names every field but those of the envelope once, for reading and for writing.
    mutating func code(fields: inout some FieldCoder) throws(FieldFault)
    /// Checks what a single field cannot: lengths, and fields that must agree.
    func validate() throws(FieldFault)
    /// The directory of the record's file below its kind's; empty for most kinds.
    var subdirectory: String { get }
}

/// The fields that every record has.
public struct Envelope: Hashable, Sendable {
    /// 1 at creation, one more with each committed change; 0 for a record that is not committed yet.
    public var rev = 0
    public var createdAt = Timestamp(milliseconds: 0)
    public var updatedAt = Timestamp(milliseconds: 0)
    /// Members that this version does not know. They survive a rewrite.
    public var unknown = JSONObject()

    /// The envelope of a record that was never committed.
    public init() {}

    /// The only version of records that there has been.
    static let schema = 1

    mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        var schema = Self.schema
        try fields.written("schema", &schema)
        guard schema == Self.schema else {
            throw FieldFault(field: "schema", value: schema.json, problem: "is not 1, the only one this tf knows")
        }
        try fields.required("rev", &rev)
        try fields.required("created_at", &createdAt)
        try fields.required("updated_at", &updatedAt)
        guard rev >= 0 else { throw FieldFault(field: "rev", value: rev.json, problem: "is negative") }
    }
}

extension CodedRecord {
    public var subdirectory: String { "" }
    public func validate() throws(FieldFault) {}

    /// What a record of this kind is called in the store.
    public var key: RecordKey { id.key }

    /// Reads a record.
    ///
    /// - Throws: the first field that is missing, of a wrong type, or holds a value that is not allowed.
    public init(json: JSON) throws(FieldFault) {
        guard let object = json.object else {
            throw FieldFault(field: "the record", value: nil, problem: "is \(json.kindName), not an object")
        }
        var reader = FieldReader(object)
        var idText = ""
        try reader.required("id", &idText)
        guard let id = ID<Self>(idText) else {
            throw FieldFault(field: "id", value: .string(idText), problem: "is not the id of a \(Self.kind.rawValue)")
        }
        self.init(readingInto: id)
        try envelope.code(fields: &reader)
        try code(fields: &reader)
        envelope.unknown = reader.rest
        try validate()
    }

    /// The record as its file and the journal have it.
    public var json: JSON {
        var copy = self
        var writer = FieldWriter(keeping: envelope.unknown, capacity: 24)
        var idText = id.text
        writer.required("id", &idText)
        // A writer never throws; the requirement is shared with the reader, which does.
        do {
            try copy.envelope.code(fields: &writer)
            try copy.code(fields: &writer)
        } catch {
            preconditionFailure("\(error)")
        }
        return .object(writer.object)
    }

    /// What stands in the record's file: ``JSON/fileBytes`` of ``json``, made without it.
    public var fileBytes: [UInt8] {
        var copy = self
        return JSONWriter.write(indents: true) { writer in
            RecordWriter.write(to: &writer, keeping: envelope.unknown, capacity: 24) { fields throws(FieldFault) in
                var idText = copy.id.text
                fields.required("id", &idText)
                try copy.envelope.code(fields: &fields)
                try copy.code(fields: &fields)
            }
            writer.append(UInt8(ascii: "\n"))
        }
    }
}

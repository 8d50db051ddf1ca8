import System

/// `workspace.json`: what holds for the whole workspace.
public struct WorkspaceRecord: CodedRecord {
    /// How ids are given out.
    public enum IdentifierStyle: String, CaseIterable, FieldValue {
        /// One more than the highest there is.
        case sequential
        /// At random, so that branches of a tracked workspace never give out the same one.
        case hash
    }

    public static let kind = RecordKind.workspace
    /// The one id that this kind has.
    public static let theID = ID<WorkspaceRecord>("workspace")!
    /// The version of the layout that this `tf` reads and writes.
    public static let currentFormat = 1

    public let id: ID<WorkspaceRecord>
    public var envelope = Envelope()
    public var format = WorkspaceRecord.currentFormat
    /// Told apart from every other workspace, and from this one's clones by its path.
    public var workspace = ""
    /// What stands before the number of a task.
    public var prefix = "T"
    public var ids = IdentifierStyle.sequential
    /// Group-writable.
    public var shared = false
    /// Ids are given out from above these numbers, by kind.
    public var floor = IdentifierFloor()
    public var settings = Settings()

    /// A workspace with the usual settings.
    public init() {
        id = Self.theID
    }

    public init(readingInto id: ID<WorkspaceRecord>) {
        self.id = id
    }

    public mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.required("format", &format)
        try fields.required("workspace", &workspace)
        try fields.written("prefix", &prefix)
        try fields.written("ids", &ids)
        try fields.usual("shared", &shared, false)
        try fields.usual("floor", &floor, IdentifierFloor())
        try fields.written("settings", &settings)
        guard Identifier.isTaskPrefix(prefix) else {
            throw FieldFault(field: "prefix", value: prefix.json, problem: "is not a prefix for tasks")
        }
    }
}

/// The highest numbers that ids are not given out from any more, by kind: `{"task": 120}`.
public struct IdentifierFloor: FieldValue, Hashable {
    private var numbers: JSONObject

    /// Every number may be given out.
    public init() {
        numbers = JSONObject()
    }

    public init(json: JSON) throws(FieldProblem) {
        guard let object = json.object else { throw FieldProblem("is not an object") }
        for (kind, number) in object where number.integer == nil {
            var problem = FieldProblem("is not a whole number")
            problem.path = "." + kind
            throw problem
        }
        numbers = object
    }

    public var json: JSON { .object(numbers) }

    /// Ids of `kind` have higher numbers.
    public subscript(kind: RecordKind) -> Int {
        get { numbers[kind.rawValue]?.integer.map { Int($0) } ?? 0 }
        set { numbers[kind.rawValue] = newValue.json }
    }
}

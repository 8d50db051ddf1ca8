import System

/// Something that was said about a task.
public struct Comment: CodedRecord {
    /// What a comment is for.
    public enum CommentKind: String, CaseIterable, FieldValue {
        case comment, blocker, feedback, system
    }

    public static let kind = RecordKind.comment

    public let id: ID<Comment>
    public var envelope = Envelope()
    public var task: ID<Task>
    public var author: String
    public var commentKind: CommentKind
    /// 1–65,536 bytes.
    public var text: String
    /// The run that wrote it, or that it is about.
    public var run: ID<Run>?
    public var resolvedAt: Timestamp?

    /// A comment that nobody has resolved yet.
    public init(id: ID<Comment>, task: ID<Task>, author: String, kind: CommentKind, text: String, run: ID<Run>? = nil) {
        self.id = id
        self.task = task
        self.author = author
        self.commentKind = kind
        self.text = text
        self.run = run
    }

    public init(readingInto id: ID<Comment>) {
        self.init(id: id, task: ID(number: 0), author: "", kind: .comment, text: "")
    }

    public mutating func code(fields: inout some FieldCoder) throws(FieldFault) {
        try fields.required("task", &task)
        try fields.required("author", &author)
        try fields.written("kind", &commentKind)
        try fields.required("text", &text)
        try fields.optional("run", &run)
        try fields.optional("resolved_at", &resolvedAt)
    }

    public func validate() throws(FieldFault) {
        guard !text.trimmingBlanks.isEmpty else {
            throw FieldFault(field: "text", value: .string(text), problem: "is empty")
        }
        guard text.utf8.count <= Limit.commentBytes else {
            throw FieldFault(field: "text", value: nil, problem: "is longer than \(Limit.commentBytes) bytes")
        }
    }

    /// Comments of one task stand together.
    public var subdirectory: String { task.text }
}

/// The type of the records of one kind, as far as their ids have to do with it.
public protocol IDSubject {
    /// Which kind of record this type holds.
    static var kind: RecordKind { get }
}

/// The id of a record of one kind: `T-12`, or the name of an agent.
///
/// Its text is safe as a file name: the only initializers from outside check it against the kind's pattern.
///
/// `Subject` is the type of the record. It is constrained only where the kind matters: the runtime would look up the
/// conformance for every optional and list of ids, at a twentieth of a short command's time each.
public struct ID<Subject>: Hashable, Sendable, CustomStringConvertible {
    /// The id as files and output have it.
    public let text: String

    public var description: String { text }

    /// An id whose text was checked as the id of another kind with the same pattern.
    init(checked text: String) {
        self.text = text
    }
}

extension ID where Subject: IDSubject {
    /// - Returns: nil when `text` is not an id of this kind in its one canonical form.
    public init?(_ text: String) {
        guard Identifier.isValid(text, kind: Subject.kind) else { return nil }
        self.text = text
    }

    /// The id that somebody means by what he typed; see ``Identifier/canonical(_:prefix:)``.
    ///
    /// Not for tasks, whose prefix is the workspace's.
    ///
    /// - Returns: nil when it cannot be an id of this kind.
    public init?(typed text: String) {
        guard let prefix = Subject.kind.prefix, let canonical = Identifier.canonical(text, prefix: prefix) else {
            return nil
        }
        self.text = canonical
    }

    /// An id whose text was checked when it was written down; see ``Identifier/isValid(_:kind:)``.
    public init(checked text: String) {
        self.text = text
    }

    /// The id with `number` (`T-12`, with another `prefix` where the workspace has one).
    public init(number: Int, prefix: String? = nil) {
        text = "\(prefix ?? Subject.kind.prefix ?? "")-\(number)"
    }

    /// The same id without its type.
    public var key: RecordKey { RecordKey(kind: Subject.kind, id: text) }
}

/// A record's kind and id together: its identity in a workspace.
public struct RecordKey: Hashable, Sendable {
    public let kind: RecordKind
    public let id: String

    /// - Parameter id: a valid id of `kind`; see ``Identifier/isValid(_:kind:)``.
    public init(kind: RecordKind, id: String) {
        self.kind = kind
        self.id = id
    }
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

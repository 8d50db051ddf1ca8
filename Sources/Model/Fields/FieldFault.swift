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

/// Why a value does not fit a field; see ``FieldFault/problem``.
public struct FieldProblem: Error, Sendable {
    let problem: String
    /// A path below the field where the value stands, when it is not the field's value itself.
    var path = ""

    init(_ problem: String) {
        self.problem = problem
    }
}

extension FieldProblem {
    /// The path of the field within the group that was read, without a dot in front.
    public var fieldPath: String { path.hasPrefix(".") ? String(path.dropFirst()) : path }
    /// What is wrong with it, completing a sentence that begins with field and value.
    public var reason: String { problem }
}

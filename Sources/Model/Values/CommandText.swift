/// A command as people write it: a text for `sh -c`, or a program and its arguments.
public enum CommandText: Hashable, Sendable {
    case shell(String)
    case words([String])

    /// The program and its arguments.
    public var argumentVector: [String] {
        switch self {
        case .shell(let text): ["/bin/sh", "-c", text]
        case .words(let words): words
        }
    }
}

extension CommandText: FieldValue {
    public init(json: JSON) throws(FieldProblem) {
        if let text = json.string, !text.trimmingBlanks.isEmpty {
            self = .shell(text)
        } else if let items = json.array, let program = items.first?.string, !program.isEmpty,
            items.allSatisfy({ $0.string?.contains("\0") == false })
        {
            self = .words(items.compactMap(\.string))
        } else {
            throw FieldProblem("is not a command: a text for sh -c, or a list of words")
        }
    }

    public var json: JSON {
        switch self {
        case .shell(let text): text.json
        case .words(let words): words.json
        }
    }
}

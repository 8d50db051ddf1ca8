/// How many words an argument takes.
public enum ArgumentCount: Sendable, Hashable {
    case one
    case optional
    case many(atLeast: Int)
    /// The words after `--`, or, where a command ends options, from the first word that is no option.
    case trailing(atLeast: Int)

    var isTrailing: Bool {
        if case .trailing = self { true } else { false }
    }

    /// The fewest words; without them the command line is refused.
    var fewest: Int {
        switch self {
        case .one: 1
        case .optional: 0
        case .many(let fewest), .trailing(let fewest): fewest
        }
    }

    /// The most words, nil where there is no limit.
    var most: Int? {
        switch self {
        case .one, .optional: 1
        case .many, .trailing: nil
        }
    }
}

/// A parameter known by its place: `TITLE`, `TASK…`.
public struct Argument<Value: Sendable>: Sendable {
    /// Upper case; unique among the arguments of a command.
    public let placeholder: String
    public let type: ValueType<Value>
    /// A fragment of one line, lower case, no full stop.
    public let help: String
    public let count: ArgumentCount

    public init(_ placeholder: String, _ type: ValueType<Value>, _ help: String, _ count: ArgumentCount = .one) {
        self.placeholder = placeholder
        self.type = type
        self.help = help
        self.count = count
    }

    /// The same argument without the type of its value.
    var erased: Argument<any Sendable> { Argument<any Sendable>(placeholder, type.erased, help, count) }
}

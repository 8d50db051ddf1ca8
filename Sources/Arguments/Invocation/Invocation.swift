/// What a command was given on the command line.
///
/// Values are asked for with the declaration itself, so a value has the type that was declared:
/// `let limit = invocation[TaskList.limit]`.
public struct Invocation: Sendable {
    /// The names of the command and of the groups that lead to it, without aliases: `["tf", "task", "create"]`.
    public let path: [String]
    let given: GivenValues
    /// The usage line of the command; only a refusal needs it.
    private let makeUsage: @Sendable () -> String

    init(path: [String], given: GivenValues, usage: @autoclosure @escaping @Sendable () -> String) {
        self.path = path
        self.given = given
        makeUsage = usage
    }

    /// The value of an option, the last one where it repeats; nil when it was not given, or given without a value.
    public subscript<Value>(option: Option<Value>) -> Value? {
        given[option.name]?.values.last as? Value
    }

    /// Every value of an option, in order.
    public func all<Value>(_ option: Option<Value>) -> [Value] {
        given.values(of: option.name)
    }

    /// Whether an option was given, with a value or without.
    public func has<Value>(_ option: Option<Value>) -> Bool {
        given[option.name] != nil
    }

    /// Whether a flag was given, and not as its opposite.
    public subscript(flag: Flag) -> Bool {
        value(flag) ?? false
    }

    /// True for `--flag`, false for `--no-flag`, nil when neither was given.
    public func value(_ flag: Flag) -> Bool? {
        given[flag.name]?.isOn
    }

    /// The value of an argument, the first one where it takes many; nil when it was not given.
    public subscript<Value>(argument: Argument<Value>) -> Value? {
        given[argument.placeholder]?.values.first as? Value
    }

    /// Every value of an argument, in order.
    public func all<Value>(_ argument: Argument<Value>) -> [Value] {
        given.values(of: argument.placeholder)
    }

    /// A refusal of this command line for a reason that depends on more than the declaration, such as an argument that
    /// is needed only without some option.
    public func refusal(_ reason: UsageFault.Reason) -> UsageFault {
        UsageFault(reason, command: path.joined(separator: " "), usage: makeUsage())
    }

    /// A refusal of this command line for a reason that no declaration can state, such as two options that need each
    /// other; it points to the help of this command as every ``UsageFault`` does.
    public func refusal(_ message: String, hint: String? = nil) -> UsageFault {
        refusal(.other(message: message, hint: hint))
    }
}

/// What was given for one option, flag or argument.
struct Given: Sendable {
    /// How it is declared: `--label`, `TITLE`.
    let name: String
    /// In the order of the command line; none for a flag, and for an option that was given without a value.
    var values: [any Sendable] = []
    /// Of a flag: true for `--flag`, false for `--no-flag`.
    var isOn: Bool?
}

/// What was given on a command line.
///
/// A list that is searched: a command line has few words, and making a `Dictionary` type costs the start of a program
/// more than the search.
struct GivenValues: Sendable {
    private(set) var all: [Given] = []

    subscript(name: String) -> Given? {
        for given in all where given.name == name { return given }
        return nil
    }

    /// The values of an option or argument, in order.
    func values<Value>(of name: String) -> [Value] {
        self[name]?.values.compactMap { $0 as? Value } ?? []
    }

    /// Changes what was given under a name, beginning with nothing.
    mutating func update(_ name: String, _ change: (inout Given) -> Void) {
        for index in all.indices where all[index].name == name { return change(&all[index]) }
        all.append(Given(name: name))
        change(&all[all.count - 1])
    }
}

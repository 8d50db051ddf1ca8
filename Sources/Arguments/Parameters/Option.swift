/// A named parameter with a value: `--label NAME`.
public struct Option<Value: Sendable>: Sendable {
    /// The name without its dashes; unique among the options of a command and the global ones.
    public let long: String
    public let short: Character?
    public let type: ValueType<Value>
    /// A fragment of one line, lower case, no full stop.
    public let help: String
    /// Whether it may be given several times with different values.
    public let repeats: Bool
    /// Whether it may be given without a value; one that is given has to follow `=` then.
    public let optionalValue: Bool
    public let isRequired: Bool
    /// Whether help, manual pages and completions leave it out.
    public let isHidden: Bool

    public init(
        _ long: String, short: Character? = nil, _ type: ValueType<Value>, _ help: String, repeats: Bool = false,
        optionalValue: Bool = false, isRequired: Bool = false, isHidden: Bool = false
    ) {
        self.long = long
        self.short = short
        self.type = type
        self.help = help
        self.repeats = repeats
        self.optionalValue = optionalValue
        self.isRequired = isRequired
        self.isHidden = isHidden
    }

    /// `--label`
    var name: String { "--" + long }

    /// The same option without the type of its value.
    var erased: Option<any Sendable> {
        Option<any Sendable>(
            long, short: short, type.erased, help, repeats: repeats, optionalValue: optionalValue,
            isRequired: isRequired, isHidden: isHidden)
    }
}

/// A named parameter that is either given or not: `--quiet`.
public struct Flag: Sendable {
    /// The name without its dashes; unique among the options of a command and the global ones.
    public let long: String
    public let short: Character?
    /// A fragment of one line, lower case, no full stop.
    public let help: String
    /// Whether `--no-NAME` says the opposite.
    public let negatable: Bool
    /// Whether help, manual pages and completions leave it out.
    public let isHidden: Bool

    public init(
        _ long: String, short: Character? = nil, _ help: String, negatable: Bool = false, isHidden: Bool = false
    ) {
        self.long = long
        self.short = short
        self.help = help
        self.negatable = negatable
        self.isHidden = isHidden
    }

    /// `--quiet`
    var name: String { "--" + long }

    /// `--no-quiet`
    var opposite: String { "--no-" + long }
}

/// Something that a command takes: an ``Option``, a ``Flag``, an ``Argument``, or several of them together.
public protocol Parameter: Sendable {
    /// The options, flags and arguments that this stands for, in display order.
    var entries: [ParameterEntry] { get }
    /// The sets among them of which only one may be given.
    var alternatives: [Alternatives] { get }
}

extension Parameter {
    public var alternatives: [Alternatives] { [] }
}

/// One option, flag or argument as the readers of a declaration see it: without the type of its value.
public struct ParameterEntry: Sendable {
    enum Kind: Sendable {
        case option(Option<any Sendable>)
        case flag(Flag)
        case argument(Argument<any Sendable>)
    }

    let kind: Kind
    /// The heading under which help lists it; nil for the common one.
    var heading: String?

    /// How it is called in messages: `--label` or `TITLE`.
    var name: String {
        switch kind {
        case .option(let option): option.name
        case .flag(let flag): flag.name
        case .argument(let argument): argument.placeholder
        }
    }

    var help: String {
        switch kind {
        case .option(let option): option.help
        case .flag(let flag): flag.help
        case .argument(let argument): argument.help
        }
    }

    var isHidden: Bool {
        switch kind {
        case .option(let option): option.isHidden
        case .flag(let flag): flag.isHidden
        case .argument: false
        }
    }

    var isArgument: Bool {
        if case .argument = kind { true } else { false }
    }
}

extension Option: Parameter {
    public var entries: [ParameterEntry] { [ParameterEntry(kind: .option(erased))] }
}

extension Flag: Parameter {
    public var entries: [ParameterEntry] { [ParameterEntry(kind: .flag(self))] }
}

extension Argument: Parameter {
    public var entries: [ParameterEntry] { [ParameterEntry(kind: .argument(erased))] }
}

/// Parameters that help lists under a heading of their own.
public struct Section: Parameter {
    public let heading: String
    public let parameters: [any Parameter]

    public init(_ heading: String, _ parameters: [any Parameter]) {
        self.heading = heading
        self.parameters = parameters
    }

    public var entries: [ParameterEntry] {
        parameters.flatMap { $0.entries }.map { entry in
            var entry = entry
            entry.heading = heading
            return entry
        }
    }

    public var alternatives: [Alternatives] { parameters.flatMap { $0.alternatives } }
}

/// Options and flags of which at most one may be given: `(--agent A | --user U | --none)`.
public struct OneOf: Parameter {
    public let parameters: [any Parameter]
    /// Whether one of them has to be given.
    public let isRequired: Bool

    public init(_ parameters: [any Parameter], isRequired: Bool = false) {
        self.parameters = parameters
        self.isRequired = isRequired
    }

    public var entries: [ParameterEntry] { parameters.flatMap { $0.entries } }

    public var alternatives: [Alternatives] {
        [Alternatives(names: entries.map(\.name), isRequired: isRequired)]
    }
}

/// The names of parameters of which at most one may be given.
public struct Alternatives: Sendable, Hashable {
    public let names: [String]
    public let isRequired: Bool
}

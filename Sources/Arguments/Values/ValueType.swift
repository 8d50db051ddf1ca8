import System

/// How the text of an option or argument becomes a value.
public struct ValueType<Value: Sendable>: Sendable {
    /// What stands for the value in usage lines: `DURATION`, `N`.
    public let placeholder: String
    /// What is allowed, so that it completes the sentence "'5x' is not …": `a duration such as 90s, 10m, 1h30m`.
    public let allowed: String
    /// What a shell offers for it.
    public let candidates: Candidates
    /// The value that a text means; nil when it is not allowed, a ``ValueFault`` when there is more to say about that.
    public let parse: @Sendable (String, ParseContext) throws(ValueFault) -> Value?

    public init(
        _ placeholder: String, allowed: String, candidates: Candidates = .none,
        parse: @escaping @Sendable (String, ParseContext) throws(ValueFault) -> Value?
    ) {
        self.placeholder = placeholder
        self.allowed = allowed
        self.candidates = candidates
        self.parse = parse
    }

    /// A type whose values depend on the text alone.
    public init(
        _ placeholder: String, allowed: String, candidates: Candidates = .none,
        parse: @escaping @Sendable (String) throws(ValueFault) -> Value?
    ) {
        self.init(placeholder, allowed: allowed, candidates: candidates) {
            (text, _) throws(ValueFault) in try parse(text)
        }
    }

    /// The same type with another placeholder: `.line.named("TASK")`.
    public func named(_ placeholder: String) -> ValueType {
        ValueType(placeholder, allowed: allowed, candidates: candidates, parse: parse)
    }

    /// The same type, for which shells offer something else: `.line.completed(by: .live("tasks"))`.
    public func completed(by candidates: Candidates) -> ValueType {
        ValueType(placeholder, allowed: allowed, candidates: candidates, parse: parse)
    }

    /// The same type without its static type, as parser, help, manual pages and completions see it.
    var erased: ValueType<any Sendable> {
        let parse = parse
        return ValueType<any Sendable>(placeholder, allowed: allowed, candidates: candidates) {
            (text, context) throws(ValueFault) in try parse(text, context)
        }
    }
}

/// What a value may depend on besides its text.
public struct ParseContext: Sendable {
    public let now: Timestamp
    /// The zone in which times without an offset are read.
    public let zone: LocalZone

    public init(now: Timestamp, zone: LocalZone) {
        self.now = now
        self.zone = zone
    }
}

/// Why a text is refused, where "is not what is allowed" does not say enough.
public struct ValueFault: Error, Sendable, Hashable {
    /// A fragment that follows a colon: `there is no such day`.
    public let reason: String?
    /// What was probably meant.
    public let suggestion: String?

    public init(_ reason: String? = nil, suggestion: String? = nil) {
        self.reason = reason
        self.suggestion = suggestion
    }
}

/// What a shell offers as the value of an option or argument.
public enum Candidates: Sendable, Hashable {
    case none
    case files
    case directories
    case words([String])
    /// Values of that kind, asked from the program at the moment of completion.
    case live(String)
}

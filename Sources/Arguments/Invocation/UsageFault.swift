/// Why a command line is refused, with the data that a message about it needs.
public struct UsageFault: Error, Sendable, Hashable {
    public enum Reason: Sendable, Hashable {
        case unknownCommand(String)
        case unknownOption(String)
        case missingValue(option: String, allowed: String)
        case unexpectedValue(option: String, value: String)
        /// A value that its type does not allow; `parameter` is `--timeout` or `TITLE`.
        case badValue(parameter: String, value: String, allowed: String, reason: String?)
        /// An option that does not repeat, given with two different values.
        /// Two options of which only one makes sense.
        case conflicting(String, String)
        case missingArgument(String)
        case missingOption(String)
        case missingAlternative([String])
        case unexpectedArgument(String)
        /// A reason that the command itself found.
        case other(message: String, hint: String?)
    }

    public let reason: Reason
    /// The command as it is typed: `tf task create`.
    public let command: String
    /// What was probably meant, best guess first: `--priority`, `tf task create`.
    public let suggestions: [String]
    /// The usage line of the command: `tf task create [options] TITLE`.
    public let usage: String

    init(_ reason: Reason, command: String, usage: String, suggestions: [String] = []) {
        self.reason = reason
        self.command = command
        self.suggestions = suggestions
        self.usage = usage
    }
}

extension UsageFault {
    /// One line that says what is wrong, without the program's name in front and without a full stop.
    public var message: String {
        switch reason {
        case .unknownCommand(let word):
            "unknown command \(quoted(word)) for '\(command)'"
        case .unknownOption(let option):
            "unknown option \(quoted(option)) for '\(command)'"
        case .missingValue(let option, let allowed):
            "option '\(option)' needs a value: \(allowed)"
        case .unexpectedValue(let option, let value):
            "option '\(option)' takes no value, but was given \(quoted(value))"
        case .badValue(let parameter, let value, let allowed, let reason):
            "\(parameter): \(quoted(value)) is not \(allowed)" + (reason.map { ": " + $0 } ?? "")
        case .conflicting(let first, let second):
            "options '\(first)' and '\(second)' exclude each other"
        case .missingArgument(let placeholder):
            "missing argument \(placeholder) for '\(command)'"
        case .missingOption(let option):
            "missing option '\(option)' for '\(command)'"
        case .missingAlternative(let options):
            "'\(command)' needs one of " + options.map { "'\($0)'" }.joined(separator: ", ")
        case .unexpectedArgument(let word):
            "unexpected argument \(quoted(word)) for '\(command)'"
        case .other(let message, _):
            message.controlCharactersVisible
        }
    }

    /// One line that helps further: what was probably meant, the usage, and where the help is.
    public var hint: String {
        if case .other(_, let hint?) = reason { return hint.controlCharactersVisible }
        let meant = suggestion.map { $0 + " " } ?? ""
        return "\(meant)usage: \(usage) (see '\(pointer)')"
    }

    /// `did you mean '--priority'?`; nil when nothing comes close.
    public var suggestion: String? {
        guard let last = suggestions.last else { return nil }
        let others = suggestions.dropLast().map(quoted).joined(separator: ", ")
        return "did you mean " + (others.isEmpty ? "" : others + " or ") + quoted(last) + "?"
    }

    /// The command that shows the help in question: `tf task create --help`.
    public var pointer: String { command + " --help" }

    /// A text from outside as messages show it: in quotes, in one line, not too long.
    private func quoted(_ text: String) -> String {
        let limit = 80
        let shown = text.count > limit ? text.prefix(limit) + "…" : text[...]
        return "'" + String(shown).controlCharactersVisible + "'"
    }
}

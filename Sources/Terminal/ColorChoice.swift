/// What the option `--color` asks for.
public enum ColorChoice: String, CaseIterable, Sendable {
    /// As the environment and the stream suggest.
    case auto
    case always
    case never

    /// Whether text written to a stream is coloured.
    ///
    /// The first of these rules that applies decides:
    /// 1. `--color always` and `--color never` do as they say.
    /// 2. `NO_COLOR`, set to anything but nothing: no (<https://no-color.org>).
    /// 3. `CLICOLOR_FORCE`, set to anything but nothing or `0`: yes (<https://bixense.com/clicolors>).
    /// 4. `TERM` missing, empty or `dumb`: no, the terminal doesn't know escape sequences.
    /// 5. Yes on a terminal, no in a file or a pipe.
    ///
    /// - Parameters:
    ///   - isTerminal: whether the stream is a terminal.
    ///   - environment: looks up a variable of the environment.
    public func wantsColor(isTerminal: Bool, environment: (String) -> String?) -> Bool {
        func value(_ name: String) -> String { environment(name) ?? "" }
        switch self {
        case .always: return true
        case .never: return false
        case .auto:
            if !value("NO_COLOR").isEmpty { return false }
            if !["", "0"].contains(value("CLICOLOR_FORCE")) { return true }
            if ["", "dumb"].contains(value("TERM")) { return false }
            return isTerminal
        }
    }
}

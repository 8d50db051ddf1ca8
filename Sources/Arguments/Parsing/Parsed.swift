/// What a command line asks for.
public enum Parsed: Sendable {
    /// To have a command do what it does.
    case invocation(Invocation, action: Command.Action)
    /// The program's name alone, with global options at most.
    case overview(Invocation)
    case help(HelpRequest)
    case version(Invocation)
}

/// A wish for help: `-h`, `--help`, `help …`, or a group without a verb.
public struct HelpRequest: Sendable {
    public enum Subject: Sendable {
        case command(CommandPath)
        case topic(Topic)
    }

    public let subject: Subject
    /// Whether everything is to be shown, not one screen.
    public let isFull: Bool
    /// The global options that were given along with it.
    public let invocation: Invocation
}

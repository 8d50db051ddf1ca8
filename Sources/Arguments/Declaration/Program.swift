/// Everything that a program declares about its command line.
///
/// One declaration, several readers: ``Parser``, ``HelpPage``, ``ManualPage`` and ``CompletionScript`` all derive
/// from this value and hold no knowledge of their own about any command.
public struct Program: Sendable {
    /// The command that is the program itself; its name is the program's.
    public let root: Command
    /// Options and flags that every command takes, and that may stand anywhere before `--`.
    public let globals: [any Parameter]
    /// What `help` explains besides commands.
    public var topics: [Topic] { makeTopics() }
    /// Topics may be long, and few commands need them.
    private let makeTopics: @Sendable () -> [Topic]
    /// The exit statuses that all commands share.
    public let exitCodes: [ExitCode]
    public let environment: [Described]
    public let files: [Described]

    public init(
        root: Command, globals: [any Parameter] = [], topics: @autoclosure @escaping @Sendable () -> [Topic] = [],
        exitCodes: [ExitCode] = [],
        environment: [Described] = [], files: [Described] = []
    ) {
        self.root = root
        self.globals = globals
        makeTopics = topics
        self.exitCodes = exitCodes
        self.environment = environment
        self.files = files
    }

    /// The flags that exist without being declared. `--version` stands on the program itself only.
    static let help = Flag("help", short: "h", "show help: -h on one screen, --help complete")
    static let version = Flag("version", "print the version")

    /// The entries of the global options, the built-in ones last.
    func globalEntries(atRoot: Bool) -> [ParameterEntry] {
        (globals + (atRoot ? [Program.help, Program.version] : [Program.help])).flatMap { $0.entries }
    }
}

/// A page of help that is not about one command: `help exit-codes`.
public struct Topic: Sendable {
    public let name: String
    /// One line, no full stop.
    public let summary: String
    /// Paragraphs, separated by blank lines; an indented line is kept as it is.
    public let body: String

    public init(_ name: String, _ summary: String, body: String) {
        self.name = name
        self.summary = summary
        self.body = body
    }
}

/// Something with a name and a line about it: an environment variable, a file.
public struct Described: Sendable, Hashable {
    public let name: String
    public let meaning: String

    public init(_ name: String, _ meaning: String) {
        self.name = name
        self.meaning = meaning
    }
}

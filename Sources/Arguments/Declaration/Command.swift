/// A command as data: what it is called, what it takes, what it does, and what a person should know about it.
public struct Command: Sendable {
    /// What a command does; the result is the exit status.
    public typealias Action = @Sendable (Invocation) throws -> Int32

    public let name: String
    /// One line, no full stop.
    public var summary: String { makeSummary() }
    /// Paragraphs, separated by blank lines; an indented line is kept as it is. Empty when the summary says it all.
    public var discussion: String { makeDiscussion() }
    public var examples: [Example] { makeExamples() }
    /// Options, flags and arguments in the order in which help shows them.
    public var parameters: [any Parameter] { makeParameters() }
    /// The exit statuses special to this command, besides those that the program shares.
    public var exitCodes: [ExitCode] { makeExitCodes() }
    /// Other names that are understood: `ls` for `list`.
    public let aliases: [String]
    /// Words that other tools have for it. They are not understood, but answered with the right one.
    public let foreignNames: [String]
    /// Whether help, manual pages and completions leave this command out.
    public let isHidden: Bool
    /// Whether the first word that is no option starts the trailing argument, as in `env` and `nice`; `--` does so
    /// in any case.
    public let commandEndsOptions: Bool
    /// Says which words that begin with `-` are arguments all the same, such as `-label:ci`.
    public let isQueryWord: (@Sendable (String) -> Bool)?
    /// What the command does; nil for a group that needs one of its verbs.
    public let run: Action?

    // A program makes all its verbs to find the one that is meant: only that one needs more than its name.
    private let makeSummary: @Sendable () -> String
    private let makeDiscussion: @Sendable () -> String
    private let makeExamples: @Sendable () -> [Example]
    private let makeParameters: @Sendable () -> [any Parameter]
    private let makeExitCodes: @Sendable () -> [ExitCode]
    private let makeSubcommands: (@Sendable () -> [Command])?
    /// Whether this is the command that shows help about the others; see ``help(_:)``.
    let answersHelp: Bool

    /// A command that does something.
    public init(
        _ name: String, _ summary: @autoclosure @escaping @Sendable () -> String,
        discussion: @autoclosure @escaping @Sendable () -> String = "",
        examples: @autoclosure @escaping @Sendable () -> [Example] = [],
        parameters: @autoclosure @escaping @Sendable () -> [any Parameter] = [],
        exitCodes: @autoclosure @escaping @Sendable () -> [ExitCode] = [], aliases: [String] = [],
        foreignNames: [String] = [], isHidden: Bool = false,
        commandEndsOptions: Bool = false, isQueryWord: (@Sendable (String) -> Bool)? = nil,
        run: @escaping Action
    ) {
        self.name = name
        makeSummary = summary
        makeDiscussion = discussion
        makeExamples = examples
        makeParameters = parameters
        makeExitCodes = exitCodes
        self.aliases = aliases
        self.foreignNames = foreignNames
        self.isHidden = isHidden
        self.commandEndsOptions = commandEndsOptions
        self.isQueryWord = isQueryWord
        self.run = run
        self.makeSubcommands = nil
        self.answersHelp = false
    }

    /// A group of commands, made only when one of them is asked for.
    ///
    /// - Parameters:
    ///   - parameters: What the group takes when it is used without a verb.
    ///   - run: What the group does without a verb; without it, the group then shows its help.
    public init(
        _ name: String, _ summary: @autoclosure @escaping @Sendable () -> String,
        discussion: @autoclosure @escaping @Sendable () -> String = "",
        examples: @autoclosure @escaping @Sendable () -> [Example] = [],
        parameters: @autoclosure @escaping @Sendable () -> [any Parameter] = [],
        exitCodes: @autoclosure @escaping @Sendable () -> [ExitCode] = [], aliases: [String] = [],
        isHidden: Bool = false,
        run: Action? = nil, subcommands: @escaping @Sendable () -> [Command]
    ) {
        self.name = name
        makeSummary = summary
        makeDiscussion = discussion
        makeExamples = examples
        makeParameters = parameters
        makeExitCodes = exitCodes
        self.aliases = aliases
        self.foreignNames = []
        self.isHidden = isHidden
        self.commandEndsOptions = false
        self.isQueryWord = nil
        self.run = run
        self.makeSubcommands = subcommands
        self.answersHelp = false
    }

    private init(help summary: String, parameters: [any Parameter]) {
        self.name = "help"
        makeSummary = { summary }
        makeDiscussion = { "" }
        makeExamples = { [] }
        makeParameters = { parameters }
        makeExitCodes = { [] }
        self.aliases = []
        self.foreignNames = []
        self.isHidden = false
        self.commandEndsOptions = false
        self.isQueryWord = nil
        self.run = nil
        self.makeSubcommands = nil
        self.answersHelp = true
    }

    /// The words after `help`: a command's path, or a topic.
    static let helpSubject = Argument("COMMAND", .text, "a command, or a topic", .many(atLeast: 0))

    /// The command `help`, to be declared among those of the root. The parser answers it with ``Parsed/help(_:)``.
    public static func help(_ summary: String = "show help about a command or a topic") -> Command {
        Command(help: summary, parameters: [helpSubject])
    }

    /// Whether the command has verbs.
    public var isGroup: Bool { makeSubcommands != nil }

    /// The verbs of a group, hidden ones included; made anew by every call. Empty for a leaf.
    public func subcommands() -> [Command] {
        makeSubcommands?() ?? []
    }

    /// The verbs that help, manual pages and completions show.
    func visibleSubcommands() -> [Command] {
        subcommands().filter { !$0.isHidden }
    }

    func answers(to word: String) -> Bool {
        name == word || aliases.contains(word)
    }
}

/// A command line worth imitating.
public struct Example: Sendable, Hashable {
    public let command: String
    /// One line, no full stop.
    public let explanation: String

    public init(_ command: String, _ explanation: String) {
        self.command = command
        self.explanation = explanation
    }
}

/// An exit status and what it means.
public struct ExitCode: Sendable, Hashable {
    public let code: Int32
    public let meaning: String

    public init(_ code: Int32, _ meaning: String) {
        self.code = code
        self.meaning = meaning
    }
}

/// A program's declaration as completion scripts need it: flat, without what is hidden.
struct CompletionTree {
    /// One command.
    struct Node {
        /// As it is typed: `tf task create`.
        let path: String
        /// The verbs that may follow, and for `help` the topics.
        let verbs: [Word]
        /// Every word that leads to another command, aliases included, with the path of that command.
        let descents: [(word: String, path: String)]
        /// Its own options, without the global ones.
        let options: [Name]
        let arguments: [Argument<any Sendable>]
        let commandEndsOptions: Bool
    }

    struct Word {
        let text: String
        let help: String
    }

    /// An option or flag under all its names.
    struct Name {
        /// `-l`; nil when there is no short form.
        let short: String?
        /// `--label`; two of them where a flag can be negated.
        let long: [String]
        let help: String
        let value: Value
        let repeats: Bool

        var all: [String] { (short.map { [$0] } ?? []) + long }
    }

    enum Value {
        case none
        /// Only after `=`.
        case optional(ValueType<any Sendable>)
        case required(ValueType<any Sendable>)
    }

    /// The name of the program.
    let name: String
    /// Depth first, the root first.
    let nodes: [Node]
    let globals: [Name]

    init(_ program: Program) {
        name = program.root.name
        nodes = Self.nodes(below: CommandPath(root: program.root), of: program)
        globals = program.globalEntries(atRoot: false).compactMap(Name.init)
    }

    private static func nodes(below path: CommandPath, of program: Program) -> [Node] {
        let command = path.command
        if command.answersHelp { return [helpNode(at: path, of: program)] }
        let verbs = command.visibleSubcommands()
        let options = command.parameters.flatMap { $0.entries }.compactMap(Name.init)
        let version = path.isRoot ? Program.version.entries.compactMap(Name.init) : []
        let node = Node(
            path: path.text,
            verbs: verbs.map { Word(text: $0.name, help: $0.summary) },
            descents: verbs.flatMap { verb in
                ([verb.name] + verb.aliases).map { ($0, path.appending(verb).text) }
            },
            options: options + version,
            arguments: command.parameters.flatMap { $0.entries }.compactMap { entry in
                if case .argument(let argument) = entry.kind { argument } else { nil }
            },
            commandEndsOptions: command.commandEndsOptions)
        return [node] + verbs.flatMap { nodes(below: path.appending($0), of: program) }
    }

    /// After `help` stands what could stand without it, so its words lead to the same commands; and the topics.
    private static func helpNode(at path: CommandPath, of program: Program) -> Node {
        let verbs = program.root.visibleSubcommands().filter { !$0.answersHelp }
        return Node(
            path: path.text,
            verbs: verbs.map { Word(text: $0.name, help: $0.summary) }
                + program.topics.map { Word(text: $0.name, help: $0.summary) },
            descents: verbs.map { ($0.name, "\(program.root.name) \($0.name)") },
            options: [], arguments: [], commandEndsOptions: false)
    }
}

extension CompletionTree.Name {
    /// Nil for arguments and for what is hidden.
    fileprivate init?(_ entry: ParameterEntry) {
        guard !entry.isHidden else { return nil }
        switch entry.kind {
        case .argument:
            return nil
        case .flag(let flag):
            let long = [flag.name] + (flag.negatable ? [flag.opposite] : [])
            self.init(short: flag.short.map { "-\($0)" }, long: long, help: flag.help, value: .none, repeats: false)
        case .option(let option):
            self.init(
                short: option.short.map { "-\($0)" }, long: [option.name], help: option.help,
                value: option.optionalValue ? .optional(option.type) : .required(option.type), repeats: option.repeats)
        }
    }
}

extension CompletionTree {
    /// The names of the global options that take a directory: they say where the program has to look for live values.
    var places: [String] {
        globals.filter { option in
            if case .required(let type) = option.value, case .directories = type.candidates { true } else { false }
        }.flatMap(\.all)
    }

    /// What the word matches, in any shell, that holds such an option together with its directory: `-C?*`, `--workspace=*`.
    var placesWithDirectory: [String] { places.map { $0.hasPrefix("--") ? $0 + "=*" : $0 + "?*" } }
}

extension Candidates {
    /// How the scripts for bash and fish call a kind of value: `none`, `files`, `words low high`, `live tasks`.
    var scriptKind: String {
        switch self {
        case .none: "none"
        case .files: "files"
        case .directories: "directories"
        case .words(let words): "words " + words.joined(separator: " ")
        case .live(let kind): "live " + kind
        }
    }
}

extension CompletionTree.Name {
    /// The kind of its value, with `=` in front when it has to follow the option in the same word; nil for a flag.
    var scriptKind: String? {
        switch value {
        case .none: nil
        case .optional(let type): "=" + type.candidates.scriptKind
        case .required(let type): type.candidates.scriptKind
        }
    }
}

extension Argument {
    /// The kind of its value; `command` for a command with arguments of its own.
    var scriptKind: String {
        count.isTrailing ? "command" : type.candidates.scriptKind
    }
}

extension String {
    /// The text in single quotes, as bash and zsh read it.
    var shellQuoted: String {
        "'" + escaping(["'": "'\\''"]) + "'"
    }

    /// Every line of the text, indented.
    func indented(by count: Int) -> String {
        let indent = String(repeating: " ", count: count)
        return split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : indent + $0 }.joined(separator: "\n")
    }
}

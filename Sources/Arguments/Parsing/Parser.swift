import System

/// Turns the words of a command line into what they ask for, by a program's declaration.
///
/// The words are read once, from left to right. Words that are no options lead from the root to a command as long as
/// they name its verbs; from there on they are arguments. Options are looked up among those of the command reached so
/// far and the global ones, and their values are checked at once, so the first mistake is the one that is reported.
public struct Parser: Sendable {
    public let program: Program

    public init(_ program: Program) {
        self.program = program
    }

    /// - Parameters:
    ///   - words: The command line without the program's name.
    ///   - now: The moment from which times such as `+2h` are counted.
    ///   - zone: The zone in which times without an offset are read.
    public func parse(
        _ words: [String], now: Timestamp, zone: LocalZone = .current
    ) throws(UsageFault) -> Parsed {
        var scan = Scan(program: program, words: words, context: ParseContext(now: now, zone: zone))
        do {
            try scan.run()
        } catch {
            // Whoever asks for help has it, whatever else is wrong.
            guard let isFull = scan.wishesFullHelp else { throw error }
            return .help(HelpRequest(subject: .command(scan.path), isFull: isFull, invocation: scan.invocation))
        }
        return try conclusion(of: scan)
    }

    private func conclusion(of scan: Scan) throws(UsageFault) -> Parsed {
        if scan.path.command.answersHelp, scan.wishesFullHelp == nil {
            return .help(try helpRequest(about: scan.positionals, scan))
        }
        if let isFull = scan.wishesFullHelp {
            return .help(HelpRequest(subject: .command(scan.path), isFull: isFull, invocation: scan.invocation))
        }
        if scan.wishesVersion { return .version(scan.invocation) }
        if scan.path.isRoot { return .overview(scan.invocation) }
        if scan.path.command.run == nil {
            return .help(HelpRequest(subject: .command(scan.path), isFull: false, invocation: scan.invocation))
        }
        return .invocation(try scan.completed())
    }

    /// What `help WORD…` is about.
    private func helpRequest(about words: [String], _ scan: Scan) throws(UsageFault) -> HelpRequest {
        if words.count == 1, let topic = program.topics.first(where: { $0.name == words[0] }) {
            return HelpRequest(subject: .topic(topic), isFull: true, invocation: scan.invocation)
        }
        var path = CommandPath(root: program.root)
        for word in words {
            guard let next = path.descending(to: word) else {
                let topics = path.isRoot ? program.topics.map(\.name) : []
                throw UsageFault.unknownCommand(word, at: path, next: nil, besides: topics)
            }
            path = next
        }
        return HelpRequest(subject: .command(path), isFull: true, invocation: scan.invocation)
    }
}

extension UsageFault {
    /// - Parameters:
    ///   - next: The word after it, in case that noun and verb are swapped.
    ///   - besides: Other names that would have been understood.
    static func unknownCommand(
        _ word: String, at path: CommandPath, next: String?, besides: [String] = []
    ) -> UsageFault {
        UsageFault(
            .unknownCommand(word), at: path,
            suggestions: CommandSuggestions(path: path).suggestions(for: word, next: next, besides: besides))
    }
}

/// Finds the command that an unknown word was probably meant to be.
private struct CommandSuggestions {
    let path: CommandPath

    func suggestions(for word: String, next: String?, besides: [String]) -> [String] {
        let verbs = path.command.visibleSubcommands()
        if let next, let swapped = verbs.first(where: { $0.answers(to: next) && $0.isGroup }),
            let verb = swapped.subcommands().first(where: { $0.answers(to: word) })
        {
            return ["\(path.text) \(swapped.name) \(verb.name)"]
        }
        if let meant = verbs.first(where: { $0.foreignNames.contains(word) }) { return ["\(path.text) \(meant.name)"] }
        let near = nearest(to: word, among: verbs.map(\.name) + besides)
        if !near.isEmpty {
            return near.map { besides.contains($0) ? "\(path.text) help \($0)" : "\(path.text) \($0)" }
        }
        let homes = verbs.filter { group in group.visibleSubcommands().contains { $0.answers(to: word) } }
        return homes.prefix(3).map { "\(path.text) \($0.name) \(word)" }
    }
}

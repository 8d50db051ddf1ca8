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
        guard let action = scan.path.command.run else {
            return .help(HelpRequest(subject: .command(scan.path), isFull: false, invocation: scan.invocation))
        }
        return .invocation(try scan.completed(), action: action)
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
                throw UsageFault.noCommand(word, at: path, next: nil, besides: topics)
            }
            path = next
        }
        return HelpRequest(subject: .command(path), isFull: true, invocation: scan.invocation)
    }
}

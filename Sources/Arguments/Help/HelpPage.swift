/// Help as a terminal shows it.
public struct HelpPage: Sendable {
    let program: Program
    let layout: HelpLayout

    /// - Parameter width: The characters of a line, 40 at least.
    public init(_ program: Program, width: Int = 80, style: HelpStyle = .plain) {
        self.program = program
        self.layout = HelpLayout(width: max(40, width), style: style)
    }

    /// What a wish for help is answered with; ends with a newline.
    public func text(for request: HelpRequest) -> String {
        switch request.subject {
        case .topic(let topic): text(for: topic)
        case .command(let path): text(for: path, isFull: request.isFull)
        }
    }

    /// Help about a command, everything or one screen; ends with a newline.
    public func text(for path: CommandPath, isFull: Bool) -> String {
        isFull ? fullText(for: path) : shortText(for: path)
    }

    private func text(for topic: Topic) -> String {
        layout.joined([[layout.title(topic.name, topic.summary)], layout.paragraphs(topic.body)])
    }

    /// One screen: every command, argument and option in one line.
    private func shortText(for path: CommandPath) -> String {
        let own = path.command.parameters.flatMap { $0.entries }
        let shown = path.isRoot ? own + program.globalEntries(atRoot: true) : own
        return layout.joined(
            [opening(of: path)]
                + commandSections(of: path, fit: .oneLine)
                + parameterSections(shown, others: "Options", fit: .oneLine)
                + [[pointer(from: path)]])
    }

    /// Everything, examples last.
    private func fullText(for path: CommandPath) -> String {
        let command = path.command
        let own = command.parameters.flatMap { $0.entries }
        let globals = program.globalEntries(atRoot: path.isRoot)
        var blocks = [opening(of: path), layout.paragraphs(command.discussion)]
        blocks += commandSections(of: path, fit: .wrapped)
        blocks += parameterSections(own, others: "Options", fit: .wrapped)
        blocks += parameterSections(globals, others: "Global options", fit: .wrapped)
        if path.isRoot {
            let topics = program.topics.map { HelpLayout.Row($0.name, $0.summary) }
            blocks.append(layout.section("Topics (\(program.root.name) help TOPIC)", topics, fit: .wrapped))
            blocks.append(layout.section("Environment", program.environment.map(HelpLayout.Row.init), fit: .wrapped))
            blocks.append(layout.section("Files", program.files.map(HelpLayout.Row.init), fit: .wrapped))
        }
        let exitCodes = (path.isRoot ? program.exitCodes : []) + command.exitCodes
        let codes = exitCodes.map { HelpLayout.Row(String($0.code), $0.meaning) }
        blocks.append(layout.section("Exit status", codes, fit: .wrapped))
        blocks.append(examples(of: command))
        return layout.joined(blocks)
    }
}

// MARK: - Parts of a page

extension HelpPage {
    private func opening(of path: CommandPath) -> [String] {
        var lines = [layout.title(path.text, path.command.summary)]
        lines += layout.usage(path.usage)
        if !path.command.aliases.isEmpty {
            lines.append("Also: " + path.command.aliases.joined(separator: ", "))
        }
        return lines
    }

    /// The verbs; those of the program itself apart from its groups.
    private func commandSections(of path: CommandPath, fit: HelpLayout.Fit) -> [[String]] {
        let commands = path.command.visibleSubcommands()
        let row = { (command: Command) in HelpLayout.Row(command.name, command.summary) }
        guard path.isRoot else { return [layout.section("Commands", commands.map(row), fit: fit)] }
        return [
            layout.section("Nouns", commands.filter(\.isGroup).map(row), fit: fit),
            layout.section("Commands", commands.filter { !$0.isGroup }.map(row), fit: fit),
        ]
    }

    /// Arguments, then options, then the options with headings of their own.
    private func parameterSections(
        _ entries: [ParameterEntry], others: String, fit: HelpLayout.Fit
    ) -> [[String]] {
        let visible = entries.filter { !$0.isHidden }
        let options = visible.filter { !$0.isArgument }
        let headings = options.compactMap(\.heading).uniqued()
        let row = { (entry: ParameterEntry) in
            HelpLayout.Row(entry.helpLabel, fit == .oneLine ? entry.help : entry.fullHelp)
        }
        return [
            layout.section("Arguments", visible.filter(\.isArgument).map(row), fit: fit),
            layout.section(others, options.filter { $0.heading == nil }.map(row), fit: fit),
        ]
            + headings.map { heading in
                layout.section(heading, options.filter { $0.heading == heading }.map(row), fit: fit)
            }
    }

    private func examples(of command: Command) -> [String] {
        guard !command.examples.isEmpty else { return [] }
        return [layout.style.heading("Examples:")]
            + command.examples.flatMap { example in
                ["  " + layout.style.literal(example.command)]
                    + layout.wrapped(example.explanation, indent: 6)
            }
    }

    private func pointer(from path: CommandPath) -> String {
        let more = "More: \(path.text) --help"
        if path.isRoot || !path.command.isGroup { return more }
        return more + ", \(path.text) COMMAND --help"
    }
}

extension Sequence where Element: Hashable {
    /// The elements in order, each once.
    fileprivate func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}

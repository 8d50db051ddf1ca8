// What the parser refuses, with the usage of the command that it is about.

extension UsageFault {
    init(_ reason: Reason, at path: CommandPath, suggestions: [String] = []) {
        self.init(reason, command: path.text, usage: path.usage, suggestions: suggestions)
    }

    /// A word that names no command, with those that it was probably meant to be.
    ///
    /// - Parameters:
    ///   - next: The word after it, in case that noun and verb are swapped.
    ///   - besides: Other names that would have been understood.
    static func noCommand(
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

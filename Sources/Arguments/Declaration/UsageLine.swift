extension CommandPath {
    /// How the command is written: `tf task create [options] TITLE`.
    public var usage: String {
        var words = [text]
        let entries = command.parameters.flatMap { $0.entries }.filter { !$0.isHidden }
        words += required(entries)
        if entries.contains(where: { !$0.isArgument }) || isRoot { words.append("[options]") }
        if command.isGroup { words.append(command.run == nil ? "COMMAND" : "[COMMAND]") }
        words += entries.compactMap(\.argumentUsage)
        return words.joined(separator: " ")
    }

    /// The options without which the command is refused.
    private func required(_ entries: [ParameterEntry]) -> [String] {
        let single = entries.compactMap { entry -> String? in
            guard case .option(let option) = entry.kind, option.isRequired else { return nil }
            return entry.usage
        }
        let alternatives = command.parameters.flatMap { $0.alternatives }.filter(\.isRequired).map {
            alternatives in
            let members = entries.filter { alternatives.names.contains($0.name) }
            return "(" + members.map(\.usage).joined(separator: " | ") + ")"
        }
        return single + alternatives
    }
}

extension ParameterEntry {
    /// `--label NAME`, `--quiet`, `TITLE`: the long name with the value that belongs to it.
    var usage: String {
        switch kind {
        case .option(let option): option.name + option.valueUsage
        case .flag(let flag): flag.negatable ? "--[no-]" + flag.long : flag.name
        case .argument(let argument): argument.placeholder
        }
    }

    /// `TITLE`, `[TASK...]`, `[-- COMMAND...]`; nil for options and flags.
    fileprivate var argumentUsage: String? {
        guard case .argument(let argument) = kind else { return nil }
        let many = argument.count.most == nil ? argument.placeholder + "..." : argument.placeholder
        let words = argument.count.isTrailing ? "-- " + many : many
        return argument.count.fewest == 0 ? "[" + words + "]" : words
    }
}

extension Option {
    /// What follows the name: ` NAME`, or `[=NAME]` where the value is optional.
    var valueUsage: String {
        optionalValue ? "[=\(type.placeholder)]" : " " + type.placeholder
    }
}

extension Program {
    /// What is wrong with the declaration itself, a line each: mistakes that no compiler finds, such as two options
    /// with one letter. To be kept empty by a test.
    public func declarationFaults() -> [String] {
        let names = globals.flatMap { $0.entries }.filter(\.isArgument).map(\.name)
        return names.map { "the global options contain the argument \($0)" }
            + faults(below: CommandPath(root: root))
    }

    private func faults(below path: CommandPath) -> [String] {
        let verbs = path.command.subcommands()
        let own =
            wordingFaults(of: path.command) + parameterFaults(of: path) + argumentFaults(of: path.command)
            + verbs.flatMap { [$0.name] + $0.aliases }.repeated.map { "two commands are called \($0)" }
        return own.map { "\(path.text): \($0)" } + verbs.flatMap { faults(below: path.appending($0)) }
    }

    private func wordingFaults(of command: Command) -> [String] {
        let lines =
            [("summary", command.summary)] + command.parameters.flatMap { $0.entries }.map { ($0.name, $0.help) }
        return lines.compactMap { name, text in
            let isLine = !text.isEmpty && !text.contains(where: \.isNewline) && !text.hasSuffix(".")
            return isLine ? nil : "the text of \(name) has to be one line without a full stop"
        }
    }

    private func parameterFaults(of path: CommandPath) -> [String] {
        let signature = Signature(program: self, path: path)
        var names: [String] = []
        for entry in signature.entries {
            switch entry.kind {
            case .option(let option):
                names += [option.name] + (option.short.map { ["-\($0)"] } ?? [])
            case .flag(let flag):
                names += [flag.name] + (flag.negatable ? [flag.opposite] : []) + (flag.short.map { ["-\($0)"] } ?? [])
            case .argument(let argument):
                names.append(argument.placeholder)
            }
        }
        return names.repeated.map { "\($0) is declared twice" }
    }

    private func argumentFaults(of command: Command) -> [String] {
        let counts = command.parameters.flatMap { $0.entries }.compactMap { entry -> ArgumentCount? in
            if case .argument(let argument) = entry.kind { argument.count } else { nil }
        }
        var faults: [String] = []
        if counts.dropLast().contains(where: \.isTrailing) { faults.append("only the last argument may be trailing") }
        let varying = counts.filter { !$0.isTrailing && $0.fewest != $0.most }
        if varying.count > 1, varying.contains(where: { $0.most == nil }) {
            faults.append("an argument that takes many words may stand beside none that is optional")
        }
        if command.commandEndsOptions, counts.last?.isTrailing != true {
            faults.append("a command that ends options needs a trailing argument")
        }
        return faults
    }
}

extension [String] {
    /// The elements that occur more than once, each once.
    fileprivate var repeated: [String] {
        var seen: Set<String> = []
        var told: Set<String> = []
        return filter { !seen.insert($0).inserted && told.insert($0).inserted }
    }
}

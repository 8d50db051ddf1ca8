/// What may be given at some place of a command line: the parameters of the command reached, and the global ones.
struct Signature {
    enum Named {
        case option(Option<any Sendable>)
        case flag(Flag)
    }

    /// The parameters of the command, then the global ones.
    let entries: [ParameterEntry]
    let arguments: [Argument<any Sendable>]

    init(program: Program, path: CommandPath) {
        entries = path.command.parameters.flatMap { $0.entries } + program.globalEntries(atRoot: path.isRoot)
        arguments = entries.compactMap { entry in
            if case .argument(let argument) = entry.kind { argument } else { nil }
        }
    }

    var hasTrailingArgument: Bool { arguments.contains { $0.count.isTrailing } }

    /// The long names that a suggestion may offer.
    var longNames: [String] {
        entries.filter { !$0.isHidden && !$0.isArgument }.flatMap { entry in
            if case .flag(let flag) = entry.kind, flag.negatable { [flag.name, flag.opposite] } else { [entry.name] }
        }
    }

    /// The option or flag of that name, `--label` or `--no-edit`; the command's own comes before a global one.
    func parameter(named name: String) -> Named? {
        named { entry in
            switch entry {
            case .option(let option): option.name == name
            case .flag(let flag): flag.name == name || (flag.negatable && flag.opposite == name)
            }
        }
    }

    func parameter(short letter: Character) -> Named? {
        named { entry in
            switch entry {
            case .option(let option): option.short == letter
            case .flag(let flag): flag.short == letter
            }
        }
    }

    private func named(where matches: (Named) -> Bool) -> Named? {
        for entry in entries {
            let named: Named
            switch entry.kind {
            case .option(let option): named = .option(option)
            case .flag(let flag): named = .flag(flag)
            case .argument: continue
            }
            if matches(named) { return named }
        }
        return nil
    }
}

/// A signature that is made when something is looked up in it: those on the way to a verb seldom are.
final class LazySignature {
    private let program: Program
    private let path: CommandPath
    private(set) lazy var signature = Signature(program: program, path: path)

    init(_ program: Program, _ path: CommandPath) {
        self.program = program
        self.path = path
    }
}

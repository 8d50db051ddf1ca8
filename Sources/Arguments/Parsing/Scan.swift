import System

/// One walk over the words of a command line.
struct Scan {
    private let program: Program
    private let context: ParseContext
    private let words: [String]
    private var position = 0

    /// The command reached so far.
    private(set) var path: CommandPath
    /// What may be given there.
    private var signature: Signature { lazySignature.signature }
    private var lazySignature: LazySignature
    private(set) var positionals: [String] = []
    /// The words after `--`, where the command has an argument for them.
    private var trailing: [String] = []
    private var given = GivenValues()

    /// Nil when no help is asked for, else whether the complete one.
    private(set) var wishesFullHelp: Bool?
    private(set) var wishesVersion = false

    init(program: Program, words: [String], context: ParseContext) {
        self.program = program
        self.words = words
        self.context = context
        path = CommandPath(root: program.root)
        lazySignature = LazySignature(program, path)
    }

    /// What has been found so far, without a check that it is complete.
    var invocation: Invocation { invocation(given) }

    private func invocation(_ given: GivenValues) -> Invocation {
        let path = path
        return Invocation(path: path.names, given: given, usage: path.usage)
    }

    /// Reads all words.
    mutating func run() throws(UsageFault) {
        while let word = nextWord() {
            if word == "--" {
                return try takeRest()
            } else if word.hasPrefix("--") {
                try takeLongOption(word.dropFirst(2))
            } else if word.hasPrefix("-"), word.count > 1, path.command.isQueryWord?(word) != true {
                try takeShortOptions(Array(word.dropFirst()))
            } else if path.command.commandEndsOptions {
                position -= 1
                return try takeRest()
            } else {
                try take(word)
            }
        }
    }

    private mutating func nextWord() -> String? {
        guard position < words.count else { return nil }
        position += 1
        return words[position - 1]
    }

    /// The words after `--`, or from the one that ends options: none of them is an option any more.
    private mutating func takeRest() throws(UsageFault) {
        while !signature.hasTrailingArgument, let word = nextWord() {
            try take(word)
        }
        trailing = Array(words[position...])
        position = words.count
    }

    /// A word that is no option: a verb where one is expected, else an argument.
    private mutating func take(_ word: String) throws(UsageFault) {
        guard path.command.isGroup, positionals.isEmpty else {
            positionals.append(word)
            return
        }
        if let next = path.descending(to: word) {
            try descend(to: next)
        } else if signature.arguments.isEmpty {
            if let help = CommandPath(root: program.root).descending(to: word), help.command.answersHelp {
                // `tf task help create` is `tf help task create`.
                positionals = Array(path.names.dropFirst())
                return try descend(to: help)
            }
            let following = position < words.count ? words[position] : nil
            throw .noCommand(word, at: path, next: following)
        } else {
            positionals.append(word)
        }
    }

    private mutating func descend(to next: CommandPath) throws(UsageFault) {
        path = next
        lazySignature = LazySignature(program, path)
        // What stood before the verb was looked up in the group's signature; the verb may not know it.
        for given in given.all where signature.parameter(named: given.name) == nil {
            throw UsageFault(.unknownOption(given.name), at: path)
        }
    }
}

// MARK: - Options

extension Scan {
    private mutating func takeLongOption(_ text: Substring) throws(UsageFault) {
        let separator = text.firstIndex(of: "=")
        let name = "--" + text[..<(separator ?? text.endIndex)]
        let attached = separator.map { String(text[text.index(after: $0)...]) }
        switch signature.parameter(named: name) {
        case .option(let option):
            try record(option, attached: attached)
        case .flag(let flag):
            if let attached { throw UsageFault(.unexpectedValue(option: name, value: attached), at: path) }
            try record(flag, as: name)
        case nil:
            throw unknownOption(name)
        }
    }

    /// `-q`, `-qv`, `-oVALUE`, `-qoVALUE`, `-o VALUE`.
    private mutating func takeShortOptions(_ letters: [Character]) throws(UsageFault) {
        for (index, letter) in letters.enumerated() {
            switch signature.parameter(short: letter) {
            case .option(let option):
                let rest = letters[(index + 1)...]
                return try record(option, attached: rest.isEmpty ? nil : String(rest))
            case .flag(let flag):
                try record(flag, as: "-\(letter)")
            case nil:
                throw unknownOption(short: letter, in: String(letters))
            }
        }
    }

    private mutating func record(_ flag: Flag, as spelling: String) throws(UsageFault) {
        switch flag.name {
        case Program.help.name:
            wishesFullHelp = (wishesFullHelp ?? false) || spelling == flag.name
        case Program.version.name where path.isRoot:
            wishesVersion = true
        default:
            let value = !(flag.negatable && spelling == flag.opposite)
            if let earlier = given[flag.name]?.isOn, earlier != value {
                throw UsageFault(.conflicting(flag.name, flag.opposite), at: path)
            }
            given.update(flag.name) { $0.isOn = value }
        }
    }

    private mutating func record(_ option: Option<any Sendable>, attached: String?) throws(UsageFault) {
        guard let text = attached ?? (option.optionalValue ? nil : nextWord()) else {
            guard option.optionalValue else {
                throw UsageFault(.missingValue(option: option.name, allowed: option.type.allowed), at: path)
            }
            return given.update(option.name) { _ in }
        }
        let value = try value(of: option.type, text, for: option.name)
        given.update(option.name) { given in
            // The last one wins, as everywhere: an alias may give an option that the command line gives again.
            if !option.repeats { given.values = [] }
            given.values.append(value)
        }
    }

    private func value(
        of type: ValueType<any Sendable>, _ text: String, for parameter: String
    ) throws(UsageFault) -> any Sendable {
        let fault: ValueFault
        do throws(ValueFault) {
            if let value = try type.parse(text, context) { return value }
            fault = ValueFault(suggestion: type.candidates.nearestWord(to: text))
        } catch {
            fault = error
        }
        throw UsageFault(
            .badValue(parameter: parameter, value: text, allowed: type.allowed, reason: fault.reason), at: path,
            suggestions: [fault.suggestion].compactMap { $0 })
    }

    private func unknownOption(_ name: String) -> UsageFault {
        let bareNames = signature.longNames.map { String($0.dropFirst(2)) }
        let suggestions = nearest(to: String(name.dropFirst(2)), among: bareNames).map { "--" + $0 }
        return UsageFault(.unknownOption(name), at: path, suggestions: suggestions)
    }

    /// A letter that is no option; the whole word may have been meant as a long one.
    private func unknownOption(short letter: Character, in letters: String) -> UsageFault {
        let long = "--" + letters
        let isLong = letters.count > 1 && signature.longNames.contains(long)
        return isLong
            ? UsageFault(.unknownOption("-" + letters), at: path, suggestions: [long])
            : UsageFault(.unknownOption("-\(letter)"), at: path)
    }
}

extension Candidates {
    fileprivate func nearestWord(to text: String) -> String? {
        guard case .words(let words) = self else { return nil }
        return nearest(to: text, among: words).first
    }
}

// MARK: - Completeness

extension Scan {
    /// The invocation with its arguments, once everything that the command needs is there.
    func completed() throws(UsageFault) -> Invocation {
        var given = given
        try fillArguments(in: &given)
        for case .option(let option) in signature.entries.map(\.kind) where option.isRequired {
            if given[option.name] == nil {
                throw UsageFault(.missingOption(option.name + option.valueUsage), at: path)
            }
        }
        for alternatives in path.command.parameters.flatMap({ $0.alternatives }) {
            let chosen = alternatives.names.filter { given[$0] != nil }
            if chosen.count > 1 { throw UsageFault(.conflicting(chosen[0], chosen[1]), at: path) }
            if chosen.isEmpty, alternatives.isRequired {
                throw UsageFault(.missingAlternative(alternatives.names), at: path)
            }
        }
        return invocation(given)
    }

    /// Shares the words out among the arguments: each takes as many as it may, as long as enough are left for those
    /// after it.
    private func fillArguments(in given: inout GivenValues) throws(UsageFault) {
        var reserved = try wordsNeeded()
        var rest = positionals[...]
        for argument in signature.arguments {
            let words: ArraySlice<String>
            if argument.count.isTrailing {
                words = trailing[...]
            } else {
                reserved -= argument.count.fewest
                words = rest.prefix(min(argument.count.most ?? .max, rest.count - reserved))
                rest = rest.dropFirst(words.count)
            }
            for word in words {
                let value = try value(of: argument.type, word, for: argument.placeholder)
                given.update(argument.placeholder) { $0.values.append(value) }
            }
        }
        if let extra = rest.first {
            let suggestions = signature.hasTrailingArgument ? ["-- " + extra] : []
            throw UsageFault(.unexpectedArgument(extra), at: path, suggestions: suggestions)
        }
    }

    /// The fewest words that the arguments need, trailing ones aside; a fault names the first for which there are not
    /// enough.
    private func wordsNeeded() throws(UsageFault) -> Int {
        var needed = 0
        for argument in signature.arguments {
            if !argument.count.isTrailing { needed += argument.count.fewest }
            let isMissing =
                argument.count.isTrailing ? trailing.count < argument.count.fewest : positionals.count < needed
            if isMissing { throw UsageFault(.missingArgument(argument.placeholder), at: path) }
        }
        return needed
    }
}

extension ParameterEntry {
    /// The left column of help: `-l, --label NAME`, `    --wait[=D]`, `TITLE`.
    var helpLabel: String {
        let short: Character?
        switch kind {
        case .option(let option): short = option.short
        case .flag(let flag): short = flag.short
        case .argument(let argument):
            return argument.count.most == nil ? argument.placeholder + "..." : argument.placeholder
        }
        return (short.map { "-\($0), " } ?? "    ") + usage
    }

    /// The help with what the declaration says besides: which words are allowed, and whether it may be repeated.
    var fullHelp: String {
        var notes: [String] = []
        switch kind {
        case .option(let option):
            notes.append(contentsOf: option.type.note)
            if option.repeats { notes.append("may be repeated") }
            if option.isRequired { notes.append("required") }
        case .argument(let argument): notes.append(contentsOf: argument.type.note)
        case .flag: break
        }
        return notes.isEmpty ? help : help + " (" + notes.joined(separator: "; ") + ")"
    }
}

extension ValueType {
    /// The words that are allowed, unless the placeholder says so already.
    fileprivate var note: [String] {
        guard case .words(let words) = candidates, placeholder != words.joined(separator: "|") else { return [] }
        return [words.joined(separator: ", ")]
    }
}

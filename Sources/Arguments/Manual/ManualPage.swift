/// A page of the manual in section 1, as mdoc text: one for the program, one for each of its nouns.
public struct ManualPage: Sendable, Hashable {
    /// Without the section: `tf`, `tf-task`.
    public let name: String
    /// The mdoc source; ends with a newline.
    public let text: String

    /// The file that holds it: `tf-task.1`.
    public var fileName: String { name + ".1" }

    /// All pages of a program, its own first, then those of its nouns in the order of their declaration.
    ///
    /// - Parameter date: What the pages show as their date, as mdoc wants it: `March 1, 2026`. A constant, so that
    ///   the same declaration gives the same pages.
    public static func pages(of program: Program, date: String) -> [ManualPage] {
        let root = CommandPath(root: program.root)
        let commands = program.root.visibleSubcommands()
        let nouns = commands.filter(\.isGroup).map { root.appending($0) }
        let verbs = commands.filter { !$0.isGroup }.map { root.appending($0) }
        let names = [root.pageName] + nouns.map(\.pageName)

        var page = ManualPageWriter(program: program, subject: root, date: date)
        page.writeProgram(nouns: nouns, verbs: verbs)
        page.writeSeeAlso(names)
        let pages = nouns.map { noun in
            var page = ManualPageWriter(program: program, subject: noun, date: date)
            page.writeNoun()
            page.writeSeeAlso(names)
            return ManualPage(name: noun.pageName, text: page.mdoc.text)
        }
        return [ManualPage(name: root.pageName, text: page.mdoc.text)] + pages
    }
}

extension CommandPath {
    /// `tf-task`
    var pageName: String { names.joined(separator: "-") }
}

/// Writes one page. Sections come in the order that mdoc(7) prescribes.
private struct ManualPageWriter {
    let program: Program
    let subject: CommandPath
    var mdoc = Mdoc()

    init(program: Program, subject: CommandPath, date: String) {
        self.program = program
        self.subject = subject
        mdoc.macro("Dd", date)
        mdoc.macro("Dt", subject.pageName.uppercased(), "1")
        mdoc.macro("Os")
        mdoc.macro("Sh", "NAME")
        mdoc.macro("Nm", subject.pageName)
        mdoc.macro("Nd", subject.command.summary.mdocArguments)
        writeSynopsis()
        mdoc.macro("Sh", "DESCRIPTION")
        let discussion = subject.command.discussion
        mdoc.paragraphs(discussion.isEmpty ? subject.command.summary.asSentence : discussion, startsParagraph: false)
    }

    private mutating func writeSynopsis() {
        mdoc.macro("Sh", "SYNOPSIS")
        mdoc.macro("Nm", subject.text.mdocArguments)
        mdoc.macro("Op", "Ar", "options")
        if subject.command.run == nil {
            mdoc.macro("Ar", "command")
        } else {
            mdoc.macro("Op", "Ar", "command")
        }
        mdoc.macro("Op", "Ar", "arguments")
    }

    mutating func writeProgram(nouns: [CommandPath], verbs: [CommandPath]) {
        mdoc.macro("Sh", "NOUNS")
        mdoc.list(nouns.map { ("Xr \($0.pageName) 1", $0.command.summary.asSentence) })
        mdoc.macro("Sh", "COMMANDS")
        for verb in verbs { write(verb) }
        mdoc.macro("Sh", "GLOBAL", "OPTIONS")
        mdoc.list(items(of: program.globalEntries(atRoot: true)))
        for topic in program.topics {
            mdoc.macro("Sh", topic.name.uppercased().escaping(["-": " "]))
            mdoc.paragraphs(topic.body, startsParagraph: false)
        }
        write("ENVIRONMENT", program.environment.map { ("Ev " + $0.name.mdocArguments, $0.meaning.asSentence) })
        write("FILES", program.files.map { ("Pa " + $0.name.mdocArguments, $0.meaning.asSentence) })
        write("EXIT STATUS", program.exitCodes.map { (String($0.code), $0.meaning.asSentence) })
        writeExamplesSection()
    }

    mutating func writeNoun() {
        if subject.command.run != nil { writeParameters(of: subject.command) }
        mdoc.macro("Sh", "COMMANDS")
        for path in subject.descendants where path.command.run != nil { write(path) }
        writeExamplesSection()
    }

    mutating func writeSeeAlso(_ names: [String]) {
        let others = names.filter { $0 != subject.pageName }.sorted()
        guard let last = others.last else { return }
        mdoc.macro("Sh", "SEE ALSO")
        for name in others {
            mdoc.macro("Xr", name, name == last ? "1" : "1 ,")
        }
    }

    private mutating func write(_ heading: String, _ items: [(tag: String, text: String)]) {
        guard !items.isEmpty else { return }
        mdoc.macro("Sh", heading)
        mdoc.list(items)
    }

    private mutating func writeExamplesSection() {
        guard !subject.command.examples.isEmpty else { return }
        mdoc.macro("Sh", "EXAMPLES")
        write(subject.command.examples, startsParagraph: false)
    }
}

// MARK: - One command

extension ManualPageWriter {
    /// A subsection that says everything about one command.
    private mutating func write(_ path: CommandPath) {
        let command = path.command
        mdoc.macro("Ss", path.text.mdocArguments)
        mdoc.literal([path.usage])
        mdoc.macro("Pp")
        mdoc.prose(command.summary.asSentence)
        if !command.aliases.isEmpty {
            mdoc.prose("Also called " + command.aliases.joined(separator: ", ") + ".")
        }
        mdoc.paragraphs(command.discussion, startsParagraph: true)
        writeParameters(of: command)
        write(command.examples, startsParagraph: true)
    }

    /// What the command takes, and the exit statuses special to it.
    private mutating func writeParameters(of command: Command) {
        writeList("Arguments and options:", items(of: command.parameters.flatMap { $0.entries }))
        writeList("Exit status:", command.exitCodes.map { (String($0.code), $0.meaning.asSentence) })
    }

    private mutating func writeList(_ heading: String, _ items: [(tag: String, text: String)]) {
        guard !items.isEmpty else { return }
        mdoc.macro("Pp")
        mdoc.prose(heading)
        mdoc.list(items)
    }

    private mutating func write(_ examples: [Example], startsParagraph: Bool) {
        for (index, example) in examples.enumerated() {
            if startsParagraph || index > 0 { mdoc.macro("Pp") }
            mdoc.prose("Example: " + example.explanation + ":")
            mdoc.literal([example.command])
        }
    }

    private func items(of entries: [ParameterEntry]) -> [(tag: String, text: String)] {
        entries.filter { !$0.isHidden }.map { ($0.mdocTag, $0.fullHelp.asSentence) }
    }
}

extension ParameterEntry {
    /// The tag of a list item: `Fl l , Fl -label Ar NAME`.
    fileprivate var mdocTag: String {
        switch kind {
        case .argument(let argument):
            return "Ar " + argument.placeholder.mdocArgument + (argument.count.most == nil ? " ..." : "")
        case .flag(let flag):
            let names = [flag.name] + (flag.negatable ? [flag.opposite] : [])
            return mdocNames(short: flag.short, long: names)
        case .option(let option):
            let names = mdocNames(short: option.short, long: [option.name])
            let placeholder = option.type.placeholder.mdocArgument
            return names + (option.optionalValue ? " Ns Op = Ns Ar \(placeholder)" : " Ar \(placeholder)")
        }
    }

    private func mdocNames(short: Character?, long: [String]) -> String {
        let letters = short.map { ["Fl \($0)"] } ?? []
        return (letters + long.map { "Fl " + String($0.dropFirst()).mdocArgument }).joined(separator: " , ")
    }
}

extension String {
    /// A summary as a sentence: with a capital letter and a full stop.
    fileprivate var asSentence: String {
        let sentence = prefix(1).uppercased() + dropFirst()
        return sentence.last.map { ".?!:".contains($0) } == true ? sentence : sentence + "."
    }
}

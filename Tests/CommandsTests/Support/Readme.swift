import Foundation

/// `README.md` as its tests read it.
///
/// - A section begins with `# ` or `## `. Its commands are run one after the other, in one shell and in a directory of
///   the section's own that is empty at first.
/// - A block of `console` is a transcript: a command after `$ `, and below it what it writes, to standard output and
///   standard error together. The command exits with 0, or as a comment at its end says: `  # exit 3`.
/// - A block of `sh` holds commands alone; a line that ends with `\` goes on. What begins with `swift` is not run: it
///   is looked at only.
/// - Blocks of other languages are lines for other programs, a block without a language is a picture.
struct Readme {
    struct Section: Sendable, CustomStringConvertible {
        let title: String
        var prose: [String] = []
        var blocks: [Block] = []

        var description: String { title }

        var commands: [Command] { blocks.flatMap(\.commands) }
    }

    struct Block: Sendable {
        let language: String
        var lines: [String] = []
    }

    /// A command, and what is to come of it.
    struct Command: Sendable {
        let text: String
        let status: Int32
        /// What it writes; nil where that is not shown.
        let output: String?

        var isOfTheToolchain: Bool { text.hasPrefix("swift ") }
    }

    /// The repository's directory, found from this file.
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    static let text = String(
        decoding: FileManager.default.contents(atPath: repository + "/README.md") ?? Data(), as: UTF8.self)
    static let sections = parse(text)

    static func section(_ title: String) throws -> Section {
        guard let section = sections.first(where: { $0.title == title }) else {
            throw Unexpected("README.md has no section \(title), only \(sections.map(\.title))")
        }
        return section
    }

    private static func parse(_ text: String) -> [Section] {
        var sections: [Section] = []
        var block: Block?
        for line in text.components(separatedBy: "\n") {
            if line.hasPrefix("```") {
                if let ended = block {
                    sections[sections.count - 1].blocks.append(ended)
                    block = nil
                } else {
                    block = Block(language: String(line.dropFirst(3)))
                }
            } else if block != nil {
                block?.lines.append(line)
            } else if line.hasPrefix("# ") || line.hasPrefix("## ") {
                sections.append(Section(title: String(line.drop { $0 == "#" }.dropFirst())))
            } else if !sections.isEmpty {
                sections[sections.count - 1].prose.append(line)
            }
        }
        return sections
    }
}

extension Readme.Block {
    var commands: [Readme.Command] {
        switch language {
        case "console": transcript
        case "sh":
            lines.joined(separator: "\n").replacingOccurrences(of: "\\\n", with: " ")
                .components(separatedBy: "\n").map { Readme.Command($0, output: nil) }
        default: []
        }
    }

    private var transcript: [Readme.Command] {
        var commands: [(text: String, output: [String])] = []
        for line in lines {
            if line.hasPrefix("$ ") {
                commands.append((String(line.dropFirst(2)), []))
            } else if !commands.isEmpty {
                commands[commands.count - 1].output.append(line)
            }
        }
        return commands.map { Readme.Command($0.text, output: $0.output.map { $0 + "\n" }.joined()) }
    }
}

extension Readme.Command {
    init(_ line: String, output: String?) {
        self.output = output
        if let mark = line.range(of: " +# exit [0-9]+$", options: .regularExpression) {
            text = String(line[..<mark.lowerBound])
            status = line[mark].split(separator: " ").last.flatMap { Int32($0) } ?? 0
        } else {
            text = line
            status = 0
        }
    }
}

/// One use of `tf`, wherever it is written: the words of its command, and the options that stand with it.
struct CommandUse: Hashable, Comparable {
    let words: [String]
    let options: [String]

    static func < (one: CommandUse, other: CommandUse) -> Bool { one.words.lexicographicallyPrecedes(other.words) }

    /// Every use in a line of shell, quoted texts left out.
    static func all(in line: String) -> [CommandUse] {
        var tokens = line.replacingOccurrences(of: "'[^']*'|\"[^\"]*\"", with: "''", options: .regularExpression)
            .split(separator: " ").map(String.init)[...]
        var uses: [CommandUse] = []
        while let token = tokens.popFirst() {
            guard token == "tf" || token.hasSuffix("/tf") || token.hasSuffix("$(tf") else { continue }
            uses.append(CommandUse(taking: &tokens))
        }
        return uses
    }

    private init(taking tokens: inout ArraySlice<String>) {
        var words: [String] = []
        var options: [String] = []
        while let token = tokens.first, !["--", "|", "&&", "&", ";", "#", ">"].contains(token) {
            tokens.removeFirst()
            if token.hasPrefix("-"), token != "-" {
                options.append(String(token.prefix { $0 != "=" && $0 != ")" && $0 != ";" }))
                if ["-C", "--workspace", "--format", "--actor"].contains(token) { _ = tokens.popFirst() }
            } else if options.allSatisfy({ globals.contains($0) }), words.count < 2, token.allSatisfy(\.isLowercase) {
                words.append(token)
            }
        }
        self.words = words
        self.options = options
    }
}

/// The global options that stand before the command.
private let globals = ["-C", "--workspace", "--format", "--actor", "--json", "--jsonl", "-q", "--quiet"]

/// Writes mdoc, the language of manual pages, so that `mandoc -Tlint` finds nothing to say.
struct Mdoc {
    /// The source written so far, a line each.
    private(set) var lines: [String] = []

    /// Ends with a newline.
    var text: String { lines.joined(separator: "\n") + "\n" }

    /// The widest line of running text; mandoc complains beyond 80 bytes.
    private static let width = 78

    /// A line with a macro: `.Sh NAME`. Its words are to be escaped where they come from a declaration.
    mutating func macro(_ name: String, _ arguments: String...) {
        lines.append("." + ([name] + arguments).joined(separator: " "))
    }

    /// Running text: every sentence begins a line.
    mutating func prose(_ text: String) {
        for sentence in text.sentences {
            lines += wrap(sentence.mdocText, width: Self.width).map(\.mdocLine)
        }
    }

    /// Paragraphs; `startsParagraph` is false right after a heading or the beginning of a list item.
    mutating func paragraphs(_ text: String, startsParagraph: Bool) {
        for (index, block) in Prose(text).blocks.enumerated() {
            switch block {
            case .paragraph(let text):
                if index > 0 || startsParagraph { macro("Pp") }
                prose(text)
            case .verbatim(let lines):
                literal(lines.withoutCommonIndent)
            }
        }
    }

    /// Lines shown as they are, indented.
    mutating func literal(_ text: [String]) {
        macro("Bd", "-literal", "-offset", "indent")
        lines += text.map(\.mdocLiteral.mdocLine)
        macro("Ed")
    }

    /// A list of tags, each with text; nothing when there are no items.
    mutating func list(_ items: [(tag: String, text: String)]) {
        guard !items.isEmpty else { return }
        macro("Bl", "-tag", "-width", "Ds")
        for item in items {
            macro("It", item.tag)
            prose(item.text)
        }
        macro("El")
    }
}

extension String {
    /// The text as one argument of a macro.
    var mdocArgument: String {
        let escaped = mdocLiteral.escaping(["\"": "\\(dq"])
        // A word that happens to be the name of a macro, or nothing but punctuation, would be taken for one.
        let isTaken = count <= 3 && (first?.isUppercase == true || allSatisfy { $0.isPunctuation || $0.isSymbol })
        let guarded = isTaken ? "\\&" + escaped : escaped
        return guarded.contains(" ") || guarded.isEmpty ? "\"" + guarded + "\"" : guarded
    }

    /// The text as several arguments of a macro.
    var mdocArguments: String {
        split(separator: " ").map { String($0).mdocArgument }.joined(separator: " ")
    }

    /// Running text: backslashes, the dashes of options, and what is not ASCII, escaped.
    fileprivate var mdocText: String {
        var previous: Character = " "
        var text = ""
        for character in self {
            let startsOption = character == "-" && !previous.isLetter && !previous.isNumber
            text += startsOption ? "\\-" : character.mdoc
            previous = character
        }
        return text
    }

    /// Text that is shown exactly: every dash is a dash.
    fileprivate var mdocLiteral: String {
        map { $0 == "-" ? "\\-" : $0.mdoc }.joined()
    }

    /// A line that mdoc does not take for a macro.
    fileprivate var mdocLine: String {
        hasPrefix(".") || hasPrefix("'") ? "\\&" + self : self
    }

    /// The text cut after every full stop, question or exclamation mark that a blank follows.
    fileprivate var sentences: [String] {
        var sentences: [String] = []
        var words: [Substring] = []
        for word in split(separator: " ") {
            words.append(word)
            let bare = word.reversed().drop { "\"')]’”".contains($0) }
            if let end = bare.first, ".?!".contains(end) {
                sentences.append(words.joined(separator: " "))
                words = []
            }
        }
        return words.isEmpty ? sentences : sentences + [words.joined(separator: " ")]
    }
}

extension Character {
    fileprivate var mdoc: String {
        if self == "\\" { return "\\e" }
        if isASCII { return String(self) }
        return unicodeScalars.map { "\\[u" + $0.hexadecimal + "]" }.joined()
    }
}

extension Unicode.Scalar {
    fileprivate var hexadecimal: String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension [String] {
    fileprivate var withoutCommonIndent: [String] {
        let indent = filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        return map { String($0.dropFirst(indent)) }
    }
}

/// Lays out help: headings, two columns, paragraphs.
struct HelpLayout: Sendable {
    /// What stands in a line of two columns.
    struct Row {
        let label: String
        let text: String

        init(_ label: String, _ text: String) {
            self.label = label
            self.text = text
        }

        init(_ described: Described) {
            self.init(described.name, described.meaning)
        }
    }

    enum Fit {
        /// What does not fit is cut off with `…`.
        case oneLine
        /// What does not fit goes on in the next line.
        case wrapped
    }

    let width: Int
    let style: HelpStyle

    /// The widest left column; a longer label has a line for itself.
    private var widestLabel: Int { min(30, width * 2 / 5) }

    /// Blocks of lines with a blank line between them; empty blocks leave none.
    func joined(_ blocks: [[String]]) -> String {
        blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    /// `tf task create: create a task`
    func title(_ name: String, _ summary: String) -> String {
        style.literal(name) + ": " + summary
    }

    /// The usage line, broken where it is too long, with the lines after the first indented.
    func usage(_ text: String) -> [String] {
        let indent = String(repeating: " ", count: "Usage:     ".count)
        return wrap(text, width: width - indent.count).enumerated().map { index, line in
            index == 0 ? style.heading("Usage:") + " " + line : indent + line
        }
    }

    /// A heading with rows below it; no lines when there are no rows.
    func section(_ heading: String, _ rows: [Row], fit: Fit) -> [String] {
        guard !rows.isEmpty else { return [] }
        let column = rows.map(\.label.count).filter { $0 <= widestLabel }.max() ?? widestLabel
        return [style.heading(heading + ":")] + rows.flatMap { lines(for: $0, column: column, fit: fit) }
    }

    private func lines(for row: Row, column: Int, fit: Fit) -> [String] {
        let label = "  " + style.literal(row.label)
        let indent = column + 4
        let available = width - indent
        if fit == .oneLine {
            let padding = String(repeating: " ", count: max(2, column - row.label.count + 2))
            let room = max(10, width - 2 - row.label.count - padding.count)
            return [label + padding + row.text.cut(to: room)]
        }
        let text = wrap(row.text, width: available).map { String(repeating: " ", count: indent) + $0 }
        guard row.label.count <= column, let first = text.first else { return [label] + text }
        return [label + first.dropFirst(2 + row.label.count)] + text.dropFirst()
    }

    /// Paragraphs, with a blank line between them; indented lines are kept as they are.
    func paragraphs(_ text: String, indent: Int) -> [String] {
        Prose(text).blocks.enumerated().flatMap { index, block in
            (index == 0 ? [] : [""]) + lines(for: block, indent: indent)
        }
    }

    private func lines(for block: Prose.Block, indent: Int) -> [String] {
        switch block {
        case .paragraph(let text): wrapped(text, indent: indent)
        case .verbatim(let lines): lines.map { String(repeating: " ", count: indent) + $0 }
        }
    }

    func wrapped(_ text: String, indent: Int) -> [String] {
        wrap(text, width: width - indent).map { String(repeating: " ", count: indent) + $0 }
    }
}

/// Breaks a text between words so that no line is longer than `width`, unless a single word is.
func wrap(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
        if !line.isEmpty, line.count + 1 + word.count > width {
            lines.append(line)
            line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
}

extension String {
    /// The text, or as many words of it as fit with an ellipsis in `width` characters.
    fileprivate func cut(to width: Int) -> String {
        guard count > width else { return self }
        let words = wrap(self, width: width - 2).first ?? ""
        return words.prefix(width - 2) + " …"
    }
}

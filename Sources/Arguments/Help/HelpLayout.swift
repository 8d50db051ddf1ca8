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
        let lines = wrapped(text, indent: "Usage:     ".count)
        return lines.prefix(1).map { style.heading("Usage:") + " " + $0.drop { $0 == " " } } + lines.dropFirst()
    }

    /// A heading with rows below it; no lines when there are no rows.
    func section(_ heading: String, _ rows: [Row], fit: Fit) -> [String] {
        guard !rows.isEmpty else { return [] }
        let column = rows.map(\.label.count).filter { $0 <= widestLabel }.max() ?? widestLabel
        return [style.heading(heading + ":")] + rows.flatMap { lines(for: $0, column: column, fit: fit) }
    }

    private func lines(for row: Row, column: Int, fit: Fit) -> [String] {
        let label = "  " + style.literal(row.label)
        let isNarrow = row.label.count <= column
        if fit == .oneLine {
            let padding = isNarrow ? column - row.label.count + 2 : 2
            let room = width - 2 - row.label.count - padding
            return [label + blanks(padding) + row.text.cut(to: max(10, room))]
        }
        let text = wrapped(row.text, indent: column + 4)
        guard isNarrow, let first = text.first else { return [label] + text }
        return [label + first.dropFirst(2 + row.label.count)] + text.dropFirst()
    }

    /// Paragraphs, with a blank line between them; indented lines are kept as they are.
    func paragraphs(_ text: String) -> [String] {
        let blocks = Prose(text).blocks.map { block in
            switch block {
            case .paragraph(let text): wrap(text, width: width)
            case .verbatim(let lines): lines
            }
        }
        return Array(blocks.joined(separator: [""]))
    }

    /// A text that is broken where it is too long, with every line indented.
    func wrapped(_ text: String, indent: Int) -> [String] {
        wrap(text, width: width - indent).map { blanks(indent) + $0 }
    }

    private func blanks(_ count: Int) -> String {
        String(repeating: " ", count: count)
    }
}

/// One record, a labelled value a line, the values aligned:
///
///     id:           T-12
///     status:       running
///     description:  The first line,
///                   and the second.
///
/// Nothing is cut: what somebody asks to be shown is shown whole.
public struct Details: Sendable {
    private struct Entry: Sendable {
        let label: String
        let lines: [String]
        let style: Style
    }

    private var entries: [Entry] = []

    public init() {}

    /// Appends a value that has been made visible (see `visibleBlock`); nil is left out, an empty text is not.
    ///
    /// - Parameter label: the name of the value, without a colon.
    public mutating func add(_ label: String, _ value: String?, _ style: Style = .plain) {
        guard let value else { return }
        let lines = value.visibleBlock.split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0).withoutTrailingBlanks }
        entries.append(Entry(label: label.visibleLine + ":", lines: lines, style: style))
    }

    /// All lines, each with its line break; labels are dim.
    public func render(painter: Painter = .plain) -> String {
        let labelWidth = entries.reduce(0) { max($0, $1.label.displayWidth) }
        let indentation = String(repeating: " ", count: labelWidth + 2)
        var text = ""
        for entry in entries {
            let blanks = indentation.dropFirst(entry.label.displayWidth)
            var lead = painter.paint(entry.label, .dim)
            for (number, line) in entry.lines.enumerated() {
                if number > 0 { lead = "" }
                let space = number == 0 ? String(blanks) : indentation
                text += line.isEmpty ? lead + "\n" : lead + space + painter.paint(line, entry.style) + "\n"
            }
        }
        return text
    }
}

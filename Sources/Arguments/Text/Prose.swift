/// A text of paragraphs: separated by blank lines, broken anywhere, except where lines are indented.
struct Prose {
    enum Block: Hashable {
        /// Running text, in one line.
        case paragraph(String)
        /// Indented lines, to be shown as they are.
        case verbatim([String])
    }

    let blocks: [Block]

    init(_ text: String) {
        var blocks: [Block] = []
        var startsBlock = true
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            guard line.contains(where: { !$0.isWhitespace }) else {
                startsBlock = true
                continue
            }
            let isIndented = line.hasPrefix("  ")
            switch (startsBlock ? nil : blocks.last, isIndented) {
            case (.verbatim(let lines), true): blocks[blocks.count - 1] = .verbatim(lines + [line])
            case (.paragraph(let text), false): blocks[blocks.count - 1] = .paragraph(text + " " + line)
            case (_, true): blocks.append(.verbatim([line]))
            case (_, false): blocks.append(.paragraph(line))
            }
            startsBlock = false
        }
        self.blocks = blocks
    }
}

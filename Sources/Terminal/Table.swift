/// One field of a table: a line of text and the style it is painted in.
public struct Cell: Sendable, ExpressibleByStringInterpolation {
    /// What is shown, made visible (see `visibleLine`) and without blanks at its end.
    public let text: String
    public let style: Style
    /// The columns of the terminal that the whole text takes.
    let width: Int

    /// - Parameter text: any text, trusted or not; nil for an empty cell.
    public init(_ text: String?, _ style: Style = .plain) {
        var text = text ?? ""
        self.style = style
        // Nearly all are as they are shown already.
        let isShown = text.withUTF8 { $0.isPrintableASCII && $0.last != UInt8(ascii: " ") }
        self.text = isShown ? text : text.visibleLine.withoutTrailingBlanks
        width = isShown ? text.utf8.count : self.text.displayWidth
    }

    public init(stringLiteral text: String) {
        self.init(text)
    }
}

/// Rows under a header, aligned, two blanks between columns, no borders and no blanks at the end of a line.
///
///     ID   STATUS  TITLE
///     T-1  done    Write the parser
///     T-2  todo    Read the parser
///
/// A table without rows is rendered as nothing, without a header: an empty list prints nothing.
public struct Table: Sendable {
    public let columns: [Column]
    /// Row after row, the header first.
    private var cells: [Place] = []
    /// The texts of the cells, one after the other: a list may have a hundred thousand rows.
    private var text: [UInt8] = []
    /// The width of the longest cell of each column.
    private var natural: [Int]

    /// What the table keeps of a ``Cell``.
    private struct Place {
        /// Where its text ends, and that of the next one begins.
        let end: Int
        let width: Int
        let style: Style
    }

    public init(_ columns: [Column]) {
        self.columns = columns
        natural = columns.map { _ in 0 }
        for (index, column) in columns.enumerated() { append(Cell(column.title, .dim), in: index) }
    }

    /// Appends a row.
    ///
    /// - Precondition: there is one cell for every column.
    public mutating func add(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has one cell for every column")
        for (column, cell) in cells.enumerated() { append(cell, in: column) }
    }

    /// Appends a row for each of `items`, without a list of its cells.
    ///
    /// - Parameter making: makes the cells of an item, one for every column.
    public mutating func addRows<Item>(_ items: [Item], _ making: [(Item) -> Cell]) {
        precondition(making.count == columns.count, "a row has one cell for every column")
        cells.reserveCapacity(cells.count + items.count * columns.count)
        for item in items {
            for column in making.indices { append(making[column](item), in: column) }
        }
    }

    private mutating func append(_ cell: Cell, in column: Int) {
        if cell.width > natural[column] { natural[column] = cell.width }
        var shown = cell.text
        shown.withUTF8 { text.append(contentsOf: $0) }
        cells.append(Place(end: text.count, width: cell.width, style: cell.style))
    }

    /// The whole table, each line with its line break; see ``render(width:painter:to:)``.
    public func render(width: Int? = nil, painter: Painter = .plain) -> String {
        var text: [UInt8] = []
        render(width: width, painter: painter) { text += $0 }
        return String(decoding: text, as: UTF8.self)
    }

    /// Hands the table to `sink` line by line, in UTF-8 and with its line break, so that a long list is never one text.
    ///
    /// - Parameters:
    ///   - width: the columns of the terminal, which no line exceeds: first shrinkable columns are cut with `…`, then
    ///     whatever is left over on the right. nil when the output isn't a terminal: nothing is cut.
    ///   - painter: paints the header dim and every cell in its style.
    /// - Throws: what `sink` throws.
    public func render<Failure: Error>(
        width: Int? = nil, painter: Painter = .plain, to sink: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        guard cells.count > columns.count else { return }
        var line: [UInt8] = []
        let widths = width.map { ColumnWidths.fitting(natural, of: columns, into: $0) } ?? natural
        let isRight = columns.map { $0.alignment == .right }
        try text.withUnsafeBufferPointer { text throws(Failure) in
            for start in stride(from: 0, to: cells.count, by: columns.count) {
                write(start, of: text, into: &line, widths: widths, isRight: isRight, painter: painter)
                try sink(line)
            }
        }
    }

    /// Makes `line` that of the row that begins with the cell `start`, with its line break. Blanks are written only
    /// when text follows them.
    private func write(
        _ start: Int, of text: UnsafeBufferPointer<UInt8>, into line: inout [UInt8], widths: [Int], isRight: [Bool],
        painter: Painter
    ) {
        line.removeAll(keepingCapacity: true)
        var blanks = 0
        var beginning = start == 0 ? 0 : cells[start - 1].end
        // A narrow terminal has no width for the last columns.
        for index in widths.indices {
            let (cell, width) = (cells[start + index], widths[index])
            let whole = UnsafeBufferPointer(rebasing: text[beginning..<cell.end])
            beginning = cell.end
            let isCut = cell.width > width
            var shown = ""
            if isCut || painter.paints {
                shown = String(decoding: whole, as: UTF8.self)
                if isCut { shown = shown.truncated(toWidth: width) }
            }
            let padding = width - (isCut ? shown.displayWidth : cell.width)
            if isRight[index] { blanks += padding }
            if isCut ? !shown.isEmpty : !whole.isEmpty {
                line.append(contentsOf: repeatElement(UInt8(ascii: " "), count: blanks))
                if isCut || painter.paints {
                    line.append(contentsOf: painter.paint(shown, cell.style).utf8)
                } else {
                    line.append(contentsOf: whole)
                }
                blanks = 0
            }
            if !isRight[index] { blanks += padding }
            blanks += ColumnWidths.gap
        }
        line.append(UInt8(ascii: "\n"))
    }
}

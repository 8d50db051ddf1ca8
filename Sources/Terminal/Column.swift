/// A column of a ``Table``.
public struct Column: Sendable {
    /// Whether a column gives up width when the table is wider than the terminal.
    public enum Shrink: Hashable, Sendable {
        /// It keeps the width of its longest cell: identifiers, statuses, numbers.
        case never
        /// It is cut down to `minimum` columns of the terminal, those with the lower `order` first.
        case to(_ minimum: Int, order: Int = 0)
    }

    /// The title in capitals, as the header shows it.
    public let title: String
    public let alignment: Alignment
    public let shrink: Shrink

    public init(_ title: String, _ alignment: Alignment = .left, shrink: Shrink = .never) {
        self.title = title.uppercased()
        self.alignment = alignment
        self.shrink = shrink
    }
}

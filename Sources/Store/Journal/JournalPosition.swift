import System

/// A place in the journal: always the end of a line, or the beginning of a segment.
public struct JournalPosition: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var segment: Int
    public var offset: Int64

    /// The beginning of the first segment.
    public static let start = JournalPosition(segment: 1, offset: 0)

    public static func < (left: JournalPosition, right: JournalPosition) -> Bool {
        (left.segment, left.offset) < (right.segment, right.offset)
    }

    public var description: String { "\(Path.name(of: Layout.segment(segment))):\(offset)" }
}

/// A number of bytes, together with the text that somebody wrote for it, so that `1024KB` is not handed back in another
/// unit.
///
/// Units mean what they mean to GNU coreutils: `KB MB GB TB` are powers of 1000, `K M G T` and `KiB MiB GiB TiB` powers
/// of 1024, in either case of letters.
public struct ByteCount: Hashable, Sendable, CustomStringConvertible {
    public let bytes: Int64
    /// The text as it was written; ``bytes`` is what it means.
    public let description: String

    private static let units: [(suffix: String, bytes: Int64)] = [
        ("B", 1), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30), ("T", 1 << 40),
        ("KIB", 1 << 10), ("MIB", 1 << 20), ("GIB", 1 << 30), ("TIB", 1 << 40),
    ]

    /// That many bytes, written in the largest decimal unit that divides them.
    public init(_ bytes: Int64) {
        self.bytes = bytes
        let unit = Self.units.last {
            $0.suffix.hasSuffix("B") && !$0.suffix.contains("I") && bytes >= $0.bytes && bytes % $0.bytes == 0
        }
        description = unit.map { "\(bytes / $0.bytes)\($0.suffix)" } ?? "\(bytes)B"
    }

    /// - Returns: nil when `text` is not a whole number with one of the units, or none.
    public init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isWholeNumber }
        let suffix = text.dropFirst(digits.count).uppercased()
        guard let count = Int64(digits),
            let unit = suffix.isEmpty ? 1 : Self.units.first(where: { $0.suffix == suffix })?.bytes
        else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow else { return nil }
        bytes = product
        description = text
    }
}

/// Durations as people write them: `250ms`, `90s`, `10m`, `1h30m`, `2d`.
extension Duration {
    /// The whole milliseconds in this duration, cut toward zero.
    public var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    /// This duration in seconds, with its fraction.
    public var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// The units in which durations are written, largest first, with their length in milliseconds.
    private static let units: [(suffix: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// Reads one or more whole numbers, each with its unit, largest unit first and none twice: `1h30m`.
    ///
    /// A bare `0` is a duration as well. There are no signs, fractions or blanks.
    ///
    /// - Returns: nil when `text` is not a duration, or one of more than a thousand years.
    public init?(text: String) {
        if text == "0" {
            self = .zero
            return
        }
        var total: Int64 = 0
        var rest = text[...]
        var allowed = Self.units[...]
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isWholeNumber }
            let suffix = rest.dropFirst(digits.count).prefix { $0.isASCII && $0.isLetter }
            guard let count = Int64(digits), let unit = allowed.firstIndex(where: { $0.suffix == suffix }) else {
                return nil
            }
            let (milliseconds, overflow) = count.multipliedReportingOverflow(by: allowed[unit].milliseconds)
            let (sum, overflowed) = total.addingReportingOverflow(milliseconds)
            guard !overflow, !overflowed, sum <= 366_000 * 86_400_000 else { return nil }
            total = sum
            rest = rest.dropFirst(digits.count + suffix.count)
            allowed = allowed[(unit + 1)...]
        }
        guard !text.isEmpty else { return nil }
        self = .milliseconds(total)
    }

    /// The shortest form that ``init(text:)`` reads back: `1h30m`, `90s` as `1m30s`, `0s` for none.
    public var text: String {
        var rest = milliseconds
        if rest <= 0 { return rest == 0 ? "0s" : "-" + Duration.milliseconds(-rest).text }
        var result = ""
        for unit in Self.units where rest >= unit.milliseconds {
            result += String(rest / unit.milliseconds) + unit.suffix
            rest %= unit.milliseconds
        }
        return result
    }
}

/// A duration together with the text that somebody wrote for it, so that `90s` is not handed back as `1m30s`.
public struct WrittenDuration: Hashable, Sendable, CustomStringConvertible {
    /// The text as it was written; ``value`` is what it means.
    public let text: String
    public let value: Duration

    /// - Returns: nil when `text` is not a duration (see `Duration.init(text:)`).
    public init?(_ text: String) {
        guard let value = Duration(text: text) else { return nil }
        self.text = text
        self.value = value
    }

    public init(_ value: Duration) {
        self.text = value.text
        self.value = value
    }

    public var description: String { text }
}

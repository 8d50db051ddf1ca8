import System

/// How moments are shown: to a person in relation to now, to a program exactly.
public enum TimeFormat: Hashable, Sendable {
    /// `3m ago`, seen from the given moment.
    case relative(to: Timestamp)
    /// `2026-03-01T09:30:00.000Z`.
    case absolute

    public func text(of moment: Timestamp) -> String {
        switch self {
        case .relative(let now): moment.relative(to: now)
        case .absolute: moment.description
        }
    }
}

extension Timestamp {
    /// How long ago this moment was, or how far ahead it is, in the largest unit that fits, cut to a whole number.
    ///
    /// | distance | past | future |
    /// |---|---|---|
    /// | under 5 seconds | `just now` | `just now` |
    /// | under a minute | `42s ago` | `in 42s` |
    /// | under an hour | `3m ago` | `in 3m` |
    /// | under a day | `5h ago` | `in 5h` |
    /// | under 60 days | `59d ago` | `in 59d` |
    /// | under 730 days | `23mo ago`, months of 30 days at most 23 | `in 23mo` |
    /// | beyond | `2y ago`, years of 365 days | `in 2y` |
    public func relative(to now: Timestamp) -> String {
        let seconds = (max(milliseconds, now.milliseconds) - min(milliseconds, now.milliseconds)) / 1000
        if seconds < 5 { return "just now" }
        let distance = Self.distance(seconds: seconds)
        return self < now ? distance + " ago" : "in " + distance
    }

    private static func distance(seconds: Int64) -> String {
        let days = seconds / 86_400
        return switch seconds {
        case ..<60: "\(seconds)s"
        case ..<3600: "\(seconds / 60)m"
        case ..<86_400: "\(seconds / 3600)h"
        case ..<(60 * 86_400): "\(days)d"
        case ..<(730 * 86_400): "\(min(days / 30, 23))mo"
        default: "\(days / 365)y"
        }
    }
}

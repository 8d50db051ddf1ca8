#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a calendar and a clock on the wall show, without saying where.
public struct LocalTime: Hashable, Sendable {
    public let date: CivilDate
    /// Milliseconds since midnight, as the clock on the wall counts them: `9 h` for `09:00` on every day.
    public let timeOfDay: Duration

    public init(date: CivilDate, timeOfDay: Duration = .zero) {
        self.date = date
        self.timeOfDay = timeOfDay
    }

    /// The same time read as if the wall were in Greenwich.
    fileprivate var asUTC: Timestamp {
        Timestamp(milliseconds: date.daysSinceEpoch * 86_400_000) + timeOfDay
    }

    fileprivate init(asUTC moment: Timestamp) {
        let day = moment.milliseconds.floorDivided(by: 86_400_000)
        self.init(
            date: CivilDate(daysSinceEpoch: day),
            timeOfDay: .milliseconds(moment.milliseconds - day * 86_400_000))
    }
}

/// The rule that says how far local time is ahead of UTC at every moment.
///
/// Everything else follows from that one function, so a test can state a zone with a change of clocks in a line,
/// and the C library is asked for nothing but the offset.
public struct LocalZone: Sendable {
    /// How far local time is ahead of UTC at that moment; negative west of Greenwich.
    public let offset: @Sendable (Timestamp) -> Duration

    public init(offset: @escaping @Sendable (Timestamp) -> Duration) {
        self.offset = offset
    }

    /// The zone of this process: `TZ`, else the system's. UTC where the C library cannot tell.
    public static let current = LocalZone { moment in
        _ = zoneIsRead
        var seconds = time_t(moment.milliseconds.floorDivided(by: 1000))
        var broken = tm()
        guard localtime_r(&seconds, &broken) != nil else { return .zero }
        return .seconds(broken.tm_gmtoff)
    }

    /// Read when a local time is asked for first: most processes never ask, and it takes a file to be opened.
    private static let zoneIsRead: Void = tzset()

    /// A zone that never changes its clocks.
    public static func fixed(_ offset: Duration) -> LocalZone {
        LocalZone { _ in offset }
    }

    public static let utc = LocalZone.fixed(.zero)

    /// What the clock on the wall shows at `moment`.
    public func localTime(at moment: Timestamp) -> LocalTime {
        LocalTime(asUTC: moment + offset(moment))
    }

    /// The moment at which the clock on the wall shows `local`.
    ///
    /// Of a time that comes twice, when clocks go back, this is the first; a time that is skipped, when they go
    /// forward, is read as if they had not: `02:30` becomes `03:30`.
    public func moment(of local: LocalTime) -> Timestamp {
        let wall = local.asUTC
        let before = wall - offset(wall - .seconds(86_400))
        let after = wall - offset(wall + .seconds(86_400))
        return [min(before, after), max(before, after)].first { $0 + offset($0) == wall } ?? before
    }
}

/// The days of the week, Monday first as in ISO 8601.
public enum Weekday: Int64, CaseIterable, Sendable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday
}

extension CivilDate {
    /// The day that is `days` after this one, before it when negative.
    public func adding(days: Int64) -> CivilDate {
        CivilDate(daysSinceEpoch: daysSinceEpoch + days)
    }

    public var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        let days = daysSinceEpoch + Weekday.thursday.rawValue
        return Weekday.allCases[Int(days - days.floorDivided(by: 7) * 7)]
    }
}

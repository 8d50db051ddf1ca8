import System

extension ValueType<Timestamp> {
    /// A moment: `2026-03-01`, `2026-03-01 09:30`, RFC 3339 with an offset, `09:30`, `+2h`, `now`, `today`, `tomorrow`,
    /// a weekday, or one of these days with a time: `friday 17:00`.
    ///
    /// Times without an offset are local. A day alone means its first moment; a time alone the next time that the clock
    /// shows it; a weekday the next one after today.
    public static var time: ValueType<Timestamp> {
        ValueType("TIME", allowed: "a time such as 2026-03-01, 09:30, +2h, tomorrow") {
            (text, context) throws(ValueFault) in
            if text == "now" { return context.now }
            if let moment = Timestamp(rfc3339: text) { return moment }
            if text.first == "+" {
                return Duration(text: String(text.dropFirst())).map { context.now + $0 }
            }
            return try context.moment(local: text)
        }
    }
}

extension ParseContext {
    private var today: CivilDate { zone.localTime(at: now).date }

    /// The span that a day or a time means where something is looked for: all of a day, a time to the millisecond.
    ///
    /// A time alone is today's.
    ///
    /// - Parameter looksBack: whether a weekday is the last one, today included, and not the coming one.
    /// - Returns: nil when `text` is neither a day nor a time.
    public func span(of text: String, looksBack: Bool) -> (start: Timestamp, end: Timestamp)? {
        do throws(ValueFault) {
            if let day = looksBack ? lastWeekday(text) : nil { return span(of: day) }
            if let day = try date(text[...]) { return span(of: day) }
            let moment: Timestamp?
            if let time = TimeOfDay(text) {
                moment = zone.moment(of: LocalTime(date: today, timeOfDay: time.sinceMidnight))
            } else {
                moment = try ValueType.time.parse(text, self)
            }
            return moment.map { ($0, $0 + .milliseconds(1)) }
        } catch {
            return nil
        }
    }

    private func span(of day: CivilDate) -> (start: Timestamp, end: Timestamp) {
        (zone.moment(of: LocalTime(date: day)), zone.moment(of: LocalTime(date: day.adding(days: 1))))
    }

    private func lastWeekday(_ text: String) -> CivilDate? {
        guard let weekday = Weekday(name: text[...]) else { return nil }
        return today.adding(days: -((today.weekday.rawValue - weekday.rawValue + 7) % 7))
    }

    /// The moment of a day, of a time, or of a day and a time, separated by a blank or `T`.
    fileprivate func moment(local text: String) throws(ValueFault) -> Timestamp? {
        if let time = TimeOfDay(text) {
            let soon = zone.moment(of: LocalTime(date: today, timeOfDay: time.sinceMidnight))
            if soon > now { return soon }
            return zone.moment(of: LocalTime(date: today.adding(days: 1), timeOfDay: time.sinceMidnight))
        }
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 {
            return try moment(day: parts[0], time: parts[1])
        }
        if let separator = text.firstIndex(of: "T"), text.first?.isWholeNumber == true {
            return try moment(day: text[..<separator], time: text[text.index(after: separator)...])
        }
        return try moment(day: text[...], time: "00:00")
    }

    private func moment(day: Substring, time: Substring) throws(ValueFault) -> Timestamp? {
        guard let date = try date(day), let time = TimeOfDay(time) else { return nil }
        return zone.moment(of: LocalTime(date: date, timeOfDay: time.sinceMidnight))
    }

    private func date(_ text: Substring) throws(ValueFault) -> CivilDate? {
        switch text {
        case "today": return today
        case "tomorrow": return today.adding(days: 1)
        case "yesterday": return today.adding(days: -1)
        default: break
        }
        if let weekday = Weekday(name: text) {
            let ahead = (weekday.rawValue - today.weekday.rawValue + 6) % 7 + 1
            return today.adding(days: ahead)
        }
        return try CivilDate(written: text)
    }
}

/// A time of day as people write it: `09:30`, `9:30`, `09:30:15`.
private struct TimeOfDay {
    let sinceMidnight: Duration

    init?(_ text: some StringProtocol) {
        let fields = text.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count == 2 || fields.count == 3, (1...2).contains(fields[0].count),
            fields.dropFirst().allSatisfy({ $0.count == 2 })
        else { return nil }
        let numbers = fields.compactMap { Int64(digits: $0) }
        guard numbers.count == fields.count, numbers[0] < 24, numbers[1...].allSatisfy({ $0 < 60 }) else { return nil }
        sinceMidnight = .seconds(numbers[0] * 3600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0))
    }
}

extension Weekday {
    /// `friday` or `fri`, in either case of letters.
    fileprivate init?(name: Substring) {
        let name = name.lowercased()
        let match = Weekday.allCases.first { day in
            let full = "\(day)"
            return name == full || name == full.prefix(3)
        }
        guard let match else { return nil }
        self = match
    }
}

extension CivilDate {
    /// `2026-03-01`; nil when the text has another form, a fault when there is no such day.
    fileprivate init?(written text: Substring) throws(ValueFault) {
        let fields = text.split(separator: "-", omittingEmptySubsequences: false)
        guard fields.map(\.count) == [4, 2, 2] else { return nil }
        let numbers = fields.compactMap { Int64(digits: $0) }
        guard numbers.count == 3 else { return nil }
        guard let date = CivilDate(year: numbers[0], month: numbers[1], day: numbers[2]) else {
            throw ValueFault("there is no such day")
        }
        self = date
    }
}

extension Int64 {
    /// A number of ASCII digits alone: no sign, no blank.
    fileprivate init?(digits text: some StringProtocol) {
        guard text.utf8.allSatisfy({ $0.decimalDigit != nil }) else { return nil }
        self.init(text)
    }
}

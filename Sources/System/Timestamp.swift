/// A moment in time, in whole milliseconds since 1970-01-01T00:00:00Z.
///
/// Everything that `tf` stores is kept to the millisecond, so a moment survives being written and read again.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since the Unix epoch, negative before it.
    public var milliseconds: Int64

    /// The moment that is `milliseconds` after the Unix epoch.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    public static func + (moment: Timestamp, span: Duration) -> Timestamp {
        let (sum, overflow) = moment.milliseconds.addingReportingOverflow(span.milliseconds)
        return overflow ? .distantFuture : Timestamp(milliseconds: sum)
    }

    public static func - (moment: Timestamp, span: Duration) -> Timestamp {
        Timestamp(milliseconds: moment.milliseconds - span.milliseconds)
    }

    /// The time from `earlier` to this moment; negative when `earlier` is the later one.
    public func since(_ earlier: Timestamp) -> Duration {
        .milliseconds(milliseconds - earlier.milliseconds)
    }

    /// The first moment that RFC 3339 can write: 0000-01-01T00:00:00.000Z.
    static let distantPast = Timestamp(milliseconds: -62_167_219_200_000)

    /// The last moment that RFC 3339 can write: 9999-12-31T23:59:59.999Z.
    public static let distantFuture = Timestamp(milliseconds: 253_402_300_799_999)
}

// MARK: - RFC 3339

extension Timestamp: CustomStringConvertible {
    /// `2026-03-01T09:30:00.000Z`: RFC 3339 in UTC with milliseconds, the one form that `tf` writes.
    public var description: String {
        let day = milliseconds.floorDivided(by: 86_400_000)
        let rest = milliseconds - day * 86_400_000
        let date = CivilDate(daysSinceEpoch: day)
        // Every record has several, so the digits are put where they belong.
        return String(unsafeUninitializedCapacity: 32) { text in
            var count = 0
            func put(_ value: Int64, width: Int, then separator: Unicode.Scalar) {
                var rest = value.magnitude
                for place in (count..<count + width).reversed() {
                    text[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
                text[count + width] = UInt8(ascii: separator)
                count += width + 1
            }
            if date.year < 0 {
                text[0] = UInt8(ascii: "-")
                count = 1
            }
            put(date.year, width: date.year.magnitude < 10_000 ? 4 : 9, then: "-")
            put(date.month, width: 2, then: "-")
            put(date.day, width: 2, then: "T")
            put(rest / 3_600_000, width: 2, then: ":")
            put(rest / 60_000 % 60, width: 2, then: ":")
            put(rest / 1000 % 60, width: 2, then: ".")
            put(rest % 1000, width: 3, then: "Z")
            return count
        }
    }

    /// Reads an RFC 3339 date and time: any offset, a fraction of any length (cut to milliseconds), years 0000–9999.
    ///
    /// - Returns: nil when `text` is not one, a leap second included (POSIX time has none).
    public init?(rfc3339 text: String) {
        var reader = DigitReader(text: text)
        guard let year = reader.number(digits: 4), reader.skip("-"), let month = reader.number(digits: 2),
            reader.skip("-"), let day = reader.number(digits: 2),
            reader.skip("T") || reader.skip("t") || reader.skip(" "),
            let hour = reader.number(digits: 2), reader.skip(":"), let minute = reader.number(digits: 2),
            reader.skip(":"), let second = reader.number(digits: 2),
            let date = CivilDate(year: year, month: month, day: day), hour < 24, minute < 60, second < 60
        else { return nil }
        var fraction: Int64 = 0
        if reader.skip(".") {
            guard let value = reader.fractionInMilliseconds() else { return nil }
            fraction = value
        }
        var offsetMinutes: Int64 = 0
        if !(reader.skip("Z") || reader.skip("z")) {
            let sign: Int64
            if reader.skip("+") { sign = 1 } else if reader.skip("-") { sign = -1 } else { return nil }
            guard let hours = reader.number(digits: 2), reader.skip(":"), let minutes = reader.number(digits: 2),
                hours < 24, minutes < 60
            else { return nil }
            offsetMinutes = sign * (hours * 60 + minutes)
        }
        guard reader.isAtEnd else { return nil }
        let minutes = date.daysSinceEpoch * 1440 + hour * 60 + minute - offsetMinutes
        self.init(milliseconds: minutes * 60_000 + second * 1000 + fraction)
        // With its offset taken off, a time at either end of the calendar may be one that cannot be written in UTC.
        guard Self.distantPast <= self, self <= Self.distantFuture else { return nil }
    }
}

/// A day of the proleptic Gregorian calendar.
///
/// Counting years from March puts the leap day at the end of a year, so that a month's first day is a linear
/// function of its number; eras of 400 years (146,097 days) repeat exactly.
public struct CivilDate: Hashable, Sendable {
    public let year: Int64
    public let month: Int64
    public let day: Int64

    /// The day that is `days` after 1970-01-01.
    public init(daysSinceEpoch days: Int64) {
        let shifted = days + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// - Returns: nil when there is no such day (`2026-02-30`).
    public init?(year: Int64, month: Int64, day: Int64) {
        guard (1...12).contains(month), day >= 1 else { return nil }
        self.year = year
        self.month = month
        self.day = day
        guard CivilDate(daysSinceEpoch: daysSinceEpoch) == self else { return nil }
    }

    /// Days from 1970-01-01 to this day, negative before it.
    public var daysSinceEpoch: Int64 {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let era = yearFromMarch.floorDivided(by: 400)
        let yearOfEra = yearFromMarch - era * 400
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

/// Reads fixed-width decimal fields from the front of a text.
struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(text: String) {
        bytes = Array(text.utf8)
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func number(digits: Int) -> Int64? {
        guard position + digits <= bytes.count else { return nil }
        var value: Int64 = 0
        for byte in bytes[position..<position + digits] {
            guard let digit = byte.decimalDigit else { return nil }
            value = value * 10 + digit
        }
        position += digits
        return value
    }

    /// The digits after a decimal point as milliseconds, cut, not rounded; nil when there is none.
    mutating func fractionInMilliseconds() -> Int64? {
        var value: Int64 = 0
        var scale: Int64 = 100
        let start = position
        while position < bytes.count, let digit = bytes[position].decimalDigit {
            value += digit * scale
            scale /= 10
            position += 1
        }
        return position > start ? value : nil
    }
}

extension UInt8 {
    /// The value of an ASCII digit, nil for every other byte.
    public var decimalDigit: Int64? {
        self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") ? Int64(self - UInt8(ascii: "0")) : nil
    }
}

extension Int64 {
    func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

extension [UInt8] {
    /// Appends `value` in decimal, padded with zeros on the left to at least `width` digits.
    public mutating func append(decimal value: Int64, width: Int) {
        if value < 0 { append(UInt8(ascii: "-")) }
        let value = value.magnitude
        var power: UInt64 = 1
        var digits = 1
        while value / power >= 10 || digits < width {
            power *= 10
            digits += 1
        }
        while power > 0 {
            append(UInt8(ascii: "0") + UInt8(value / power % 10))
            power /= 10
        }
    }
}

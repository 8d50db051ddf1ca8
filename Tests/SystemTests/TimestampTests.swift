import Foundation
import System
import Testing
import TestSupport

@Suite("Moments in time")
struct TimestampTests {
    private let format = Date.ISO8601FormatStyle()

    @Test("a moment is written and read as Foundation does, from 1600 to 9999")
    func reference() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<5000 {
            let seconds = Int64.random(in: -11_676_096_000..<253_402_300_800, using: &random)
            let fraction = Int64.random(in: 0..<1000, using: &random)
            let moment = Timestamp(milliseconds: seconds * 1000 + fraction)
            let date = Date(timeIntervalSince1970: Double(seconds)).formatted(format)
            let digits = String(1000 + fraction).dropFirst()
            #expect(moment.description == date.dropLast() + ".\(digits)Z")
            #expect(Timestamp(rfc3339: moment.description) == moment)
            #expect(Timestamp(rfc3339: date) == Timestamp(milliseconds: seconds * 1000))
        }
    }

    @Test("the calendar runs day by day through 800 years, leap days and all")
    func calendar() throws {
        var (year, month, day) = (Int64(1600), Int64(1), Int64(1))
        let start = try #require(CivilDate(year: 1600, month: 1, day: 1)).daysSinceEpoch
        #expect(start == -135_140)
        for number in start..<start + 2 * 146_097 {
            let date = CivilDate(daysSinceEpoch: number)
            guard date.year == year, date.month == month, date.day == day, date.daysSinceEpoch == number else {
                Issue.record("day \(number) is \(date), not \(year)-\(month)-\(day)")
                return
            }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let length = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : Int64(31)
            day += 1
            if day > length { (day, month) = (1, month + 1) }
            if month > 12 { (month, year) = (1, year + 1) }
        }
        #expect(year == 2400)
    }

    @Test(
        "a time is read with any offset, and a fraction of any length, cut to milliseconds",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.999999Z", 999), ("1970-01-01t00:00:00.5z", 500),
            ("1970-01-01 00:00:00.05Z", 50), ("1970-01-01T02:00:00+02:00", 0), ("1969-12-31T18:30:00-05:30", 0),
            ("1970-01-01T00:00:00-00:00", 0), ("1969-12-31T23:59:59.999Z", -1),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000),
            ("2000-02-29T23:59:59+23:59", 951_782_459_000), ("0000-01-01T00:00:00Z", -62_167_219_200_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)])
    func read(text: String, milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", "2026", "2026-03-01", "2026-03-01T09:30Z", "2026-03-01T09:30:00", "2026-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-01-00T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T00:60:00Z", "2016-12-31T23:59:60Z",
            "2026-03-01T00:00:00.Z", "2026-03-01T00:00:00+2:00", "2026-03-01T00:00:00+02", "2026-03-01T00:00:00+24:00",
            "2026-03-01T00:00:00+0200", "2026-3-1T00:00:00Z", "26-03-01T00:00:00Z", "2026-03-01T00:00:00ZZ",
            " 2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z\n", "+2026-03-01T00:00:00Z", "２026-03-01T00:00:00Z",
            "2026-03-01T-1:00:00Z", "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        ])
    func refused(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test("whatever is read can be written and read again")
    func closed() {
        var random = SeededGenerator(seed: 2)
        let offsets = ["+00:01", "-00:01", "+23:59", "-23:59", "+12:00", "-12:00", "Z"]
        for day in ["0000-01-01", "0000-01-02", "9999-12-31", "9999-12-30", "2026-03-01"] {
            for _ in 0..<200 {
                let hour = String(100 + Int.random(in: 0..<24, using: &random)).dropFirst()
                let text = "\(day)T\(hour):30:00" + offsets.randomElement(using: &random)!
                guard let moment = Timestamp(rfc3339: text) else { continue }
                #expect(Timestamp(rfc3339: moment.description) == moment, "\(text)")
            }
        }
    }

    @Test("spans are added and taken away; what lies behind all calendars is the distant future")
    func arithmetic() {
        let moment = Timestamp(milliseconds: 1000)
        #expect((moment + .seconds(2)).milliseconds == 3000)
        #expect((moment - .milliseconds(1500)).milliseconds == -500)
        #expect((moment + .seconds(2)).since(moment) == .seconds(2))
        #expect(moment.since(moment + .seconds(2)) == .seconds(-2))
        #expect(moment < moment + .milliseconds(1))
        #expect(Timestamp(milliseconds: .max) + .seconds(1) == .distantFuture)
        #expect(Timestamp.distantFuture.description == "9999-12-31T23:59:59.999Z")
    }

    @Test("a clock that was set goes on from there; elapsed time never goes back")
    func clock() {
        let moment = Timestamp(milliseconds: 1_000_000)
        let clock = Clock(showing: moment)
        let start = Clock.monotonic()
        let first = clock.now()
        let second = clock.now()
        #expect(moment <= first && first <= second)
        #expect(second.since(moment) < .seconds(60))
        #expect(start <= Clock.monotonic())
        #expect(abs(Clock.system.now().milliseconds - Int64(Date().timeIntervalSince1970 * 1000)) < 60_000)
    }
}

import Foundation
import System
import Testing

@Suite("Local time")
struct LocalTimeTests {
    /// Clocks go forward an hour at 2026-03-29 01:00 UTC and back at 2026-10-25 01:00 UTC, as in Berlin.
    static let summerTime = LocalZone { moment in
        let isSummer = moment >= utc("2026-03-29T01:00:00Z") && moment < utc("2026-10-25T01:00:00Z")
        return .seconds(isSummer ? 7200 : 3600)
    }

    static func utc(_ text: String) -> Timestamp {
        Timestamp(rfc3339: text) ?? .distantFuture
    }

    static func local(_ year: Int64, _ month: Int64, _ day: Int64, _ hour: Int64, _ minute: Int64) throws -> LocalTime {
        let date = try #require(CivilDate(year: year, month: month, day: day))
        return LocalTime(date: date, timeOfDay: .seconds(hour * 3600 + minute * 60))
    }

    @Test("the clock on the wall shows the moment in its zone")
    func localTime() throws {
        let shown = Self.summerTime.localTime(at: Self.utc("2026-07-01T22:30:00Z"))
        #expect(try shown == Self.local(2026, 7, 2, 0, 30))
        let west = LocalZone.fixed(.seconds(-8 * 3600)).localTime(at: Self.utc("1970-01-01T00:00:00Z"))
        #expect(try west == Self.local(1969, 12, 31, 16, 0))
    }

    @Test("a time on the wall is a moment")
    func moment() throws {
        #expect(try Self.summerTime.moment(of: Self.local(2026, 1, 1, 0, 0)) == Self.utc("2025-12-31T23:00:00Z"))
        #expect(try Self.summerTime.moment(of: Self.local(2026, 7, 1, 9, 0)) == Self.utc("2026-07-01T07:00:00Z"))
        #expect(try Self.summerTime.moment(of: Self.local(2026, 3, 29, 1, 59)) == Self.utc("2026-03-29T00:59:00Z"))
        #expect(try Self.summerTime.moment(of: Self.local(2026, 3, 29, 3, 0)) == Self.utc("2026-03-29T01:00:00Z"))
    }

    @Test("a time that clocks skip is read as if they had not gone forward")
    func skipped() throws {
        #expect(try Self.summerTime.moment(of: Self.local(2026, 3, 29, 2, 30)) == Self.utc("2026-03-29T01:30:00Z"))
    }

    @Test("of a time that comes twice, the first is meant")
    func twice() throws {
        #expect(try Self.summerTime.moment(of: Self.local(2026, 10, 25, 2, 30)) == Self.utc("2026-10-25T00:30:00Z"))
        #expect(try Self.summerTime.moment(of: Self.local(2026, 10, 25, 3, 0)) == Self.utc("2026-10-25T02:00:00Z"))
    }

    @Test("every hour of a year is shown and read back")
    func roundTrip() throws {
        var moment = Self.utc("2026-01-01T00:00:00Z")
        while moment < Self.utc("2027-01-01T00:00:00Z") {
            let shown = Self.summerTime.localTime(at: moment)
            let isSecond = moment == Self.utc("2026-10-25T01:00:00Z")
            #expect(Self.summerTime.moment(of: shown) == (isSecond ? moment - .seconds(3600) : moment))
            moment = moment + .seconds(3600)
        }
    }

    @Test("weekdays and days ahead")
    func weekdays() throws {
        let sunday = try #require(CivilDate(year: 2026, month: 3, day: 1))
        #expect(sunday.weekday == .sunday)
        #expect(sunday.adding(days: 1).weekday == .monday)
        #expect(sunday.adding(days: -1) == CivilDate(year: 2026, month: 2, day: 28))
        #expect(CivilDate(daysSinceEpoch: 0).weekday == .thursday)
        #expect(CivilDate(daysSinceEpoch: -1).weekday == .wednesday)
    }

    @Test(
        "the zone of the process is the one that TZ names",
        .enabled(if: FileManager.default.fileExists(atPath: "/usr/share/zoneinfo/Europe/Berlin"), "no zone database"))
    func environment() async {
        await #expect(processExitsWith: .success) {
            setenv("TZ", "Europe/Berlin", 1)
            let zone = LocalZone.current
            let winter = Timestamp(rfc3339: "2026-03-29T00:59:59Z").map(zone.offset)
            let summer = Timestamp(rfc3339: "2026-03-29T01:00:00Z").map(zone.offset)
            guard winter == .seconds(3600), summer == .seconds(7200) else { exit(1) }
        }
        await #expect(processExitsWith: .success) {
            setenv("TZ", "EST5", 1)
            guard LocalZone.current.offset(.distantFuture) == .seconds(-5 * 3600) else { exit(1) }
        }
    }
}

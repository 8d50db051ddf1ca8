import System
import Terminal
import Testing

@Suite("Times and quantities for people")
struct HumanReadableTests {
    private static let now = Timestamp(rfc3339: "2026-03-01T09:30:00Z")!

    @Test(
        "a moment is told by its distance in the largest unit",
        arguments: [
            (0, "just now"), (4999, "just now"), (5000, "5s ago"), (59_999, "59s ago"), (60_000, "1m ago"),
            (3_599_999, "59m ago"), (3_600_000, "1h ago"), (86_399_999, "23h ago"), (86_400_000, "1d ago"),
            (60 * 86_400_000 - 1, "59d ago"), (60 * 86_400_000, "2mo ago"), (729 * 86_400_000, "23mo ago"),
            (730 * 86_400_000, "2y ago"), (-4999, "just now"), (-5000, "in 5s"), (-7_200_000, "in 2h"),
            (-800 * 86_400_000, "in 2y"),
        ] as [(Int64, String)])
    func relative(age: Int64, expected: String) {
        let moment = Timestamp(milliseconds: Self.now.milliseconds - age)
        #expect(TimeFormat.relative(to: Self.now).text(of: moment) == expected)
    }

    @Test("a program gets the exact moment")
    func absolute() {
        #expect(TimeFormat.absolute.text(of: Self.now) == "2026-03-01T09:30:00.000Z")
    }

    @Test(
        "a duration has one or two units",
        arguments: [
            (0, "0s"), (1, "1ms"), (999, "999ms"), (1000, "1.0s"), (1299, "1.2s"), (9999, "9.9s"), (10_000, "10s"),
            (59_999, "59s"), (60_000, "1m00s"), (185_000, "3m05s"), (3_599_999, "59m59s"), (3_600_000, "1h00m"),
            (7_800_000, "2h10m"), (86_399_999, "23h59m"), (86_400_000, "1d00h"), (273_600_000, "3d04h"),
            (-1500, "-1.5s"),
        ] as [(Int64, String)])
    func duration(milliseconds: Int64, expected: String) {
        #expect(Duration.milliseconds(milliseconds).humanReadable == expected)
    }

    @Test(
        "a number of bytes has two significant digits or whole units",
        arguments: [
            (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1449, "1.4 kB"), (1450, "1.5 kB"), (9949, "9.9 kB"),
            (9950, "10 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"), (1_400_000_000, "1.4 GB"),
            (140_000_000_000, "140 GB"), (.max, "9.2 EB"),
        ] as [(Int64, String)])
    func bytes(bytes: Int64, expected: String) {
        #expect(ByteCount(bytes).humanReadable == expected)
    }
}

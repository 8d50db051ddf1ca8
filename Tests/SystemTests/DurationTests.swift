import System
import Testing
import TestSupport

@Suite("Durations as people write them")
struct DurationTests {
    @Test(
        "units stand in order, the largest first, each at most once",
        arguments: [
            ("0", 0), ("0s", 0), ("250ms", 250), ("90s", 90_000), ("10m", 600_000), ("1h30m", 5_400_000),
            ("2d", 172_800_000), ("1d2h3m4s5ms", 93_784_005), ("1m500ms", 60_500), ("007s", 7000),
            ("366000d", 31_622_400_000_000),
        ] as [(String, Int64)])
    func read(text: String, milliseconds: Int64) {
        #expect(Duration(text: text)?.milliseconds == milliseconds)
    }

    @Test(
        "what is no duration is refused",
        arguments: [
            "", "s", "1", "10", "-1s", "+1s", "1.5h", "1 h", " 1h", "1h ", "1H", "1w", "1min", "1s1m", "1s1s", "1ms1s",
            "h1", "1h30", "٣s", "366001d", "99999999999999999999s", "9223372036854775807d", "9223372036854775807ms",
        ])
    func refused(text: String) {
        #expect(Duration(text: text) == nil)
    }

    @Test("a duration is written in the shortest form that reads back")
    func written() {
        let texts: [Int64: String] = [
            0: "0s", 1: "1ms", 999: "999ms", 60_500: "1m500ms", 90_000: "1m30s", 86_400_000: "1d",
        ]
        for (milliseconds, text) in texts { #expect(Duration.milliseconds(milliseconds).text == text) }
        #expect(Duration.seconds(-90).text == "-1m30s")
        var random = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            let bound = Int64(1) << Int64.random(in: 0..<44, using: &random)
            let span = Duration.milliseconds(Int64.random(in: 0..<bound, using: &random))
            #expect(Duration(text: span.text) == span)
        }
    }

    @Test("the text that somebody wrote is kept beside its meaning")
    func kept() throws {
        let duration = try #require(WrittenDuration("90s"))
        #expect(duration.text == "90s" && duration.description == "90s")
        #expect(duration.value == .seconds(90))
        #expect(WrittenDuration(.seconds(90)).text == "1m30s")
        #expect(WrittenDuration("soon") == nil)
    }

    @Test("a duration in milliseconds is cut toward zero, in seconds it keeps its fraction")
    func units() {
        #expect(Duration.microseconds(1999).milliseconds == 1)
        #expect(Duration.microseconds(-1999).milliseconds == -1)
        #expect(Duration.milliseconds(1500).inSeconds == 1.5)
    }
}

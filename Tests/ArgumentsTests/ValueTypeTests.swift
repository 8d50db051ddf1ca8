import System
import Testing

@testable import Arguments

extension ValueType {
    /// The value of a text at the moment and in the zone of the sample; nil when it is refused.
    fileprivate subscript(text: String) -> Value? {
        try? parse(text, ParseContext(now: Sample.now, zone: Sample.zone))
    }
}

@Suite("Typed values")
struct ValueTypeTests {
    @Test("a text is any text, a line is one line that is not empty")
    func texts() {
        #expect(ValueType.text[""] == "")
        #expect(ValueType.text["a\nb"] == "a\nb")
        #expect(ValueType.line[" a "] == " a ")
        for bad in ["", "a\nb", "a\r\nb", "\u{2028}"] { #expect(ValueType.line[bad] == nil, "\(bad)") }
    }

    @Test("a path is not empty")
    func paths() {
        #expect(ValueType.path["-"] == "-")
        #expect(ValueType.directory["a b"] == "a b")
        #expect(ValueType.path[""] == nil)
        #expect(ValueType.directory[""] == nil)
    }

    @Test("a whole number within its range")
    func integers() {
        let digit = ValueType.integer(-1...9)
        #expect(digit["-1"] == -1)
        #expect(digit["9"] == 9)
        for bad in ["10", "-2", "", "1.0", "0x1", " 1", "99999999999999999999"] { #expect(digit[bad] == nil, "\(bad)") }
        #expect(digit.allowed == "a whole number from -1 to 9")
        #expect(ValueType.integer(0...Int.max).allowed == "a whole number of at least 0")
        #expect(ValueType.integer(Int.min...0).allowed == "a whole number of at most 0")
        #expect(ValueType.integer(Int.min...Int.max).allowed == "a whole number")
    }

    @Test("a duration keeps the text that was written")
    func durations() {
        #expect(ValueType.duration["90s"]?.text == "90s")
        #expect(ValueType.duration["1h30m"]?.value == .seconds(5400))
        for bad in ["", "5", "5x", "-5s", "1m1h", "1.5h"] { #expect(ValueType.duration[bad] == nil, "\(bad)") }
    }

    @Test("one of some words, exactly as they are written")
    func choices() {
        let color = ValueType.choice(["auto", "never"])
        #expect(color["auto"] == "auto")
        #expect(color["Auto"] == nil)
        #expect(color.placeholder == "auto|never")
        #expect(color.candidates == .words(["auto", "never"]))
        let priority = ValueType.enumeration(Sample.Priority.self)
        #expect(priority["urgent"] == .urgent)
        #expect(priority[""] == nil)
        #expect(priority.placeholder == "WORD")
        #expect(priority.allowed == "one of low, normal, high, urgent")
    }

    @Test("a key, alone or with a value that may be empty or contain =")
    func keyValues() {
        #expect(ValueType.keyValue["A"] == KeyValue(key: "A", value: nil))
        #expect(ValueType.keyValue["A="] == KeyValue(key: "A", value: ""))
        #expect(ValueType.keyValue["A=b=c"] == KeyValue(key: "A", value: "b=c"))
        #expect(ValueType.keyValue["=b"] == nil)
        #expect(ValueType.keyValue[""] == nil)
    }

    @Test(
        "a size counts in 1000 with a B, else in 1024",
        arguments: [
            ("0", 0), ("17", 17), ("17B", 17), ("1K", 1024), ("1k", 1024), ("1KiB", 1024), ("1KB", 1000), ("1kb", 1000),
            ("500MB", 500_000_000), ("3M", 3_145_728), ("2GB", 2_000_000_000), ("2GiB", 2_147_483_648),
            ("1T", 1_099_511_627_776), ("1TB", 1_000_000_000_000),
        ] as [(String, Int64)])
    func sizes(text: String, bytes: Int64) {
        #expect(ValueType.size[text] == bytes)
    }

    @Test("no size", arguments: ["", "K", "-1", "1.5G", "1 K", "1X", "1KBB", "1iB", "9999999999T", "٣K"])
    func badSizes(text: String) {
        #expect(ValueType.size[text] == nil)
    }

    @Test("a type can be shown and completed in another way")
    func modifiers() {
        let task = ValueType.line.named("TASK").completed(by: .live("tasks"))
        #expect(task.placeholder == "TASK")
        #expect(task.candidates == .live("tasks"))
        #expect(task.allowed == ValueType.line.allowed)
        #expect(task["T-1"] == "T-1")
    }

    @Test("a type may say more exactly why, and what was probably meant")
    func ownType() {
        let status = ValueType<String>("STATUS", allowed: "a status") { text throws(ValueFault) in
            throw ValueFault("that is a foreign word", suggestion: "done")
        }
        let command = Command(
            "x", "x", parameters: [Option("status", status, "x")], run: { _ in 0 })
        let program = Program(root: Command("tf", "tf", subcommands: { [command] }))
        let fault = #expect(throws: UsageFault.self) {
            try Parser(program).parse(["x", "--status=completed"], now: Sample.now)
        }
        #expect(fault?.message == "--status: 'completed' is not a status: that is a foreign word")
        #expect(fault?.suggestion == "did you mean 'done'?")
    }
}

@Suite("Times")
struct TimeValueTests {
    @Test(
        "what people write, on Wednesday 2026-03-04 at 10:00, an hour ahead of UTC",
        arguments: [
            ("now", "2026-03-04T09:00:00.000Z"),
            ("today", "2026-03-03T23:00:00.000Z"),
            ("tomorrow", "2026-03-04T23:00:00.000Z"),
            ("yesterday", "2026-03-02T23:00:00.000Z"),
            ("+2h", "2026-03-04T11:00:00.000Z"),
            ("+1d12h", "2026-03-05T21:00:00.000Z"),
            ("10:01", "2026-03-04T09:01:00.000Z"),
            ("10:00", "2026-03-05T09:00:00.000Z"),
            ("9:30", "2026-03-05T08:30:00.000Z"),
            ("23:59:59", "2026-03-04T22:59:59.000Z"),
            ("thursday", "2026-03-04T23:00:00.000Z"),
            ("wednesday", "2026-03-10T23:00:00.000Z"),
            ("Tue", "2026-03-09T23:00:00.000Z"),
            ("fri 17:00", "2026-03-06T16:00:00.000Z"),
            ("tomorrow 8:00", "2026-03-05T07:00:00.000Z"),
            ("2026-03-01", "2026-02-28T23:00:00.000Z"),
            ("2028-02-29", "2028-02-28T23:00:00.000Z"),
            ("2026-03-01T09:30", "2026-03-01T08:30:00.000Z"),
            ("2026-03-01 09:30", "2026-03-01T08:30:00.000Z"),
            ("2026-03-01T09:30:15", "2026-03-01T08:30:15.000Z"),
            ("2026-03-01T09:30:00Z", "2026-03-01T09:30:00.000Z"),
            ("2026-03-01T09:30:00.5-02:00", "2026-03-01T11:30:00.500Z"),
        ])
    func good(text: String, moment: String) {
        #expect(ValueType.time[text]?.description == moment)
    }

    @Test(
        "no time",
        arguments: [
            "", " ", "soon", "24:00", "9:5", "09:60", "9", "+", "+2", "2h", "-2h", "2026-02-30", "2026-3-1",
            "2026-03-01T",
            "2026-03-01T25:00", "2026-03-01  09:30", "tomorrowT09:30", "t", "20260301", "09:30 tomorrow",
            "+9999999999d",
        ])
    func bad(text: String) {
        #expect(ValueType.time[text] == nil)
    }

    @Test("a time of day goes with the clocks: the day on which they change has its own length")
    func clockChange() throws {
        let forward = Timestamp(rfc3339: "2026-03-29T01:00:00Z") ?? .distantFuture
        let zone = LocalZone { .seconds($0 < forward ? 3600 : 7200) }
        let evening = Timestamp(rfc3339: "2026-03-28T20:00:00Z") ?? .distantFuture
        let context = ParseContext(now: evening, zone: zone)
        #expect(try ValueType.time.parse("09:00", context)?.description == "2026-03-29T07:00:00.000Z")
    }
}

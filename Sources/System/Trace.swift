/// What `TF_TRACE=1` has a command print on standard error: what it read, how much, and how long each phase took.
///
///     let begin = Trace.begin()
///     …
///     Trace.end(begin, "index \(Trace.size(count)) mapped")
///
/// Off, it costs one look at the environment: no time is taken, and no text is made.
public enum Trace {
    /// Whether `TF_TRACE` is set, to something else than nothing or 0.
    public static let isOn: Bool = {
        guard let value = Environment["TF_TRACE"] else { return false }
        return !value.isEmpty && value != "0"
    }()

    /// The beginning of a phase; nil when nothing is traced.
    public static func begin() -> Duration? { isOn ? Clock.monotonic() : nil }

    /// Prints a phase that began at `begin`: `trace: index 1.9 MB mapped, 0.12 ms`.
    public static func end(_ begin: Duration?, _ text: @autoclosure () -> String) {
        guard let begin else { return }
        write("\(text()), \(time(since: begin))")
    }

    /// Counts a file that was read. There may be thousands, so they are printed together by ``finish(_:)``.
    public static func endReading(_ begin: Duration?, bytes: Int) {
        guard let begin else { return }
        Reading.shared.files += 1
        Reading.shared.bytes += bytes
        Reading.shared.duration += Clock.monotonic() - begin
    }

    /// Prints what was counted, and how long the command took from `begin` on.
    public static func finish(_ begin: Duration?) {
        guard let begin else { return }
        let reading = Reading.shared
        if reading.files > 0 {
            write("records \(reading.files) read, \(size(reading.bytes)), \(milliseconds(reading.duration))")
        }
        write("total \(time(since: begin))")
    }

    /// A number of bytes for a reader: `812 B`, `1.9 MB`.
    public static func size(_ bytes: Int) -> String {
        var unit = 0
        var tenths = bytes * 10
        while tenths >= 10_000, unit < 3 {
            tenths /= 1000
            unit += 1
        }
        return unit == 0 ? "\(bytes) B" : "\(tenths / 10).\(tenths % 10) \(["kB", "MB", "GB"][unit - 1])"
    }

    private static func time(since begin: Duration) -> String { milliseconds(Clock.monotonic() - begin) }

    /// `0.12 ms`
    private static func milliseconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let hundredths = seconds * 100_000 + attoseconds / 10_000_000_000_000
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) ms"
    }

    private static func write(_ text: String) {
        // Where nobody reads, nobody has asked.
        do throws(SystemError) { try File.error.write("trace: \(text)\n".utf8) } catch {}
    }

    /// The record files so far. Only the one thread that commands run in uses it.
    private final class Reading: @unchecked Sendable {
        static let shared = Reading()
        var files = 0
        var bytes = 0
        var duration = Duration.zero
    }
}

import CSystem

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What time it is, in a way that tests can set.
public struct Clock: Sendable {
    /// How far this clock is ahead of the system's, in milliseconds.
    private let offset: Int64
    /// Says what this clock shows; nil for one that goes with the system's.
    private let reading: (@Sendable () -> Timestamp)?

    /// The system's clock.
    public static let system = Clock(offset: 0)

    private init(offset: Int64) {
        self.offset = offset
        reading = nil
    }

    /// A clock that shows `moment` now and goes on from there.
    public init(showing moment: Timestamp) {
        offset = moment.milliseconds - Self.systemMilliseconds()
        reading = nil
    }

    /// A clock that stands still, for tests that compare moments exactly.
    public init(stoppedAt moment: Timestamp) {
        self.init { moment }
    }

    /// A clock that shows what it is told to, for simulations.
    public init(reading: @escaping @Sendable () -> Timestamp) {
        offset = 0
        self.reading = reading
    }

    /// The moment.
    public func now() -> Timestamp {
        reading?() ?? Timestamp(milliseconds: Self.systemMilliseconds() + offset)
    }

    private static func systemMilliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// The system's time for files, in nanoseconds since the epoch, whatever this clock shows.
    public static func fileTime() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The time since some moment in the past; never goes back.
    public static func monotonic() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }

    /// Returns after `span`, or when a signal that is caught arrives.
    public static func sleep(_ span: Duration) {
        let (seconds, attoseconds) = span.components
        guard seconds >= 0, attoseconds >= 0 else { return }
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        _ = nanosleep(&time, nil)
    }
}

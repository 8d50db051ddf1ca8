import System

/// Keeps a log that a command appends to from filling the disk: past the limit, the middle gives its space back, while
/// head and tail stay.
struct LogBound {
    private let log: File
    private let limit: Int64
    /// Up to here the middle is gone already.
    private var freed: Int64 = 0
    private var lastSize: Int64 = 0
    private var lastLook: Duration
    private var interval = LogBound.shortest
    /// When to look again, by the monotonic clock.
    private(set) var nextLook: Duration

    private static let blockSize: Int64 = 4096

    init(_ log: File, limit: Int64, now: Duration) {
        self.log = log
        self.limit = max(limit, 16 * Self.blockSize)
        lastLook = now
        nextLook = now + Self.shortest
    }

    /// The bounds of the time between two looks: a command may begin to print at any moment.
    private static let shortest = Duration.milliseconds(5)
    private static let longest = Duration.milliseconds(200)

    /// Looks at the size, frees what is too much, and decides by the growth when to look again.
    ///
    /// - Parameter shown: nothing from here on is freed, because somebody still wants to read it.
    /// A system that cannot do it keeps the whole log, and is not asked again.
    mutating func look(now: Duration, shown: Int64 = .max) {
        do throws(SystemError) {
            try bound(now: now, shown: shown)
        } catch {
            nextLook = now + .seconds(366 * 86_400)
        }
    }

    private mutating func bound(now: Duration, shown: Int64) throws(SystemError) {
        let size = try log.status().size
        let grown = Double(size - lastSize)
        let elapsed = max(0.001, (now - lastLook).inSeconds)
        lastSize = size
        lastLook = now
        let head = limit / 2 / Self.blockSize * Self.blockSize
        let start = max(head, freed)
        let end = min(size - limit / 2, shown) / Self.blockSize * Self.blockSize
        if end > start {
            try log.punchHole(at: start, length: end - start)
            freed = end
        }
        // A quarter of the limit may come between two looks; while nothing comes, they grow rarer.
        let wait = grown > 0 ? Duration.milliseconds(Int64(Double(limit) / 4 / (grown / elapsed) * 1000)) : interval * 2
        interval = max(Self.shortest, min(Self.longest, wait))
        nextLook = now + interval
    }
}

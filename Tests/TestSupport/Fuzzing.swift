#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Feeds a reader with many inputs, and watches how long each takes and how much memory stays behind.
///
/// It is made for a process of its own: that the process lives on is the first thing that it shows.
public struct Fuzzing {
    /// What is wrong with how the reader behaved; empty when nothing is.
    public private(set) var problems: [String] = []
    /// The processor time that the slowest input took, in seconds.
    public private(set) var slowest = 0.0
    /// The bytes that the process has gained since the reader was warm.
    public private(set) var growth = 0

    /// More processor time than this for one input, and a person would take it for a hang.
    private static let slow = 1.0
    /// After so many seconds for one input, the process is ended.
    private static let hang: UInt32 = 60
    /// More than this, and something is not given back.
    private static let leak = 16 << 20

    /// Runs `body` for every number below `count`.
    ///
    /// - Parameter body: reads an input; what it returns describes the input when asked.
    public init(_ count: Int, _ body: (Int) throws -> () -> String) rethrows {
        var base = 0
        for number in 0..<count {
            // By then every table and buffer has been made.
            if number == count / 4 { base = Self.residentBytes() }
            alarm(Self.hang)
            let start = Self.seconds()
            let describe = try body(number)
            let time = Self.seconds() - start
            slowest = max(slowest, time)
            if time > Self.slow { problems.append("\(time) s for \(describe())") }
        }
        alarm(0)
        growth = max(0, Self.residentBytes() - base)
        if growth > Self.leak { problems.append("\(growth) bytes were not given back") }
    }

    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The memory that the process has in use; 0 where the system does not tell.
    private static func residentBytes() -> Int {
        #if os(Linux)
            guard let file = fopen("/proc/self/statm", "r") else { return 0 }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 128)
            guard fgets(&line, 128, file) != nil else { return 0 }
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let fields = text.split(separator: " ")
            return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
        #else
            return 0
        #endif
    }
}

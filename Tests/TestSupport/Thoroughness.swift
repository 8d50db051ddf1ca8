#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How much of what could be tried out a run of the tests tries out.
///
/// Some tests do the same at very many points: at each system call of a command, at each byte of a file. With
/// `TF_TEST_THOROUGH=1` they do it at all of them, as `.ci/run` asks for; without, at a share that moves from one run to
/// the next, so that in time all have their turn.
public enum Thoroughness {
    /// Whether every point is taken.
    public static let isFull = getenv("TF_TEST_THOROUGH").map { String(cString: $0) == "1" } ?? false

    /// Which points are taken where not all are: `TF_TEST_SEED`, or a number of this run's own.
    private static let seed =
        getenv("TF_TEST_SEED").flatMap { UInt64(String(cString: $0)) } ?? UInt64.random(in: 1...999_999)

    /// What takes the same points again.
    private static var setting: String { isFull ? "TF_TEST_THOROUGH=1" : "TF_TEST_SEED=\(seed)" }

    /// Every `step`-th of the points, or all.
    public static func some<Points: Collection>(of points: Points, every step: Int) -> [Points.Element] {
        let first = Int(seed % UInt64(step))
        return points.enumerated().filter { isFull || $0.offset % step == first }.map(\.element)
    }

    /// An error at one of the points, with what takes it again.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String

        public init(at point: String, _ error: any Error) {
            description = "at \(point), with \(Thoroughness.setting): \(error)"
        }
    }

    /// Runs `body` for every `step`-th of the points, or for all, until it throws.
    public static func forEach<Points: Collection>(
        _ points: Points, every step: Int, _ body: (Points.Element) throws -> Void
    ) throws {
        for point in some(of: points, every: step) {
            do { try body(point) } catch { throw Failure(at: "\(point)", error) }
        }
    }

    /// How often, or how long: the one value for all points, the other for some.
    public static func amount<Amount>(_ usual: Amount, full: Amount) -> Amount { isFull ? full : usual }
}

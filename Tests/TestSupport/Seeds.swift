#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The seeds of random tests: the same in every run, unless `TF_TEST_SEED` asks for others.
public enum Seeds {
    /// Seeds for so many random tests; with `TF_TEST_SEED=N`, those that begin with N.
    public static func list(_ count: Int) -> [UInt64] {
        let first = getenv("TF_TEST_SEED").flatMap { UInt64(String(cString: $0)) } ?? 1
        return (0..<UInt64(count)).map { first &+ $0 }
    }
}

extension SeededGenerator {
    /// Whether something happens that happens once in `count` times.
    public mutating func oneIn(_ count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }

    /// One of the elements.
    public mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }
}

import Model
import System
import Testing

@Suite("Waiting before another attempt")
struct BackoffTests {
    private func waits(_ backoff: Backoff, _ attempts: Range<Int> = 1..<6, random: Double = 0.5) -> [Int64] {
        attempts.map { backoff.delay(afterAttempt: $0, random: random).milliseconds }
    }

    @Test("it is 1 s, 2 s, 4 s, … up to 5 min")
    func usual() {
        #expect(waits(Backoff()) == [1000, 2000, 4000, 8000, 16_000])
        #expect(waits(Backoff(), 9..<12) == [256_000, 300_000, 300_000])
    }

    @Test("delay, factor and maximum are the agent's")
    func configured() throws {
        let backoff = try Backoff(json: ["delay": "100ms", "factor": 3, "max_delay": "2s"])
        #expect(waits(backoff) == [100, 300, 900, 2000, 2000])
        let steady = try Backoff(json: ["delay": "5s", "factor": 1])
        #expect(waits(steady) == [5000, 5000, 5000, 5000, 5000])
        #expect(waits(try Backoff(json: ["delay": "0"])) == [0, 0, 0, 0, 0])
    }

    @Test("jitter shortens or lengthens the wait by its part, and never past the maximum")
    func jitter() throws {
        let backoff = try Backoff(json: ["delay": "10s", "jitter": .number(0.5), "max_delay": "30s"])
        #expect(waits(backoff, 1..<2, random: 0) == [5000])
        #expect(waits(backoff, 1..<2, random: 0.5) == [10_000])
        #expect(waits(backoff, 1..<2, random: 1) == [15_000])
        #expect(waits(backoff, 3..<4, random: 1) == [30_000])
    }

    @Test("no attempt is too late, no factor too large, to give a wait within the maximum")
    func extremes() throws {
        let backoff = try Backoff(json: ["factor": 1000])
        for attempt in [0, -1, 64, 100_000, Int.max] {
            #expect((0...300_000).contains(backoff.delay(afterAttempt: attempt, random: 0.5).milliseconds))
        }
        #expect(backoff.delay(afterAttempt: .max, random: 0.5) == .seconds(300))
    }
}

import Simulation
import TestSupport
import Testing

@Suite("Simulated machines")
struct SimulationTests {
    @Test(
        "whoever dies, whatever fails and whenever: runs are started once, nothing is forgotten, nothing is left",
        arguments: Seeds.list(12))
    func worlds(seed: UInt64) throws {
        var simulation = Simulation()
        if let failure = try simulation.run(seed: seed, length: 120) {
            Issue.record("TF_TEST_SEED=\(seed)\n\(failure.story)")
        }
    }

    @Test("commands that forget what they have left to be done are found out, by a story of a few steps")
    func shrinking() throws {
        var simulation = Simulation(defect: .commandsForgetStarts)
        var failure: Simulation.Failure?
        var seed: UInt64 = 0
        while failure == nil, seed < 20 {
            seed += 1
            failure = try simulation.run(seed: seed, length: 60)
        }
        let found = try #require(failure)
        #expect(found.faults.contains { $0.hasPrefix("nobody starts") }, "\(found.story)")
        #expect(found.steps.count <= 4, "\(found.story)")
    }
}

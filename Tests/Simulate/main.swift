import Simulation
import System

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

// Runs simulated worlds until so many steps have been made, and tells of those that go wrong:
//
//     swift run -c release Simulate [STEPS [FIRST-SEED]]

let arguments = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
let steps = Int(arguments.first ?? 100_000)
let first = arguments.dropFirst().first ?? 1
let begin = Clock.monotonic()
var simulation = Simulation()
var failures = 0
let worlds = (steps + Simulation.length - 1) / Simulation.length
for seed in first..<first + UInt64(worlds) {
    if let failure = try simulation.run(seed: seed) {
        failures += 1
        print(failure.story)
        if failures == 5 { break }
    }
}
let seconds = Double((Clock.monotonic() - begin).milliseconds) / 1000
print("\(worlds * Simulation.length) steps in \(worlds) worlds, \(failures) of them wrong, \(seconds) s")
exit(failures == 0 ? 0 : 1)

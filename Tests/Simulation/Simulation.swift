import System
import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Runs worlds, and finds the shortest story of one that goes wrong.
public struct Simulation {
    /// How a world went wrong.
    public struct Failure {
        public let seed: UInt64
        /// The shortest list of steps that was found to go wrong, the last one being where it does.
        public let steps: [SimulatedStep]
        public let faults: [String]
        /// What was committed and said in the end.
        public let notes: [String]

        /// All of it, to be printed.
        public var story: String {
            (["seed \(seed):"] + steps.map { "  \($0)" } + notes.map { "  · \($0)" } + faults.map { "! \($0)" })
                .joined(separator: "\n")
        }
    }

    /// How many steps a world has.
    public static let length = 250

    /// Something that is done wrong on purpose, to see whether it is found out.
    public enum Defect: Sendable {
        /// A command does not start a supervisor for what it has made ready.
        case commandsForgetStarts
    }

    private let directory: String
    private let defect: Defect?
    /// Tells this simulation from others of the same process.
    private let name = UInt32.random(in: 0 ... .max)
    private var worlds = 0

    /// - Parameter directory: where workspaces are made: better in memory.
    public init(in directory: String = Simulation.directory, defect: Defect? = nil) {
        self.directory = directory
        self.defect = defect
        setenv("XDG_STATE_HOME", directory + "/tf-simulation-state-\(Process.current)", 1)
    }

    /// A directory in memory, where the system has one.
    public static var directory: String {
        let memory = "/dev/shm"
        do throws(SystemError) {
            if try FileSystem.status(memory)?.isDirectory == true { return memory }
        } catch {
            // Then it is slower.
        }
        return Environment["TMPDIR"] ?? "/tmp"
    }

    /// Runs the world of a seed.
    ///
    /// - Returns: how it went wrong; nil when it did not.
    public mutating func run(seed: UInt64, length: Int = Simulation.length) throws -> Failure? {
        let steps = SimulatedStep.sequence(length, seed: seed)
        guard let fault = try fault(steps) else { return nil }
        let kind = fault.faults.first.map(Self.kind)
        let short = try shrunk(Array(steps[...fault.step])) { part in
            try self.fault(part)?.faults.first.map(Self.kind) == kind
        }
        let end = try self.fault(short) ?? fault
        return Failure(seed: seed, steps: short, faults: end.faults, notes: end.notes)
    }

    /// What a fault is about, whatever its numbers are.
    private static func kind(_ fault: String) -> String { fault.filter { !$0.isNumber } }

    /// Where the first step of a list goes wrong, and how.
    private mutating func fault(_ steps: [SimulatedStep]) throws -> (step: Int, faults: [String], notes: [String])? {
        worlds += 1
        let world = try World(at: "\(directory)/tf-world-\(Process.current)-\(name)-\(worlds)", defect: defect)
        defer { do { try world.remove() } catch { print("a world is left behind: \(error)") } }
        for (number, step) in steps.enumerated() {
            let faults = try world.perform(step)
            if !faults.isEmpty { return (number, faults, world.notes) }
        }
        let faults = try world.perform(.calm)
        return faults.isEmpty ? nil : (steps.count - 1, faults, world.notes)
    }
}

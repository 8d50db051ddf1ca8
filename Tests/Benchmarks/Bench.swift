import System

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Does something once, and returns how long that took, in milliseconds.
typealias Timing = () throws -> Double

/// Where measurements are made: a directory of their own, which goes with this object, and the tools to compare.
final class Bench {
    let path: String
    private let options: Options

    init(options: Options) throws {
        self.options = options
        var template = Array("/tmp/tf-benchmarks.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError("make a temporary directory") }
        path = try FileSystem.realPath(
            String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
        for name in ["home", "state", "empty"] { try FileSystem.makeDirectory(path + "/" + name) }
    }

    deinit {
        try? FileSystem.removeTree(path)  // What is left in /tmp disturbs nobody.
    }

    /// A new directory.
    func directory(_ name: String) throws -> String {
        try FileSystem.makeDirectory(path + "/" + name)
        return path + "/" + name
    }

    // MARK: Tools

    private var environment: [String: String] {
        [
            "PATH": Environment["PATH"] ?? "/usr/bin:/bin", "HOME": path + "/home", "XDG_STATE_HOME": path + "/state",
            "LOGNAME": "bench", "USER": "bench", "LC_ALL": "C.UTF-8",
        ]
    }

    /// The release build of `tf`: `TF_BINARY`, or what stands beside this program.
    func tf() throws -> String {
        let here = FileSystem.destination(ofLink: "/proc/self/exe") ?? CommandLine.arguments[0]
        let binary = try FileSystem.realPath(Environment["TF_BINARY"] ?? Path.join(Path.parent(of: here), "tf"))
        guard FileSystem.isExecutable(binary) else { throw BenchmarkFailure("\(binary) is not executable") }
        return binary
    }

    /// `tf` with `arguments`, in `directory`.
    func tf(_ arguments: [String], in directory: String) throws -> Command {
        Command(program: try tf(), arguments: arguments, environment: environment, directory: directory)
    }

    /// Another tool; nil when it is not installed.
    func peer(_ name: String, _ arguments: [String], in directory: String, with more: [String: String] = [:])
        -> Command?
    {
        do throws(Spawn.Failure) {
            let program = try Spawn.locate(name, path: Environment["PATH"], directory: "/")
            return Command(
                program: program, arguments: arguments, environment: environment.merging(more) { $1 },
                directory: directory)
        } catch {
            return nil
        }
    }

    /// A directory with a new workspace that holds `count` tasks.
    func workspace(_ name: String, tasks count: Int) throws -> String {
        let directory = try directory(name)
        try tf(["init"], in: directory).run()
        guard try FileSystem.status(directory + "/.tf")?.isDirectory == true else {
            throw BenchmarkFailure("tf init made no workspace")
        }
        for start in stride(from: 1, through: count, by: 1000) {
            let lines = (start..<min(start + 1000, count + 1)).map {
                "{\"title\":\"Task number \($0)\",\"labels\":[\"bench\"]}\n"
            }
            var create = try tf(["task", "create", "--from", "-"], in: directory)
            create.input = try file(lines.joined())
            try create.run()
        }
        let made = try FileSystem.names(in: directory + "/.tf/tasks").filter { $0.hasSuffix(".json") }.count
        guard made == count else { throw BenchmarkFailure("tf made \(made) tasks of \(count)") }
        return directory
    }

    /// A file with `text`, for a command to read.
    func file(_ text: String, named name: String = "input") throws -> String {
        let file = try File(path + "/" + name, [.write, .create, .truncate])
        try file.write(text.utf8)
        return file.path
    }

    // MARK: Time

    /// The median of each side, in milliseconds, of runs made in turn.
    ///
    /// - Parameter sides: do it once and return how long it took; preparations do not count.
    func medians(_ sides: [Timing], runs: Int = 41) throws -> [Double] {
        let runs = options.isQuick ? max(3, runs / 4) : runs
        var times = sides.map { _ in [Double]() }
        for run in -min(3, runs)..<runs {
            for (index, side) in sides.enumerated() {
                let time = try side()
                if run >= 0 { times[index].append(time) }
            }
        }
        return times.map { $0.sorted()[$0.count / 2] }
    }

    /// The time that `body` takes, in milliseconds.
    func time(_ body: () throws -> Void) rethrows -> Double {
        let start = Clock.monotonic()
        try body()
        return (Clock.monotonic() - start).inSeconds * 1000
    }

    /// A run of `tf` that is ready to be timed, or why it cannot be.
    func ready(times count: Int = 1, _ command: () throws -> Command) -> Result<Timing, any Error> {
        do {
            let command = try command()
            return .success { try (0..<count).reduce(0) { time, _ in try time + command.milliseconds() } }
        } catch {
            return .failure(error)
        }
    }

    /// `tf` beside one peer: a row with a bound.
    ///
    /// - Parameter ours: the failure when `tf` could not be prepared; the peer is measured all the same.
    func compare(
        _ measure: String, _ ours: Result<Timing, any Error>, with name: String,
        _ theirs: Timing?, package: String? = nil, runs: Int = 41, atMost ratio: Double? = nil
    ) throws -> Row {
        let bound = ratio.map { Row.Bound.ratio($0) }
        switch (ours, theirs) {
        case (.success(let ours), let theirs?):
            let medians = try medians([ours, theirs], runs: runs)
            return Row(measure, ours: medians[0], peer: name, theirs: medians[1], atMost: bound)
        case (.success(let ours), nil):
            return Row(measure, ours: try medians([ours], runs: runs)[0], peer: missing(name, package: package))
        case (.failure(let error), let theirs):
            let median = try theirs.map { try medians([$0], runs: runs)[0] }
            return Row(
                measure, ours: nil, peer: theirs == nil ? missing(name, package: package) : name, theirs: median,
                atMost: bound, failure: "\(error)")
        }
    }

    /// What is said of a peer that is not there.
    func missing(_ name: String, package: String?) -> String {
        "\(name): missing (apt-get install \(package ?? name))"
    }
}

/// A group of rows that are measured together.
struct Benchmark: Sendable {
    let name: String
    let measure: @Sendable (Bench) throws -> [Row]

    static let all: [Benchmark] =
        commands + queue + triggers + agents + footprint + peers + floors + json
}

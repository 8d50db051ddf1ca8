import System

/// What the command line asks for.
struct Options {
    /// Why a command line is refused.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// Fewer runs: enough to see that everything works, not to compare.
    private(set) var isQuick = false
    /// Whether a row over its bound leaves the exit status alone.
    private(set) var neverFails = false
    private var only: [String] = []

    init(_ arguments: [String]) throws(Fault) {
        let names = Benchmark.all.map(\.name).joined(separator: ", ")
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--quick": isQuick = true
            case "--no-fail": neverFails = true
            case "--only":
                guard let name = rest.popFirst(), Benchmark.all.contains(where: { $0.name == name }) else {
                    throw Fault(description: "--only needs one of \(names)")
                }
                only.append(name)
            default:
                throw Fault(
                    description: "unknown argument \(argument)\n"
                        + "usage: Benchmarks [--quick] [--no-fail] [--only NAME]…\nNAME is one of \(names)")
            }
        }
    }

    func includes(_ benchmark: Benchmark) -> Bool {
        only.isEmpty || only.contains(benchmark.name)
    }
}

/// Writes a line to standard error.
func complain(_ line: String) {
    do throws(SystemError) {
        try File.error.write((line + "\n").utf8)
    } catch {
        Process.exit(1)  // Nobody listens any more.
    }
}

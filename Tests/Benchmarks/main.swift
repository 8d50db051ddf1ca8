// How fast `tf` is, beside the tools that people would use in its place.
//
//     swift build -c release && swift run -c release Benchmarks [--quick] [--no-fail] [--only NAME]…
//
// Prints one table. Whatever is compared is run in turn (A, B, A, B, …), so that a slow moment of the machine hurts
// both, and the median counts. Exits 1 when a row is over its bound, or could not be measured at all.

import System

let options: Options
do throws(Options.Fault) {
    options = try Options(Array(CommandLine.arguments.dropFirst()))
} catch {
    complain(error.description)
    Process.exit(2)
}

var rows: [Row] = []
for benchmark in Benchmark.all where options.includes(benchmark) {
    complain("measuring \(benchmark.name) …")
    do {
        rows += try benchmark.measure(Bench(options: options))
    } catch {
        rows.append(Row(benchmark.name, ours: nil, failure: "\(error)"))
    }
}
do {
    try File.output.write((Row.table(rows).joined(separator: "\n") + "\n").utf8)
} catch {
    complain("\(error)")
    Process.exit(1)
}
if !options.neverFails, rows.contains(where: { $0.verdict.isBad }) { Process.exit(1) }

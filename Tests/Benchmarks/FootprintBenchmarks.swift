import System

extension Benchmark {
    /// What `tf` takes of memory and disk.
    static let footprint = [
        Benchmark(name: "size") { bench in
            let size = try FileSystem.status(bench.tf())?.size ?? 0
            return [Row("the static binary, MB", ours: Double(size) / 1e6, atMost: .value(18))]
        },
        Benchmark(name: "memory") { bench in
            [try bench.foreground(), try bench.detached()]
        },
    ]
}

extension Bench {
    fileprivate func foreground() throws -> Row {
        let tf = try tf(["exec", "-q", "--", "sleep", "5"], in: workspace("foreground", tasks: 0))
        let (pid, _) = try tf.begin()
        // What has ended by itself needs no end, and what cannot be measured must not stay.
        defer { _ = try? Process.send(.terminate, to: pid) }
        let resident = try resident(of: tf.program, running: "sleep 5")
        return Row("memory of tf exec -q -- sleep 5, two processes, MB", ours: resident, atMost: .value(14))
    }

    fileprivate func detached() throws -> Row {
        let directory = try workspace("detached", tasks: 1)
        try tf(["agent", "add", "sleeper", "--", "sleep", "6"], in: directory).run()
        try tf(["task", "assign", "T-1", "--agent", "sleeper"], in: directory).run()
        defer { _ = try? tf(["task", "terminate", "T-1"], in: directory).run() }
        let resident = try resident(of: tf(), running: "sleep 6")
        return Row("memory of a detached run, two processes, MB", ours: resident, atMost: .value(14))
    }

    /// The memory in megabytes that all processes of `program` in this bench keep resident together while they run
    /// `command`. A page that several share counts once, in parts (`Pss`): supervisor and guard are one program.
    ///
    /// - Throws: when the command does not run within ten seconds.
    private func resident(of program: String, running command: String) throws -> Double {
        let deadline = Clock.monotonic() + .seconds(10)
        while true {
            // The home directory is this bench's alone, so it tells its processes from all others.
            let processes = ProcessTable.processes(with: ["HOME": path + "/home"])
            if processes.contains(where: { ProcessTable.commandLine(of: $0) == command }) {
                let own = processes.filter { FileSystem.destination(ofLink: "/proc/\($0)/exe") == program }
                guard !own.isEmpty else { throw BenchmarkFailure("\(command) runs, but no process of tf waits for it") }
                return Double(try own.reduce(0) { $0 + (try Self.residentBytes(of: $1)) }) / 1e6
            }
            guard Clock.monotonic() < deadline else { throw BenchmarkFailure("\(command) was not started") }
            Clock.sleep(.milliseconds(20))
        }
    }

    /// - Throws: also when the process has ended: what is not there any more does not wait.
    private static func residentBytes(of pid: Int) throws -> Int {
        let rollup = try FileSystem.contents("/proc/\(pid)/smaps_rollup") ?? []
        let line = String(decoding: rollup, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("Pss:") }
        guard let kilobytes = line?.split(separator: " ").compactMap({ Int($0) }).first else {
            throw BenchmarkFailure("the memory of process \(pid) is not known")
        }
        return kilobytes * 1024
    }
}

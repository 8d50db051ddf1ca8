import System

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension Benchmark {
    /// The work queue: long lists, the ready queue, workers and claims.
    static let queue = [
        Benchmark(name: "lists") { bench in
            try bench.lists(tasks: 10_000, atMost: 25) + bench.claimAndRebuild(tasks: 10_000)
        },
        Benchmark(name: "long-lists") { bench in
            try bench.lists(tasks: 100_000, atMost: 200) + [bench.memoryOfList()]
        },
        Benchmark(name: "work") { bench in
            try [1, 2].map { try bench.work(tasks: 200, jobs: $0) }
        },
        Benchmark(name: "claims") { bench in [try bench.claims(tasks: 2000, claimers: 16)] },
        Benchmark(name: "idle") { bench in try bench.idle(seconds: 60) },
    ]
}

extension Bench {
    /// A workspace as a queue of work is: every third task depends on the one before it, one of fifteen has failed,
    /// every fourth has the label `ci`.
    private func queue(tasks count: Int) throws -> String {
        let name = "queue-\(count)"
        let directory = path + "/" + name
        if try FileSystem.status(directory) != nil { return directory }
        _ = try workspace(name, tasks: 0)
        for first in stride(from: 1, through: count, by: 1000) {
            let lines = (first..<min(first + 1000, count + 1)).map { number in
                let depends = number % 3 == 0 ? ",\"depends_on\":[\"T-\(number - 1)\"]" : ""
                let label = number % 4 == 0 ? "ci" : "web"
                return "{\"title\":\"Task number \(number)\",\"labels\":[\"\(label)\"]\(depends)}\n"
            }
            var create = try tf(["task", "create", "--from", "-"], in: directory)
            create.input = try file(lines.joined())
            try create.run()
        }
        let failed = stride(from: 10, through: count, by: 10).filter { $0 % 3 != 0 }.map { "T-\($0)" }
        for first in stride(from: 0, to: failed.count, by: 1000) {
            let ids = failed[first..<min(first + 1000, failed.count)]
            try tf(["task", "start"] + ids, in: directory).run()
            try tf(["task", "fail"] + ids + ["--reason", "bench"], in: directory).run()
        }
        return directory
    }

    fileprivate func lists(tasks count: Int, atMost bound: Double) throws -> [Row] {
        let directory = try queue(tasks: count)
        let lists = [["--limit", "50"], ["--ready"], ["--status", "failed", "--label", "ci"], []]
        return try lists.map { arguments in
            let list = try tf(["task", "list"] + arguments, in: directory)
            let median = try medians([list.milliseconds], runs: 15)[0]
            let name = (["tf task list"] + arguments).joined(separator: " ")
            return Row("\(name), \(count) tasks", ours: median, atMost: arguments.isEmpty ? nil : .value(bound))
        }
    }

    fileprivate func claimAndRebuild(tasks count: Int) throws -> [Row] {
        let directory = try queue(tasks: count)
        let claim = try medians([tf(["task", "claim", "--as", "bench"], in: directory).milliseconds], runs: 15)[0]
        let show = try tf(["task", "create", "x"], in: directory)
        let rebuild = try medians(
            [
                {
                    try FileSystem.remove(directory + "/.tf/cache/index")
                    return try show.milliseconds()
                }
            ], runs: 7)[0]
        return [
            Row("tf task claim, \(count) tasks", ours: claim, atMost: .value(25)),
            Row("making the index of \(count) tasks anew", ours: rebuild, atMost: .value(400)),
        ]
    }

    /// The peak of what a list of 100,000 tasks keeps in memory.
    fileprivate func memoryOfList() throws -> Row {
        let (pid, _) = try tf(["task", "list"], in: queue(tasks: 100_000)).begin()
        var status: Int32 = 0
        var usage = rusage()
        while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
        guard status == 0 else { throw BenchmarkFailure("tf task list ended with \(status)") }
        return Row(
            "memory of tf task list, 100,000 tasks, MB", ours: Double(usage.ru_maxrss) * 1024 / 1e6, atMost: .value(150)
        )
    }

    /// A queue of `true`, drained by a worker, beside make with as many targets.
    fileprivate func work(tasks count: Int, jobs: Int) throws -> Row {
        let runs = 7
        // Made before anything is timed: file systems are slow for a while after many files were removed.
        let places = try (0..<(runs + 3)).map { run in
            let directory = try workspace("work-\(jobs)-\(run)", tasks: 0)
            try tf(["agent", "add", "true", "--dispatch", "queue", "--", "/bin/true"], in: directory).run()
            var create = try tf(["task", "create", "--from", "-"], in: directory)
            create.input = try file(String(repeating: "{\"title\":\"x\",\"agent\":\"true\"}\n", count: count))
            try create.run()
            return directory
        }
        var next = places.startIndex
        let worker: Timing = {
            let directory = places[next]
            next += 1
            return try self.tf(["work", "--drain", "--jobs", "\(jobs)"], in: directory).milliseconds()
        }
        let make = try make(targets: count, jobs: jobs)
        return try compare(
            "\(count) × true, tf work --drain --jobs \(jobs)", .success(worker), with: "make -j\(jobs)",
            make?.milliseconds, package: "make", runs: runs, atMost: 2.5)
    }

    /// As many processes as that, each claiming tasks until there are none.
    fileprivate func claims(tasks count: Int, claimers: Int) throws -> Row {
        let directory = try workspace("claims", tasks: count)
        let script = "while task=$(\"$0\" task claim -q --as \"$1\") && [ -n \"$task\" ]; do echo \"$task\"; done"
        let results = directory + "/claimed"
        guard var shell = peer("sh", [], in: directory) else { throw BenchmarkFailure("there is no sh") }
        shell.output = results
        var pids: [Int32] = []
        let time = try time {
            for number in 1...claimers {
                shell.arguments = ["-c", script, try tf(), "worker-\(number)"]
                shell.environment = try tf([], in: directory).environment
                pids.append(try shell.begin().pid)
            }
            for pid in pids {
                var status: Int32 = 0
                while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            }
        }
        let claimed = String(decoding: try FileSystem.contents(results) ?? [], as: UTF8.self).split(separator: "\n")
        guard claimed.count == count, Set(claimed).count == count else {
            throw BenchmarkFailure("\(count) tasks were claimed \(claimed.count) times, \(Set(claimed).count) of them")
        }
        return Row(
            "\(count) tasks claimed by \(claimers) processes, ms a claim", ours: time / Double(count),
            atMost: .value(1000.0 / 400))
    }

    /// What a worker takes that has nothing to do.
    fileprivate func idle(seconds: Int) throws -> [Row] {
        let directory = try workspace("idle", tasks: 1)
        let (pid, _) = try tf(["work"], in: directory).begin()
        Clock.sleep(.seconds(1))
        let processes = ProcessTable.descendants(of: Int(pid)) + [Int(pid)]
        func figures() throws -> (milliseconds: Double, wakeUps: Double) {
            try processes.reduce((0, 0)) { sum, process in
                let own = try Self.activity(of: process)
                return (sum.0 + own.milliseconds, sum.1 + own.wakeUps)
            }
        }
        let before = try figures()
        Clock.sleep(.seconds(seconds))
        let after = try figures()
        _ = try Process.send(.terminate, to: pid)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return [
            Row(
                "processor time of an idle tf work, \(seconds) s", ours: after.milliseconds - before.milliseconds,
                atMost: .value(5)),
            Row("its wake-ups", ours: after.wakeUps - before.wakeUps, atMost: .value(5)),
        ]
    }

    /// The processor time that a process has used, and how often it was woken.
    private static func activity(of pid: Int) throws -> (milliseconds: Double, wakeUps: Double) {
        func text(_ file: String) throws -> String {
            String(decoding: try FileSystem.contents("/proc/\(pid)/\(file)") ?? [], as: UTF8.self)
        }
        // Nanoseconds on a processor, nanoseconds waiting for one, times that it got one.
        let fields = try text("schedstat").split(whereSeparator: { $0 == " " || $0 == "\n" }).compactMap { Double($0) }
        guard fields.count == 3 else { throw BenchmarkFailure("the activity of process \(pid) is not known") }
        return (fields[0] / 1e6, fields[2])
    }
}

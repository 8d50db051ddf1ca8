import System

extension Benchmark {
    /// The commands that somebody waits for at a prompt.
    static let commands = [
        Benchmark(name: "start") { bench in
            let tf = bench.ready { try bench.tf(["--version"], in: bench.path) }
            return [try bench.compareWithGit("tf --version", tf, atMost: 1.4)]
        },
        Benchmark(name: "show") { bench in
            let tf = bench.ready {
                try bench.tf(["task", "show", "T-1"], in: bench.workspace("one", tasks: 1))
            }
            return [try bench.compareWithGit("tf task show T-1", tf, atMost: 1.6)]
        },
        Benchmark(name: "create") { bench in
            let tf = bench.ready {
                try bench.tf(["task", "create", "x"], in: bench.workspace("one", tasks: 1))
            }
            return [try bench.compareWithGit("tf task create x", tf, atMost: 2)]
        },
        Benchmark(name: "create-many") { bench in
            let empty = try bench.tf(["task", "create", "x"], in: bench.workspace("new", tasks: 0))
            let full = bench.ready {
                try bench.tf(["task", "create", "x"], in: bench.workspace("full", tasks: 10_000))
            }
            return [
                try bench.compare(
                    "tf task create x, 10,000 tasks there", full, with: "tf, empty workspace", empty.milliseconds,
                    atMost: 1.5)
            ]
        },
        Benchmark(name: "exec") { bench in
            let tf = bench.ready {
                try bench.tf(["exec", "-q", "--", "true"], in: bench.workspace("one", tasks: 0))
            }
            return [
                try bench.compare(
                    "tf exec -q -- true", tf, with: "nq true; nq -w", bench.queue(times: 1), package: "nq", atMost: 3)
            ]
        },
        Benchmark(name: "completion") { bench in
            let tf = try bench.tf(
                ["completion", "--candidates", "tasks"], in: bench.workspace("thousand", tasks: 1000))
            let median = try bench.medians([tf.milliseconds])[0]
            return [Row("tf completion --candidates tasks, 1,000 tasks", ours: median, atMost: .value(20))]
        },
    ]
}

extension Bench {
    fileprivate func compareWithGit(
        _ measure: String, _ tf: Result<Timing, any Error>, atMost ratio: Double
    ) throws -> Row {
        let git = peer("git", ["--version"], in: path + "/empty")
        return try compare(measure, tf, with: "git --version", git?.milliseconds, package: "git", atMost: ratio)
    }

    /// Queues `true` with nq that many times, and waits for the last.
    func queue(times count: Int) -> Timing? {
        let place = path + "/nq"
        let variables = ["NQDIR": place]
        guard let add = peer("nq", ["true"], in: path, with: variables),
            let wait = peer("nq", ["-w"], in: path, with: variables)
        else { return nil }
        return {
            try FileSystem.removeTree(place)
            try FileSystem.makeDirectory(place)
            var time = 0.0
            for _ in 0..<count { time += try add.milliseconds() }
            return time + (try wait.milliseconds())
        }
    }
}

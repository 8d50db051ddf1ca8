import System

extension Benchmark {
    /// What the README compares.
    static let peers = [
        Benchmark(name: "add") { bench in
            let tf = bench.ready {
                try bench.tf(["task", "create", "x"], in: bench.workspace("thousand", tasks: 1000))
            }
            let measure = "adding a task to 1,000"
            return [
                try bench.compare(
                    measure, tf, with: "task add", bench.taskwarrior(tasks: 1000, ["add", "x"])?.milliseconds,
                    package: "taskwarrior"),
                try bench.compare(
                    measure, tf, with: "nq true", bench.queueWithoutWaiting()?.milliseconds, package: "nq"),
            ]
        },
        Benchmark(name: "list") { bench in
            let tf = bench.ready { try bench.tf(["task", "list"], in: bench.workspace("many", tasks: 10_000)) }
            return [
                try bench.compare(
                    "listing 10,000 tasks", tf, with: "task list",
                    bench.taskwarrior(tasks: 10_000, ["list"])?.milliseconds, package: "taskwarrior", runs: 11)
            ]
        },
        Benchmark(name: "sequence") { bench in
            let count = 50
            let tf = bench.ready(times: count) {
                try bench.tf(["exec", "-q", "--", "true"], in: bench.workspace("sequence", tasks: 0))
            }
            func compare(_ name: String, _ peer: Timing?, package: String) throws -> Row {
                try bench.compare(
                    "\(count) × true, one after the other", tf, with: name, peer, package: package, runs: 5)
            }
            let rows = [
                try compare("nq", bench.queue(times: count), package: "nq"),
                try compare("tsp", bench.spooler(times: count), package: "task-spooler"),
                try compare("make -j1", bench.make(targets: count)?.milliseconds, package: "make"),
            ]
            try bench.endSpooler()
            return rows
        },
    ]
}

extension Bench {
    /// `task` with `arguments` where there are `count` tasks; nil when Taskwarrior is not installed.
    fileprivate func taskwarrior(tasks count: Int, _ arguments: [String]) throws -> Command? {
        let place = try directory("taskwarrior")
        let settings = try File(place + "/taskrc", [.write, .create])
        try settings.write("data.location=\(place)\nconfirmation=off\nverbose=nothing\n".utf8)
        let variables = ["TASKRC": settings.path, "TASKDATA": place]
        guard var fill = peer("task", ["import", "-"], in: place, with: variables) else { return nil }
        let tasks = (1...count).map { "{\"description\":\"Task number \($0)\",\"tags\":[\"bench\"]}" }
        fill.input = try file("[" + tasks.joined(separator: ",\n") + "]")
        try fill.run()
        return peer("task", arguments, in: place, with: variables)
    }

    /// `nq true` alone, which is what adding to its queue is.
    fileprivate func queueWithoutWaiting() throws -> Command? {
        peer("nq", ["true"], in: path, with: ["NQDIR": try directory("nq-add")])
    }

    /// Spools `true` that many times, and waits for the last; nil when Task Spooler is not installed.
    ///
    /// The first one starts a server, which ``endSpooler()`` ends.
    fileprivate func spooler(times count: Int) -> Timing? {
        guard let add = spooler(["-n", "true"]), let wait = spooler(["-w"]) else { return nil }
        return {
            var time = 0.0
            for _ in 0..<count { time += try add.milliseconds() }
            return time + (try wait.milliseconds())
        }
    }

    fileprivate func endSpooler() throws {
        try spooler(["-K"])?.run()
    }

    private func spooler(_ arguments: [String]) -> Command? {
        let variables = ["TS_SOCKET": path + "/tsp-socket", "TMPDIR": path]
        return peer("tsp", arguments, in: path, with: variables)
    }

    /// make with that many targets that run `true`; nil when it is not installed.
    func make(targets count: Int, jobs: Int = 1) throws -> Command? {
        let place = try directory("make-\(jobs)")
        let names = (1...count).map { "t\($0)" }.joined(separator: " ")
        let makefile = try File(place + "/Makefile", [.write, .create])
        try makefile.write("all: \(names)\n\(names):\n\t@/bin/true\n.PHONY: all \(names)\n".utf8)
        return peer("make", ["-j\(jobs)"], in: place)
    }
}

import System

extension Benchmark {
    /// What triggers cost those that they have nothing to do with, and how quickly they get through a backlog.
    static let triggers = [
        Benchmark(name: "triggers-idle") { bench in
            let none = try bench.tf(["task", "create", "x"], in: bench.workspace("none", tasks: 1))
            let idle = bench.ready {
                let directory = try bench.workspace("idle", tasks: 1)
                for number in 1...50 {
                    // Half are for another type of event, half for other tasks.
                    let on = number % 2 == 0 ? ["task/completed"] : ["task/created", "--where", "label=never"]
                    try bench.tf(
                        ["trigger", "add", "idle-\(number)", "--on"] + on + ["--notify", "nobody"], in: directory
                    ).run()
                }
                return try bench.tf(["task", "create", "x"], in: directory)
            }
            return [
                try bench.compare(
                    "tf task create x, 50 triggers that do not match", idle, with: "tf, no trigger", none.milliseconds,
                    runs: 101, atMost: 1.2)
            ]
        },
        Benchmark(name: "triggers-backlog") { bench in
            var number = 0
            let median = try bench.medians(
                [
                    {
                        number += 1
                        return try bench.backlog("backlog-\(number)")
                    }
                ], runs: 5)[0]
            return [Row("tf tick, 1,000 events for a create_task trigger", ours: median, atMost: .value(1000))]
        },
    ]
}

extension Bench {
    /// The time of a tick that tells a trigger of a thousand events which nobody has told it.
    fileprivate func backlog(_ name: String) throws -> Double {
        let directory = try workspace(name, tasks: 1000)
        try tf(
            ["trigger", "add", "follow", "--on", "task/edited", "--create-task", #"{"title": "Follow"}"#], in: directory
        ).run()
        // Edits by hand are events that only a tick finds.
        for number in 1...1000 {
            let path = "\(directory)/.tf/tasks/T-\(number).json"
            let text = String(decoding: try FileSystem.contents(path) ?? [], as: UTF8.self)
            let edited = text.split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.hasPrefix("  \"title\"") ? "  \"title\": \"Edited\"," : $0 }.joined(separator: "\n")
            try File(path, [.write, .truncate]).write(edited.utf8)
        }
        let time = try tf(["tick", "-q"], in: directory).milliseconds()
        let made = try FileSystem.names(in: directory + "/.tf/tasks").filter { $0.hasSuffix(".json") }.count
        guard made == 2000 else { throw BenchmarkFailure("\(made - 1000) tasks were made for 1000 events") }
        return time
    }
}

import System

extension Benchmark {
    /// What a coding agent waits for.
    static let agents = [
        Benchmark(name: "mcp") { bench in
            let directory = try bench.workspace("thousand", tasks: 1000)
            // From the start of the process to its end, which comes after the answer.
            let tools = try bench.session(["tools/list"], named: "tools", in: directory)
            let once = try bench.session(["tools/call"], named: "once", in: directory)
            let calls = 200
            let often = try bench.session(
                Array(repeating: "tools/call", count: calls + 1), named: "often", in: directory)
            let medians = try bench.medians([tools, once, often])
            return [
                Row("tf mcp: start, tools/list, end", ours: medians[0], atMost: .value(15)),
                Row(
                    "tf mcp: show_task, 1,000 tasks there", ours: (medians[2] - medians[1]) / Double(calls),
                    atMost: .value(2)),
            ]
        },
        Benchmark(name: "prime") { bench in
            let tf = try bench.tf(["prime"], in: bench.workspace("thousand", tasks: 1000))
            return [Row("tf prime, 1,000 tasks", ours: try bench.medians([tf.milliseconds])[0], atMost: .value(20))]
        },
    ]
}

extension Bench {
    /// A session of `tf mcp` that shakes hands and sends requests; those of `tools/call` show a task.
    fileprivate func session(_ methods: [String], named name: String, in directory: String) throws -> Timing {
        let hands = #"{"jsonrpc":"2.0","id":"h","method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#
        let show = #"{"name":"show_task","arguments":{"task":"T-500"}}"#
        let requests = methods.enumerated().map { number, method in
            let params = method == "tools/call" ? show : "{}"
            return #"{"jsonrpc":"2.0","id":\#(number),"method":"\#(method)","params":\#(params)}"#
        }
        var command = try tf(["mcp"], in: directory)
        command.input = try file(([hands] + requests).joined(separator: "\n") + "\n", named: name)
        return command.milliseconds
    }
}

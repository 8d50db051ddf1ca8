import System

extension Benchmark {
    /// What the system itself takes for the steps that every command is made of.
    static let floors = [
        Benchmark(name: "floors") { bench in
            let directory = try bench.directory("floors")
            let line = [UInt8](repeating: UInt8(ascii: "x"), count: 500)
            let journal = try File(directory + "/journal", [.write, .append, .create])
            let spawn = bench.peer("true", [], in: directory)
            let medians = try bench.medians([
                { try spawn?.milliseconds() ?? 0 },
                {
                    try bench.time {
                        try journal.write(line)
                        try journal.syncData()
                    }
                },
                {
                    try bench.time {
                        let file = try File(directory + "/new", [.write, .create, .truncate])
                        try file.write(line)
                        try file.sync()
                        try FileSystem.rename(directory + "/new", to: directory + "/record")
                    }
                },
            ])
            let names = ["spawn and wait for true", "append and fdatasync", "write, fsync and rename"]
            return zip(names, medians).map { Row("floor", ours: nil, peer: $0, theirs: $1) }
        }
    ]
}

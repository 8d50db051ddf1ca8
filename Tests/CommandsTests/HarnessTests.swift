import Foundation
import Testing

@Suite("The harness that runs tf") struct HarnessTests {
    @Test("a command's output, status and signal are told apart")
    func outcomes() throws {
        let tf = try Workspace(initialised: false)
        let plain = try tf.shell("echo out; echo err >&2; exit 3")
        #expect(plain.stdout == "out\n" && plain.stderr == "err\n" && plain.status == 3 && plain.signal == nil)
        let killed = try tf.shell("kill -TERM $$")
        #expect(killed.status == nil && killed.signal == SIGTERM)
    }

    @Test("standard input is the text that was given, and empty without one")
    func input() throws {
        let tf = try Workspace(initialised: false)
        #expect(try tf.shell("cat", input: "a\nb").stdout == "a\nb")
        #expect(try tf.shell("cat").stdout == "")
    }

    @Test("nothing of the caller's environment leaks in, and descriptors above 2 neither")
    func isolation() throws {
        let tf = try Workspace(initialised: false)
        #expect(try tf.shell("env | grep -c '^TF_'").text == "0")
        if Machine.isLinux { #expect(try tf.shell("ls /proc/self/fd").lines.count <= 4) }
    }

    @Test("a command that runs out of time is killed and said to have")
    func overrun() throws {
        let tf = try Workspace(initialised: false)
        let outcome = try tf.spawn("/bin/sleep", ["60"]).wait(limit: 0.2)
        #expect(outcome.overran && outcome.signal == SIGKILL)
    }

    @Test("processes are found by the workspace they belong to", .enabled(if: Machine.isLinux))
    func processes() throws {
        let tf = try Workspace(initialised: false)
        let child = try tf.spawn("/usr/bin/env", ["-i", try tf.sleeper(), "60"])
        try eventually("the sleeper is seen") { tf.processes().contains { $0.commandLine.contains("sleeper") } }
        child.send(SIGKILL)
        _ = child.wait()
        #expect(tf.processes().isEmpty)
    }

    @Test("JSON values are walked by key and index, and compared whatever the order of their members")
    func json() throws {
        let value = try JSON(#"{"a": [1, {"b": true}], "n": null, "rows": [{"x": 1.5}]}"#)
        #expect(value["a"][0].int == 1 && value["a"][1]["b"].bool == true && value["n"].isNull)
        #expect(!value["a"][7]["none"].exists && value["a"][1]["b"].int == nil)
        #expect(try JSON(#"{"x": 1, "y": 2}"#) == JSON(#"{"y":2,"x":1}"#))
        #expect(throws: (any Error).self) { try JSON("1 2") }
    }

    @Test("work is spread over threads and its results keep their order")
    func concurrency() {
        let results = concurrently(Array(0..<50), width: 4) { item -> Int in
            if item == 7 { throw Unexpected("seven") }
            return item * 2
        }
        #expect(results.count == 50 && (try? results[49].get()) == 98)
        #expect(results.failures().count == 1)
    }

    @Test("calls are counted by name within each process, and places to kill are thinned in the start-up alone")
    func trace() {
        let startup = (1...25).map { "10 read(3, \"\", \($0)) = 0" }
        let trace = Trace(
            (["10 execve(\"/bin/tf\", [\"tf\"]) = 0"] + startup + [
                "10 openat(AT_FDCWD, \".tf\", O_RDONLY) = 3", "10 read(3, \"x\", 9) = 1", "10 clone(x) = 11",
                "11 read(4,  <unfinished ...>", "10 write(1, \"T-1\", 3) = 3", "11 <... read resumed>\"\", 1) = 0",
                "11 execve(\"/bin/true\", [\"true\"]) = 0", "11 brk(NULL) = 0", "11 +++ exited with 0 +++",
            ]).joined(separator: "\n"))
        #expect(trace.calls.count == 33)
        #expect(trace.calls.last?.isStartup == true && trace.calls.last?.name == "brk")
        let points = trace.crashPoints.map(\.description)
        #expect(points.starts(with: ["openat #1", "read #26", "clone #1", "read #1", "write #1"]))
        #expect(points.dropFirst(5) == ["execve #1", "read #11", "read #21"], "\(points)")
    }

    @Test("a disk is filled but for so many pages", .enabled(if: Machine.canMount))
    func disk() throws {
        let disk = try Disk(size: "1m")
        try FileManager.default.createDirectory(atPath: disk.directory, withIntermediateDirectories: true)
        let tf = try Workspace(initialised: false, inside: disk.directory)
        let write = { (bytes: Int) in try tf.shell("head -c \(bytes) /dev/zero > file 2>/dev/null; echo $?").text }
        try disk.fill(leaving: 2)
        #expect(try write(8_192) == "0" && write(8_193) != "0")
        try disk.free()
        #expect(try write(100_000) == "0")
        try disk.makeReadOnly()
        #expect(try tf.shell("touch x 2>/dev/null || echo no").text == "no")
    }

    @Test("faults are injected into one call", .enabled(if: Machine.canTrace))
    func inject() throws {
        let tf = try Workspace(initialised: false)
        unlink(tf.root + "/bin/tf")
        try tf.write("#!/bin/sh\nmkdir .tf; echo one > .tf/a; echo two > .tf/b; echo done\n", to: tf.root + "/bin/tf")
        chmod(tf.root + "/bin/tf", 0o755)
        let (outcome, trace) = try tf.trace([])
        #expect(outcome.text == "done")
        let writes = trace.calls.filter { $0.name == "write" && $0.text.contains("/.tf/b>") }
        #expect(writes.map(\.occurrence) == [2], "\(trace.calls.map(\.text))")
        #expect(try tf.inject("write:error=EIO:when=2", into: []).stderr.contains("I/O error"))
        let killed = try tf.crash(at: CrashPoint(name: "write", occurrence: 3), [])
        #expect(killed.stdout.isEmpty && killed.status == nil && killed.signal == SIGKILL, "\(killed)")
    }
}

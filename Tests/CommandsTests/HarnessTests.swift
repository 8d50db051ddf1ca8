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
}

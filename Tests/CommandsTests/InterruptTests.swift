import Foundation
import Testing

@Suite("Ctrl-C while something is waited for", .enabled(if: Machine.isLinux, "reads /proc"))
struct InterruptTests {
    /// Starts a command, interrupts it once it waits, and gives what it left.
    private func interrupted(_ tf: Workspace, _ arguments: [String]) throws -> Outcome {
        let child = try tf.start(arguments)
        try child.awaitHandler(of: SIGINT)
        kill(child.pid, SIGINT)
        return child.wait(limit: 20)
    }

    @Test(
        "whatever follows or waits ends with 130 and says how to come back",
        arguments: [
            (
                ["task", "claim", "--as", "ann", "--wait"],
                "nothing was claimed; tf task claim --as ann --wait waits again"
            ),
            (["events", "-f", "--type", "flow/*"], "tf events -f --type 'flow/*' goes on"),
            (["inbox", "--follow"], "tf inbox --follow goes on"),
            (["run", "logs", "R-1", "-f"], "the run goes on; tf run logs R-1 -f follows it again"),
        ])
    func says(command: [String], hint: String) throws {
        let tf = try Workspace()
        try tf.addAgent("sleeper", shell: "sleep 60")
        try tf("task", "create", "Work", "--agent", "sleeper")
        let outcome = try interrupted(tf, command)
        #expect(outcome.status == 130 && outcome.stderr.hasSuffix("hint: \(hint)\n"), "\(outcome)")
        #expect(outcome.stdout.isEmpty && !outcome.overran, "\(outcome)")
        #expect(try tf.status("T-1") == "running")
    }

    @Test("with --json there is one value all the same")
    func json() throws {
        let tf = try Workspace()
        let outcome = try interrupted(tf, ["--json", "task", "claim", "--as", "ann", "--wait"])
        #expect(outcome.status == 130 && outcome.stderr.isEmpty, "\(outcome)")
        #expect(try outcome.json()["error"]["message"].string == "interrupted")
        let line = try interrupted(tf, ["--jsonl", "task", "claim", "--as", "ann", "--wait"])
        #expect(line.lines.count == 1 && line.status == 130, "\(line)")
        #expect(try line.json()["error"]["hint"].string?.contains("waits again") == true)
    }

    @Test("an interrupted wait for a task is one JSON value, too")
    func taskWait() throws {
        let tf = try Workspace()
        let id = try tf.create()
        let ended = try interrupted(tf, ["--json", "task", "wait", id])
        #expect(ended.status == 130)
        #expect(try JSON(ended.stdout)["error"]["hint"].string?.contains("tf task wait \(id)") == true, "\(ended)")
    }

    @Test(
        "a claim that is committed is printed, token and all", .enabled(if: Machine.canTrace),
        arguments: [[], ["--wait"]])
    func token(wait: [String]) throws {
        let tf = try Workspace()
        _ = try tf.create()
        let outcome = try tf.inject("fdatasync:signal=SIGINT:when=1", into: ["task", "claim", "--as", "ann"] + wait)
        let lease = try JSON(contentsOf: tf.path + "/leases/T-1.json")
        #expect(outcome.status == 0 && outcome.stdout == "T-1 \(lease["token"].string ?? "none")\n", "\(outcome)")
    }
}

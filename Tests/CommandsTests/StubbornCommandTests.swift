import Foundation
import Testing

@Suite(
    "Commands that are hard to end",
    .enabled(if: Machine.isLinux, "looks for processes in /proc"))
struct StubbornCommandTests {
    @Test("one that ignores SIGTERM is killed after the grace")
    func ignoresTerm() throws {
        let tf = try Workspace()
        let stubborn = try tf.script(
            "stubborn", "trap '' TERM; touch started; while :; do \(try tf.sleeper()) 0.05; done")
        try tf("agent", "add", "stubborn", "--grace", "300ms", "--", stubborn)
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "stubborn")
        try tf.awaitFile("started")
        let began = Date()
        try tf("task", "cancel", "T-1")
        #expect(Date().timeIntervalSince(began) >= 0.3, "it had its grace")
        #expect(try tf.status("T-1") == "cancelled" && tf.showRun("R-1")["status"].string == "cancelled")
        try tf.demandNobodyLeft()
    }

    @Test("a timeout asks with SIGTERM first, then kills, and the task is timed out")
    func timeout() throws {
        let tf = try Workspace()
        let stubborn = try tf.script(
            "stubborn", "trap 'echo asked' TERM; touch started; while :; do \(try tf.sleeper()) 0.05; done")
        try tf("agent", "add", "stubborn", "--timeout", "500ms", "--grace", "300ms", "--", stubborn)
        _ = try tf.create()
        let outcome = try tf.attempt("task", "assign", "T-1", "--agent", "stubborn", "--wait")
        #expect(outcome.status == 124, "\(outcome)")
        #expect(try tf.showRun("R-1")["status"].string == "timed_out")
        #expect(try tf.task("T-1")["status_reason"].string == "Task timed out" && tf.status("T-1") == "timed_out")
        #expect(try tf("run", "logs", "R-1").stdout.contains("asked"))
        try tf.demandNobodyLeft()
    }

    @Test("terminate kills at once")
    func terminate() throws {
        let tf = try Workspace()
        try tf.addAgent("slow", shell: "trap 'touch asked' TERM; touch started; while :; do sleep 0.05; done")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "slow")
        try tf.awaitFile("started")
        try tf("task", "terminate", "T-1")
        #expect(try tf.status("T-1") == "terminated")
        #expect(!tf.exists(tf.directory + "/asked"))
        try tf.demandNobodyLeft()
    }

    @Test("one that leaves a daemon, orphaned and with a cleared environment, succeeds and the daemon ends with it")
    func daemon() throws {
        let tf = try Workspace()
        let sleeper = try tf.sleeper()
        try tf.addAgent(
            "daemoniser",
            shell: """
                setsid sh -c "(env -i /bin/sh -c '/usr/bin/touch started; exec \(sleeper) 600' >/dev/null 2>&1 &)"
                while [ ! -e started ]; do sleep 0.02; done
                exit 0
                """)
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "daemoniser", "--wait")
        #expect(try tf.status("T-1") == "done")
        #expect(tf.sleepers.isEmpty, "ended before the outcome was committed: \(tf.sleepers)")
        try tf.demandNobodyLeft()
    }

    @Test("one that closes its output is waited for all the same")
    func closesOutput() throws {
        let tf = try Workspace()
        try tf.addAgent("quiet", shell: "echo before; exec >&- 2>&-; while [ ! -e go ]; do sleep 0.02; done; exit 3")
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "quiet")
        #expect(try tf.status("T-1") == "running")
        try tf.touch("go")
        try tf.await("T-1", "failed")
        #expect(try tf.showRun("R-1")["exit_code"].int == 3)
        #expect(try tf("run", "logs", "R-1").stdout == "before\n")
    }

    @Test("one that prints 200 MB keeps head and tail, and takes no more space than the limit")
    func printsMuch() throws {
        let tf = try Workspace()
        try tf("config", "log_limit", "10MB")
        try tf.addAgent(
            "loud",
            shell: """
                echo FIRST
                for i in 1 2 3 4 5 6 7 8 9 10; do
                    head -c 20000000 /dev/zero | tr '\\0' 'x' | fold -w 99
                    sleep 0.1
                done
                echo LAST
                """)
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "loud")
        var most = 0
        try eventually("the run ends", within: 120) {
            most = max(most, space(tf.path + "/runs/R-1/output.log"))
            return try JSON(contentsOf: tf.path + "/tasks/T-1.json")["status"].string == "done"
        }
        let rest = space(tf.path + "/runs/R-1/output.log")
        #expect(rest <= 12_000_000, "\(rest) bytes are kept")
        #expect(most <= 100_000_000, "\(most) bytes were taken on the way: space came back only at the end")
        let shown = try tf("run", "logs", "R-1").stdout
        #expect(shown.hasPrefix("FIRST\n") && shown.hasSuffix("LAST\n"))
        #expect(shown.utf8.count < 20_000_000)
        #expect(!shown.contains("\0"), "the gap is marked, not shown as zeros")
    }

    private func space(_ path: String) -> Int {
        var information = stat()
        return stat(path, &information) == 0 ? Int(information.st_blocks) * 512 : 0
    }
}

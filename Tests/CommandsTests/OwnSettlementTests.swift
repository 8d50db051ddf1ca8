import Foundation
import Testing

@Suite("A task that its own run puts back or ends otherwise")
struct OwnSettlementTests {
    @Test("put back by its own run it is held, and not run again and again")
    func released() throws {
        let tf = try Workspace()
        try tf.addAgent("quitter", shell: "tf task release $TF_TASK")
        let outcome = try tf.attempt("task", "create", "Work", "--agent", "quitter", "--wait")
        #expect(outcome.status == 1, "\(outcome)")
        #expect(try tf.runs(of: "T-1").count == 1)
        #expect(try tf("task", "why", "T-1").text.contains("held back"))
        _ = try tf.attempt("run", "start", "T-1", "--wait", "-q")
        #expect(try tf.runs(of: "T-1").count == 2)
    }

    @Test("who waits for a task is told when its command exits 0 and it has failed, or is blocked")
    func truthful() throws {
        let tf = try Workspace()
        try tf.addAgent("pessimist", shell: "tf task fail 'no way'")
        try tf.addAgent("asker", shell: "tf task block 'a key, please'")
        try tf.addAgent("careful", shell: "true")
        try tf("agent", "edit", "careful", "--review")
        #expect(try tf.attempt("task", "create", "A", "--agent", "pessimist", "--wait").status == 1)
        #expect(try tf.attempt("task", "create", "B", "--agent", "asker", "--wait").status == 1)
        #expect(try tf.attempt("task", "create", "C", "--agent", "careful", "--wait").status == 0)
        #expect(try tf.attempt("run", "wait", "R-1").status == 0)
    }

    @Test("a task that was put back while its run was still live is run again when that ends")
    func putBackMeanwhile() throws {
        let tf = try Workspace()
        let script =
            "[ $TF_ATTEMPT = 1 ] || exit 0; tf task block 'needs a key'; while [ ! -e go ]; do sleep 0.02; done"
        try tf.addAgent("blocker", shell: script)
        try tf("task", "create", "Work", "--agent", "blocker")
        try tf.await("T-1", "blocked")
        try tf("task", "unblock", "T-1")
        #expect(try tf.runs(of: "T-1").count == 1)
        try tf.touch("go")
        try tf.await("T-1", "done")
        #expect(try tf.runs(of: "T-1").count == 2)
        try tf.demandHealthy()
    }
}

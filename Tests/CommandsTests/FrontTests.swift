import Foundation
import Testing

@Suite("What a run in front sets off")
struct FrontTests {
    @Test("a task that its command creates for an agent is run meanwhile, and can be waited for")
    func child() throws {
        let tf = try Workspace()
        try tf.addAgent("kid", shell: "true")
        let outcome = try tf("exec", "--", "sh", "-c", "tf task wait $(tf task create Child --agent kid)", limit: 20)
        #expect(outcome.stdout.contains("T-2 done"), "\(outcome)")
        try tf.demandHealthy()
    }

    @Test("what a trigger runs goes on when the run in front has ended, which is over all the same")
    func outlives() throws {
        let tf = try Workspace()
        try tf.touch("hold")
        let command = "while [ -e hold ]; do sleep 0.02; done"
        try tf("trigger", "add", "slow", "--on", "comment/created", "--exec", command)
        let script = "tf task comment hello; until tf run show R-2 --format '{status}' | grep -q running; do :; done"
        try tf("exec", "--", "sh", "-c", script, limit: 20)
        #expect(try tf.showRun("R-1")["status"].string == "succeeded")
        #expect(try tf.showRun("R-2")["status"].string == "running")
        #expect(try tf.shell("flock -n .tf/runs/R-1/alive true").status == 0, "its proof of life is given up")
        try FileManager.default.removeItem(atPath: tf.directory + "/hold")
        try tf.awaitRun("R-2", "succeeded")
        try tf.demandHealthy()
    }
}

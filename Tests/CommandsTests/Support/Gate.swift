import Foundation

/// A command that waits for a file of the run's own before it ends.
let gated = "touch started-$TF_TASK; while [ ! -e go-$TF_TASK ]; do sleep 0.02; done"

extension Workspace {
    /// A workspace with an agent whose runs end when their gate is opened.
    static func withGate(_ options: String...) throws -> Workspace {
        let tf = try Workspace()
        try tf.run(["agent", "add", "gated"] + options + ["--shell", gated])
        return tf
    }

    func open(_ task: String) throws { try touch("go-" + task) }

    /// What the runs of these tasks are doing, by task.
    func runStatuses(_ tasks: String...) throws -> [String] {
        try tasks.map { try runs(of: $0).last?["status"].string ?? "none" }
    }
}

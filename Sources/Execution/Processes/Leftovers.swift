import Model
import Store
import System

/// What is left of the processes of a run whose supervisor and guard are both gone: it is known by the variables that
/// each of them was started with.
package struct Leftovers {
    private let workspace: String

    package init(in workspace: Workspace) {
        self.workspace = workspace.path
    }

    /// The variables that tell the processes of a run from those of others.
    static func marks(of run: ID<Run>, in workspace: String) -> [String: String] {
        ["TF_RUN": run.text, "TF_WORKSPACE": workspace]
    }

    /// The processes that there are.
    package func processes(of run: ID<Run>) -> [Int] {
        ProcessTable.processes(with: Self.marks(of: run, in: workspace)).filter { $0 != Environment.processID }
    }

    /// Kills them, until none is left or half a second has passed.
    package func end(_ run: ID<Run>) throws {
        for _ in 0..<100 {
            let found = processes(of: run)
            if found.isEmpty { return }
            for pid in found { try Process.send(.kill, to: Int32(pid)) }
            Clock.sleep(.milliseconds(5))
        }
    }
}

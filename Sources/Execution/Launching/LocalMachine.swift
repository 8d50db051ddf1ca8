import Engine
import Model
import Store
import System

/// This machine.
package struct LocalMachine: Machine {
    package init() {}

    package func endLeftovers(of run: ID<Run>, in workspace: Workspace) throws {
        try Leftovers(in: workspace).end(run)
    }

    package func wake(_ run: Run) throws {
        guard let supervisor = run.supervisor, run.host == Environment.host,
            ProcessTable.startMark(of: supervisor.pid) == supervisor.started || supervisor.started.isEmpty
        else { return }
        try Process.send(.user1, to: Int32(supervisor.pid))
    }

    package func launch(_ engine: Engine, includingQueues: Bool) -> String? {
        Launcher(engine).launch(includingQueues: includingQueues)
    }
}

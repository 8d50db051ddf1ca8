import Engine
import Model
import Store
import System

/// What a machine does for the runs of a workspace besides supervising them: it starts supervisors, wakes them, and ends
/// what they could not end any more.
package protocol Machine: Sendable {
    /// Ends what is left of the processes of a run that nobody supervises.
    func endLeftovers(of run: ID<Run>, in workspace: Workspace) throws

    /// Has the supervisor of a run read again what is wanted of it.
    func wake(_ run: Run) throws

    /// Starts a supervisor for the runs that wait, and returns when it has started what can be started now.
    ///
    /// What it is to start is committed already, so that it cannot be done now is no error: the runs wait.
    ///
    /// - Parameter includingQueues: also runs of agents with dispatch `queue`.
    /// - Returns: why nothing could be started, in a sentence; nil when it could.
    func launch(_ engine: Engine, includingQueues: Bool) -> String?
}

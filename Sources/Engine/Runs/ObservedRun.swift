import Model
import Store
import System

extension Snapshot {
    /// A run as it is to be shown: `lost` where the record says that it is running, and nobody lives who runs it.
    ///
    /// The next writer that looks says so in the record. A run on another machine is believed.
    public func observed(_ run: Run) throws -> Run {
        guard run.status == .running, run.host ?? Environment.host == Environment.host,
            try !Liveness(workspace).isAlive(run.id)
        else { return run }
        // Its outcome may just have been committed.
        guard var current = try workspace.snapshot().get(run.id), current.status == .running else {
            return try workspace.snapshot().get(run.id) ?? run
        }
        current.status = .lost
        return current
    }
}

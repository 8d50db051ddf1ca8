import Engine
import Model
import Store
import System

extension Engine {
    /// Makes one pass over everything that time or somebody else has moved: edits by hand, stale leases, lost runs,
    /// tasks whose time has come, and queued runs. What is left of lost runs is ended before.
    ///
    /// - Parameter dryRun: says what would be done and does nothing.
    public func tick(dryRun: Bool) throws -> Obliged<TickReport> {
        let dead = try workspace.snapshot().deadRuns()
        if !dryRun { for run in dead { try Leftovers(in: workspace).end(run) } }
        return try tick(cleared: dead, dryRun: dryRun)
    }

    /// Looks for everything that is wrong with the workspace, and mends what can be mended safely.
    ///
    /// - Parameter repair: finishes what was interrupted, begins a new journal in place of a damaged one, takes edits by
    ///   hand into the journal, settles lost runs and ends what is left of their processes. The findings are those from
    ///   before.
    public func doctor(repair: Bool) throws -> Obliged<DoctorReport> {
        let leftovers = Leftovers(in: workspace)
        return try doctor(repair: repair, leftovers: { leftovers.processes(of: $0.id) }) { dead in
            for run in dead { try leftovers.end(run) }
        }
    }
}

import Engine
import Model
import Store
import System

extension Engine {
    /// Waits until there is something to claim, and claims it.
    ///
    /// Woken by commits, and when the time of a task or the end of a lease comes; nothing is locked while there is
    /// nothing to claim.
    ///
    /// Ctrl-C ends the waiting. It does not end the process any more when this returns: the token has to be printed.
    ///
    /// - Parameter limit: how long at most; nil is for ever.
    /// - Returns: as ``claim(_:_:patiently:)``; nothing when the waiting has ended otherwise, and how.
    public func awaitClaim(
        _ reference: String?, _ request: ClaimRequest, within limit: Duration?
    ) throws -> (changed: Discharged<Changed>, end: Vigil.End?) {
        let vigil = try Vigil(in: workspace, within: limit, seesEdits: false)
        while true {
            let changed = try discharge(try claim(reference, request, patiently: true))
            guard changed.value.keys.isEmpty else { return (changed, nil) }
            var outlook = try outlook(reference, request)
            while !outlook.isPromising {
                if let end = try vigil.pause(within: outlook.patience) { return (changed, end) }
                outlook = try self.outlook(reference, request)
            }
            if let end = try vigil.reasonToEnd() { return (changed, end) }
        }
    }
}

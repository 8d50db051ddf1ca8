import Model
import System

/// When leases expire, for somebody who waits for that.
public struct LeaseOutlook: Hashable, Sendable {
    /// Whether a writer would find one that has expired.
    public var hasExpired = false
    /// The first moment at which another one does; nil when there is none.
    public var next: Timestamp?
}

extension Snapshot {
    /// When leases expire, as seen from `now`.
    public func leaseOutlook(at now: Timestamp) throws(StoreError) -> LeaseOutlook {
        var outlook = LeaseOutlook()
        for (key, _, expiry) in try view.leaseExpiries() {
            var expiry = expiry
            // What the file says counts; one that is missing or bad is for a writer to forget.
            if expiry <= now, let id = ID<Lease>(key.id), let lease = try getValid(id) { expiry = lease.expiresAt }
            if expiry <= now { outlook.hasExpired = true } else { outlook.next = min(outlook.next ?? expiry, expiry) }
        }
        return outlook
    }
}

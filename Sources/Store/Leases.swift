import Model
import System

extension Lease {
    /// A token that nobody can guess.
    public static func newToken() throws(StoreError) -> String {
        let bytes = try storing { () throws(SystemError) in try Environment.random(count: 16) }
        var text = ""
        for byte in bytes { text += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        return text
    }
}

extension View {
    /// When each lease expires, as index and changes have it, in no order.
    func leaseExpiries() -> [(key: RecordKey, rev: Int, expiry: Timestamp)] {
        var expiries: [(key: RecordKey, rev: Int, expiry: Timestamp)] = []
        for entry in index.entries(tagged: .leases) {
            guard let key = entry.key, changes[key] == nil, let expiry = entry.leaseExpiry else { continue }
            expiries.append((key, entry.rev, expiry))
        }
        for case (let key, .put(.lease(let lease))) in changes {
            expiries.append((key, lease.envelope.rev, lease.expiresAt))
        }
        return expiries
    }
}

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
        for (key, _, expiry) in view.leaseExpiries() {
            var expiry = expiry
            // What the file says counts; one that is missing or bad is for a writer to forget.
            if expiry <= now, let id = ID<Lease>(key.id), let lease = try getValid(id) { expiry = lease.expiresAt }
            if expiry <= now { outlook.hasExpired = true } else { outlook.next = min(outlook.next ?? expiry, expiry) }
        }
        return outlook
    }
}

extension Transaction {
    /// The leases that have expired. Whoever asks has to end them: they are not found again.
    ///
    /// The leases are looked through only when one of them can have expired.
    public func takeExpiredLeases() throws(StoreError) -> [Lease] {
        guard header.earliestExpiry <= now.milliseconds else { return [] }
        var expired: [Lease] = []
        var earliest = Int64.max
        for (key, rev, expiry) in view.leaseExpiries() {
            guard expiry <= now, let id = ID<Lease>(key.id) else {
                earliest = min(earliest, expiry.milliseconds)
                continue
            }
            guard let lease = try getValid(id) else {
                forget(id, rev: rev)
                continue
            }
            // What the file says counts, should somebody have given its owner more time.
            if lease.isExpired(at: now) {
                expired.append(lease)
            } else {
                earliest = min(earliest, lease.expiresAt.milliseconds)
            }
        }
        header.earliestExpiry = earliest
        return expired.sorted(byID: \.id.text)
    }

    /// Ends the lease of a task, if there is one.
    public func endLease(of task: ID<Task>) throws(StoreError) {
        do {
            if let lease = try get(task.lease) { try delete(lease) }
        } catch {
            // One that cannot be read is ended like any other.
            guard case .invalidRecord = error else { throw error }
            forget(task.lease, rev: view.index.entry(.key(task.lease.key))?.rev ?? 0)
        }
    }
}

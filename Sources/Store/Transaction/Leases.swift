import Model
import System

extension Transaction {
    /// The leases that have expired. Whoever asks has to end them: they are not found again.
    ///
    /// - Parameter thoroughly: looks at every file, also those that somebody made or changed by hand; else the leases
    ///   are looked through only when, by what the index knows, one of them can have expired.
    public func takeExpiredLeases(thoroughly: Bool = false) throws(StoreError) -> [Lease] {
        guard thoroughly || header.earliestExpiry <= now.milliseconds else { return [] }
        var known = try view.leaseExpiries()
        if thoroughly {
            let keys = Set(known.map(\.key))
            for place in try RecordPlaces(directory: workspace.directory).of(.lease)
            where !keys.contains(place.key) && view.changes[place.key] == nil {
                // By what the index knows, it never expires.
                known.append((place.key, 0, .distantFuture))
            }
        }
        var expired: [Lease] = []
        var earliest = Int64.max
        for (key, rev, expiry) in known {
            var end = expiry
            if thoroughly || expiry <= now, let id = ID<Lease>(key.id) {
                guard let lease = try lease(id, rev: rev, expiring: expiry) else { continue }
                // What the file says counts, should somebody have given its owner more time, or less.
                end = lease.expiresAt
                if lease.isExpired(at: now) {
                    expired.append(lease)
                    continue
                }
            }
            earliest = min(earliest, end.milliseconds)
        }
        header.earliestExpiry = earliest
        return expired.sorted(byID: \.id.text)
    }

    /// A lease that the index knows, or of which there is a file; nil when there is none, which the index forgets.
    ///
    /// One whose file is bad is left alone until its time, as the journal has it.
    private func lease(_ id: ID<Lease>, rev: Int, expiring expiry: Timestamp) throws(StoreError) -> Lease? {
        do {
            if let lease = try get(id) { return lease }
        } catch {
            guard case .invalidRecord(let invalid) = error else { throw error }
            workspace.options.warn("\(invalid)" + (expiry <= now ? "; its task is taken back" : "; left alone"))
            guard expiry <= now else { return Lease(readingInto: id).expiring(at: expiry) }
            if let lease = try lastValid(id) { return lease }
        }
        forget(id, rev: rev)
        return nil
    }

    /// Ends the lease of a task, if there is one.
    public func endLease(of task: ID<Task>) throws(StoreError) {
        do {
            if let lease = try get(task.lease) { try delete(lease) }
        } catch {
            // One that cannot be read is ended like any other.
            guard case .invalidRecord = error else { throw error }
            forget(task.lease, rev: try view.index.entry(.key(task.lease.key))?.rev ?? 0)
        }
    }
}

extension Lease {
    /// The same lease with another end.
    fileprivate func expiring(at moment: Timestamp) -> Lease {
        var lease = self
        lease.expiresAt = moment
        return lease
    }
}

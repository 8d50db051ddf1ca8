import Model
import System

/// Hands over transactions as they are committed, each once and none left out, whatever segments they are in.
///
/// A transaction is seen when the applied mark covers it: its records stand in their files by then.
public struct Follower {
    private let directory: File
    private let watch: FileWatch
    /// The end of the last line that was handed over.
    public private(set) var position: JournalPosition

    /// Follows a journal from `position` on.
    ///
    /// - Parameter directory: `.tf`.
    init(in directory: File, from position: JournalPosition) {
        self.directory = directory
        self.position = position
        // Before anything is read, so that nothing is missed between reading and waiting.
        watch = FileWatch([directory.path + "/" + Layout.journal])
    }

    /// The transactions since the last call; none when there is nothing new.
    public mutating func next() throws(StoreError) -> [JournalLine] {
        guard let applied = try AppliedMark.read(in: directory)?.applied, applied != position else { return [] }
        if applied < position {
            // What was read before is not applied yet, or another journal has been begun.
            let journal = Journal(directory: directory)
            guard try journal.size(ofSegment: position.segment) ?? 0 < position.offset else { return [] }
            position = .start
        }
        let entries = try rest().entries.prefix { $0.end <= applied }
        if let last = entries.last { position = last.end }
        return entries.map(\.line)
    }

    /// What comes after the position. A writer may go on to the next segment while this one is read, which makes a
    /// line that is being written look like a broken one; a second look tells.
    private func rest() throws(StoreError) -> Journal.Rest {
        let journal = Journal(directory: directory)
        do {
            return try journal.rest(after: position)
        } catch {
            guard case .damagedJournal = error else { throw error }
            return try journal.rest(after: position)
        }
    }

    /// Returns when there may be something new, when `other` can be read, or when `limit` has passed.
    ///
    /// - Returns: whether `other` can be read, or is at its end.
    @discardableResult
    public func wait(beside other: File? = nil, within limit: Duration? = nil) throws(StoreError) -> Bool {
        try storing { () throws(SystemError) in
            let files = [other, watch.file].compactMap { $0 }
            let limits = [limit, watch.pollInterval].compactMap { $0 }
            let ready = try Poll.wait(for: files, within: limits.min())
            try watch.drain()
            return other != nil && ready.first == true
        }
    }
}

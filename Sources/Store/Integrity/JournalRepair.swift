import System

extension Workspace {
    /// - Throws: `damagedJournal` unless the journal can be read from its beginning to its end.
    public func checkJournal() throws(StoreError) {
        let journal = Journal(directory: directory)
        guard let first = try journal.segments().first else { return }
        _ = try journal.rest(after: JournalPosition(segment: first, offset: 0))
    }

    /// Puts a journal that cannot be read to its end aside, as it is: the next writer begins a new one with the records
    /// as their files have them. What can still be read of it and is not in the files yet is written to them before.
    ///
    /// - Returns: the name of the directory in `.tf` where the old journal is now.
    public func setJournalAside() throws(StoreError) -> String {
        let lock = try lock()
        let journal = Journal(directory: directory)
        if let mark = try AppliedMark.read(in: directory), let first = try journal.segments().first {
            let start = JournalPosition(segment: first, offset: 0)
            let unapplied = try journal.rest(after: start, skippingDamage: true).entries.filter {
                $0.end > mark.applied
            }
            try Redo(directory: directory, isShared: record.shared).write(unapplied.map(\.line))
        }
        let name = "\(Layout.journal).damaged-\(clock.now().milliseconds)"
        try storing { () throws(SystemError) in
            try FileSystem.rename(Layout.journal, to: name, in: directory)
            try directory.sync()
        }
        try dropIndex()
        try storing { () throws(SystemError) in try lock.unlock() }
        return name
    }

    /// Throws the index away; the next writer makes it anew.
    public func dropIndex() throws(StoreError) {
        _ = try storing { () throws(SystemError) in try FileSystem.remove(Layout.index, in: directory) }
    }
}

import Model
import System

// How the index follows the journal: lock holders append what each line means for it.

extension Index {
    /// Whether this index was made from `journal`: the line it ends with is there.
    func belongs(to journal: Journal, endingAt end: JournalPosition) throws(StoreError) -> Bool {
        guard header.position <= end else { return false }
        if header.position.offset == 0 { return header.position == .start && header.lineSum == 0 }
        do {
            return try journal.sum(before: header.position) == header.lineSum
        } catch {
            if case .system(let error) = error, error.isMissing { return false }
            throw error
        }
    }

    /// This index with the journal's lines that it does not have, in the file as well. With the lock held.
    func extended(by rest: Journal.Rest, in directory: File) throws(StoreError) -> Index {
        var header = header
        var entries: [IndexEntry] = []
        for entry in rest.entries {
            entries += try entry.line.indexEntries(in: directory)
            header.take(entry)
        }
        header.position = rest.end
        let appended = try storing { [header] () throws(SystemError) in
            try Index.append(entries, header, in: directory)
        }
        if let index = try Index.open(in: directory), index.header == appended { return index }
        throw .system(SystemError("read back", Layout.index, code: SystemError.inputOutput))
    }
}

extension IndexHeader {
    /// Takes note of a line that the index now contains.
    mutating func take(_ entry: Journal.Entry) {
        for record in entry.line.put { note(record) }
        for deletion in entry.line.delete { note(deletion.key) }
        nextSeq = entry.line.nextSeq
        lineSum = entry.sum
        position = entry.end
    }
}

extension JournalLine {
    /// What the index has to know of this line, with the identities that the record files have now.
    func indexEntries(in directory: File) throws(StoreError) -> [IndexEntry] {
        var entries: [IndexEntry] = []
        for record in put {
            let path = Layout.file(record.key, subdirectory: record.subdirectory)
            let sum = Checksum.of(record.fileBytes)
            let status = try storing { () throws(SystemError) in try FileSystem.status(path, in: directory) }
            // A file of these times is the one that was written for this line, unless its content says otherwise.
            let identity = status.map { FileIdentity.settled($0, at: Clock.fileTime()) } ?? .unknown
            let isOurs = identity == .unknown ? false : try isSame(sum, path, record.key, in: directory)
            entries.append(IndexEntry(record, identity: isOurs ? identity : .unknown, sum: sum))
        }
        entries += delete.map { IndexEntry(deleted: $0.key, subdirectory: $0.subdirectory, rev: $0.rev) }
        entries += commands.map(IndexEntry.init)
        return entries
    }

    private func isSame(_ sum: UInt32, _ path: String, _ key: RecordKey, in directory: File) throws(StoreError) -> Bool
    {
        do {
            return try RecordFile.read(path, of: key, in: directory)?.sum == sum
        } catch {
            if case .invalidRecord = error { return false }
            throw error
        }
    }
}

extension Index {
    /// Appends entries to the file, with the lock held, and names its new end: the last thing that is written.
    ///
    /// - Returns: the header that is now in force.
    static func append(_ entries: [IndexEntry], _ header: IndexHeader, in directory: File) throws(SystemError)
        -> IndexHeader
    {
        let file = try File(Layout.index, [.readWrite, .unlinked], in: directory)
        let bytes = entries.flatMap(\.bytes)
        try file.write(bytes, at: header.end)
        var header = header
        header.end += Int64(bytes.count)
        try file.write(header.bytes, at: 0)
        return header
    }

    /// The same index without what was replaced.
    func compacted() throws(StoreError) -> IndexImage {
        var entries: [IndexEntry] = []
        try forEach { entries.append($0) }
        return IndexImage(entries: entries, header: header)
    }
}

import Model
import System

/// The state that the holder of the lock starts from: the journal is whole, and what it says stands in the files.
///
/// Making one finishes what an interrupted writer left, by the recovery table of `store.md`:
/// - a torn last line is cut off;
/// - lines beyond the applied mark are written to the record files;
/// - after a power cut (the mark is of another boot), so are the lines beyond the synced position;
/// - a wrong sum with good lines after it is damage, and never touched.
struct LockedState {
    var mark: AppliedMark
    var index: Index

    /// The end of the journal.
    var end: JournalPosition { mark.applied }

    init(of workspace: Workspace) throws(StoreError) {
        let directory = workspace.directory
        let journal = Journal(directory: directory)
        let found = try AppliedMark.read(in: directory)
        let first = try found == nil ? Self.firstMark(of: journal) : nil
        guard let mark = found ?? first else {
            self = try Self.rebased(workspace)
            return
        }
        let wasPowerCut = mark.boot != AppliedMark.currentBoot
        let rest = try journal.rest(after: wasPowerCut ? mark.synced : mark.applied)
        if rest.tornBytes > 0 { try journal.cut(after: rest.end) }
        self.mark = mark
        if rest.entries.isEmpty, !wasPowerCut, mark.applied == rest.end {
            index = try Self.index(at: rest.end, journal, isTrusted: true, workspace.options.cache)
            return
        }
        let redo = Redo(directory: directory, isShared: workspace.record.shared)
        try redo.write(rest.entries.map(\.line))
        if wasPowerCut {
            try redo.sweep()
            try storing { () throws(SystemError) in try directory.syncFileSystem() }
        }
        index = try Self.index(at: rest.end, journal, isTrusted: !wasPowerCut)
        self.mark.applied = rest.end
        self.mark.unsynced = wasPowerCut ? 0 : mark.unsynced + rest.entries.count
        if wasPowerCut {
            self.mark.synced = rest.end
            self.mark.boot = AppliedMark.currentBoot
        }
        try storing { [mark = self.mark] () throws(SystemError) in try mark.write(in: directory) }
    }

    /// The mark to begin with when there is none that is whole: everything in the journal is to be looked at again.
    ///
    /// - Returns: nil when there is no journal.
    private static func firstMark(of journal: Journal) throws(StoreError) -> AppliedMark? {
        guard let first = try journal.segments().first else { return nil }
        let start = JournalPosition(segment: first, offset: 0)
        return AppliedMark(applied: start, synced: start, reacted: start, unsynced: 0, boot: "")
    }

    /// The index as of `end`: the one in the file, brought up to date, or a new one.
    private static func index(
        at end: JournalPosition, _ journal: Journal, isTrusted: Bool, _ cache: RecordCache? = nil
    ) throws(StoreError) -> Index {
        let directory = journal.directory
        if isTrusted, let index = try Index.open(in: directory, cache: cache),
            try index.belongs(to: journal, endingAt: end)
        {
            if index.header.position == end { return index }
            return try index.extended(by: try journal.rest(after: index.header.position), in: directory)
        }
        let image = try IndexBuilder(directory: directory).build().image
        try storing { () throws(SystemError) in try image.write(in: directory) }
        return Index(image: image)
    }

    /// Starts the journal of a workspace that has none (a fresh clone): its first line holds the records as they are.
    private static func rebased(_ workspace: Workspace) throws(StoreError) -> LockedState {
        let directory = workspace.directory
        try storing { () throws(SystemError) in
            for name in Layout.directories { try Layout.makeDirectory(name, in: directory) }
        }
        let (image, adopted) = try IndexBuilder(directory: directory).build()
        var line = JournalLine(seq: 1, at: workspace.clock.now(), actor: "external", verb: "rebase")
        // Events are counted anew: what triggers have done something about was in another journal.
        line.put = (adopted ?? []).map { $0.beginning(after: 1) }
        var event = Event(.workspaceRebased, actor: "external", about: WorkspaceRecord.theID.text)
        event.seq = 1
        event.at = line.at
        event.data["records"] = line.put.count.json
        line.events = [event]
        let bytes = line.bytes
        var mark = AppliedMark.start
        mark.applied = try Journal(directory: directory)
            .append(bytes, at: .start, durably: workspace.settings.durability == .commit)
        var header = image.header
        header.position = mark.applied
        header.lineSum = JournalLine.sum(ofLine: bytes) ?? 0
        header.nextSeq = line.nextSeq
        mark.reacted = mark.applied
        var entries: [IndexEntry] = []
        try Index(image: image).forEach { entries.append($0) }
        for case .trigger(let trigger) in line.put {
            let bytes = trigger.fileBytes
            let path = Layout.file(trigger.key, subdirectory: "")
            let identity = try storing { () throws(SystemError) in
                try RecordFile.write(bytes, to: path, in: directory, shared: workspace.record.shared)
            }
            entries.removeAll { $0.key == trigger.key }
            entries.append(IndexEntry(.trigger(trigger), identity: identity, sum: Checksum.of(bytes)))
        }
        let rebased = IndexImage(entries: entries, header: header)
        try storing { [mark] () throws(SystemError) in
            try rebased.write(in: directory)
            try mark.write(in: directory)
        }
        return LockedState(mark: mark, index: Index(image: rebased))
    }

    private init(mark: AppliedMark, index: Index) {
        self.mark = mark
        self.index = index
    }
}

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

/// Writes committed lines to the record files again, where the files are older.
struct Redo {
    let directory: File
    let isShared: Bool

    /// - Parameter lines: in the order of the journal; of several for one record the last counts.
    func write(_ lines: [JournalLine]) throws(StoreError) {
        var last: [RecordKey: (put: AnyRecord?, deletion: JournalLine.Deletion?)] = [:]
        for line in lines {
            for record in line.put { last[record.key] = (record, nil) }
            for deletion in line.delete { last[deletion.key] = (nil, deletion) }
        }
        for (put, deletion) in last.values {
            if let put {
                try write(put)
                clear(beside: Layout.file(put.key, subdirectory: put.subdirectory))
            }
            if let deletion { try remove(deletion) }
        }
    }

    /// Removes what a writer that was interrupted while it replaced a record's file has left beside it.
    private func clear(beside path: String) { remove(leftover: NewRecordFile.temporaryName(for: path)) }

    private func remove(leftover path: String) {
        do throws(SystemError) {
            try FileSystem.remove(path, in: directory)
        } catch {
            // It is in nobody's way.
        }
    }

    /// Removes what writers have left beside record files for lines that never came to the disk whole.
    func sweep() throws(StoreError) {
        try storing { () throws(SystemError) in
            for kind in RecordKind.allCases where !kind.directory.isEmpty {
                try sweep(kind.directory)
                guard kind == .comment else { continue }
                for task in try FileSystem.names(in: directory.path + "/" + kind.directory)
                where Identifier.isValid(task, kind: .task) {
                    try sweep(Layout.directory(kind, subdirectory: task))
                }
            }
        }
    }

    private func sweep(_ place: String) throws(SystemError) {
        for name in try FileSystem.names(in: directory.path + "/" + place)
        where name.hasPrefix(".") && name.hasSuffix(".json.tmp") {
            remove(leftover: place + "/" + name)
        }
    }

    private func write(_ record: AnyRecord) throws(StoreError) {
        let path = Layout.file(record.key, subdirectory: record.subdirectory)
        if case .lease(let lease) = record { return try write(lease, to: path) }
        switch try rev(of: record.key, path: path) {
        case .some(let rev) where rev >= record.envelope.rev: return
        case .some, nil:
            try storing { () throws(SystemError) in
                _ = try RecordFile.write(record.fileBytes, to: path, in: directory, shared: isShared)
            }
        }
    }

    /// Writes a lease again, whose token the journal does not have: it is in the file, if that is one of the same
    /// claim. A token that never came to a file was never shown to anybody, so a new one takes its place.
    private func write(_ lease: Lease, to path: String) throws(StoreError) {
        var lease = lease
        if try rev(of: lease.key, path: path) != nil,
            let found: Lease = try RecordFile.read(path, of: lease.key, in: directory)?
                .record(of: lease.key, path: path).typed(),
            found.envelope.createdAt == lease.envelope.createdAt, found.owner == lease.owner, found.token != nil
        {
            if found.envelope.rev >= lease.envelope.rev { return }
            lease.token = found.token
        } else {
            lease.token = try Lease.newToken()
        }
        try storing { [lease] () throws(SystemError) in
            _ = try RecordFile.write(lease.fileBytes, to: path, in: directory, shared: isShared)
        }
    }

    private func remove(_ deletion: JournalLine.Deletion) throws(StoreError) {
        let path = Layout.file(deletion.key, subdirectory: deletion.subdirectory)
        guard let rev = try rev(of: deletion.key, path: path), rev <= deletion.rev else { return }
        _ = try storing { () throws(SystemError) in try FileSystem.remove(path, in: directory) }
    }

    /// The revision in a record's file; nil when it is missing, or unusable and set aside.
    private func rev(of key: RecordKey, path: String) throws(StoreError) -> Int? {
        // A power cut may leave a file without content.
        let status = try storing { () throws(SystemError) in try FileSystem.status(path, in: directory) }
        if status?.size == 0, status?.isFile == true { return nil }
        do {
            return try RecordFile.read(path, of: key, in: directory)?.record(of: key, path: path).envelope.rev
        } catch {
            guard case .invalidRecord(let invalid) = error else { throw error }
            // Somebody's merge, not what a power cut leaves.
            if invalid.reason.contains("conflict markers") { return .max }
            try RecordFile.setAside(path, in: directory)
            return nil
        }
    }
}

extension RecordFile {
    /// Keeps an unusable file beside the one that takes its place, as `T-1.json.rejected`.
    static func setAside(_ path: String, in directory: File) throws(StoreError) {
        try storing { () throws(SystemError) in
            try FileSystem.rename(path, to: path + ".rejected", in: directory)
        }
    }
}

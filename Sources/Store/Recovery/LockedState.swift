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
            index = try Self.index(at: rest.end, journal, isTrusted: true, workspace.options.cache?.index)
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
        at end: JournalPosition, _ journal: Journal, isTrusted: Bool, _ kept: KeptIndex? = nil
    ) throws(StoreError) -> Index {
        let directory = journal.directory
        if isTrusted, let index = try Index.open(in: directory, kept: kept),
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

extension Workspace {
    /// Makes the workspace look as after another start of the machine, for simulations.
    package func forgetBoot() throws(StoreError) {
        guard var mark = try AppliedMark.read(in: directory) else { return }
        mark.boot = String(mark.boot.reversed())
        try storing { [mark] () throws(SystemError) in try mark.write(in: directory) }
    }
}

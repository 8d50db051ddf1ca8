import Model
import System

/// Commits lines, one after the other, with the lock held: each is appended to the journal, which is the commit point,
/// then brought to the files, and at last the applied mark says so.
struct LineWriter {
    private let workspace: Workspace
    private var mark: AppliedMark
    /// The index's, as far as it has been written, and with what the transaction has found out besides.
    private(set) var header: IndexHeader
    /// Records whose files are bad, and are kept beside the new ones.
    private let rejected: Set<RecordKey>
    /// Up to where triggers have been told of what is in the journal, as the mark is to say.
    private var reacted: JournalPosition
    /// Where the journal ended at first, and where it ends by now.
    private let beginning: JournalPosition
    private var end: JournalPosition
    private var commit = Commit()

    /// Nothing has been committed yet.
    ///
    /// - Parameters:
    ///   - mark: the one in the file, which covers all of the journal.
    ///   - header: the index's, to be written with the first line.
    ///   - reacted: up to where triggers have been told.
    init(
        in workspace: Workspace, _ mark: AppliedMark, _ header: IndexHeader, reacted: JournalPosition,
        rejecting rejected: Set<RecordKey>
    ) {
        self.workspace = workspace
        self.mark = mark
        self.header = header
        self.rejected = rejected
        self.reacted = reacted
        beginning = mark.applied
        end = mark.applied
    }

    /// Whether triggers have nothing left to be told of, so that it matters whether they have of the next line.
    var hasNothingLeft: Bool { reacted == end }

    /// Commits a line.
    ///
    /// - Parameters:
    ///   - isLeft: whether triggers may have to be told of it.
    ///   - whenCommitted: done as soon as the change is certain, before the files say so.
    /// - Throws: `recordTooLarge`, `notWritten`, `tailInDoubt`; the line is not committed then.
    mutating func write(
        _ line: JournalLine, isLeft: Bool, then whenCommitted: () -> Void = {}
    ) throws(StoreError) {
        var application = try LineApplication(line, in: workspace, header)
        let bytes = application.lineBytes
        let start = end
        do {
            end = try Journal(directory: workspace.directory)
                .append(bytes, at: start, durably: workspace.settings.durability == .commit) { application.prepare() }
        } catch {
            application.discard()
            throw error
        }

        // Committed. Whatever fails from here on is finished by the next writer.
        whenCommitted()
        header.nextSeq = line.nextSeq
        if reacted == start, !isLeft { reacted = end }
        commit.position = end
        commit.events += line.events
        commit.records += line.put
        for deletion in line.delete { commit.deleted.append(deletion.key) }
        let begin = Trace.begin()
        defer {
            Trace.end(begin, "commit of \(line.events.count) events: \(line.put.count) records written, index, mark")
        }
        // The mark covers everything before it: it must not pass a line that has not come to the files.
        guard mark.applied == start else {
            application.discard()
            return
        }
        do {
            try application.apply(
                rejecting: rejected, sum: JournalLine.sum(ofLine: bytes) ?? 0, end: end, to: &header)
            mark.applied = end
            mark.reacted = reacted
            mark.unsynced += 1
            try mark.write(in: workspace.directory)
            if header.wantsCompaction { compact() }
        } catch {
            workspace.options.warn(
                "the change is made, but not in all files yet (\(error)); the next command finishes it")
        }
    }

    /// Ends with the last line. Where there was none, and triggers have been told of others' lines, the mark says that.
    ///
    /// - Returns: all that was committed.
    mutating func finish() throws(StoreError) -> Commit {
        if commit.position == nil, reacted != mark.reacted {
            mark.reacted = reacted
            try storing { [mark, workspace] () throws(SystemError) in try mark.write(in: workspace.directory) }
        }
        commit.leavesReactions = mark.reacted < mark.applied
        commit.wantsSync = mark.wantsSync || end.segment != beginning.segment
        return commit
    }

    // MARK: The index, without a line

    /// Puts what was made in memory because the index is damaged in its place. That it fails costs time later, nothing
    /// else.
    mutating func replace(damaged index: Index) {
        guard let image = index.replacement else { return }
        do throws(SystemError) {
            try image.write(in: workspace.directory)
            header.takePlaces(from: image.header)
        } catch {
            workspace.options.warn("could not make the index anew: \(error)")
        }
    }

    /// Has the index know files that hold what it says. That it fails costs time later, nothing else.
    mutating func refresh(_ entries: [IndexEntry]) {
        guard !entries.isEmpty else { return }
        do throws(SystemError) {
            header = try Index.append(entries, header, in: workspace.directory)
            if header.wantsCompaction { compact() }
        } catch {
            workspace.options.warn("could not bring the index up to date: \(error)")
        }
    }

    /// Drops what was replaced from the index. That it fails costs time later, nothing else.
    private mutating func compact() {
        do {
            guard let index = try Index.open(in: workspace.directory), index.header == header else { return }
            let image = try index.compacted()
            try image.write(in: workspace.directory)
            header = image.header
        } catch {
            workspace.options.warn("could not compact the index: \(error)")
        }
    }
}

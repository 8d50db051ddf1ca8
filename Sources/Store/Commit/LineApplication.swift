import Model
import System

/// Has record files and index say what a line of the journal says. When and how a committed line comes to the files is
/// known here alone.
///
/// New files are written beside the old ones while the line is on its way to the disk; none takes its place before the
/// line is committed.
struct LineApplication {
    private let line: JournalLine
    private let workspace: Workspace
    /// What is going to stand in the file of each record that the line puts.
    private let contents: [[UInt8]]
    /// The files of the first of these, in order. Each stays open until it is in its place.
    private var files: [NewRecordFile] = []
    private var directories: KnownDirectories

    /// How many files are written before the commit.
    private static let most = 16

    /// Nothing yet.
    ///
    /// - Parameter header: what the index has noted so far.
    /// - Throws: `recordTooLarge`.
    init(_ line: JournalLine, in workspace: Workspace, _ header: IndexHeader) throws(StoreError) {
        self.line = line
        self.workspace = workspace
        var contents: [[UInt8]] = []
        for record in line.put {
            let bytes = record.fileBytes
            guard bytes.count <= Limit.recordBytes else { throw .recordTooLarge(record.key.id, bytes: bytes.count) }
            contents.append(bytes)
        }
        self.contents = contents
        directories = KnownDirectories(line, in: workspace.directory, header)
    }

    /// The line as the journal is to have it.
    var lineBytes: [UInt8] {
        var journaled: [[UInt8]] = []
        for index in contents.indices { journaled.append(line.put[index].journaled?.fileBytes ?? contents[index]) }
        return line.bytes(putting: journaled)
    }

    // MARK: Before the commit

    /// Writes the first of the files. What cannot be written is written when the line is committed, and what prevents
    /// that is told then.
    mutating func prepare() {
        var prepared: [NewRecordFile] = []
        directories.adding { [line, contents, workspace] in
            do throws(SystemError) {
                for (record, bytes) in zip(line.put, contents).prefix(Self.most) {
                    let path = Layout.file(record.key, subdirectory: record.subdirectory)
                    prepared.append(
                        try NewRecordFile(bytes, for: path, in: workspace.directory, shared: workspace.record.shared))
                }
            } catch {}
        }
        files = prepared
    }

    /// Removes what was written, for a line that has not been committed.
    func discard() {
        for file in files { file.discard() }
    }

    // MARK: After it

    /// Puts the files in their places, and appends what the index has to know of the line.
    ///
    /// - Parameters:
    ///   - rejected: records whose files are bad, and are kept beside the new ones.
    ///   - sum: the line's.
    ///   - end: where it ends in the journal.
    ///   - header: the index's, which has the line when this returns.
    mutating func apply(
        rejecting rejected: Set<RecordKey>, sum: UInt32, end: JournalPosition, to header: inout IndexHeader
    ) throws(SystemError) {
        directories.settle()
        let entries = try installed(rejecting: rejected)
        for record in line.put { header.note(record) }
        for deletion in line.delete { header.note(deletion.key) }
        header.position = end
        header.lineSum = sum
        try directories.note(in: &header)
        header = try Index.append(entries, header, in: workspace.directory)
    }

    /// Puts the files in their places, and removes those of deleted records.
    ///
    /// - Returns: what the index has to know of it.
    private func installed(rejecting rejected: Set<RecordKey>) throws(SystemError) -> [IndexEntry] {
        let directory = workspace.directory
        var entries: [IndexEntry] = []
        for index in contents.indices {
            let record = line.put[index]
            let bytes = contents[index]
            let path = Layout.file(record.key, subdirectory: record.subdirectory)
            if rejected.contains(record.key) { try FileSystem.rename(path, to: path + ".rejected", in: directory) }
            let identity =
                index < files.count
                ? try files[index].install()
                : try RecordFile.write(bytes, to: path, in: directory, shared: workspace.record.shared)
            entries.append(IndexEntry(record, identity: identity, sum: Checksum.of(bytes)))
            workspace.options.cache?.keep(record, in: identity)
        }
        for deletion in line.delete {
            let path = Layout.file(deletion.key, subdirectory: deletion.subdirectory)
            try FileSystem.remove(path, in: directory)
            entries.append(IndexEntry(deleted: deletion.key, subdirectory: deletion.subdirectory, rev: deletion.rev))
        }
        entries += line.commands.map(IndexEntry.init)
        return entries
    }
}

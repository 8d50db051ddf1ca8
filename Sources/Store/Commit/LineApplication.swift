import Model
import System

/// The new files of a transaction that are written beside the old ones while its line is on the way to the disk, and
/// what is known meanwhile of the directories that they are in.
struct PreparedFiles {
    /// Whether nobody but `tf` has added files to directories, or removed some, since the index took note of them.
    struct KnownDirectories {
        var tasks = false
        var adoptedTasks = false
        var triggers = false
    }

    /// When directories had their last entries added or removed.
    private struct Times: Equatable {
        let tasks: Int64
        /// nil where nothing is written to it.
        let triggers: Int64?
    }

    /// Those of the first records, in order. Each stays open until it is in its place.
    private(set) var files: [NewRecordFile] = []
    private let line: JournalLine
    private let workspace: Workspace
    private var known = KnownDirectories()
    /// When this had last written something; nil when that could not be found out.
    private var times: Times?

    /// How many files are written before the commit.
    private static let most = 16

    /// Nothing yet, for a transaction with this line.
    init(_ line: JournalLine, in workspace: Workspace, _ header: IndexHeader) {
        self.line = line
        self.workspace = workspace
        times = Self.times(of: line, in: workspace.directory)
        guard let times else { return }
        known.tasks = times.tasks == header.tasksModified
        known.adoptedTasks = times.tasks == header.tasksAdopted
        known.triggers = times.triggers == header.triggersModified
    }

    /// Writes the first of `contents`, which are those of the line's records. What cannot be written is written when
    /// the line is committed, and what prevents that is told then.
    mutating func write(_ contents: [[UInt8]]) {
        // What somebody else does in between is overlooked, so it is as short as it can be.
        let isKnown = times == Self.times(of: line, in: workspace.directory)
        do throws(SystemError) {
            for (record, bytes) in zip(line.put, contents).prefix(Self.most) {
                let path = Layout.file(record.key, subdirectory: record.subdirectory)
                files.append(
                    try NewRecordFile(bytes, for: path, in: workspace.directory, shared: workspace.record.shared))
            }
        } catch {}
        times = isKnown ? Self.times(of: line, in: workspace.directory) : nil
    }

    /// Removes what was written, for a line that has not been committed.
    func discard() {
        for file in files { file.discard() }
    }

    /// What is known now that the line is committed, before anything takes its place.
    func knownDirectories() -> KnownDirectories {
        guard let times, times == Self.times(of: line, in: workspace.directory) else { return KnownDirectories() }
        return known
    }

    private static func times(of line: JournalLine, in directory: File) -> Times? {
        let touchesTriggers =
            line.put.contains { $0.key.kind == .trigger } || line.delete.contains { $0.key.kind == .trigger }
        do throws(SystemError) {
            let triggers = RecordKind.trigger.directory
            return Times(
                tasks: try FileSystem.modification(of: RecordKind.task.directory, in: directory),
                triggers: touchesTriggers ? try FileSystem.modification(of: triggers, in: directory) : nil)
        } catch {
            // Whoever has to know looks through the directory.
            return nil
        }
    }
}

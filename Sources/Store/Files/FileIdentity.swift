import System

/// Identity of a file's content without reading it: the file is taken to be unchanged while all of this is the same.
///
/// Files that `tf` writes are dated back (see ``NewRecordFile``), so that an edit within the
/// same tick of the file system's clock shows, which plain comparison of times would miss.
public struct FileIdentity: Hashable, Sendable {
    var modified: Int64
    var changed: Int64
    var size: Int64
    var inode: UInt64

    init(_ status: FileStatus) {
        modified = status.modified
        changed = status.changed
        size = status.size
        inode = status.inode
    }

    init(modified: Int64, changed: Int64, size: Int64, inode: UInt64) {
        self.modified = modified
        self.changed = changed
        self.size = size
        self.inode = inode
    }

    /// Matches no file: what is there has to be read and compared.
    static let unknown = FileIdentity(modified: 0, changed: 0, size: -1, inode: 0)

    /// Nanoseconds that files written by `tf` are dated back: more than the coarsest clock of a common file system.
    static let backdating: Int64 = 3_000_000_000

    /// The identity of a file found at `moment`, or ``unknown`` when it is so young that a later edit could keep it.
    static func settled(_ status: FileStatus, at moment: Int64) -> FileIdentity {
        status.modified < moment - backdating + 1_000_000_000 ? FileIdentity(status) : .unknown
    }
}

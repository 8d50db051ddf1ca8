import Model
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

/// What stands in a record's file.
struct RecordFile {
    let bytes: [UInt8]
    let identity: FileIdentity
    /// CRC-32 of ``bytes``.
    let sum: UInt32

    /// Reads a record file. Links are not followed, and nothing but a plain file is opened.
    ///
    /// - Returns: nil when nothing is there.
    static func read(_ path: String, of key: RecordKey, in directory: File) throws(StoreError) -> RecordFile? {
        let begin = Trace.begin()
        guard let status = try storing({ () throws(SystemError) in try FileSystem.status(path, in: directory) }) else {
            return nil
        }
        guard status.isFile else {
            throw .invalidRecord(InvalidRecord(key: key, file: path, reason: "is \(status.kindName), not a file"))
        }
        guard status.size <= Limit.recordBytes else {
            throw .invalidRecord(
                InvalidRecord(
                    key: key, file: path, reason: "has \(status.size) bytes; a record has at most \(Limit.recordBytes)")
            )
        }
        do {
            let file = try File(path, [.read, .unlinked, .withoutWaiting], in: directory)
            let bytes = try file.contents(limit: Limit.recordBytes + 1)
            Trace.endReading(begin, bytes: bytes.count)
            return RecordFile(bytes: bytes, identity: FileIdentity(try file.status()), sum: Checksum.of(bytes))
        } catch {
            if error.isMissing { return nil }
            if error.isLink {
                throw .invalidRecord(InvalidRecord(key: key, file: path, reason: "is a symbolic link, not a file"))
            }
            throw .system(error)
        }
    }

    /// The record that the file holds.
    func record(of key: RecordKey, path: String) throws(StoreError) -> AnyRecord {
        do {
            return try decoded(as: key, path: path)
        } catch {
            throw .invalidRecord(error)
        }
    }

    private func decoded(as key: RecordKey, path: String) throws(InvalidRecord) -> AnyRecord {
        let json: JSON
        do throws(JSONFault) {
            json = try JSON(parsing: bytes)
        } catch {
            throw InvalidRecord(key: key, file: path, reason: Self.explanation(of: bytes) ?? "not JSON: \(error)")
        }
        let record: AnyRecord
        do throws(FieldFault) {
            record = try AnyRecord(kind: key.kind, json: json)
        } catch {
            throw InvalidRecord(key: key, file: path, fault: error)
        }
        guard record.key == key else {
            throw InvalidRecord(
                key: key, file: path,
                fault: FieldFault(field: "id", value: .string(record.key.id), problem: "is not the file's, \(key.id)"))
        }
        return record
    }

    /// What happened to a file that is not JSON, where it is plain to see.
    private static func explanation(of bytes: [UInt8]) -> String? {
        if bytes.isEmpty { return "is empty" }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        guard let marker = lines.firstIndex(where: { $0.starts(with: "<<<<<<< ".utf8) }) else { return nil }
        return "has conflict markers of a merge (line \(marker + 1))"
    }

    /// Puts `bytes` in place of a record's file, whole or not at all, and says what identifies the result.
    static func write(_ bytes: [UInt8], to path: String, in directory: File, shared: Bool) throws(SystemError)
        -> FileIdentity
    {
        try NewRecordFile(bytes, for: path, in: directory, shared: shared).install()
    }
}

/// What is going to stand in a record's file, written beside it.
struct NewRecordFile {
    private let file: File
    private let temporary: String
    private let path: String
    private let directory: File

    /// Writes `bytes` beside the file at `path`.
    ///
    /// The file is dated back by a few seconds: whoever writes to it later gives it another time, even within the
    /// same tick of the clock, so that no edit can hide (git's "racy" entries).
    init(_ bytes: [UInt8], for path: String, in directory: File, shared: Bool) throws(SystemError) {
        let permissions: UInt32 = shared ? 0o660 : 0o600
        temporary = Self.temporaryName(for: path)
        self.path = path
        self.directory = directory
        file = try Self.open(temporary, for: path, in: directory, permissions: permissions)
        do {
            try file.write(bytes)
            if shared { try file.setPermissions(permissions) }
            try file.setTimes(nanoseconds: Clock.fileTime() - FileIdentity.backdating)
        } catch {
            discard()
            throw error
        }
    }

    /// Puts it in the place of the record's file, and says what identifies the result.
    func install() throws(SystemError) -> FileIdentity {
        do {
            // Recovery makes good what a power cut takes, where the system tells that there was one.
            if ProcessTable.bootID == nil {
                try FileSystem.rename(temporary, to: path, in: directory)
            } else {
                try FileSystem.replace(path, with: temporary, in: directory)
            }
        } catch {
            discard()
            throw error
        }
        return FileIdentity(try file.status())
    }

    /// Removes it again.
    func discard() {
        do throws(SystemError) { try FileSystem.remove(temporary, in: directory) } catch {
            // The next write of this record truncates it.
        }
    }

    private static func makeDirectories(above path: String, in directory: File) throws(SystemError) {
        var made = ""
        for part in Path.parent(of: path).split(separator: "/") {
            made += made.isEmpty ? String(part) : "/" + part
            try Layout.makeDirectory(made, in: directory)
        }
    }

    /// Opens the file beside the one at `path` that is going to take its place.
    private static func open(
        _ temporary: String, for path: String, in directory: File, permissions: UInt32
    ) throws(SystemError) -> File {
        let mode: File.Mode = [.write, .create, .truncate, .unlinked]
        do {
            return try File(temporary, mode, in: directory, permissions: permissions)
        } catch {
            guard error.isMissing else { throw error }
            try makeDirectories(above: path, in: directory)
            return try File(temporary, mode, in: directory, permissions: permissions)
        }
    }

    /// Only lock holders write, so one name for each file is enough; a leftover is overwritten.
    static func temporaryName(for path: String) -> String {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let name = slash.map(path.utf8.index(after:)) ?? path.startIndex
        return path[..<name] + "." + path[name...] + ".tmp"
    }
}

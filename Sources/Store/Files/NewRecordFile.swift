import System

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

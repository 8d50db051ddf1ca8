import CSystem

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Files and directories by name. Paths are relative to `directory` where one is given.
public enum FileSystem {
    /// What the system knows of a path, links not followed; nil when nothing is there.
    public static func status(_ path: String, in directory: File? = nil) throws(SystemError) -> FileStatus? {
        var status = tf_file_status()
        guard tf_status_at(directory?.descriptor ?? AT_FDCWD, path, &status) < 0 else { return FileStatus(status) }
        let error = SystemError("look at", path)
        if error.isMissing { return nil }
        throw error
    }

    /// Makes a directory.
    ///
    /// - Returns: false when there is one already.
    @discardableResult
    public static func makeDirectory(
        _ path: String, in directory: File? = nil, permissions: UInt32 = 0o777
    ) throws(SystemError) -> Bool {
        if mkdirat(directory?.descriptor ?? AT_FDCWD, path, mode_t(permissions)) == 0 { return true }
        let error = SystemError("make the directory", path)
        if error.isExisting, try status(path, in: directory)?.isDirectory == true { return false }
        throw error
    }

    /// Makes a directory and those above it.
    public static func makeDirectories(_ path: String, permissions: UInt32 = 0o777) throws(SystemError) {
        if try status(path)?.isDirectory == true { return }
        let parent = Path.parent(of: path)
        if parent != path, !parent.isEmpty { try makeDirectories(parent, permissions: permissions) }
        try makeDirectory(path, permissions: permissions)
    }

    /// When a directory had its last entry added or removed, in nanoseconds since the epoch; 0 when there is none.
    public static func modification(of directory: String, in parent: File) throws(SystemError) -> Int64 {
        try status(directory, in: parent)?.modified ?? 0
    }

    /// Gives a file another name, replacing what has it.
    public static func rename(_ old: String, to new: String, in directory: File? = nil) throws(SystemError) {
        let descriptor = directory?.descriptor ?? AT_FDCWD
        try call("rename to", new) { renameat(descriptor, old, descriptor, new) }
    }

    /// Puts a file in the place of another one, if there is one, at once for everybody who looks.
    ///
    /// Faster than ``rename(_:to:in:)``, and without its care for the time after a power cut: the name may then belong
    /// to a file without content. It is for files that are made again from something else.
    public static func replace(_ path: String, with new: String, in directory: File) throws(SystemError) {
        try call("replace", path) { tf_replace(directory.descriptor, path, new) }
    }

    /// Removes a file.
    ///
    /// - Returns: false when there is none.
    @discardableResult
    public static func remove(_ path: String, in directory: File? = nil) throws(SystemError) -> Bool {
        if unlinkat(directory?.descriptor ?? AT_FDCWD, path, 0) == 0 { return true }
        let error = SystemError("remove", path)
        if error.isMissing { return false }
        throw error
    }

    /// Removes a directory that is empty.
    ///
    /// - Returns: false when there is none, or when it has entries.
    @discardableResult
    public static func removeEmptyDirectory(_ path: String, in directory: File? = nil) throws(SystemError) -> Bool {
        if unlinkat(directory?.descriptor ?? AT_FDCWD, path, AT_REMOVEDIR) == 0 { return true }
        let error = SystemError("remove the directory", path)
        if error.isMissing || error.code == ENOTEMPTY || error.isExisting { return false }
        throw error
    }

    /// Removes a directory and everything in it. Links are removed, not followed.
    public static func removeTree(_ path: String) throws(SystemError) {
        guard let status = try status(path) else { return }
        if status.isDirectory {
            for name in try names(in: path) { try removeTree(path + "/" + name) }
            try removeEmptyDirectory(path)
        } else {
            try remove(path)
        }
    }

    /// The names in a directory, in no order; empty when it is not there.
    public static func names(in path: String) throws(SystemError) -> [String] {
        guard let stream = opendir(path) else {
            let error = SystemError("read the directory", path)
            if error.isMissing { return [] }
            throw error
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw SystemError("read the directory", path) }
                return names
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    /// All of a file, nil when there is none.
    public static func contents(_ path: String, in directory: File? = nil) throws(SystemError) -> [UInt8]? {
        do {
            return try File(path, .read, in: directory).rest()
        } catch {
            if error.isMissing { return nil }
            throw error
        }
    }

    /// Where a symbolic link leads; nil when `path` is none.
    public static func destination(ofLink path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = readlink(path, &buffer, Int(PATH_MAX))
        return count < 0 ? nil : String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The path without links, `.` and `..`.
    public static func realPath(_ path: String) throws(SystemError) -> String {
        guard let resolved = realpath(path, nil) else { throw SystemError("find", path) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The current directory.
    public static func currentDirectory() throws(SystemError) -> String {
        guard let path = getcwd(nil, 0) else { throw SystemError("find the current directory") }
        defer { free(path) }
        return String(cString: path)
    }

    /// Makes `path` the current directory.
    public static func changeDirectory(to path: String) throws(SystemError) {
        try call("change to", path) { chdir(path) }
    }

    /// Whether this process may do so: execute a file, write to it.
    public static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }
    public static func isWritable(_ path: String) -> Bool { access(path, W_OK) == 0 }
}

/// Paths as text.
public enum Path {
    /// `path` below `directory`, unless it is absolute.
    public static func join(_ directory: String, _ path: String) -> String {
        if path.hasPrefix("/") || directory.isEmpty { return path }
        return directory.hasSuffix("/") ? directory + path : directory + "/" + path
    }

    /// The directory that a path is in: `/a` for `/a/b`, `.` for `b`.
    public static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last part of a path.
    public static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }
}

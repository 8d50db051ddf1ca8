import CSystem

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A directory with very many files, gone through without a value for each name.
public final class Directory {
    private let stream: OpaquePointer
    private let path: String

    /// - Returns: nil when `path` is not there, or no directory.
    public init?(_ path: String) throws(SystemError) {
        guard let stream = opendir(path) else {
            let error = SystemError("read the directory", path)
            if error.isMissing || error.code == ENOTDIR { return nil }
            throw error
        }
        self.stream = stream
        self.path = path
    }

    deinit { closedir(stream) }

    /// Calls `body` with the bytes of every name, `.` and `..` included, in no order; they are valid during the call.
    public func forEachName(_ body: (UnsafeRawBufferPointer) -> Void) throws(SystemError) {
        rewinddir(stream)
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw SystemError("read the directory", path) }
                return
            }
            // The entry may be shorter than its type: only the name up to its end is looked at.
            let name = UnsafeRawPointer(entry).advanced(by: MemoryLayout<dirent>.offset(of: \.d_name)!)
            body(UnsafeRawBufferPointer(start: name, count: strlen(name.assumingMemoryBound(to: CChar.self))))
        }
    }

    /// What the system knows of the file called `stem` and `suffix`, links not followed; nil when there is none.
    public func status(_ stem: UnsafeRawBufferPointer, _ suffix: StaticString) throws(SystemError) -> FileStatus? {
        let length = stem.count + suffix.utf8CodeUnitCount
        let found = withUnsafeTemporaryAllocation(byteCount: length + 1, alignment: 1) { name in
            name.copyMemory(from: stem)
            memcpy(name.baseAddress! + stem.count, suffix.utf8Start, suffix.utf8CodeUnitCount)
            name[length] = 0
            var status = tf_file_status()
            let pointer = name.baseAddress!.assumingMemoryBound(to: CChar.self)
            return tf_status_at(dirfd(stream), pointer, &status) < 0 ? nil : FileStatus(status)
        }
        if let found { return found }
        let error = SystemError("look at", path + "/" + String(decoding: stem, as: UTF8.self))
        if error.isMissing { return nil }
        throw error
    }
}

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

    /// Looks at many files, links not followed, by all processors where that is worth it.
    ///
    /// - Parameters:
    ///   - count: how many files there are.
    ///   - stem: the name of each but for `suffix`, as bytes that are valid during the call.
    ///   - body: gets what the system knows of each file, in order; nil when it is not there.
    public func forEachStatus(
        of count: Int, _ suffix: StaticString, stem: (Int) -> UnsafeRawBufferPointer, _ body: (Int, FileStatus?) -> Void
    ) throws(SystemError) {
        var names: [UInt8] = []
        var offsets: [UInt32] = []
        names.reserveCapacity(count * 16)
        offsets.reserveCapacity(count)
        for number in 0..<count {
            offsets.append(UInt32(names.count))
            names.append(contentsOf: stem(number))
            names.append(contentsOf: UnsafeBufferPointer(start: suffix.utf8Start, count: suffix.utf8CodeUnitCount))
            names.append(0)
        }
        let statuses = UnsafeMutableBufferPointer<tf_file_status>.allocate(capacity: count)
        let errors = UnsafeMutableBufferPointer<Int32>.allocate(capacity: count)
        defer {
            statuses.deallocate()
            errors.deallocate()
        }
        guard count > 0 else { return }
        names.withUnsafeBytes { names in
            tf_status_of_each(
                dirfd(stream), names.baseAddress!.assumingMemoryBound(to: CChar.self), offsets, count,
                statuses.baseAddress!, errors.baseAddress!)
        }
        for number in 0..<count {
            switch errors[number] {
            case 0: body(number, FileStatus(statuses[number]))
            case ENOENT: body(number, nil)
            case let code:
                let name = String(decoding: stem(number), as: UTF8.self)
                throw SystemError("look at", "\(path)/\(name)\(suffix)", code: code)
            }
        }
    }
}

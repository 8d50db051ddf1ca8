import CSystem

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An open file, closed when the last reference to it goes.
///
/// Descriptors are never inherited by commands; what a command gets is passed on by number.
public final class File: Sendable {
    /// How to open a file.
    public struct Mode: OptionSet, Sendable {
        public let rawValue: Int32
        /// The flags of `open`.
        public init(rawValue: Int32) { self.rawValue = rawValue }
        public static let read = Mode(rawValue: O_RDONLY)
        public static let write = Mode(rawValue: O_WRONLY)
        public static let readWrite = Mode(rawValue: O_RDWR)
        public static let append = Mode(rawValue: O_APPEND)
        public static let create = Mode(rawValue: O_CREAT)
        public static let exclusive = Mode(rawValue: O_EXCL)
        public static let truncate = Mode(rawValue: O_TRUNC)
        public static let directory = Mode(rawValue: O_DIRECTORY)
        /// Does not wait for the other end of a FIFO.
        public static let withoutWaiting = Mode(rawValue: O_NONBLOCK)
        /// Refuses a symbolic link in the last place of the path.
        public static let unlinked = Mode(rawValue: O_NOFOLLOW)
    }

    /// The number that the system knows it by.
    public let descriptor: Int32
    /// The name it was opened with, for messages.
    public var path: String { place.map { $0 + "/" + name } ?? name }
    private let name: String
    /// The directory that the name is relative to.
    private let place: String?
    /// Changed by ``closeNow()`` alone, which whoever owns the file calls once.
    private nonisolated(unsafe) var closesItself: Bool

    /// Takes over a descriptor.
    public convenience init(descriptor: Int32, path: String, closesItself: Bool = true) {
        self.init(descriptor, path, in: nil, closesItself: closesItself)
    }

    private init(_ descriptor: Int32, _ name: String, in place: String?, closesItself: Bool = true) {
        self.descriptor = descriptor
        self.name = name
        self.place = place
        self.closesItself = closesItself
    }

    /// Opens `path`, relative to `directory` when one is given.
    public convenience init(
        _ path: String, _ mode: Mode, in directory: File? = nil, permissions: UInt32 = 0o666
    ) throws(SystemError) {
        let flags = mode.rawValue | O_CLOEXEC
        // Composed only when it is needed: most files are never named.
        let place = path.hasPrefix("/") ? nil : directory?.path
        let descriptor = try call("open", place.map { $0 + "/" + path } ?? path) {
            openat(directory?.descriptor ?? AT_FDCWD, path, flags, mode_t(permissions))
        }
        self.init(descriptor, path, in: place)
    }

    deinit {
        if closesItself { _ = close(descriptor) }
    }

    /// Closes the file before the last reference to it goes; nothing may use it any more.
    public func closeNow() {
        guard closesItself else { return }
        closesItself = false
        _ = close(descriptor)
    }

    /// Standard input, output and error.
    public static let input = File(descriptor: 0, path: "standard input", closesItself: false)
    public static let output = File(descriptor: 1, path: "standard output", closesItself: false)
    public static let error = File(descriptor: 2, path: "standard error", closesItself: false)

    // MARK: Reading

    /// Everything from `offset` to the end, up to `limit` bytes.
    public func contents(from offset: Int64 = 0, limit: Int = .max) throws(SystemError) -> [UInt8] {
        let size = try status().size
        let expected = Int(clamping: max(0, min(Int64(limit), size - offset)))
        var bytes = [UInt8](repeating: 0, count: expected)
        let count = try read(into: &bytes, at: offset)
        bytes.removeLast(expected - count)
        return bytes
    }

    /// Everything from where the file stands to its end: what a pipe needs.
    public func rest(limit: Int = .max) throws(SystemError) -> [UInt8] {
        var all: [UInt8] = []
        // Most of what is read like this is one line, and clean memory is not free.
        var buffer = [UInt8](repeating: 0, count: 1024)
        while all.count < limit {
            let count = try call("read", path) { readOnce(descriptor, &buffer, min(buffer.count, limit - all.count)) }
            if count == 0 { break }
            all.append(contentsOf: buffer[..<count])
            if count == buffer.count, count < 65_536 { buffer = [UInt8](repeating: 0, count: 65_536) }
        }
        return all
    }

    /// Fills `bytes` from `offset` on; returns how many there were.
    public func read(into bytes: inout [UInt8], at offset: Int64) throws(SystemError) -> Int {
        var total = 0
        let wanted = bytes.count
        while total < wanted {
            let count = try call("read", path) {
                bytes.withUnsafeMutableBytes {
                    pread(descriptor, $0.baseAddress! + total, wanted - total, off_t(offset) + off_t(total))
                }
            }
            if count == 0 { break }
            total += count
        }
        return total
    }

    /// What can be read now, up to the size of `buffer`; nil at the end, empty when there is nothing yet.
    public func available(into buffer: inout [UInt8]) throws(SystemError) -> Int? {
        do {
            let count = try call("read", path) { readOnce(descriptor, &buffer, buffer.count) }
            return count == 0 ? nil : count
        } catch {
            if error.isBusy { return 0 }
            throw error
        }
    }

    // MARK: Writing

    /// Writes all of `bytes` where the file stands (at its end when opened to append).
    public func write(_ bytes: some Sequence<UInt8>) throws(SystemError) {
        let array = Array(bytes)
        var written = 0
        while written < array.count {
            written += try call("write", path) {
                array.withUnsafeBytes { writeBytes(descriptor, $0.baseAddress! + written, array.count - written) }
            }
        }
    }

    /// Writes `bytes` with one call.
    ///
    /// - Returns: how many the system took: fewer on a disk that is full.
    public func writeOnce(_ bytes: [UInt8]) throws(SystemError) -> Int {
        try call("write", path) { bytes.withUnsafeBytes { writeBytes(descriptor, $0.baseAddress, bytes.count) } }
    }

    /// Writes all of `bytes` at `offset`.
    public func write(_ bytes: [UInt8], at offset: Int64) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            written += try call("write", path) {
                bytes.withUnsafeBytes {
                    pwrite(descriptor, $0.baseAddress! + written, bytes.count - written, off_t(offset) + off_t(written))
                }
            }
        }
    }

    /// Cuts or extends the file.
    public func resize(to size: Int64) throws(SystemError) {
        try call("truncate", path) { ftruncate(descriptor, off_t(size)) }
    }

    /// Has the system begin with what ``syncData()`` waits for.
    public func beginSync() { tf_begin_sync(descriptor) }

    /// Returns when the file's content is on the disk.
    public func syncData() throws(SystemError) {
        try call("sync", path) { tf_sync_data(descriptor) }
    }

    /// Returns when the file, or the entries of a directory, are on the disk.
    public func sync() throws(SystemError) {
        try call("sync", path) { fsync(descriptor) }
    }

    /// Returns when the whole file system that the file is on is on the disk.
    public func syncFileSystem() throws(SystemError) {
        try call("sync the file system of", path) { tf_sync_filesystem(descriptor) }
    }

    // MARK: What the system knows of it

    /// Size, times and identity.
    public func status() throws(SystemError) -> FileStatus {
        var status = tf_file_status()
        try call("look at", path) { tf_status_of(descriptor, &status) }
        return FileStatus(status)
    }

    /// When the file was made, in nanoseconds since the epoch; 0 where the system does not tell.
    public var birth: Int64 { tf_birth_of(descriptor) }

    /// Dates the file.
    public func setTimes(nanoseconds: Int64) throws(SystemError) {
        try call("date", path) { tf_set_times(descriptor, nanoseconds) }
    }

    /// Changes the permissions.
    public func setPermissions(_ permissions: UInt32) throws(SystemError) {
        try call("change the permissions of", path) { fchmod(descriptor, mode_t(permissions)) }
    }

    /// Gives the space of a part of the file back; reading it yields zeros.
    public func punchHole(at offset: Int64, length: Int64) throws(SystemError) {
        try call("free a part of", path) { tf_punch_hole(descriptor, offset, length) }
    }

    /// Where data (or a hole) begins, at or after `offset`.
    public func nextData(from offset: Int64) throws(SystemError) -> Int64 {
        try call("look into", path) { tf_seek_extent(descriptor, offset, false) }
    }

    /// Where the next hole begins, at or after `offset`: the end of the file when there is none.
    public func nextHole(from offset: Int64) throws(SystemError) -> Int64 {
        try call("look into", path) { tf_seek_extent(descriptor, offset, true) }
    }

    // MARK: Locks

    /// Takes the lock, waiting for others at most `limit`.
    ///
    /// The lock belongs to this opening of the file and to every copy of its descriptor, and goes with the last.
    public func lock(within limit: Duration) throws(SystemError) {
        guard tf_lock_exclusively(descriptor, limit.milliseconds) == 0 else { throw SystemError("lock", path) }
    }

    /// Whether nobody holds the lock: takes it shared and leaves it again.
    public func isUnlocked() throws(SystemError) -> Bool {
        do {
            try call("lock", path) { flock(descriptor, LOCK_SH | LOCK_NB) }
        } catch {
            if error.isBusy { return false }
            throw error
        }
        try unlock()
        return true
    }

    /// Gives the lock back.
    public func unlock() throws(SystemError) {
        try call("unlock", path) { flock(descriptor, LOCK_UN) }
    }
}

/// `read` and `write` of the C library, which a method's own name hides.
private func readOnce(_ fd: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int { read(fd, buffer, count) }
private func writeBytes(_ fd: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int { write(fd, buffer, count) }

/// What the system knows of a file without reading it.
public struct FileStatus: Hashable, Sendable {
    /// Nanoseconds since the epoch.
    public let modified: Int64
    public let changed: Int64
    public let size: Int64
    /// The bytes that the file takes on the disk.
    public let allocated: Int64
    public let inode: UInt64
    public let device: UInt64
    /// The permission bits alone.
    public let permissions: UInt32
    public let owner: UInt32
    public let group: UInt32
    public let links: UInt32
    /// A letter; see `tf_file_status`.
    private let type: UInt8

    init(_ status: tf_file_status) {
        modified = status.modified_ns
        changed = status.changed_ns
        size = status.size
        allocated = status.blocks_bytes
        inode = status.inode
        device = status.device
        permissions = status.permissions
        type = UInt8(bitPattern: status.type)
        owner = status.owner
        group = status.group
        links = status.links
    }

    public var isFile: Bool { type == UInt8(ascii: "f") }
    public var isDirectory: Bool { type == UInt8(ascii: "d") }
    public var isLink: Bool { type == UInt8(ascii: "l") }

    /// What kind of file it is, for messages: `a directory`, `a symbolic link`, …
    public var kindName: String {
        switch type {
        case UInt8(ascii: "f"): "a file"
        case UInt8(ascii: "d"): "a directory"
        case UInt8(ascii: "l"): "a symbolic link"
        case UInt8(ascii: "p"): "a FIFO"
        case UInt8(ascii: "s"): "a socket"
        default: "a device"
        }
    }
}

extension File {
    /// Puts a copy of this file in the place of another one, under its number.
    public func replace(_ other: File) throws(SystemError) {
        try call("replace", other.path) { dup2(descriptor, other.descriptor) }
    }
}

import CSystem

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A call of the operating system that failed.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, completing "cannot …": `open`, `write`.
    public let action: String
    /// What it was tried on; nil when that has no name.
    public let path: String?
    /// The system's number for the reason (`errno`).
    public let code: Int32

    /// The failure that `errno` tells of, unless another code is given.
    public init(_ action: String, _ path: String? = nil, code: Int32 = errno) {
        self.action = action
        self.path = path
        self.code = code
    }

    public var description: String { "cannot \(action)\(path.map { " " + $0 } ?? ""): \(reason)" }

    /// The reason in the system's words.
    public var reason: String { String(cString: strerror(code)) }

    /// Whether the file or directory is not there.
    public var isMissing: Bool { code == ENOENT || code == ENOTDIR }
    /// Whether it is there already.
    public var isExisting: Bool { code == EEXIST }
    /// Whether the time to wait is over.
    public var isTimeout: Bool { code == ETIMEDOUT }
    /// Whether a read or write on this file is not permitted.
    public var isForbidden: Bool { code == EACCES || code == EPERM || code == EROFS }
    /// Whether something that is not a plain file stands in the place of one.
    public var isUnreadableKind: Bool { code == EISDIR || code == ESPIPE || code == ENXIO }
    /// Whether a symbolic link stands where a file was expected.
    public var isLink: Bool { code == ELOOP || code == EMLINK }
    /// Whether the system cannot do such a thing at all.
    public var isUnsupported: Bool { code == ENOTSUP || code == EOPNOTSUPP || code == ENOSYS }
    /// Whether somebody else holds it just now.
    public var isBusy: Bool { code == EWOULDBLOCK || code == EAGAIN }
    /// Whether the reader of a pipe is gone.
    public var isBrokenPipe: Bool { code == EPIPE }
}

/// Repeats a call that a signal interrupted.
///
/// - Throws: the failure, named after `action` and `path`.
@discardableResult
func call<Result: FixedWidthInteger & SignedInteger>(
    _ action: String, _ path: @autoclosure () -> String? = nil, _ body: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = body()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { throw SystemError(action, path(), code: code) }
    }
}

extension SystemError {
    /// The code for a disk without space.
    public static var noSpace: Int32 { ENOSPC }
}

extension SystemError {
    /// The code for a device that failed.
    public static var inputOutput: Int32 { EIO }
}

extension SystemError {
    /// The code for something that is not there.
    public static var missing: Int32 { ENOENT }
}

import CSystem

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Wakes up when files change, where the system can tell.
public struct FileWatch: Sendable {
    /// Readable when something has changed; nil where the system cannot tell and one has to look from time to time.
    public let file: File?

    /// How long to wait at most before looking again.
    public var pollInterval: Duration? { file == nil ? .seconds(1) : nil }

    /// Watches files and directories that exist.
    public init(_ paths: [String]) {
        guard let first = paths.first else {
            file = nil
            return
        }
        let descriptor = tf_watch(first)
        file = descriptor < 0 ? nil : File(descriptor: descriptor, path: "a watch on \(first)")
        for path in paths.dropFirst() { add(path) }
    }

    /// Watches another path as well.
    public func add(_ path: String) {
        // A path that cannot be watched is found again by whoever looks at it next.
        if let file { _ = tf_watch_also(file.descriptor, path) }
    }

    /// Watches another path as well, but wakes up only when a change is complete: when a file that was open for writing
    /// is closed, by the end of its process as well, and when a file is replaced or removed.
    public func addSettled(_ path: String) {
        if let file { _ = tf_watch_settled(file.descriptor, path) }
    }

    /// Forgets the changes so far.
    public func drain() throws(SystemError) {
        guard let file else { return }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while let count = try file.available(into: &buffer), count > 0 {}
    }
}

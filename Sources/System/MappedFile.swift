import CSystem

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A file's bytes as memory. What is written to the file later may or may not show.
public final class MappedFile: Sendable {
    /// Valid as long as this object is.
    public nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    private let file: File

    /// Maps the first `length` bytes of `file`. What the file does not have may not be touched before it does.
    public init(_ file: File, length: Int) throws(SystemError) {
        self.file = file
        guard length > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let start = mmap(nil, length, PROT_READ, MAP_SHARED, file.descriptor, 0), start != MAP_FAILED else {
            throw SystemError("map", file.path)
        }
        bytes = UnsafeRawBufferPointer(start: start, count: length)
    }

    /// Whether the first `count` bytes may be touched.
    public func fileHas(_ count: Int) -> Bool {
        do throws(SystemError) { return try file.status().size >= count } catch { return false }
    }

    deinit {
        if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
    }
}

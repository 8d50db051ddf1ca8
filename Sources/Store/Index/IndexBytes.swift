import System

/// The bytes of an index, at an address that stays as long as this object does. Nothing ever changes them.
final class IndexBytes: Sendable {
    nonisolated(unsafe) let pointer: UnsafeRawBufferPointer
    /// The file that they are mapped from; nil when they are a copy in memory.
    private let map: MappedFile?

    /// The first `count` bytes of a file.
    init(_ map: MappedFile, count: Int) {
        self.map = map
        pointer = UnsafeRawBufferPointer(rebasing: map.bytes[..<count])
    }

    /// The first `count` bytes of the same file, which has more of them by now; nil when no more of it is mapped, and
    /// when it is another one that has grown: file systems made of layers give a file's copy the same number.
    func longer(count: Int) -> IndexBytes? {
        guard let map, count <= map.bytes.count, map.fileHas(count) else { return nil }
        return IndexBytes(map, count: count)
    }

    init(_ array: [UInt8]) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: array.count, alignment: 8)
        copy.copyBytes(from: array)
        map = nil
        pointer = UnsafeRawBufferPointer(copy)
    }

    deinit { if map == nil { pointer.deallocate() } }
}

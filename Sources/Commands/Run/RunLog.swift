import Engine
import Model
import Store
import System
import Terminal

/// The log of a run: a file that grows, whose middle may have been given back to the file system.
struct RunLog {
    private let workspace: Workspace
    private let run: ID<Run>
    private let path: String

    private static let blockSize = 1 << 16

    init(_ workspace: Workspace, _ run: ID<Run>) {
        self.workspace = workspace
        self.run = run
        path = Layout.log(run)
    }

    /// Whether the command has been started with a log.
    var exists: Bool { (try? FileSystem.status(path, in: workspace.directory)) != nil }

    private func open() throws(SystemError) -> File? {
        do throws(SystemError) {
            return try File(path, [.read, .unlinked], in: workspace.directory)
        } catch {
            if error.isMissing { return nil }
            throw error
        }
    }

    /// Hands over what there is now.
    func print(tail: Int?, to sink: (LogPiece) throws -> Void) throws {
        guard let file = try open() else { return }
        let size = try file.status().size
        let start = try tail.map { try self.start(ofLast: $0, in: file, size: size) } ?? 0
        try hand(over: file, from: start, to: size, sink)
    }

    /// Hands over what there is and what comes, until the run has ended, or until Ctrl-C.
    ///
    /// - Parameter flush: called before every wait.
    /// - Returns: whether the run has ended.
    func follow(tail: Int?, flush: () throws -> Void, to sink: (LogPiece) throws -> Void) throws -> Bool {
        let interrupt = try Interrupt()
        // The directories are watched before anything is read: the record is replaced in one, the log begun in the
        // other.
        let watch = FileWatch([workspace.path + "/runs"])
        var position: Int64?
        while true {
            for place in [Layout.run(run), path] { watch.add(workspace.path + "/" + place) }
            // The record first: what its command wrote before it ended is in the log by then.
            let hasEnded = try workspace.snapshot().get(run)?.status.isTerminal ?? true
            if let file = try open() {
                let size = try file.status().size
                let start = try position ?? tail.map { try self.start(ofLast: $0, in: file, size: size) } ?? 0
                try hand(over: file, from: start, to: size, sink)
                position = max(start, size)
            }
            if hasEnded { return true }
            try flush()
            if try interrupt.hasCome() { return false }
            _ = try Poll.wait(for: [watch.file, interrupt.file].compactMap { $0 }, within: watch.pollInterval)
            try watch.drain()
        }
    }

    /// Hands over the bytes of a part of the log, and a gap for every hole in it.
    private func hand(over file: File, from start: Int64, to end: Int64, _ sink: (LogPiece) throws -> Void) throws {
        var buffer = [UInt8](repeating: 0, count: Self.blockSize)
        var endsLine = true
        for extent in try extents(of: file, from: start, to: end) {
            if extent.isHole {
                if !endsLine { try sink(.text([UInt8(ascii: "\n")])) }
                try sink(.gap(extent.end - extent.start))
                continue
            }
            var position = extent.start
            while position < extent.end {
                if extent.end - position < buffer.count { buffer.removeLast(buffer.count - Int(extent.end - position)) }
                let count = try file.read(into: &buffer, at: position)
                if count == 0 { return }
                try sink(.text(Array(buffer[..<count])))
                endsLine = buffer[count - 1] == UInt8(ascii: "\n")
                position += Int64(count)
            }
            buffer = [UInt8](repeating: 0, count: Self.blockSize)
        }
    }

    private struct Extent {
        let start: Int64
        let end: Int64
        let isHole: Bool
    }

    /// The parts of the file that hold something, and the holes between them.
    ///
    /// A hole is made of whole blocks; what is left of the blocks at its edges reads as zeros and counts as missing.
    private func extents(of file: File, from start: Int64, to end: Int64) throws -> [Extent] {
        var extents: [Extent] = []
        var position = start
        while position < end {
            let hole = min(end, try file.nextHole(from: position))
            if hole > position { extents.append(Extent(start: position, end: hole, isHole: false)) }
            guard hole < end else { break }
            let data = try nextData(in: file, from: hole) ?? end
            extents.append(Extent(start: hole, end: min(end, data), isHole: true))
            position = data
        }
        return try extents.isEmpty ? [] : widened(extents, in: file)
    }

    private func nextData(in file: File, from offset: Int64) throws(SystemError) -> Int64? {
        do throws(SystemError) {
            return try file.nextData(from: offset)
        } catch {
            // There is none any more (`ENXIO`): the file ends in a hole.
            return nil
        }
    }

    /// Moves the edges of holes over the zeros beside them.
    private func widened(_ extents: [Extent], in file: File) throws -> [Extent] {
        var result: [Extent] = []
        for (index, extent) in extents.enumerated() {
            var (start, end) = (extent.start, extent.end)
            if extent.isHole {
                if index > 0 { start = try endOfText(before: start, in: file, limit: extents[index - 1].start) }
                if index + 1 < extents.count {
                    end = try startOfText(after: end, in: file, limit: extents[index + 1].end)
                }
            } else {
                if index > 0 { start = try startOfText(after: start, in: file, limit: end) }
                if index + 1 < extents.count { end = try endOfText(before: end, in: file, limit: start) }
            }
            if start < end { result.append(Extent(start: start, end: end, isHole: extent.isHole)) }
        }
        return result
    }

    private func startOfText(after offset: Int64, in file: File, limit: Int64) throws -> Int64 {
        var bytes = [UInt8](repeating: 0, count: Int(min(Int64(Self.blockSize), limit - offset)))
        let count = try file.read(into: &bytes, at: offset)
        return offset + Int64(bytes[..<count].prefix { $0 == 0 }.count)
    }

    private func endOfText(before offset: Int64, in file: File, limit: Int64) throws -> Int64 {
        var bytes = [UInt8](repeating: 0, count: Int(min(Int64(Self.blockSize), offset - limit)))
        let count = try file.read(into: &bytes, at: offset - Int64(bytes.count))
        return offset - Int64(bytes[..<count].reversed().prefix { $0 == 0 }.count)
    }

    /// Where the last `count` lines begin. A last line without its line break counts.
    private func start(ofLast count: Int, in file: File, size: Int64) throws -> Int64 {
        if count == 0 { return size }
        var missing = count
        var position = size
        while position > 0 {
            let start = max(0, position - Int64(Self.blockSize))
            var bytes = [UInt8](repeating: 0, count: Int(position - start))
            _ = try file.read(into: &bytes, at: start)
            for index in bytes.indices.reversed() where bytes[index] == UInt8(ascii: "\n") {
                let end = start + Int64(index) + 1
                if end == size { continue }
                missing -= 1
                if missing == 0 { return end }
            }
            position = start
        }
        return 0
    }
}

/// A part of a log.
enum LogPiece {
    case text([UInt8])
    /// Bytes that are not kept.
    case gap(Int64)

    /// The bytes to print; a gap is a line that says so.
    var bytes: [UInt8] {
        switch self {
        case .text(let bytes): bytes
        case .gap(let count): Array("… \(ByteCount(count).humanReadable) left out …\n".utf8)
        }
    }
}

import System

/// Reads messages as the stdio transport has them: one JSON text a line, and no line break within it.
///
/// However long a line is, no more than the limit and one read is kept of it.
struct FrameReader {
    /// What stands between two line breaks.
    enum Frame: Equatable {
        case line([UInt8])
        /// More bytes than are allowed; they are passed over up to the next line break.
        case tooLong
    }

    private let input: File
    private let limit: Int
    private var buffer: [UInt8]
    /// What was read and not handed out yet; the first `searched` bytes of it have no line break.
    private var pending: [UInt8] = []
    private var searched = 0
    /// Within a line that was found to be too long.
    private var isSkipping = false
    private var isAtEnd = false

    /// - Parameter limit: how many bytes a line may have.
    init(_ input: File, limit: Int) {
        self.input = input
        self.limit = limit
        buffer = [UInt8](repeating: 0, count: 1 << 16)
    }

    /// The next frame, waiting for it; nil at the end of the input. A last line needs no line break.
    mutating func next() throws(SystemError) -> Frame? {
        while true {
            if let frame = takeFrame() { return frame }
            if isAtEnd { return nil }
            try read()
        }
    }

    /// The next frame if all of it has arrived; nil when one would have to wait.
    mutating func nextWithoutWaiting() throws(SystemError) -> Frame? {
        while true {
            if let frame = takeFrame() { return frame }
            if isAtEnd { return nil }
            guard try Poll.wait(for: [input], within: .zero)[0] else { return nil }
            try read()
        }
    }

    private mutating func read() throws(SystemError) {
        guard let count = try input.available(into: &buffer) else {
            isAtEnd = true
            return
        }
        pending.append(contentsOf: buffer[..<count])
    }

    /// Takes a frame out of what was read; nil when its end is not there yet.
    private mutating func takeFrame() -> Frame? {
        while true {
            guard let end = pending[searched...].firstIndex(of: UInt8(ascii: "\n")) else { return takeRest() }
            let line = Array(pending[..<end])
            pending.removeFirst(end + 1)
            searched = 0
            guard !isSkipping else {
                isSkipping = false
                continue
            }
            return line.count > limit ? .tooLong : .line(line)
        }
    }

    /// What to do with the beginning of a line.
    private mutating func takeRest() -> Frame? {
        searched = pending.count
        if isSkipping || pending.count > limit {
            let isNew = !isSkipping
            pending.removeAll()
            searched = 0
            isSkipping = true
            return isNew ? .tooLong : nil
        }
        guard isAtEnd, !pending.isEmpty else { return nil }
        defer {
            pending.removeAll()
            searched = 0
        }
        return .line(pending)
    }
}

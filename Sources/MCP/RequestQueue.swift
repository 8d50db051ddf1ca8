import Model
import System

/// The messages that have come and were not looked at yet.
///
/// What has arrived behind the next one is read ahead, so that a client can cancel what it has asked for and what has
/// not been begun: such a request is never carried out, and never answered.
struct RequestQueue {
    private let frameLimit: Int
    private var frames: FrameReader
    private var waiting: [(message: Message, size: Int)] = []
    /// The bytes of what waits. Beyond the size of one frame nothing is read ahead: a client that sends more waits.
    private var size = 0

    /// - Parameter frameLimit: how many bytes a message may have.
    init(_ input: File, frameLimit: Int) {
        self.frameLimit = frameLimit
        frames = FrameReader(input, limit: frameLimit)
    }

    /// The next message, waiting for it; nil when the client has closed its end.
    mutating func next() throws(SystemError) -> Message? {
        while true {
            if waiting.isEmpty {
                guard let frame = try frames.next() else { return nil }
                take(frame)
            }
            while size < frameLimit, let frame = try frames.nextWithoutWaiting() { take(frame) }
            guard !waiting.isEmpty else { continue }
            let first = waiting.removeFirst()
            size -= first.size
            return first.message
        }
    }

    private mutating func take(_ frame: FrameReader.Frame) {
        guard case .line(let bytes) = frame else {
            add(.faulty(.invalidRequest("a message has at most \(frameLimit) bytes"), id: .null), size: 1)
            return
        }
        // Blank lines separate nothing and ask for nothing.
        if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return }
        let message = Message(frame: bytes)
        if case .notification("notifications/cancelled", let params) = message {
            cancel(params["requestId"])
        } else {
            add(message, size: bytes.count)
        }
    }

    private mutating func add(_ message: Message, size: Int) {
        waiting.append((message, size))
        self.size += size
    }

    /// Forgets a request that waits. One that has been answered meanwhile, or never was, is none of its concern.
    private mutating func cancel(_ id: JSON?) {
        guard
            let place = waiting.firstIndex(where: { waiting in
                // The protocol has a client never cancel the handshake.
                guard case .request(let request) = waiting.message, request.method != "initialize" else { return false }
                return request.id == id
            })
        else { return }
        size -= waiting.remove(at: place).size
    }
}

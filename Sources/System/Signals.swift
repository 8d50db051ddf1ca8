import CSystem

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Signals as something to wait for beside files: a handler writes each to a pipe.
public struct Signals: Sendable {
    /// A signal that arrived.
    public struct Arrival: Sendable {
        public let signal: Process.Signal
        /// Whether a process sent it; false for one from the terminal or the kernel.
        public let wasSent: Bool
        public let sender: Int32
    }

    /// Readable when a signal has arrived.
    public let file: File

    /// Catches `signals` from now on. Blocking calls end early when one arrives.
    public init(catching signals: [Process.Signal]) throws(SystemError) {
        let numbers = signals.map(\.rawValue)
        let descriptor = try call("catch signals") { tf_catch_signals(numbers, Int32(numbers.count)) }
        file = File(descriptor: descriptor, path: "signals", closesItself: false)
    }

    /// The signals that have arrived since the last call.
    public func arrivals() throws(SystemError) -> [Arrival] {
        let size = MemoryLayout<tf_signal>.size
        var buffer = [UInt8](repeating: 0, count: size * 32)
        var arrivals: [Arrival] = []
        while let count = try file.available(into: &buffer), count > 0 {
            for offset in stride(from: 0, to: count - size + 1, by: size) {
                let message = buffer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: tf_signal.self) }
                arrivals.append(
                    Arrival(
                        signal: Process.Signal(rawValue: message.number), wasSent: message.code <= 0,
                        sender: message.sender))
            }
        }
        return arrivals
    }

    /// Gives every caught signal its usual meaning again.
    public static func release() { tf_release_signals() }
}

/// Ctrl-C as something to wait for: caught, unless it is ignored, as under `nohup`.
public struct Interrupt: Sendable {
    private let signals: Signals?

    /// Catches it from now on, until ``Signals/release()``.
    public init() throws(SystemError) {
        signals = Process.isIgnored(.interrupt) ? nil : try Signals(catching: [.interrupt])
    }

    /// Readable when it has come; nil where it is ignored.
    public var file: File? { signals?.file }

    /// Whether it has come since the last call.
    public func hasCome() throws(SystemError) -> Bool { try signals?.arrivals().isEmpty == false }
}

/// Waits until one of several files can be read.
public enum Poll {
    /// - Parameter limit: how long to wait at most; nil is for ever.
    /// - Returns: for each file whether it can be read, or is at its end. All false when the time is over or a signal
    ///   arrived.
    public static func wait(for files: [File], within limit: Duration?) throws(SystemError) -> [Bool] {
        var requests = files.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        // Rounded up, so that a time that is waited for has come.
        let milliseconds = limit.map { Int32(clamping: max(0, ($0 + .microseconds(999)).milliseconds)) } ?? -1
        if poll(&requests, nfds_t(requests.count), milliseconds) < 0 {
            guard errno == EINTR else { throw SystemError("wait for files") }
            return files.map { _ in false }
        }
        return requests.map { $0.revents != 0 }
    }

    /// Whether `file` takes at least a page without making the writer wait.
    public static func canWrite(to file: File, within limit: Duration) throws(SystemError) -> Bool {
        var request = pollfd(fd: file.descriptor, events: Int16(POLLOUT), revents: 0)
        let ready = poll(&request, 1, Int32(clamping: limit.milliseconds))
        if ready < 0, errno != EINTR { throw SystemError("wait to write", file.path) }
        return ready > 0
    }
}

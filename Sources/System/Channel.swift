import CSystem

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One end of a connection between two processes that carries messages and open files.
public struct Channel: Sendable {
    /// Readable when a message has arrived, or the other end is gone.
    public let file: File

    /// Both ends of a new connection that keeps messages apart.
    public static func pair() throws(SystemError) -> (Channel, Channel) {
        var ends: [Int32] = [-1, -1]
        #if os(Linux)
            let type = Int32(SOCK_SEQPACKET.rawValue)
        #else
            let type = SOCK_DGRAM
        #endif
        try call("make a socket pair") { socketpair(AF_UNIX, type, 0, &ends) }
        for end in ends { try call("keep a socket from commands") { fcntl(end, F_SETFD, FD_CLOEXEC) } }
        return (
            Channel(file: File(descriptor: ends[0], path: "channel")),
            Channel(file: File(descriptor: ends[1], path: "channel"))
        )
    }

    /// Sends a message, and a copy of an open file along with it.
    public func send(_ message: String, with file: File? = nil) throws(SystemError) {
        let bytes = Array(message.utf8)
        try call("send") { tf_send(self.file.descriptor, bytes, bytes.count, file?.descriptor ?? -1) }
    }

    /// Takes one message, waiting for it; nil when the other end is gone.
    public func receive() throws(SystemError) -> (message: String, file: File?)? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        var descriptor: Int32 = -1
        let count = try call("receive") { tf_receive(file.descriptor, &buffer, buffer.count, &descriptor) }
        if count == 0 { return nil }
        let passed = descriptor >= 0 ? File(descriptor: descriptor, path: "a file passed on") : nil
        return (String(decoding: buffer[..<count], as: UTF8.self), passed)
    }
}

extension Pipe {
    /// A new pipe.
    public init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        try call("make a pipe") { pipe(&ends) }
        for end in ends { try call("keep a pipe from commands") { fcntl(end, F_SETFD, FD_CLOEXEC) } }
        reader = File(descriptor: ends[0], path: "pipe")
        writer = File(descriptor: ends[1], path: "pipe")
    }
}

/// A pipe between two processes of one program.
public struct Pipe: Sendable {
    public let reader: File
    public let writer: File
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a file descriptor can say of the terminal behind it, if there is one.
public struct TerminalDevice: Hashable, Sendable {
    public static let standardInput = TerminalDevice(descriptor: STDIN_FILENO)
    public static let standardOutput = TerminalDevice(descriptor: STDOUT_FILENO)
    public static let standardError = TerminalDevice(descriptor: STDERR_FILENO)

    /// The descriptor that is asked; it stays the caller's to close.
    public let descriptor: Int32

    public init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Whether the descriptor is open on a terminal.
    public var isTerminal: Bool {
        isatty(descriptor) == 1
    }

    /// The width of the terminal in columns, asked anew every time because windows are resized.
    ///
    /// `COLUMNS` goes before what the terminal says of itself if it is a positive number, but never makes a
    /// terminal of a file or a pipe.
    ///
    /// - Parameter environment: looks up a variable of the environment.
    /// - Returns: nil when there is no terminal, or one that doesn't know its width.
    public func columns(environment: (String) -> String?) -> Int? {
        guard isTerminal else { return nil }
        if let wanted = environment("COLUMNS").flatMap({ Int($0) }), wanted > 0 { return wanted }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}

import System
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite("The terminal behind a descriptor")
struct TerminalDeviceTests {
    /// Runs `body` with a new terminal of `columns` columns.
    private func withTerminal(columns: UInt16, _ body: (TerminalDevice) throws -> Void) throws {
        let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        try #require(ioctl(descriptor, UInt(TIOCSWINSZ), &size) == 0)
        try body(TerminalDevice(descriptor: descriptor))
    }

    @Test("a terminal has its own width, or that of COLUMNS if it is a positive number")
    func terminal() throws {
        try withTerminal(columns: 132) { device in
            #expect(device.isTerminal)
            #expect(device.columns { _ in nil } == 132)
            #expect(device.columns { $0 == "COLUMNS" ? "100" : nil } == 100)
            for nonsense in ["", "0", "-5", "wide"] {
                #expect(device.columns { $0 == "COLUMNS" ? nonsense : nil } == 132)
            }
        }
    }

    @Test("a terminal of no width has none")
    func unknownWidth() throws {
        try withTerminal(columns: 0) { device in
            #expect(device.columns { _ in nil } == nil)
            #expect(device.columns { $0 == "COLUMNS" ? "100" : nil } == 100)
        }
    }

    @Test("a file is no terminal and has no width, whatever COLUMNS says")
    func file() throws {
        let descriptor = open("/dev/null", O_RDONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let device = TerminalDevice(descriptor: descriptor)
        #expect(!device.isTerminal)
        #expect(device.columns { _ in "100" } == nil)
        #expect(!TerminalDevice(descriptor: -1).isTerminal)
    }
}

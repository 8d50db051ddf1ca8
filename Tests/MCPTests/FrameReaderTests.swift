import System
import Testing

@testable import MCP

@Suite("Frames of the stdio transport")
struct FrameReaderTests {
    /// Everything that a reader makes of `text`, the pipe being closed behind it.
    private func frames(_ text: String, limit: Int = 1 << 20) throws -> [FrameReader.Frame] {
        let pipe = try Pipe()
        try pipe.writer.write(text.utf8)
        pipe.writer.closeNow()
        var reader = FrameReader(pipe.reader, limit: limit)
        var frames: [FrameReader.Frame] = []
        while let frame = try reader.next() { frames.append(frame) }
        return frames
    }

    private func line(_ text: String) -> FrameReader.Frame { .line(Array(text.utf8)) }

    @Test("every line is a frame, the last one without its line break too")
    func lines() throws {
        #expect(try frames("one\ntwo\n\nthree") == [line("one"), line("two"), line(""), line("three")])
        #expect(try frames("one\n") == [line("one")])
        #expect(try frames("") == [])
    }

    @Test("a line that comes in pieces is one frame")
    func pieces() throws {
        let pipe = try Pipe()
        var reader = FrameReader(pipe.reader, limit: 100)
        try pipe.writer.write("one\ntw".utf8)
        #expect(try reader.nextWithoutWaiting() == line("one"))
        #expect(try reader.nextWithoutWaiting() == nil)
        try pipe.writer.write("o\n".utf8)
        #expect(try reader.nextWithoutWaiting() == line("two"))
        pipe.writer.closeNow()
        #expect(try reader.next() == nil)
    }

    @Test("a line that is too long is said to be so once, and what follows is read")
    func tooLong() throws {
        let long = String(repeating: "x", count: 11)
        #expect(try frames(long + "\nnext\n", limit: 10) == [.tooLong, line("next")])
        #expect(try frames(long, limit: 10) == [.tooLong])
        #expect(try frames("1234567890\n", limit: 10) == [line("1234567890")])
        #expect(try frames(long + "\n" + long + "\n", limit: 10) == [.tooLong, .tooLong])
    }

    @Test("a line far beyond the limit, in many reads, is one that is too long")
    func farTooLong() throws {
        let pipe = try Pipe()
        var reader = FrameReader(pipe.reader, limit: 10)
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 50_000)
        try pipe.writer.write(piece)
        #expect(try reader.nextWithoutWaiting() == .tooLong)
        for _ in 0..<20 {
            try pipe.writer.write(piece)
            #expect(try reader.nextWithoutWaiting() == nil)
        }
        try pipe.writer.write("\nshort\n".utf8)
        #expect(try reader.nextWithoutWaiting() == line("short"))
    }
}

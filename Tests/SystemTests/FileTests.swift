import System
import Testing
import TestSupport

@Suite("Open files")
struct FileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func open(_ name: String, _ mode: File.Mode = [.readWrite, .create]) throws -> File {
        try File(directory(name), mode)
    }

    @Test("what is written at an offset is read from there, up to the end or a limit")
    func contents() throws {
        let file = try open("a")
        try file.write(Array("hello".utf8), at: 0)
        try file.write(Array("J".utf8), at: 0)
        try file.write(Array("!".utf8), at: 6)
        #expect(try file.contents() == Array("Jello\0!".utf8))
        #expect(try file.contents(from: 2, limit: 3) == Array("llo".utf8))
        #expect(try file.contents(from: 6, limit: 10) == Array("!".utf8))
        #expect(try file.contents(from: 100) == [])
        var bytes = [UInt8](repeating: 0xFF, count: 4)
        #expect(try file.read(into: &bytes, at: 5) == 2)
        #expect(bytes == [0, UInt8(ascii: "!"), 0xFF, 0xFF])
    }

    @Test("more than the system takes at once is written and read whole")
    func large() throws {
        var random = SeededGenerator(seed: 5)
        let bytes = (0..<300_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        try open("a").write(bytes)
        #expect(try open("a").rest() == bytes)
        #expect(try open("a").rest(limit: 70_000) == Array(bytes[..<70_000]))
        #expect(try FileSystem.contents(directory("a")) == bytes)
    }

    @Test("two openings that append never write over each other")
    func append() throws {
        let one = try open("log", [.write, .append, .create])
        let other = try open("log", [.write, .append])
        for number in 0..<10 { try (number % 2 == 0 ? one : other).write("\(number)\n".utf8) }
        #expect(try open("log", .read).rest() == Array("0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n".utf8))
    }

    @Test("a file that must be new is refused when it is there, one that must be there when it is not")
    func modes() throws {
        #expect(failure { try open("a", .read) }?.isMissing == true)
        _ = try open("a", [.write, .create, .exclusive])
        let error = failure { try open("a", [.write, .create, .exclusive]) }
        #expect(error?.isExisting == true)
        #expect(error?.description == "cannot open \(directory("a")): File exists")
        #expect(failure { try File(directory.path, .write) } != nil)
        #expect(throws: Never.self) { try File(directory.path, [.read, .directory]) }
        #expect(failure { try open("a", [.read, .directory]) }?.isMissing == true)
    }

    @Test("a path is relative to the directory that is given")
    func relative() throws {
        let here = try File(directory.path, [.read, .directory])
        try File("a", [.write, .create], in: here, permissions: 0o600).write("x".utf8)
        #expect(try FileSystem.contents("a", in: here) == Array("x".utf8))
        #expect(try FileSystem.status("a", in: here)?.permissions == 0o600)
        #expect(failure { try File("b", .read, in: here) }?.path == directory("b"))
        #expect(try File(directory("a"), .read, in: here).path == directory("a"))
    }

    @Test("size, permissions and times are what was set")
    func status() throws {
        let file = try open("a")
        try file.resize(to: 10)
        try file.setPermissions(0o640)
        try file.setTimes(nanoseconds: 1_700_000_000_123_456_789)
        let status = try file.status()
        #expect(status.size == 10 && status.permissions == 0o640 && status.modified == 1_700_000_000_123_456_789)
        #expect(status.isFile && !status.isDirectory && status.kindName == "a file" && status.links == 1)
        #expect(try FileSystem.status(directory("a")) == status)
        try file.resize(to: 0)
        #expect(try file.contents() == [])
        #expect(throws: Never.self) {
            try file.syncData()
            try file.sync()
        }
    }

    @Test("a lock excludes other openings of the file until it is given back or closed")
    func lock() throws {
        let one = try open("a")
        var other: File? = try open("a")
        #expect(try one.isUnlocked())
        try other?.lock(within: .zero)
        #expect(try !one.isUnlocked())
        #expect(failure { try one.lock(within: .zero) }?.isTimeout == true)
        try other?.unlock()
        try one.lock(within: .zero)
        #expect(try other?.isUnlocked() == false)
        try one.unlock()
        try other?.lock(within: .zero)
        other = nil
        #expect(try one.isUnlocked())
    }

    @Test("a file that is closed at once gives its lock back, and a copy under another number keeps it")
    func closing() throws {
        let observer = try open("a")
        let locked = try open("a")
        let copy = try open("b")
        try locked.lock(within: .zero)
        try locked.replace(copy)
        locked.closeNow()
        #expect(try !observer.isUnlocked())
        copy.closeNow()
        #expect(try observer.isUnlocked())
    }

    @Test("looking whether a lock is free does not take it")
    func looking() throws {
        let one = try open("a")
        let other = try open("a")
        #expect(try one.isUnlocked())
        #expect(throws: Never.self) { try other.lock(within: .zero) }
    }

    @Test("space that is given back reads as zeros, and shows as a hole")
    func holes() throws {
        let file = try open("a")
        let part: Int64 = 1 << 18
        try file.write([UInt8](repeating: 1, count: Int(part) * 4), at: 0)
        let full = try file.status()
        #expect(try file.nextHole(from: 0) == part * 4)
        do throws(SystemError) {
            try file.punchHole(at: part, length: part * 2)
        } catch {
            try #require(error.isUnsupported, "\(error)")
            return
        }
        #expect(try file.status().size == full.size)
        #expect(try file.status().allocated == full.allocated - part * 2)
        #expect(try file.contents(from: part - 1, limit: 3) == [1, 0, 0])
        #expect(try file.contents(from: part * 3 - 2, limit: 3) == [0, 0, 1])
        #expect(try file.nextHole(from: 0) == part)
        #expect(try file.nextData(from: part) == part * 3)
        #expect(try file.nextData(from: 5) == 5)
        #expect(try file.nextHole(from: part * 3) == part * 4)
    }

    @Test("behind the last data there is none up to the end of the file")
    func dataAtTheEnd() throws {
        let file = try open("a")
        try file.resize(to: 1 << 20)
        #expect(try file.nextData(from: 0) == 1 << 20)
    }

    @Test("a mapped file shows its bytes for as long as the map lives")
    func mapped() throws {
        var map: MappedFile?
        do {
            let file = try open("a")
            try file.write("mapped".utf8)
            map = try MappedFile(file, length: 6)
            #expect(try MappedFile(file, length: 0).bytes.isEmpty)
        }
        try FileSystem.remove(directory("a"))
        #expect(map?.bytes.elementsEqual("mapped".utf8) == true)
    }
}

/// The failure of a call of the system, nil when it succeeds.
func failure(_ body: () throws -> some Any) -> SystemError? {
    do {
        _ = try body()
    } catch let error as SystemError {
        return error
    } catch {
        Issue.record(error)
    }
    return nil
}

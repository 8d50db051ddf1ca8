import System
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite("Processes, and what passes between them")
struct ProcessTests {
    @Test("a signal that is caught can be waited for, and tells who sent it")
    func signals() throws {
        let signals = try Signals(catching: [.user1])
        defer { Signals.release() }
        #expect(try signals.arrivals().isEmpty)
        var child = try Child.shell("kill -USR1 \(Process.current)")
        #expect(try child.finish().ending == .exited(0))
        #expect(try Poll.wait(for: [signals.file], within: .seconds(30)) == [true])
        let arrivals = try signals.arrivals()
        #expect(arrivals.map(\.signal) == [.user1])
        #expect(arrivals.first?.wasSent == true && arrivals.first?.sender == child.pid)
        #expect(try signals.arrivals().isEmpty)
    }

    @Test("children that are forgotten leave nothing behind")
    func forgotten() async {
        await #expect(processExitsWith: .success) {
            try Process.forgetChildren()
            if try Process.fork() == 0 { Process.exit(0) }
            while try Process.hasChildren() { Clock.sleep(.milliseconds(1)) }
            guard case .childless = try Process.collect() else { Process.exit(1) }
        }
    }

    @Test("a lock that a child holds is waited for, and free when the child has ended")
    func lockOfAChild() throws {
        let directory = try TemporaryDirectory()
        let file = try File(try directory.file("lock"), .readWrite)
        var child = try Child("/usr/bin/flock", [file.path, "/bin/sh", "-c", "echo locked; read line; exit 0"])
        #expect(try child.line() == "locked")
        #expect(try !file.isUnlocked())
        #expect(failure { try file.lock(within: .zero) }?.isTimeout == true)
        #if os(Linux)
            #expect(ProcessTable.lockHolder(of: try file.status()) == Int(child.pid))
        #endif
        #expect(try child.finish().ending == .exited(0))
        try file.lock(within: .seconds(30))
        #if os(Linux)
            #expect(ProcessTable.lockHolder(of: try file.status()) == Environment.processID)
        #endif
    }

    @Test("a locked file that is passed on keeps its lock with whoever received it")
    func channel() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.file("lock", "content")
        let observer = try File(path, .read)
        let (one, other) = try Channel.pair()
        do {
            let locked = try File(path, .readWrite)
            try locked.lock(within: .zero)
            try one.send("take this", with: locked)
        }
        try one.send("bare")
        #expect(try !observer.isUnlocked(), "the lock lives on in the message")
        do {
            let received = try #require(try other.receive())
            #expect(received.message == "take this")
            let file = try #require(received.file)
            #expect(try file.contents() == Array("content".utf8))
            #expect(fcntl(file.descriptor, F_GETFD) & FD_CLOEXEC != 0)
            #expect(try !observer.isUnlocked())
        }
        #expect(try observer.isUnlocked())
        let bare = try #require(try other.receive())
        #expect(bare.message == "bare" && bare.file == nil)
    }

    @Test("whose other end is gone hears of it")
    func channelEnd() throws {
        var ends: (Channel, Channel)? = try Channel.pair()
        let other = try #require(ends?.1)
        try ends?.0.send("last words")
        ends = nil
        #expect(try other.receive()?.message == "last words")
        #expect(try other.receive() == nil)
        #expect(failure { try other.send("anybody?") }?.isBrokenPipe == true)
    }

    @Test("a file is ready when something can be read from it, or it is at its end")
    func readiness() throws {
        let (empty, full) = (try Pipe(), try Pipe())
        var closed: Pipe? = try Pipe()
        let ended = try #require(closed?.reader)
        closed = nil
        try full.writer.write([1])
        #expect(try Poll.wait(for: [empty.reader, full.reader, ended], within: .zero) == [false, true, true])
        #expect(try Poll.wait(for: [empty.reader], within: .milliseconds(1)) == [false])
        #expect(try Poll.wait(for: [empty.reader, full.reader], within: nil) == [false, true])
        #expect(try Poll.wait(for: [], within: .zero) == [])
        try empty.writer.write([1])
        #expect(try Poll.wait(for: [empty.reader], within: .seconds(30)) == [true])
    }

    @Test("what can be read now is nothing, some bytes, or the end")
    func available() throws {
        var pipe: Pipe? = try Pipe()
        let reader = try #require(pipe?.reader)
        try #require(fcntl(reader.descriptor, F_SETFL, O_NONBLOCK) == 0)
        var buffer = [UInt8](repeating: 0, count: 2)
        #expect(try reader.available(into: &buffer) == 0)
        try pipe?.writer.write([7, 8, 9])
        #expect(try reader.available(into: &buffer) == 2)
        #expect(buffer == [7, 8])
        #expect(try reader.available(into: &buffer) == 1)
        pipe = nil
        #expect(try reader.available(into: &buffer) == nil)
    }

    @Test("a pipe that is full takes no more until it is read")
    func writability() throws {
        let pipe = try Pipe()
        try #require(fcntl(pipe.writer.descriptor, F_SETFL, O_NONBLOCK) == 0)
        #expect(try Poll.canWrite(to: pipe.writer, within: .zero))
        let full = failure { while true { _ = try pipe.writer.writeOnce([UInt8](repeating: 0, count: 4096)) } }
        #expect(full?.isBusy == true)
        #expect(try !Poll.canWrite(to: pipe.writer, within: .zero))
        _ = try pipe.reader.rest(limit: 8192)
        #expect(try Poll.canWrite(to: pipe.writer, within: .zero))
    }
}

#if os(Linux)
    @Suite("What the system shows of processes and files")
    struct ProcessTableTests {
        @Test("descendants are found whichever thread started them, the parent before its children")
        func descendants() throws {
            var child = try Child.shell("sleep 1000 & echo $!; read line; kill $!")
            let grandchild = try #require(Int(try child.line()))
            let below = ProcessTable.descendants(of: Environment.processID)
            let positions = [Int(child.pid), grandchild].map { below.firstIndex(of: $0) }
            #expect(try #require(positions[0]) < (try #require(positions[1])))
            #expect(ProcessTable.descendants(of: Int(child.pid)) == [grandchild])
            #expect(ProcessTable.descendants(of: grandchild) == [])
            #expect(ProcessTable.commandLine(of: Int(child.pid))?.hasPrefix("sh -c sleep 1000") == true)
            #expect(try child.finish().ending != .exited(127))
            #expect(ProcessTable.commandLine(of: Int(child.pid)) == nil)
        }

        @Test("a child that has ended and was not collected is not found, but keeps its mark")
        func zombies() throws {
            let child = try Child("/bin/true")
            var information = siginfo_t()
            try #require(waitid(P_PID, id_t(child.pid), &information, WEXITED | WNOWAIT) == 0)
            #expect(!ProcessTable.descendants(of: Environment.processID).contains(Int(child.pid)))
            #expect(ProcessTable.startMark(of: Int(child.pid)) != nil)
            #expect(Child.waitForEnd(of: child.pid) == .exited(0))
            #expect(ProcessTable.startMark(of: Int(child.pid)) == nil)
        }

        @Test("the start of a process is marked by the boot and stays the same, whatever its name")
        func startMark() throws {
            let directory = try TemporaryDirectory()
            let program = try directory.file("a) R 1 (b", "#!/bin/sh\necho started\nread line\n", permissions: 0o755)
            var child = try Child(program)
            #expect(try child.line() == "started")
            let mark = try #require(ProcessTable.startMark(of: Int(child.pid)))
            #expect(mark == ProcessTable.startMark(of: Int(child.pid)))
            let parts = mark.split(separator: "/")
            #expect(parts.count == 2 && parts.first.map(String.init) == ProcessTable.bootID)
            #expect(parts.last.flatMap { Int($0) } ?? 0 > 0)
            _ = try child.finish()
        }

        @Test("processes are found by a variable of their environment, by its whole value")
        func processesWithVariable() throws {
            let value = "R-\(Environment.processID)"
            let found = { (value: String) in ProcessTable.processes(with: ["TF_SYSTEM_TESTS": value]) }
            var child = try Child("/bin/sh", ["-c", "echo ready; read line"], environment: ["TF_SYSTEM_TESTS": value])
            #expect(try child.line() == "ready")
            #expect(found(value) == [Int(child.pid)])
            #expect(found(value + "0") == [] && found("R-") == [])
            #expect(ProcessTable.carries(["TF_SYSTEM_TESTS": value], Int(child.pid)))
            #expect(!ProcessTable.carries(["TF_SYSTEM_TESTS": value, "OTHER": "x"], Int(child.pid)))
            _ = try child.finish()
            #expect(found(value) == [])
        }

        @Test("a change in a directory or file that is watched wakes whoever waits, once")
        func watch() throws {
            let directory = try TemporaryDirectory()
            let log = try directory.file("log")
            try FileSystem.makeDirectory(directory("inside"))
            let watch = FileWatch([log])
            watch.add(directory("inside"))
            let file = try #require(watch.file)
            #expect(watch.pollInterval == nil)
            func changed() throws -> Bool {
                let changed = try Poll.wait(for: [file], within: .zero) == [true]
                try watch.drain()
                return changed
            }
            #expect(try !changed())
            try File(log, [.write, .append]).write([1])
            #expect(try changed())
            #expect(try !changed())
            let new = try directory.file("new")
            #expect(try !changed(), "its directory is not watched")
            try FileSystem.rename(new, to: directory("inside/new"))
            #expect(try changed())
            _ = try File(directory("inside/other"), [.write, .create])
            #expect(try changed())
            #expect(try !changed())
        }

        @Test("where nothing can be watched one has to look from time to time")
        func watchNothing() throws {
            let watch = FileWatch(["/nothing/here"])
            #expect(watch.file == nil && watch.pollInterval == .seconds(1))
            #expect(throws: Never.self) { try watch.drain() }
            #expect(FileWatch([]).file == nil)
        }
    }
#endif

import System
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

@Suite("Starting commands")
struct SpawnTests {
    @Test("nothing of a command runs before it is let go")
    func held() throws {
        let directory = try TemporaryDirectory()
        let null = try File("/dev/null", .readWrite)
        let held = try Child.spawn("/bin/mkdir", [directory("made")], input: null, output: null).start()
        #expect(kill(held.pid, 0) == 0)
        #expect(try FileSystem.status(directory("made")) == nil)
        try held.release()
        #expect(Child.waitForEnd(of: held.pid) == .exited(0))
        #expect(try FileSystem.status(directory("made"))?.isDirectory == true)
    }

    @Test("a command that is dropped before it is let go never runs")
    func dropped() throws {
        let directory = try TemporaryDirectory()
        let null = try File("/dev/null", .readWrite)
        var held: HeldCommand? = try Child.spawn("/bin/mkdir", [directory("made")], input: null, output: null).start()
        let pid = try #require(held?.pid)
        held = nil
        #expect(Child.waitForEnd(of: pid) == .exited(127))
        #expect(try FileSystem.status(directory("made")) == nil)
    }

    /// In a process of its own, because what ends and is never collected would stay for all tests to come across.
    @Test("a command that nobody waits for never runs, and many can be expected at once")
    func expected() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            let null = try File("/dev/null", .readWrite)
            let spawn = Child.spawn("/bin/mkdir", [directory("made")], input: null, output: null)
            _ = try spawn.begin()
            let expected = try (0..<20).map {
                try Child.spawn("/bin/mkdir", [directory("made-\($0)")], input: null, output: null).begin()
            }
            // In another order than they were asked for. All are let go before one is waited for: each holds what was open
            // when it was made, the others' reports among it.
            let held = try expected.reversed().map { try $0.held() }
            for command in held {
                #expect(command.startMark == nil || command.startMark == ProcessTable.startMark(of: Int(command.pid)))
            }
            for command in held { command.letGo() }
            for command in held {
                try command.confirm()
                #expect(Child.waitForEnd(of: command.pid) == .exited(0))
            }
            for number in expected.indices {
                #expect(try FileSystem.status(directory("made-\(number)"))?.isDirectory == true)
            }
            #expect(try FileSystem.status(directory("made")) == nil)
        }
    }

    @Test("the command gets its arguments as they are, and its exit status comes back")
    func arguments() throws {
        var child = try Child("/bin/sh", ["-c", "printf '[%s]' \"$@\"; exit 42", "sh", "a b", "", "*", "é\n"])
        let result = try child.finish()
        #expect(result.output == "[a b][][*][é\n]")
        #expect(result.ending == .exited(42))
    }

    @Test("the environment is what was given, and nothing else")
    func environment() throws {
        var child = try Child("/usr/bin/env", environment: ["B": "2 = two", "A": "", "LINES": "x\ny"])
        #expect(try child.finish().output == "A=\nB=2 = two\nLINES=x\ny\n")
        var bare = try Child("/usr/bin/env", environment: [:])
        #expect(try bare.finish().output == "")
    }

    @Test("it starts in the directory that was given")
    func directory() throws {
        let directory = try TemporaryDirectory()
        var child = try Child("/bin/pwd", ["-P"], environment: [:], directory: directory.path)
        #expect(try child.finish().output == FileSystem.realPath(directory.path) + "\n")
    }

    @Test("it leads a process group of its own, a session, or nothing, as asked")
    func leadership() throws {
        var group = try Child.shell("read line")
        #expect(getpgid(group.pid) == group.pid && getsid(group.pid) == getsid(0))
        var session = try Child.shell("read line") { $0.leadership = .session }
        #expect(getpgid(session.pid) == session.pid && getsid(session.pid) == session.pid)
        var nothing = try Child.shell("read line") { $0.leadership = .none }
        #expect(getpgid(nothing.pid) == getpgrp() && getsid(nothing.pid) == getsid(0))
        #if os(Linux)
            #expect(ProcessTable.session(of: Int(session.pid)) == Int(session.pid))
            #expect(ProcessTable.session(of: Int(group.pid)) == Int(getsid(0)))
        #endif
        _ = try (group.finish(), session.finish(), nothing.finish())
    }

    @Test("open files are not handed on")
    func descriptors() throws {
        let directory = try TemporaryDirectory()
        let open = try File(try directory.file("secret"), .readWrite)
        try open.lock(within: .zero)
        let pipe = try Pipe()
        let (one, other) = try Channel.pair()
        let files = try [open, pipe.reader, pipe.writer, one.file, other.file].map { try $0.status() }
        var child = try Child.shell("stat -L -c '%d:%i' /proc/$$/fd/*")
        let inherited = try child.finish().output.split(separator: "\n").map(String.init)
        #expect(inherited.count >= 3)
        #expect(Set(inherited).isDisjoint(with: files.map { "\($0.device):\($0.inode)" }))
    }

    @Test("streams are mapped as asked, also when they are this process's own in another order")
    func streams() throws {
        let directory = try TemporaryDirectory()
        let files = "/proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2"
        let script = "(stat -L -c '%d:%i' \(files) > \(directory("result")); exit $?); exit $?"
        for order in [[2, 0, 1], [1, 2, 0], [2, 1, 0], [0, 1, 2], [1, 1, 1]] as [[Int32]] {
            let files = order.map { File(descriptor: $0, path: "standard stream \($0)", closesItself: false) }
            let child = try Child.shell(script) { spawn in
                (spawn.input, spawn.output, spawn.error) = (files[0], files[1], files[2])
            }
            #expect(Child.waitForEnd(of: child.pid) == .exited(0))
            let expected = try files.map { try $0.status() }.map { "\($0.device):\($0.inode)\n" }.joined()
            let result = try FileSystem.contents(directory("result")).map { String(decoding: $0, as: UTF8.self) }
            #expect(result == expected, "\(order)")
        }
    }

    @Test("output and errors arrive in one file in order")
    func sharedOutput() throws {
        var child = try Child.shell("echo one; echo two >&2; echo three")
        #expect(try child.finish().output == "one\ntwo\nthree\n")
    }

    @Test("signals have their usual meaning in the command")
    func signals() throws {
        var child = try Child.shell("kill -PIPE $$; echo survived")
        let result = try child.finish()
        #expect(result.output == "")
        #expect(result.ending == .signalled(SIGPIPE))
        let waiting = try Child.shell("read line")
        #expect(try Process.send(.terminate, to: waiting.pid))
        #expect(Child.waitForEnd(of: waiting.pid) == .signalled(SIGTERM))
        #expect(try !Process.send(.terminate, to: waiting.pid))
    }

    @Test("what cannot be started is told apart: not there, not executable, no such directory")
    func failures() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: Spawn.Failure.notFound("/nothing/here")) { try Child("/nothing/here") }
        let text = try directory.file("text", "hello", permissions: 0o644)
        #expect(throws: Spawn.Failure.notExecutable(text, reason: "Permission denied")) { try Child(text) }
        let foreign = try directory.file("foreign", "#!/nothing/interpreter\n", permissions: 0o755)
        #expect(throws: Spawn.Failure.notFound(foreign)) { try Child(foreign) }
        let missing = directory("missing")
        #expect(throws: Spawn.Failure.badDirectory(missing, reason: "No such file or directory")) {
            try Child("/bin/true", directory: missing)
        }
        #expect(throws: Spawn.Failure.badDirectory(text, reason: "Not a directory")) {
            try Child("/bin/true", directory: text)
        }
    }

    @Test("a script without an interpreter line is run by the shell")
    func script() throws {
        let directory = try TemporaryDirectory()
        let script = try directory.file("script", "echo \"$0 $1\"\n", permissions: 0o755)
        var child = try Child(script, ["argument"])
        #expect(try child.finish().output == script + " argument\n")
    }

    @Test("failures have the exit status that a shell would give them")
    func exitStatus() {
        #expect(Spawn.Failure.notFound("x").exitStatus == 127)
        #expect(Spawn.Failure.notExecutable("x", reason: "").exitStatus == 126)
        #expect(Spawn.Failure.badDirectory("x", reason: "").exitStatus == 126)
        #expect(Spawn.Failure.notFound("x").description == "command not found: x")
    }

    @Test("a program is looked up as the shell does: by PATH, or from the directory when it has a slash")
    func locate() throws {
        let directory = try TemporaryDirectory()
        try FileSystem.makeDirectories(directory("bin/folder"))
        let tool = try directory.file("bin/tool", "#!/bin/sh\n", permissions: 0o755)
        let data = try directory.file("bin/data", permissions: 0o644)
        func locate(_ program: String, path: String? = "/nothing:\(directory("bin"))") throws -> String {
            try Spawn.locate(program, path: path, directory: directory.path)
        }
        #expect(try locate("tool") == tool)
        #expect(try locate("bin/tool") == tool)
        #expect(try locate("./bin/tool") == directory("./bin/tool"))
        #expect(try locate("/bin/sh") == "/bin/sh")
        #expect(try locate("tool", path: "bin") == tool)
        #expect(try locate("sh", path: nil).hasSuffix("/sh"))
        #expect(throws: Spawn.Failure.notFound("tool")) { try locate("tool", path: "/nothing") }
        #expect(throws: Spawn.Failure.notFound("bin/none")) { try locate("bin/none") }
        #expect(throws: Spawn.Failure.notExecutable(data, reason: "permission denied")) { try locate("data") }
        #expect(throws: Spawn.Failure.notExecutable("bin/data", reason: "permission denied")) { try locate("bin/data") }
        #expect(throws: Spawn.Failure.notExecutable("bin/folder", reason: "permission denied")) {
            try locate("bin/folder")
        }
        #expect(throws: Spawn.Failure.badDirectory("/nothing", reason: "there is no such directory")) {
            try Spawn.locate("sh", path: nil, directory: "/nothing")
        }
        _ = try directory.file("here", "#!/bin/sh\n", permissions: 0o755)
        #expect(try locate("here", path: "/nothing:") == directory("./here"))
    }
}

import System

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What went wrong in a measurement.
struct BenchmarkFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A command to be timed: everything that it needs but the processor.
struct Command {
    let program: String
    var arguments: [String]
    var environment: [String: String]
    var directory: String
    /// What it reads on standard input.
    var input = "/dev/null"
    var output = "/dev/null"

    /// The time from starting the command to its end, in milliseconds.
    ///
    /// - Throws: when it cannot be started, or exits with anything but 0: a refusal is quick, and no measurement.
    func milliseconds() throws -> Double {
        let (pid, start) = try begin()
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let time = Clock.monotonic() - start
        guard status == 0 else {
            let how = status & 0x7F == 0 ? "exited with \(status >> 8 & 0xFF)" : "was ended by signal \(status & 0x7F)"
            throw BenchmarkFailure("\(Path.name(of: program)) \(arguments.prefix(5).joined(separator: " ")) \(how)")
        }
        return time.inSeconds * 1000
    }

    /// Runs the command for what it does, not for its time.
    func run() throws { _ = try milliseconds() }

    /// Starts the command; returns its id, and the moment before it was there.
    func begin() throws -> (pid: Int32, start: Duration) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments = ([Path.name(of: program)] + arguments).map { strdup($0) } + [nil]
        var environment = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + environment { free(text) } }
        var pid: pid_t = 0
        // Not every C library can be asked to change the directory in the child alone.
        try FileSystem.changeDirectory(to: directory)
        let start = Clock.monotonic()
        let code = posix_spawn(&pid, program, &actions, nil, &arguments, &environment)
        guard code == 0 else { throw SystemError("start", program, code: code) }
        return (pid, start)
    }
}

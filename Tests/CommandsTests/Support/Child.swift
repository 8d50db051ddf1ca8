import Foundation

/// What a finished process left: how it ended and what it printed.
struct Outcome: Sendable, CustomStringConvertible {
    let command: String
    /// The exit status, if it exited by itself.
    let status: Int32?
    /// The signal that ended it, if one did.
    let signal: Int32?
    let stdout: String
    let stderr: String
    /// It did not end within its time and was killed for that.
    let overran: Bool

    /// Standard output by lines, without the last newline.
    var lines: [String] { stdout.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast() }

    /// Standard output without the blanks around it: the id that `create` printed, for instance.
    var text: String { stdout.trimmingCharacters(in: .whitespacesAndNewlines) }

    var description: String {
        let end = overran ? "ran out of time" : signal.map { "died of signal \($0)" } ?? "exited \(status ?? -1)"
        return "\(command)\n\(end)\nstdout: \(stdout.prefix(2000))\nstderr: \(stderr.prefix(2000))"
    }
}

/// One process that a test started. Output goes to files, never through pipes of ours: so nothing that is left
/// running can block a test, and children that are started at the same time inherit no descriptors of each other.
final class Child: @unchecked Sendable {
    let pid: pid_t
    let command: String
    private let outputPath: String
    private let errorPath: String
    private let lock = NSLock()
    private var ended: Int32?
    private var overran = false

    init(
        _ executable: String, _ arguments: [String], environment: [String: String], directory: String,
        input: String?, scratch: String
    ) throws {
        command = ([executable.components(separatedBy: "/").last ?? executable] + arguments).joined(separator: " ")
        let stem = scratch + "/" + UUID().uuidString
        outputPath = stem + ".out"
        errorPath = stem + ".err"
        var inputPath = "/dev/null"
        if let input {
            inputPath = stem + ".in"
            try Data(input.utf8).write(to: URL(fileURLWithPath: inputPath))
        }
        pid = try Child.spawn(
            [executable] + arguments, environment: environment, directory: directory,
            files: [(0, inputPath, O_RDONLY), (1, outputPath, writing), (2, errorPath, writing)])
    }

    /// Nobody is going to wait for it any more: a thread does, because the monitor of exit tests looks at the first child
    /// that has ended, over and over, for as long as it is not collected.
    deinit {
        guard reap() == nil else { return }
        Thread.detachNewThread { [pid] in
            var raw: Int32 = 0
            while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
        }
    }

    /// What it has printed so far.
    var output: String { Child.read(outputPath) }
    var errorOutput: String { Child.read(errorPath) }

    func send(_ signal: Int32) { kill(pid, signal) }

    var isRunning: Bool { reap() == nil }

    /// Waits for the end, at most `limit` seconds; then it is killed and its outcome says so.
    func wait(limit: TimeInterval = 60) -> Outcome {
        let killing = DispatchWorkItem { [self] in overrun() }
        DispatchQueue.global().asyncAfter(deadline: .now() + limit, execute: killing)
        defer { killing.cancel() }
        while reap() == nil {
            // It stays to be collected, so that nobody who looks at the same time takes its status away.
            var information = siginfo_t()
            waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT)
        }
        let raw = reap() ?? 0
        let signal = raw & 0x7f
        return Outcome(
            command: command, status: signal == 0 ? (raw >> 8) & 0xff : nil, signal: signal == 0 ? nil : signal,
            stdout: output, stderr: errorOutput, overran: lock.withLock { overran })
    }

    /// Its time is up: it is killed, and what is in its process group as well.
    private func overrun() {
        guard reap() == nil else { return }
        lock.withLock { overran = true }
        kill(-pid, SIGKILL)
        kill(pid, SIGKILL)
    }

    private func reap() -> Int32? {
        lock.lock()
        defer { lock.unlock() }
        if ended != nil { return ended }
        var raw: Int32 = 0
        let found = waitpid(pid, &raw, WNOHANG)
        if found == pid { ended = raw }
        if found < 0, errno == ECHILD { ended = 0xff00 }
        return ended
    }

    private static func read(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    private static func spawn(
        _ arguments: [String], environment: [String: String], directory: String,
        files: [(descriptor: Int32, path: String, flags: Int32)]
    ) throws -> pid_t {
        #if os(Linux)
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #else
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for file in files {
            posix_spawn_file_actions_addopen(&actions, file.descriptor, file.path, file.flags, 0o600)
        }
        #if os(Linux)
            let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
            _ = addChangeOfDirectory?(&actions, directory)
            _ = addCloseFrom?(&actions, 3)
        #else
            let flags =
                POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_CLOEXEC_DEFAULT
            posix_spawn_file_actions_addchdir_np(&actions, directory)
        #endif
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var pid: pid_t = 0
        let failure = withCStrings(arguments) { argv in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
                posix_spawn(&pid, arguments[0], &actions, &attributes, argv, envp)
            }
        }
        guard failure == 0 else {
            throw Unexpected("cannot start \(arguments[0]): \(String(cString: strerror(failure)))")
        }
        return pid
    }
}

private let writing = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND

#if os(Linux)
    // Both are in the C library, but not in what Swift imports of it.
    private typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>
    private let addChangeOfDirectory = found(
        "posix_spawn_file_actions_addchdir_np",
        as: (@convention(c) (Actions, UnsafePointer<CChar>) -> Int32).self)
    private let addCloseFrom = found(
        "posix_spawn_file_actions_addclosefrom_np", as: (@convention(c) (Actions, Int32) -> Int32).self)

    private func found<Function>(_ name: String, as: Function.Type) -> Function? {
        dlsym(nil, name).map { unsafeBitCast($0, to: Function.self) }
    }
#endif

private func withCStrings<T>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> T) -> T {
    let copies = strings.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return body(copies + [nil])
}

/// Something did not come out as it must. Thrown rather than recorded, so that it works on any thread.
struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String, file: String = #fileID, line: Int = #line) {
        self.description = "\(file):\(line): \(description)"
    }
}

/// Throws unless the condition holds: `#require` for code that does not run on a test's own thread.
func demand(
    _ condition: Bool, _ what: @autoclosure () -> String, file: String = #fileID, line: Int = #line
) throws {
    if !condition { throw Unexpected(what(), file: file, line: line) }
}

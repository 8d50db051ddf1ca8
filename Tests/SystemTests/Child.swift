import System
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A command that the tests have started, with pipes to its standard input and from its standard output.
struct Child {
    let pid: Int32
    /// Ends the command's input when it goes.
    private(set) var input: File?
    let output: File

    /// A command whose streams are those of a new child; `change` sets the rest.
    static func spawn(
        _ program: String, _ arguments: [String] = [], input: File, output: File,
        environment: [String: String] = ["PATH": "/usr/bin:/bin"], directory: String? = nil
    ) -> Spawn {
        Spawn(
            program: program, arguments: [Path.name(of: program)] + arguments, environment: environment,
            directory: directory, input: input, output: output, error: output)
    }

    init(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = ["PATH": "/usr/bin:/bin"],
        directory: String? = nil, change: (inout Spawn) -> Void = { _ in }
    ) throws {
        let (toChild, fromChild) = (try Pipe(), try Pipe())
        var spawn = Self.spawn(
            program, arguments, input: toChild.reader, output: fromChild.writer, environment: environment,
            directory: directory)
        change(&spawn)
        let held = try spawn.start()
        pid = held.pid
        input = toChild.writer
        output = fromChild.reader
        do {
            try held.release()
        } catch {
            _ = Self.waitForEnd(of: pid)
            throw error
        }
    }

    /// A shell that runs `script`.
    static func shell(_ script: String, change: (inout Spawn) -> Void = { _ in }) throws -> Child {
        try Child("/bin/sh", ["-c", script], change: change)
    }

    /// Its next line of output.
    func line() throws -> String {
        var line: [UInt8] = []
        while let byte = try output.rest(limit: 1).first, byte != UInt8(ascii: "\n") { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }

    /// Ends its input, and returns what it still writes, and how it ends.
    mutating func finish() throws -> (output: String, ending: Process.Ending) {
        input = nil
        let rest = String(decoding: try output.rest(), as: UTF8.self)
        return (rest, Self.waitForEnd(of: pid))
    }

    /// Waits until a child has ended, and collects it.
    static func waitForEnd(of pid: Int32) -> Process.Ending {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
    }
}

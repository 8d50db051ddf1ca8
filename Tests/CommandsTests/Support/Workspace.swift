import Foundation

/// A temporary directory with a workspace in it and a controlled environment around it. Gone, with every process
/// that is still at work in it, when the test lets go of it.
final class Workspace: Sendable {
    /// The temporary directory: `home`, `bin`, `work` and what the commands printed.
    let root: String
    /// Where commands run; holds `.tf`.
    let directory: String
    let environment: [String: String]

    var path: String { directory + "/.tf" }

    init(initialised: Bool = true, inside place: String? = nil, arguments: [String] = []) throws {
        let base = URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
        let root = base + "/tftest-" + UUID().uuidString.prefix(13)
        self.root = root
        let directory = place ?? root + "/work"
        self.directory = directory
        let home = root + "/home"
        for each in [home, directory, root + "/bin", root + "/io", root + "/tmp"] {
            try FileManager.default.createDirectory(atPath: each, withIntermediateDirectories: true)
        }
        try FileManager.default.createSymbolicLink(
            atPath: root + "/bin/tf", withDestinationPath: try Workspace.binary())
        environment = [
            "HOME": home, "XDG_STATE_HOME": home + "/.local/state", "TMPDIR": root + "/tmp",
            "PATH": root + "/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "USER": "tester", "LOGNAME": "tester", "SHELL": "/bin/sh", "LANG": "C.UTF-8", "TZ": "UTC", "TERM": "dumb",
        ]
        if initialised { try run(["init"] + arguments) }
    }

    deinit {
        for process in processes() { kill(process.pid, SIGKILL) }
        try? FileManager.default.removeItem(atPath: root)
    }

    /// The executable under test: `TF_BINARY`, or the one that was built beside the tests.
    static func binary() throws -> String {
        if let given = ProcessInfo.processInfo.environment["TF_BINARY"], !given.isEmpty {
            return URL(fileURLWithPath: given).path
        }
        #if os(Linux)
            let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        #else
            let tests =
                Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL ?? Bundle.main.bundleURL
        #endif
        let found = tests.deletingLastPathComponent().appendingPathComponent("tf").path
        try demand(FileManager.default.isExecutableFile(atPath: found), "no tf at \(found); set TF_BINARY")
        return found
    }

    // MARK: Running

    /// Runs `tf` and demands this exit status.
    @discardableResult
    func callAsFunction(
        _ arguments: String..., exits: Int32 = 0, input: String? = nil, environment: [String: String] = [:],
        limit: TimeInterval = 60, file: String = #fileID, line: Int = #line
    ) throws -> Outcome {
        try run(
            arguments, exits: exits, input: input, environment: environment, limit: limit, file: file, line: line)
    }

    @discardableResult
    func run(
        _ arguments: [String], exits: Int32 = 0, input: String? = nil, environment: [String: String] = [:],
        limit: TimeInterval = 60, file: String = #fileID, line: Int = #line
    ) throws -> Outcome {
        let outcome = try start(arguments, input: input, environment: environment).wait(limit: limit)
        try demand(
            outcome.status == exits && !outcome.overran, "must exit \(exits): \(outcome)", file: file, line: line)
        return outcome
    }

    /// Runs `tf`, whatever its exit status; only overrunning is an error.
    func attempt(
        _ arguments: String..., input: String? = nil, environment: [String: String] = [:], limit: TimeInterval = 60,
        file: String = #fileID, line: Int = #line
    ) throws -> Outcome {
        let outcome = try start(arguments, input: input, environment: environment).wait(limit: limit)
        try demand(!outcome.overran, "\(outcome)", file: file, line: line)
        return outcome
    }

    /// Runs `tf --json` and gives the value that it prints.
    func json(
        _ arguments: String..., exits: Int32 = 0, input: String? = nil, environment: [String: String] = [:],
        file: String = #fileID, line: Int = #line
    ) throws -> JSON {
        try run(
            ["--json"] + arguments, exits: exits, input: input, environment: environment, file: file, line: line
        ).json(file: file, line: line)
    }

    /// Starts `tf` and leaves it running.
    func start(_ arguments: [String], input: String? = nil, environment: [String: String] = [:]) throws -> Child {
        try spawn(root + "/bin/tf", arguments, input: input, environment: environment)
    }

    /// Runs a shell text in the workspace's directory and environment; `tf` is in its path.
    func shell(
        _ text: String, input: String? = nil, environment: [String: String] = [:], limit: TimeInterval = 60,
        file: String = #fileID, line: Int = #line
    ) throws -> Outcome {
        let outcome = try spawn("/bin/sh", ["-c", text], input: input, environment: environment).wait(limit: limit)
        try demand(!outcome.overran, "\(outcome)", file: file, line: line)
        return outcome
    }

    func spawn(
        _ executable: String, _ arguments: [String], input: String? = nil, environment: [String: String] = [:]
    ) throws -> Child {
        try Child(
            executable, arguments, environment: self.environment.merging(environment) { $1 }, directory: directory,
            input: input, scratch: root + "/io")
    }

    // MARK: Files

    /// Writes an executable shell script and gives its path.
    func script(_ name: String, _ body: String) throws -> String {
        let path = root + "/bin/" + name
        try write("#!/bin/sh\n" + body + "\n", to: path)
        chmod(path, 0o755)
        return path
    }

    /// A copy of `sleep` under a path of this workspace: a process of it is known by its command line even when it
    /// has left its session, its parent and its environment behind.
    func sleeper(_ name: String = "sleeper") throws -> String {
        let path = root + "/bin/" + name
        if !exists(path) { try FileManager.default.copyItem(atPath: "/bin/sleep", toPath: path) }
        return path
    }

    func write(_ text: String, to path: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }

    func read(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else { throw Unexpected("cannot read \(path)") }
        return String(decoding: data, as: UTF8.self)
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Opens a gate that a script waits at with `while [ ! -e NAME ]`.
    func touch(_ name: String) throws { try write("", to: directory + "/" + name) }

    // MARK: Processes

    /// Every process that belongs to this workspace by its environment, its command line or its directory.
    func processes() -> [RunningProcess] {
        RunningProcess.all(of: root)
    }
}

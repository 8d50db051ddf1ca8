import CSystem

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A command to start as a child.
public struct Spawn: Sendable {
    /// The program, looked up already (see ``Spawn/locate(_:path:directory:)``).
    public var program: String
    /// What the program is told, its own name first.
    public var arguments: [String]
    public var environment: [String: String]
    /// Where it starts; nil is where this process is.
    public var directory: String?
    /// Become standard input, output and error.
    public var input: File
    public var output: File
    public var error: File
    /// What the command leads.
    public enum Leadership: Sendable {
        /// Nothing: it stays in the group of this process, and so in the foreground of its terminal.
        case none
        case group
        /// A session, and so no terminal can reach it.
        case session
    }

    public var leadership = Leadership.group
    /// Whether the system kills the command when this process ends.
    public var diesWithParent = true

    /// A command with the given streams.
    public init(
        program: String, arguments: [String], environment: [String: String], directory: String?,
        input: File, output: File, error: File
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.input = input
        self.output = output
        self.error = error
    }

    /// Why a command could not be started.
    public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        case notFound(String)
        case notExecutable(String, reason: String)
        case badDirectory(String, reason: String)
        case system(SystemError)

        public var description: String {
            switch self {
            case .notFound(let program): "command not found: \(program)"
            case .notExecutable(let program, let reason): "cannot execute \(program): \(reason)"
            case .badDirectory(let path, let reason): "cannot run in \(path): \(reason)"
            case .system(let error): error.description
            }
        }

        /// What a shell exits with for it.
        public var exitStatus: Int32 {
            switch self {
            case .notFound: 127
            case .notExecutable, .badDirectory: 126
            case .system: 125
            }
        }
    }

    /// Finds the file that `program` names, as `execvp` does.
    ///
    /// - Parameter path: the value of `PATH`.
    /// - Parameter directory: where the command starts; a name with a slash is relative to it.
    public static func locate(_ program: String, path: String?, directory: String) throws(Failure) -> String {
        guard isKind(0o040000, directory) else {
            throw .badDirectory(directory, reason: "there is no such directory")
        }
        if program.contains("/") {
            let file = Path.join(directory, program)
            guard exists(file) else { throw .notFound(program) }
            guard isProgram(file) else { throw .notExecutable(program, reason: "permission denied") }
            return file
        }
        var forbidden: String?
        for place in (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":", omittingEmptySubsequences: false) {
            let file = Path.join(Path.join(directory, place.isEmpty ? "." : String(place)), program)
            if isProgram(file) { return file }
            if exists(file) { forbidden = file }
        }
        if let forbidden { throw .notExecutable(forbidden, reason: "permission denied") }
        throw .notFound(program)
    }

    private static func exists(_ file: String) -> Bool { access(file, F_OK) == 0 }

    private static func isProgram(_ file: String) -> Bool {
        FileSystem.isExecutable(file) && isKind(0o100000, file)
    }

    /// Whether `path`, or what it links to, is a file of that type.
    private static func isKind(_ type: mode_t, _ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o170000 == type
    }

    /// Forks the child, which waits to be let go.
    ///
    /// Nothing of the command has run when this returns, so its id can be written down first. The child ends by itself
    /// when the result is dropped without ``HeldCommand/release()``.
    public func start() throws(SystemError) -> HeldCommand { try begin().held() }

    /// The same, without waiting until the child is there. Input, output and error have to stay open until then.
    ///
    /// A child holds what was open when it was made, until it becomes its command: of several, none is known to have
    /// become its command before all were let go.
    public func begin() throws(SystemError) -> ExpectedCommand {
        let arguments = CStrings(self.arguments)
        let environment = CStrings(self.environment.map { "\($0.key)=\($0.value)" }.sorted())
        var request = tf_spawn()
        request.input = input.descriptor
        request.output = output.descriptor
        request.error = error.descriptor
        request.own_group = leadership == .group
        request.own_session = leadership == .session
        request.dies_with_parent = diesWithParent
        let result = program.withCString { program in
            withOptionalCString(directory) { directory in
                arguments.withPointers { arguments in
                    environment.withPointers { environment in
                        request.path = program
                        request.directory = directory
                        request.arguments = arguments
                        request.environment = environment
                        return tf_spawn_begin(&request)
                    }
                }
            }
        }
        guard result == 0 else { throw SystemError("start", program) }
        // They point to what was copied, and is gone now.
        request.path = nil
        request.directory = nil
        request.arguments = nil
        request.environment = nil
        return ExpectedCommand(request, self)
    }
}

extension Spawn {
    /// Runs the command and waits for its end, in this process's own group: an editor, a pager.
    public func runInForeground() throws -> Process.Ending {
        var spawn = self
        spawn.leadership = .none
        let held = try spawn.start()
        try held.release()
        return try Process.wait(for: held.pid)
    }
}

/// A child that is being forked. It ends by itself when nobody waits for it.
///
/// For one thread.
public final class ExpectedCommand: @unchecked Sendable {
    private var request: tf_spawn
    private let spawn: Spawn
    private let gate: File
    private let report: File
    private var isFinished = false

    fileprivate init(_ request: tf_spawn, _ spawn: Spawn) {
        self.request = request
        self.spawn = spawn
        gate = File(descriptor: request.release_fd, path: "the child's gate")
        report = File(descriptor: request.failure_fd, path: "the child's report")
    }

    deinit { if !isFinished { _ = tf_spawn_finish(&request) } }

    /// Waits until the child is there. To be called once.
    public func held() throws(SystemError) -> HeldCommand {
        isFinished = true
        guard tf_spawn_finish(&request) == 0 else { throw SystemError("start", spawn.program) }
        let mark = request.start_ticks == 0 ? nil : ProcessTable.startMark(ticks: Int(request.start_ticks))
        return HeldCommand(pid: request.pid, startMark: mark, gate: gate, report: report, spawn: spawn)
    }
}

/// A child that has been forked and not yet become its command.
public struct HeldCommand: Sendable {
    public let pid: Int32
    /// As ``ProcessTable/startMark(of:)`` has it; nil when it is not known.
    public let startMark: String?
    fileprivate let gate: File
    fileprivate let report: File
    fileprivate let spawn: Spawn

    /// Lets the child become its command, and returns when it has.
    public func release() throws(Spawn.Failure) {
        letGo()
        try confirm()
    }

    /// Lets the child become its command. Whether it could, ``confirm()`` tells.
    public func letGo() {
        do throws(SystemError) {
            _ = try gate.writeOnce([1])
        } catch {
            // Somebody has killed it meanwhile: its end is seen as that of any command.
        }
    }

    /// Waits until the child that was let go has become its command.
    public func confirm() throws(Spawn.Failure) {
        var report = [UInt8]()
        do throws(SystemError) {
            report = try self.report.rest()
        } catch {
            throw .system(error)
        }
        guard report.count >= 8 else { return }
        let step = report.withUnsafeBytes { $0.loadUnaligned(as: Int32.self) }
        let code = report.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 4, as: Int32.self) }
        let error = SystemError("start", spawn.program, code: code)
        switch tf_spawn_step(UInt32(step)) {
        case TF_SPAWN_DIRECTORY: throw .badDirectory(spawn.directory ?? ".", reason: error.reason)
        case TF_SPAWN_EXECUTE where error.isMissing: throw .notFound(spawn.program)
        case TF_SPAWN_EXECUTE: throw .notExecutable(spawn.program, reason: error.reason)
        default: throw .system(error)
        }
    }
}

/// Texts as C wants a list of them: pointers to bytes that end with a zero, and a null pointer at the end.
private struct CStrings {
    private let bytes: [CChar]
    private let offsets: [Int]

    init(_ texts: [String]) {
        var bytes: [CChar] = []
        var offsets: [Int] = []
        for text in texts {
            offsets.append(bytes.count)
            bytes.append(contentsOf: text.utf8CString)
        }
        self.bytes = bytes
        self.offsets = offsets
    }

    func withPointers<Result>(_ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { bytes in
            let base = bytes.baseAddress.map { UnsafeMutablePointer(mutating: $0) }
            let pointers: [UnsafeMutablePointer<CChar>?] = offsets.map { base?.advanced(by: $0) } + [nil]
            return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
        }
    }
}

private func withOptionalCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    guard let text else { return body(nil) }
    return text.withCString { body($0) }
}

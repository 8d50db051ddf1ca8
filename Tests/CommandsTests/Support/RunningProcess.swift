import Foundation

/// A live process as `/proc` shows it.
struct RunningProcess: Sendable, Equatable, CustomStringConvertible {
    let pid: pid_t
    let parent: pid_t
    let commandLine: String
    /// It waits for something.
    let isSleeping: Bool
    /// How often it has given up the processor so far, or was made to.
    let switches: Int
    /// The signals that it has a handler for, a bit for each, the lowest for signal 1.
    private let caught: UInt64

    var description: String { "\(pid) \(commandLine)" }

    /// All processes but this one; zombies, which hold nothing any more, are left out.
    static func all() -> [RunningProcess] { ids().compactMap { RunningProcess($0) } }

    /// Those that have something to do with a directory: it is in their environment or their command line, or they are
    /// in it. They are looked for among the bytes that the kernel gives, because there may be hundreds of others.
    static func all(of directory: String) -> [RunningProcess] {
        let name = Data(directory.utf8)
        return ids().filter { pid in
            bytes("/proc/\(pid)/cmdline").range(of: name) != nil || bytes("/proc/\(pid)/environ").range(of: name) != nil
                || (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd"))?
                    .hasPrefix(directory) == true
        }.compactMap { RunningProcess($0) }
    }

    /// This process's descendants and the process itself, each with its state.
    static func tree(of root: pid_t) -> [RunningProcess] {
        var found = RunningProcess(root).map { [$0] } ?? []
        let others = found.isEmpty ? [] : all()
        var index = 0
        while index < found.count {
            found += others.filter { $0.parent == found[index].pid }
            index += 1
        }
        return found
    }

    init?(_ pid: pid_t) {
        let lines = String(decoding: RunningProcess.bytes("/proc/\(pid)/status"), as: UTF8.self).split(separator: "\n")
        func value(_ name: String) -> String {
            guard let line = lines.first(where: { $0.hasPrefix(name + ":") }) else { return "" }
            return line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
        }
        let state = value("State").prefix(1)
        guard !state.isEmpty, state != "Z", state != "X", let parent = pid_t(value("PPid")) else { return nil }
        self.pid = pid
        self.parent = parent
        isSleeping = state == "S"
        switches = (Int(value("voluntary_ctxt_switches")) ?? 0) + (Int(value("nonvoluntary_ctxt_switches")) ?? 0)
        caught = UInt64(value("SigCgt"), radix: 16) ?? 0
        let words = RunningProcess.bytes("/proc/\(pid)/cmdline").map { $0 == 0 ? UInt8(ascii: " ") : $0 }
        commandLine = String(decoding: words, as: UTF8.self)
    }

    /// Whether it has a handler for a signal.
    func catches(_ signal: Int32) -> Bool { caught & (1 << UInt64(signal - 1)) != 0 }

    private static func ids() -> [pid_t] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { pid_t($0) }.filter { $0 != getpid() }
    }

    private static func bytes(_ path: String) -> Data { FileManager.default.contents(atPath: path) ?? Data() }
}

/// What this machine lets the tests do.
enum Machine {
    static let isLinux: Bool = {
        #if os(Linux)
            return true
        #else
            return false
        #endif
    }()

    static let isRoot = geteuid() == 0

    /// `strace` is there and may trace.
    static let canTrace = works("strace -f -o /dev/null -e trace=write -e inject=write:error=EIO:when=9 true")

    /// A small file system can be mounted.
    static let canMount =
        isLinux && isRoot
        && works("d=$(mktemp -d) && mount -t tmpfs -o size=64k none $d && umount $d && rmdir $d")

    private static func works(_ text: String) -> Bool {
        let scratch = NSTemporaryDirectory() + "/tftest-machine-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let child = try? Child(
            "/bin/sh", ["-c", text], environment: ["PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"],
            directory: "/", input: nil, scratch: scratch)
        return child?.wait(limit: 10).status == 0
    }
}

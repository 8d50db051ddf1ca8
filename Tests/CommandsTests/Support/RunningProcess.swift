import Foundation

/// A live process as `/proc` shows it.
struct RunningProcess: Sendable, CustomStringConvertible {
    let pid: pid_t
    let parent: pid_t
    let commandLine: String
    let environment: String
    let directory: String
    /// It waits for something.
    let isSleeping: Bool

    var description: String { "\(pid) \(commandLine)" }

    /// All processes but this one; zombies, which hold nothing any more, are left out.
    static func all() -> [RunningProcess] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { pid_t($0) }.filter { $0 != getpid() }.compactMap { RunningProcess($0) }
    }

    init?(_ pid: pid_t) {
        guard let stat = RunningProcess.text("/proc/\(pid)/stat"), let close = stat.lastIndex(of: ")") else {
            return nil
        }
        let fields = stat[stat.index(after: close)...].split(separator: " ")
        guard fields.count > 1, fields[0] != "Z", fields[0] != "X", let parent = pid_t(fields[1]) else { return nil }
        self.pid = pid
        isSleeping = fields[0] == "S"
        self.parent = parent
        commandLine = RunningProcess.text("/proc/\(pid)/cmdline") ?? ""
        environment = RunningProcess.text("/proc/\(pid)/environ") ?? ""
        directory = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")) ?? ""
    }

    private static func text(_ path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes.map { $0 == 0 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }
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

import Model
import System

/// The workspaces whose commands their user allows to run on this machine.
///
/// Agents, triggers and hooks are commands, and a workspace can come from anywhere: `git clone` brings them along. So
/// trust is kept in the user's own state directory, never in `.tf/`, by path, device, inode and birth time of the
/// directory: a copy, or another directory in its place, is not trusted. The birth time is there because a file system
/// gives the number of a removed directory to the next one.
public enum Trust {
    /// A workspace that is trusted.
    public struct Entry: Hashable, Sendable {
        /// The real path of the directory `.tf`.
        public let path: String
        let device: UInt64
        let inode: UInt64
        /// Nanoseconds since the epoch; 0 where the system does not tell.
        let birth: Int64

        fileprivate var line: String { "\(device)\t\(inode)\t\(birth)\t\(path)" }

        fileprivate init(path: String, directory: File) throws(StoreError) {
            self.path = path
            let status = try storing { () throws(SystemError) in try directory.status() }
            device = status.device
            inode = status.inode
            birth = directory.birth
        }

        /// nil for a line without a birth time, as earlier versions wrote them: it could be any directory's.
        fileprivate init?(line: Substring) {
            let fields = line.split(separator: "\t", maxSplits: 3)
            guard fields.count == 4, let device = UInt64(fields[0]), let inode = UInt64(fields[1]),
                let birth = Int64(fields[2])
            else { return nil }
            path = String(fields[3])
            self.device = device
            self.inode = inode
            self.birth = birth
        }
    }

    /// The file that holds the entries, one a line; nil when the user has no home directory.
    private static var file: String? {
        if let state = Environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/tf/trusted" }
        if let home = Environment["HOME"], home.hasPrefix("/") { return home + "/.local/state/tf/trusted" }
        return nil
    }

    /// What the list of entries is identified by; nothing changes in it without changing this.
    static func list() throws(StoreError) -> FileIdentity {
        guard let file else { return .unknown }
        let status = try storing { () throws(SystemError) in try FileSystem.status(file) }
        return status.map(FileIdentity.init) ?? .unknown
    }

    /// Every workspace that is trusted, in the order in which it was.
    public static func entries() throws(StoreError) -> [Entry] {
        guard let file else { return [] }
        let bytes = try storing { () throws(SystemError) in try FileSystem.contents(file) } ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap(Entry.init(line:))
    }

    /// Whether commands of the workspace whose `.tf` directory this is may run. `TF_TRUST=1` says so for all.
    public static func isTrusted(_ path: String, _ directory: File) throws(StoreError) -> Bool {
        if Environment["TF_TRUST"] == "1" { return true }
        // Asked before every start of a command, so the line is looked for as it stands.
        guard let file, let bytes = try storing({ () throws(SystemError) in try FileSystem.contents(file) }) else {
            return false
        }
        let line = try Entry(path: path, directory: directory).line
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            if end - start == line.utf8.count, bytes[start..<end].elementsEqual(line.utf8) { return true }
            start = end + 1
        }
        return false
    }

    /// Trusts a workspace from now on.
    ///
    /// - Returns: false when it was trusted before.
    @discardableResult
    public static func add(_ path: String, _ directory: File) throws(StoreError) -> Bool {
        let entry = try Entry(path: path, directory: directory)
        return try change { entries in
            guard !entries.contains(entry) else { return false }
            entries.removeAll { $0.path == path }
            entries.append(entry)
            return true
        }
    }

    /// Trusts a workspace no more.
    ///
    /// - Returns: false when it was not trusted.
    public static func remove(_ path: String) throws(StoreError) -> Bool {
        try change { entries in
            let count = entries.count
            entries.removeAll { $0.path == path }
            return entries.count < count
        }
    }

    private static func change(_ body: (inout [Entry]) -> Bool) throws(StoreError) -> Bool {
        guard let file else {
            throw .system(SystemError("find the state directory: HOME is not set", code: SystemError.missing))
        }
        return try storing { () throws(SystemError) in
            let directory = Path.parent(of: file)
            try FileSystem.makeDirectories(directory, permissions: 0o700)
            let lock = try File(directory, [.read, .directory])
            try lock.lock(within: .seconds(10))
            var entries = String(decoding: try FileSystem.contents(file) ?? [], as: UTF8.self)
                .split(separator: "\n").compactMap(Entry.init(line:))
            guard body(&entries) else { return false }
            let temporary = file + ".tmp"
            let new = try File(temporary, [.write, .create, .truncate], permissions: 0o600)
            try new.write(entries.map { $0.line + "\n" }.joined().utf8)
            try FileSystem.rename(temporary, to: file)
            return true
        }
    }
}

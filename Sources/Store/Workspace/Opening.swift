import Model
import System

extension Workspace {
    /// Finds and opens the workspace that is meant.
    ///
    /// - Parameters:
    ///   - named: a `.tf` directory, from `--workspace` or `TF_WORKSPACE`; nil looks for one upwards.
    ///   - start: the directory to look upwards from.
    public static func find(named: String?, from start: String, options: Options) throws(StoreError) -> Workspace {
        if let named {
            let begin = Trace.begin()
            let path = Path.join(start, named)
            guard try isDirectory(path) else {
                throw .notAWorkspace(path: path, reason: "there is no such directory")
            }
            let workspace = try open(path, options: options)
            Trace.end(begin, "workspace \(workspace.path) opened")
            return workspace
        }
        let begin = Trace.begin()
        var place = try storing { () throws(SystemError) in try FileSystem.realPath(start) }
        while true {
            let candidate = Path.join(place, ".tf")
            if try isDirectory(candidate) {
                let workspace = try open(candidate, options: options)
                Trace.end(begin, "workspace \(workspace.path) found from \(start)")
                return workspace
            }
            let parent = Path.parent(of: place)
            guard parent != place else { throw .noWorkspace(searched: start) }
            place = parent
        }
    }

    private static func isDirectory(_ path: String) throws(StoreError) -> Bool {
        try storing { () throws(SystemError) in try FileSystem.status(path)?.isDirectory == true }
    }

    /// Opens the workspace in the `.tf` directory at `path`.
    ///
    /// - Throws: `foreignOwner`, `newerFormat`, `notAWorkspace`, `invalidRecord` for its `workspace.json`.
    public static func open(_ path: String, options: Options) throws(StoreError) -> Workspace {
        let real = try storing { () throws(SystemError) in try FileSystem.realPath(path) }
        let directory = try storing { () throws(SystemError) in try File(real, [.read, .directory]) }
        let status = try storing { () throws(SystemError) in try directory.status() }
        try checkOwner(of: real, directory, status)
        try checkLinks(in: directory, path: real)
        let (record, isRecovered) = try record(in: directory, path: real, options)
        if record.shared { Process.shareFilesWithGroup() }
        return Workspace(
            directory: directory, path: real, record: record, isRecovered: isRecovered, options: options)
    }

    /// Links inside of a workspace are not followed: its records stay in it.
    private static func checkLinks(in directory: File, path: String) throws(StoreError) {
        for name in Layout.directories {
            let status = try storing { () throws(SystemError) in try FileSystem.status(name, in: directory) }
            if status?.isLink == true {
                throw .notAWorkspace(path: path, reason: "\(name) is a symbolic link, which is not followed")
            }
        }
    }

    /// `workspace.json`, or what the journal says that it was, where the file is missing or bad: one file must not
    /// keep all others from work.
    private static func record(
        in directory: File, path: String, _ options: Options
    ) throws(StoreError) -> (record: WorkspaceRecord, isRecovered: Bool) {
        let key = WorkspaceRecord.theID.key
        do throws(StoreError) {
            guard let file = try RecordFile.read(Layout.workspaceFile, of: key, in: directory) else {
                throw StoreError.invalidRecord(
                    InvalidRecord(key: key, file: Layout.workspaceFile, reason: "is missing"))
            }
            return (try settings(in: file, of: path), false)
        } catch {
            guard case .invalidRecord(let invalid) = error else { throw error }
            let journal = Journal(directory: directory)
            guard let first = try journal.segments().first else {
                throw .notAWorkspace(path: path, reason: "\(invalid)")
            }
            let start = JournalPosition(segment: first, offset: 0)
            for entry in try journal.rest(after: start, skippingDamage: true).entries.reversed() {
                for case .workspace(let record) in entry.line.put {
                    options.warn("\(invalid); its last valid state is used")
                    return (record, true)
                }
            }
            throw .notAWorkspace(path: path, reason: "\(invalid)")
        }
    }

    private static func settings(in file: RecordFile, of path: String) throws(StoreError) -> WorkspaceRecord {
        let record: AnyRecord
        do throws(StoreError) {
            record = try file.record(of: WorkspaceRecord.theID.key, path: Layout.workspaceFile)
        } catch {
            try checkFormat(of: file, path: path)
            throw error
        }
        guard let record: WorkspaceRecord = record.typed() else {
            throw .notAWorkspace(path: path, reason: "its \(Layout.workspaceFile) is of another kind")
        }
        guard record.format <= WorkspaceRecord.currentFormat else {
            throw .newerFormat(path: path, format: record.format)
        }
        return record
    }

    private static func checkOwner(
        of path: String, _ directory: File, _ status: FileStatus
    ) throws(StoreError) {
        let user = Environment.user
        if status.owner == user { return }
        // Shared with a group of one's own: `init --shared` makes it group-writable.
        if status.permissions & 0o020 != 0, Environment.isMember(of: status.group) { return }
        if try Trust.isTrusted(path, directory) { return }
        throw .foreignOwner(path: path, owner: status.owner)
    }

    /// A later format may have fields that this version would take for wrong, so its number is looked at first.
    private static func checkFormat(of file: RecordFile, path: String) throws(StoreError) {
        let json: JSON
        do throws(JSONFault) { json = try JSON(parsing: file.bytes) } catch { return }
        if let format = json["format"]?.integer, format > WorkspaceRecord.currentFormat {
            throw .newerFormat(path: path, format: Int(format))
        }
    }

    /// The same workspace with its record read again, and perhaps other options: what a process that lives long
    /// does from time to time.
    public func reopened(options: Options? = nil) throws(StoreError) -> Workspace {
        try Workspace.open(path, options: options ?? self.options)
    }
}

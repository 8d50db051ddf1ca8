import Model
import System

/// A workspace that was found: the way to read it and the only way to write it.
public struct Workspace: Sendable {
    /// How a process deals with a workspace.
    public struct Options: Sendable {
        /// How long to wait for other writers.
        public var lockTimeout = Duration.seconds(10)
        public var clock = Clock.system
        /// Where transactions keep records from one to the next; nil for a process that makes few of them.
        public var cache: RecordCache?
        /// Gets what its user should know although the command succeeds, one line each.
        public var warn: @Sendable (String) -> Void = { _ in }

        /// Waits ten seconds, by the system's clock, and keeps warnings to itself.
        public init() {}
    }

    /// The directory `.tf`, open.
    public let directory: File
    /// The real path of the directory `.tf`.
    public let path: String
    /// `workspace.json` as it was when the workspace was opened.
    public let record: WorkspaceRecord
    /// Whether ``record`` comes from the journal, because its file is missing or bad.
    let isRecovered: Bool
    public let options: Options

    /// The directory that `.tf` is in.
    public var root: String { Path.parent(of: path) }
    public var settings: Settings { record.settings }
    public var clock: Clock { options.clock }

    // MARK: Finding

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

    init(
        directory: File, path: String, record: WorkspaceRecord, isRecovered: Bool = false, options: Options
    ) {
        self.directory = directory
        self.path = path
        self.record = record
        self.isRecovered = isRecovered
        self.options = options
    }

    /// The same workspace with its record read again, and perhaps other options: what a process that lives long
    /// does from time to time.
    public func reopened(options: Options? = nil) throws(StoreError) -> Workspace {
        try Workspace.open(path, options: options ?? self.options)
    }

    /// The same workspace for a process that carries out many transactions: records are kept from one to the next.
    public func keepingRecords() -> Workspace {
        var options = options
        options.cache = RecordCache()
        return with(options)
    }

    /// The same workspace for a process, or a part of one, that deals with it in another way.
    private func with(_ options: Options) -> Workspace {
        Workspace(directory: directory, path: path, record: record, isRecovered: isRecovered, options: options)
    }

    // MARK: Reading

    /// The records at this moment, without a lock.
    public func snapshot() throws(StoreError) -> Snapshot {
        try Snapshot(of: self)
    }

    /// How far the journal has been applied; nil when nothing was ever committed.
    public func position() throws(StoreError) -> JournalPosition? { try AppliedMark.read(in: directory)?.applied }

    /// Has records ready for the next transaction: its own read takes them when their files are still the same.
    public func readAhead(_ keys: [RecordKey]) {
        guard let cache = options.cache else { return }
        for key in keys {
            let path = Layout.file(key, subdirectory: "")
            do throws(StoreError) {
                guard let file = try RecordFile.read(path, of: key, in: directory) else { continue }
                cache.keep(try file.record(of: key, path: path), in: file.identity)
            } catch {
                // Whoever needs the record says what is wrong with it.
            }
        }
    }

    // MARK: Writing

    /// Takes the lock on `.tf` itself, for as long as the result lives.
    ///
    /// The directory is opened anew, because a lock belongs to an opening and a forked process shares its parent's.
    func lock() throws(StoreError) -> File {
        let begin = Trace.begin()
        do throws(SystemError) {
            let lock = try File(".", [.read, .directory], in: directory)
            try lock.lock(within: options.lockTimeout)
            Trace.end(begin, "lock taken")
            return lock
        } catch {
            guard error.isTimeout else { throw .system(error) }
            let status = try storing { () throws(SystemError) in try directory.status() }
            let holder = ProcessTable.lockHolder(of: status).map { pid in
                "process \(pid)" + (ProcessTable.commandLine(of: pid).map { " (\($0))" } ?? "")
            }
            throw .locked(path: path, after: options.lockTimeout, holder: holder)
        }
    }

    /// Carries out one transaction: under the lock, against fresh state, all or nothing.
    ///
    /// What `body` throws is thrown on, and nothing has been written then.
    ///
    /// - Returns: what `body` returned, and what was committed.
    public func transact<Result>(
        _ purpose: Purpose, _ body: (Transaction) throws -> Result
    ) throws -> (result: Result, committed: Commit) {
        let lock = try lock()
        try restoreSettings()
        let state = try LockedState(of: self)
        let transaction = try Transaction(on: self, state: state, purpose: purpose)
        let result = try body(transaction)
        let committed = try transaction.commit()
        try? lock.unlock()  // Closing it does the same.
        if committed.wantsSync { syncUp() }
        return (result, committed)
    }

    /// Puts a missing `workspace.json` back as the journal has it, with the lock held. A bad one is left alone: there may
    /// be something in it to be saved.
    private func restoreSettings() throws(StoreError) {
        guard isRecovered else { return }
        try storing { () throws(SystemError) in
            guard try FileSystem.status(Layout.workspaceFile, in: directory) == nil else { return }
            _ = try RecordFile.write(
                record.fileBytes, to: Layout.workspaceFile, in: directory, shared: record.shared)
        }
    }

    /// Brings the record files that changed since the last time to the disk, and says so in the applied mark.
    private func syncUp() {
        do {
            guard settings.durability == .commit else { return }
            let before = try AppliedMark.read(in: directory)
            try storing { () throws(SystemError) in try directory.syncFileSystem() }
            var patient = self.options
            patient.lockTimeout = .milliseconds(100)
            let lock = try with(patient).lock()
            guard let before, var mark = try AppliedMark.read(in: directory), mark.synced < before.applied else {
                return
            }
            mark.synced = before.applied
            mark.unsynced = max(0, mark.unsynced - before.unsynced)
            try storing { () throws(SystemError) in try mark.write(in: directory) }
            try storing { () throws(SystemError) in try lock.unlock() }
        } catch {
            // Nothing is lost: until this succeeds, the journal since the last time is replayed after a power cut.
            if case StoreError.locked = error { return }
            options.warn("could not bring the record files to the disk: \(error)")
        }
    }
}

/// What a transaction is for: what its line in the journal says of it.
public struct Purpose: Sendable {
    /// Who does it.
    public var actor: String
    /// The command's verb: `create`, `complete`.
    public var verb: String
    /// What the command is aimed at, to tell a repeated command from another with the same id.
    public var target: String
    public var commandID: String?
    /// How many triggers stand between it and something that a person did.
    public var depth: Int

    /// Something that `actor` does.
    public init(actor: String, verb: String, target: String = "", commandID: String? = nil, depth: Int = 0) {
        self.actor = actor
        self.verb = verb
        self.target = target
        self.commandID = commandID
        self.depth = depth
    }
}

/// What a transaction has changed.
public struct Commit: Sendable {
    /// In the order in which they happened; those of adopted edits first.
    public var events: [Event] = []
    /// The records as they are now.
    public var records: [AnyRecord] = []
    public var deleted: [RecordKey] = []
    /// Where the journal ends with it; nil when nothing was written.
    public internal(set) var position: JournalPosition?
    /// Whether triggers may have to be told of something: of this, or of what others have left.
    public internal(set) var leavesReactions = false
    /// Whether the disk should be brought up to date.
    var wantsSync = false

    /// Nothing.
    public init() {}

    /// Whether nothing has changed.
    public var isEmpty: Bool { events.isEmpty && records.isEmpty && deleted.isEmpty }
}

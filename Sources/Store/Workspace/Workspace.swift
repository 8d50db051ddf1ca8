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

    init(
        directory: File, path: String, record: WorkspaceRecord, isRecovered: Bool = false, options: Options
    ) {
        self.directory = directory
        self.path = path
        self.record = record
        self.isRecovered = isRecovered
        self.options = options
    }

    /// The same workspace for a process that carries out many transactions: records are kept from one to the next.
    public func keepingRecords() -> Workspace {
        var options = options
        options.cache = RecordCache()
        return with(options)
    }

    /// The same workspace for a process, or a part of one, that deals with it in another way.
    func with(_ options: Options) -> Workspace {
        Workspace(directory: directory, path: path, record: record, isRecovered: isRecovered, options: options)
    }

    // MARK: Reading

    /// What has happened, as far back as the journal goes.
    public func history() throws(StoreError) -> History { try History(in: directory) }

    /// How far the journal has been applied; nil when nothing was ever committed.
    public func position() throws(StoreError) -> JournalPosition? { try AppliedMark.read(in: directory)?.applied }

    /// Whether there is a file for a record, whatever is in it.
    func hasFile(of key: RecordKey) throws(StoreError) -> Bool {
        let path = Layout.file(key, subdirectory: "")
        return try storing { [directory] () throws(SystemError) in
            try FileSystem.status(path, in: directory) != nil
        }
    }

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
}

extension Workspace {
    /// Whether agents, triggers and hooks of this workspace may run.
    public func isTrusted() throws(StoreError) -> Bool {
        let list = try options.cache.map { _ throws(StoreError) in try Trust.list() }
        if let list, let known = options.cache?.trust, known.list == list { return known.isTrusted }
        let isTrusted = try Trust.isTrusted(path, directory)
        if let list { options.cache?.trust = (list, isTrusted) }
        return isTrusted
    }

    /// Has agents, triggers and hooks of this workspace run from now on.
    ///
    /// - Returns: false when they did before.
    @discardableResult
    public func trust() throws(StoreError) -> Bool {
        try Trust.add(path, directory)
    }
}

extension Follower {
    /// Follows the journal of `workspace` from `position` on: the ``History/end`` of what was read before.
    public init(_ workspace: Workspace, from position: JournalPosition) {
        self.init(in: workspace.directory, from: position)
    }
}

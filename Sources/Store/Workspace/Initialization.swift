import Model
import System

extension Workspace {
    /// Makes a workspace in the directory `root`, and trusts it.
    ///
    /// It is made under another name and then renamed, so that nobody finds half of one.
    ///
    /// - Parameter record: its settings.
    /// - Throws: `alreadyAWorkspace` when there is one.
    public static func create(
        in root: String, record: WorkspaceRecord, actor: String, options: Options
    ) throws(StoreError) -> Workspace {
        let root = try storing { () throws(SystemError) in
            try FileSystem.makeDirectories(root)
            return try FileSystem.realPath(root)
        }
        let path = Path.join(root, ".tf")
        if try storing({ () throws(SystemError) in try FileSystem.status(path) }) != nil {
            throw .alreadyAWorkspace(path: path)
        }
        let temporary = Path.join(root, ".tf.\(Process.current).tmp")
        let workspace = try fill(temporary, record: record, actor: actor, options: options)
        do {
            try storing { () throws(SystemError) in
                try FileSystem.rename(temporary, to: path)
                if record.settings.durability == .commit { try File(root, [.read, .directory]).sync() }
            }
        } catch {
            try storing { () throws(SystemError) in try FileSystem.removeTree(temporary) }
            if try storing({ () throws(SystemError) in try FileSystem.status(path) }) != nil {
                throw .alreadyAWorkspace(path: path)
            }
            throw error
        }
        // Opened anew: what was opened before the renaming is known by a path that is gone.
        let directory = try storing { () throws(SystemError) in try File(path, [.read, .directory]) }
        let made = Workspace(directory: directory, path: path, record: workspace.record, options: options)
        do {
            try made.trust()
        } catch {
            options.warn("could not record that \(path) is trusted (\(error)); 'tf trust' does it")
        }
        return made
    }

    /// A new identity for a workspace.
    public static func newIdentity() throws(StoreError) -> String {
        let bytes = try storing { () throws(SystemError) in try Environment.random(count: 8) }
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func fill(
        _ path: String, record: WorkspaceRecord, actor: String, options: Options
    ) throws(StoreError) -> Workspace {
        if record.shared { Process.shareFilesWithGroup() }
        let directory = try storing { () throws(SystemError) in
            try FileSystem.makeDirectory(path, permissions: 0o700)
            let directory = try File(path, [.read, .directory])
            try directory.setPermissions(record.shared ? 0o2770 : 0o700)
            for name in Layout.directories { try Layout.makeDirectory(name, in: directory) }
            let ignored = try File(".gitignore", [.write, .create], in: directory)
            try ignored.write(Layout.gitignore.utf8)
            return directory
        }
        let now = options.clock.now()
        var record = record
        record.envelope.rev = 1
        record.envelope.createdAt = now
        record.envelope.updatedAt = now
        let workspace = Workspace(directory: directory, path: path, record: record, options: options)
        try workspace.writeFirstLine(actor: actor, at: now)
        return workspace
    }

    private func writeFirstLine(actor: String, at now: Timestamp) throws(StoreError) {
        var line = JournalLine(seq: 1, at: now, actor: actor, verb: "init")
        line.put = [.workspace(record)]
        var event = Event(.workspaceCreated, actor: actor, about: WorkspaceRecord.theID.text)
        event.seq = 1
        event.at = now
        event.rev = 1
        line.events = [event]
        let bytes = line.bytes
        let file = record.fileBytes
        let identity = try storing { () throws(SystemError) in
            try RecordFile.write(file, to: Layout.workspaceFile, in: directory, shared: record.shared)
        }
        let durably = settings.durability == .commit
        let end = try Journal(directory: directory).append(bytes, at: .start, durably: durably)
        var header = IndexHeader()
        header.position = end
        header.lineSum = JournalLine.sum(ofLine: bytes) ?? 0
        header.nextSeq = line.nextSeq
        let entry = IndexEntry(.workspace(record), identity: identity, sum: Checksum.of(file))
        let mark = AppliedMark(
            applied: end, synced: .start, reacted: end, unsynced: 1, boot: AppliedMark.currentBoot)
        try storing { [header] () throws(SystemError) in
            try IndexImage(entries: [entry], header: header).write(in: directory)
            try mark.write(in: directory)
        }
    }
}

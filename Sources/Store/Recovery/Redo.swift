import Model
import System

/// Writes committed lines to the record files again, where the files are older.
struct Redo {
    let directory: File
    let isShared: Bool

    /// - Parameter lines: in the order of the journal; of several for one record the last counts.
    func write(_ lines: [JournalLine]) throws(StoreError) {
        var last: [RecordKey: (put: AnyRecord?, deletion: JournalLine.Deletion?)] = [:]
        for line in lines {
            for record in line.put { last[record.key] = (record, nil) }
            for deletion in line.delete { last[deletion.key] = (nil, deletion) }
        }
        for (put, deletion) in last.values {
            if let put {
                try write(put)
                clear(beside: Layout.file(put.key, subdirectory: put.subdirectory))
            }
            if let deletion { try remove(deletion) }
        }
    }

    /// Removes what a writer that was interrupted while it replaced a record's file has left beside it.
    private func clear(beside path: String) { remove(leftover: NewRecordFile.temporaryName(for: path)) }

    private func remove(leftover path: String) {
        do throws(SystemError) {
            try FileSystem.remove(path, in: directory)
        } catch {
            // It is in nobody's way.
        }
    }

    /// Removes what writers have left beside record files for lines that never came to the disk whole.
    func sweep() throws(StoreError) {
        try storing { () throws(SystemError) in
            for kind in RecordKind.allCases where !kind.directory.isEmpty {
                try sweep(kind.directory)
                guard kind == .comment else { continue }
                for task in try FileSystem.names(in: directory.path + "/" + kind.directory)
                where Identifier.isValid(task, kind: .task) {
                    try sweep(Layout.directory(kind, subdirectory: task))
                }
            }
        }
    }

    private func sweep(_ place: String) throws(SystemError) {
        for name in try FileSystem.names(in: directory.path + "/" + place)
        where name.hasPrefix(".") && name.hasSuffix(".json.tmp") {
            remove(leftover: place + "/" + name)
        }
    }

    private func write(_ record: AnyRecord) throws(StoreError) {
        let path = Layout.file(record.key, subdirectory: record.subdirectory)
        if case .lease(let lease) = record { return try write(lease, to: path) }
        switch try rev(of: record.key, path: path) {
        case .some(let rev) where rev >= record.envelope.rev: return
        case .some, nil:
            try storing { () throws(SystemError) in
                _ = try RecordFile.write(record.fileBytes, to: path, in: directory, shared: isShared)
            }
        }
    }

    /// Writes a lease again, whose token the journal does not have: it is in the file, if that is one of the same
    /// claim. A token that never came to a file was never shown to anybody, so a new one takes its place.
    private func write(_ lease: Lease, to path: String) throws(StoreError) {
        var lease = lease
        if try rev(of: lease.key, path: path) != nil,
            let found: Lease = try RecordFile.read(path, of: lease.key, in: directory)?
                .record(of: lease.key, path: path).typed(),
            found.envelope.createdAt == lease.envelope.createdAt, found.owner == lease.owner, found.token != nil
        {
            if found.envelope.rev >= lease.envelope.rev { return }
            lease.token = found.token
        } else {
            lease.token = try Lease.newToken()
        }
        try storing { [lease] () throws(SystemError) in
            _ = try RecordFile.write(lease.fileBytes, to: path, in: directory, shared: isShared)
        }
    }

    private func remove(_ deletion: JournalLine.Deletion) throws(StoreError) {
        let path = Layout.file(deletion.key, subdirectory: deletion.subdirectory)
        guard let rev = try rev(of: deletion.key, path: path), rev <= deletion.rev else { return }
        _ = try storing { () throws(SystemError) in try FileSystem.remove(path, in: directory) }
    }

    /// The revision in a record's file; nil when it is missing, or unusable and set aside.
    private func rev(of key: RecordKey, path: String) throws(StoreError) -> Int? {
        // A power cut may leave a file without content.
        let status = try storing { () throws(SystemError) in try FileSystem.status(path, in: directory) }
        if status?.size == 0, status?.isFile == true { return nil }
        do {
            return try RecordFile.read(path, of: key, in: directory)?.record(of: key, path: path).envelope.rev
        } catch {
            guard case .invalidRecord(let invalid) = error else { throw error }
            // Somebody's merge, not what a power cut leaves.
            if invalid.reason.contains("conflict markers") { return .max }
            try RecordFile.setAside(path, in: directory)
            return nil
        }
    }
}

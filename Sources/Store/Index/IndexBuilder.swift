import Model
import System

/// Makes the index anew from the journal and the record files.
struct IndexBuilder {
    let directory: File

    /// A record as the journal has it last.
    private enum Last {
        case put(AnyRecord)
        case deleted(JournalLine.Deletion)
    }

    /// The index of everything that the journal has up to its last whole line.
    ///
    /// A file that holds what the journal says is known by its identity from now on; one that does not keeps an
    /// identity that matches nothing, and so shows as edited. Without a journal the files are taken as they are.
    ///
    /// - Parameter limit: leaves out what the journal has after it.
    /// - Returns: the index, and the records whose files it took without a journal.
    func build(upTo limit: JournalPosition? = nil) throws(StoreError) -> (image: IndexImage, adopted: [AnyRecord]?) {
        let begin = Trace.begin()
        defer { Trace.end(begin, "index made anew") }
        let segments = try Journal(directory: directory).segments()
        guard let first = segments.first else { return try buildFromFiles() }
        var header = IndexHeader()
        var last: [RecordKey: Last] = [:]
        var order: [RecordKey] = []
        var receipts: [CommandReceipt] = []
        // The files hold the state: what a damaged line said is found there.
        let rest = try Journal(directory: directory)
            .rest(after: JournalPosition(segment: first, offset: 0), skippingDamage: true)
        for entry in rest.entries {
            if let limit, limit < entry.end { break }
            receipts += entry.line.commands
            for record in entry.line.put {
                if last.updateValue(.put(record), forKey: record.key) == nil { order.append(record.key) }
                header.note(record.key)
            }
            for deletion in entry.line.delete {
                last[deletion.key] = .deleted(deletion)
                header.note(deletion.key)
            }
            header.nextSeq = entry.line.nextSeq
            header.lineSum = entry.sum
        }
        header.position = limit ?? rest.end
        var entries: [IndexEntry] = []
        for key in order {
            guard case .put(let record) = last[key] else { continue }
            header.note(expiryOf: record)
            let sum = Checksum.of(record.fileBytes)
            entries.append(IndexEntry(record, identity: try identity(of: record, sum: sum), sum: sum))
        }
        entries += receipts.map(IndexEntry.init)
        return (IndexImage(entries: entries, header: header), nil)
    }

    /// The identity of a record's file if it holds what the journal says, else one that matches nothing.
    private func identity(of record: AnyRecord, sum: UInt32) throws(StoreError) -> FileIdentity {
        let path = Layout.file(record.key, subdirectory: record.subdirectory)
        let moment = Clock.fileTime()
        do {
            guard let file = try RecordFile.read(path, of: record.key, in: directory), file.sum == sum,
                let status = try storing({ () throws(SystemError) in try FileSystem.status(path, in: directory) })
            else { return .unknown }
            return FileIdentity(status) == file.identity ? .settled(status, at: moment) : .unknown
        } catch {
            if case .invalidRecord = error { return .unknown }
            throw error
        }
    }

    private func buildFromFiles() throws(StoreError) -> (image: IndexImage, adopted: [AnyRecord]?) {
        var header = IndexHeader()
        var entries: [IndexEntry] = []
        var adopted: [AnyRecord] = []
        for place in try RecordPlaces(directory: directory).all() {
            do {
                let moment = Clock.fileTime()
                guard let file = try RecordFile.read(place.path, of: place.key, in: directory) else { continue }
                let record = try file.record(of: place.key, path: place.path)
                let identity =
                    file.identity.modified < moment - FileIdentity.backdating + 1_000_000_000 ? file.identity : .unknown
                entries.append(IndexEntry(record, identity: identity, sum: file.sum))
                adopted.append(record)
                header.note(record)
                // Runs stay behind when a workspace is cloned; the numbers that tasks name are not given out again.
                if case .task(let task) = record, let run = task.run { header.note(run.key) }
            } catch {
                // A bad file is left alone and reported by whoever looks at it; its number is not given out again.
                guard case .invalidRecord = error else { throw error }
                header.note(place.key)
            }
        }
        return (IndexImage(entries: entries, header: header), adopted)
    }
}

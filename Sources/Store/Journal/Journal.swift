import Model
import System

/// The append-only log of committed transactions.
///
/// One line is one transaction, appended with one `write` and made durable with one `fdatasync`: that is the commit
/// point. Lines are never changed; only a tail that was never committed is cut off, and whole segments are dropped
/// by `gc` when they are old. A segment is closed when it has reached 8 MiB.
struct Journal: Sendable {
    static let segmentLimit: Int64 = 8 << 20

    /// The directory `.tf`.
    let directory: File

    /// A line and where it ends.
    struct Entry: Sendable {
        let line: JournalLine
        let end: JournalPosition
        /// CRC-32 of the line, as it is written in it.
        let sum: UInt32
    }

    /// What the journal holds from some position on.
    struct Rest: Sendable {
        var entries: [Entry] = []
        /// The end of the last whole line.
        var end: JournalPosition
        /// The bytes after it that are no whole line: what an interrupted writer left.
        var tornBytes: Int64 = 0
    }

    /// The numbers of the segments that there are, in order.
    func segments() throws(StoreError) -> [Int] {
        let path = directory.path + "/" + Layout.journal
        return try storing { () throws(SystemError) in try FileSystem.names(in: path) }
            .compactMap(Layout.segmentNumber).sorted()
    }

    /// The size of a segment, nil when there is none.
    func size(ofSegment number: Int) throws(StoreError) -> Int64? {
        try storing { () throws(SystemError) in try FileSystem.status(Layout.segment(number), in: directory)?.size }
    }

    /// Whether anything was ever committed.
    func hasSegments() throws(StoreError) -> Bool {
        if try size(ofSegment: 1) != nil { return true }
        return try !segments().isEmpty
    }

    /// Everything after `position`.
    ///
    /// - Parameter skippingDamage: goes on behind a line with a wrong sum: for those who can do with less than all.
    /// - Throws: `damagedJournal` for a line with a wrong sum that is not the last one, and for a segment that is
    ///   shorter than `position` or missing.
    func rest(after position: JournalPosition, skippingDamage: Bool = false) throws(StoreError) -> Rest {
        let begin = Trace.begin()
        var rest = Rest(end: position)
        defer { Trace.end(begin, "journal \(rest.entries.count) lines read after \(position)") }
        var segment = position.segment
        var offset = position.offset
        while true {
            guard let bytes = try bytes(ofSegment: segment, from: offset) else {
                if segment == position.segment, offset > 0 {
                    throw .damagedJournal(file: Layout.segment(segment), offset: 0, reason: "the segment is missing")
                }
                return rest
            }
            // A segment that is still empty was begun by a writer that did not get any further.
            let hasNext = try size(ofSegment: segment + 1) ?? 0 > 0
            try read(
                bytes, ofSegment: segment, from: offset, isLast: !hasNext, skippingDamage: skippingDamage, into: &rest)
            guard hasNext else { return rest }
            segment += 1
            offset = 0
            rest.end = JournalPosition(segment: segment, offset: 0)
        }
    }

    private func bytes(ofSegment number: Int, from offset: Int64) throws(StoreError) -> [UInt8]? {
        do {
            let file = try File(Layout.segment(number), [.read, .unlinked, .withoutWaiting], in: directory)
            let status = try file.status()
            let size = status.size
            guard status.isFile else {
                throw StoreError.damagedJournal(
                    file: Layout.segment(number), offset: 0, reason: "it is \(status.kindName), not a file")
            }
            guard size >= offset else {
                throw StoreError.damagedJournal(
                    file: Layout.segment(number), offset: size,
                    reason: "it ends before offset \(offset), up to which it was applied")
            }
            return try file.contents(from: offset)
        } catch let error as SystemError {
            if error.isMissing { return nil }
            throw .system(error)
        } catch let error as StoreError {
            throw error
        } catch {
            preconditionFailure("\(error)")
        }
    }

    private func read(
        _ bytes: [UInt8], ofSegment segment: Int, from offset: Int64, isLast: Bool, skippingDamage: Bool,
        into rest: inout Rest
    ) throws(StoreError) {
        var start = 0
        while start < bytes.count {
            let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
            let end = newline.map { $0 + 1 } ?? bytes.count
            let line = bytes[start..<end]
            let position = offset + Int64(start)
            guard newline != nil, JournalLine.isWhole(line) else {
                guard isLast, end == bytes.count else {
                    if skippingDamage {
                        start = end
                        continue
                    }
                    throw .damagedJournal(
                        file: Layout.segment(segment), offset: position, reason: "a line does not have its sum")
                }
                rest.tornBytes = Int64(bytes.count - start)
                return
            }
            do throws(FieldFault) {
                rest.end = JournalPosition(segment: segment, offset: offset + Int64(end))
                rest.entries.append(
                    Entry(line: try JournalLine(line), end: rest.end, sum: JournalLine.sum(ofLine: line) ?? 0))
            } catch {
                throw .damagedJournal(file: Layout.segment(segment), offset: position, reason: error.description)
            }
            start = end
        }
    }

    /// A record as its last line has it; nil when there is none, or when that line deletes it.
    func lastRecord(_ key: RecordKey) throws(StoreError) -> AnyRecord? {
        guard let first = try segments().first else { return nil }
        var last: AnyRecord?
        for entry in try rest(after: JournalPosition(segment: first, offset: 0)).entries {
            if let put = entry.line.put.last(where: { $0.key == key }) { last = put }
            if entry.line.delete.contains(where: { $0.key == key }) { last = nil }
        }
        return last
    }

    /// The sum of the line that ends at `position`; nil when no line does.
    func sum(before position: JournalPosition) throws(StoreError) -> UInt32? {
        let length = Int64(JournalLine.trailerLength)
        guard position.offset >= length else { return nil }
        var trailer = [UInt8](repeating: 0, count: Int(length))
        let count = try storing { () throws(SystemError) in
            try File(Layout.segment(position.segment), [.read, .unlinked], in: directory)
                .read(into: &trailer, at: position.offset - length)
        }
        return count == trailer.count ? JournalLine.sum(ofLine: trailer) : nil
    }

    // MARK: Writing, with the lock held

    /// Appends a line at `end` and returns where it ends. When it returns, the transaction is committed.
    ///
    /// - Parameter meanwhile: done while the line is on its way to the disk.
    /// - Throws: `notWritten` when the journal is as it was before, `tailInDoubt` when it cannot even be cut back.
    func append(
        _ bytes: [UInt8], at end: JournalPosition, durably: Bool, meanwhile: () -> Void = {}
    ) throws(StoreError) -> JournalPosition {
        let rotates = end.offset >= Self.segmentLimit
        let begin = Trace.begin()
        let start = rotates ? JournalPosition(segment: end.segment + 1, offset: 0) : end
        let isNew = start.offset == 0
        let file: File
        do throws(SystemError) {
            let mode: File.Mode = isNew ? [.write, .append, .create, .unlinked] : [.write, .append, .unlinked]
            file = try File(Layout.segment(start.segment), mode, in: directory, permissions: 0o660)
            if isNew, durably { try File(Layout.journal, [.read, .directory], in: directory).sync() }
        } catch {
            throw .notWritten(error)
        }
        do throws(SystemError) {
            let written = try file.writeOnce(bytes)
            guard written == bytes.count else {
                throw SystemError("write all of", file.path, code: SystemError.noSpace)
            }
            if durably {
                file.beginSync()
                meanwhile()
                try file.syncData()
            }
        } catch {
            do throws(SystemError) {
                try file.resize(to: start.offset)
                try file.syncData()
            } catch let second {
                throw .tailInDoubt(second)
            }
            throw .notWritten(error)
        }
        Trace.end(begin, "journal \(Trace.size(bytes.count)) appended\(durably ? " and synced" : "")")
        return JournalPosition(segment: start.segment, offset: start.offset + Int64(bytes.count))
    }

    /// Cuts what an interrupted writer left after `position`.
    func cut(after position: JournalPosition) throws(StoreError) {
        try storing { () throws(SystemError) in
            let file = try File(Layout.segment(position.segment), [.write, .unlinked], in: directory)
            try file.resize(to: position.offset)
            try file.syncData()
        }
    }
}

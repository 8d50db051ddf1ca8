import Model
import System

/// What stands in a record's file.
struct RecordFile {
    let bytes: [UInt8]
    let identity: FileIdentity
    /// CRC-32 of ``bytes``.
    let sum: UInt32

    /// Reads a record file. Links are not followed, and nothing but a plain file is opened.
    ///
    /// - Returns: nil when nothing is there.
    static func read(_ path: String, of key: RecordKey, in directory: File) throws(StoreError) -> RecordFile? {
        let begin = Trace.begin()
        guard let status = try storing({ () throws(SystemError) in try FileSystem.status(path, in: directory) }) else {
            return nil
        }
        guard status.isFile else {
            throw .invalidRecord(InvalidRecord(key: key, file: path, reason: "is \(status.kindName), not a file"))
        }
        guard status.size <= Limit.recordBytes else {
            throw .invalidRecord(
                InvalidRecord(
                    key: key, file: path, reason: "has \(status.size) bytes; a record has at most \(Limit.recordBytes)")
            )
        }
        do {
            let file = try File(path, [.read, .unlinked, .withoutWaiting], in: directory)
            let bytes = try file.contents(limit: Limit.recordBytes + 1)
            Trace.endReading(begin, bytes: bytes.count)
            return RecordFile(bytes: bytes, identity: FileIdentity(try file.status()), sum: Checksum.of(bytes))
        } catch {
            if error.isMissing { return nil }
            if error.isLink {
                throw .invalidRecord(InvalidRecord(key: key, file: path, reason: "is a symbolic link, not a file"))
            }
            throw .system(error)
        }
    }

    /// The record that the file holds.
    func record(of key: RecordKey, path: String) throws(StoreError) -> AnyRecord {
        do {
            return try decoded(as: key, path: path)
        } catch {
            throw .invalidRecord(error)
        }
    }

    private func decoded(as key: RecordKey, path: String) throws(InvalidRecord) -> AnyRecord {
        let json: JSON
        do throws(JSONFault) {
            json = try JSON(parsing: bytes)
        } catch {
            throw InvalidRecord(key: key, file: path, reason: Self.explanation(of: bytes) ?? "not JSON: \(error)")
        }
        let record: AnyRecord
        do throws(FieldFault) {
            record = try AnyRecord(kind: key.kind, json: json)
        } catch {
            throw InvalidRecord(key: key, file: path, fault: error)
        }
        guard record.key == key else {
            throw InvalidRecord(
                key: key, file: path,
                fault: FieldFault(field: "id", value: .string(record.key.id), problem: "is not the file's, \(key.id)"))
        }
        return record
    }

    /// What happened to a file that is not JSON, where it is plain to see.
    private static func explanation(of bytes: [UInt8]) -> String? {
        if bytes.isEmpty { return "is empty" }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        guard let marker = lines.firstIndex(where: { $0.starts(with: "<<<<<<< ".utf8) }) else { return nil }
        return "has conflict markers of a merge (line \(marker + 1))"
    }

    /// Puts `bytes` in place of a record's file, whole or not at all, and says what identifies the result.
    static func write(_ bytes: [UInt8], to path: String, in directory: File, shared: Bool) throws(SystemError)
        -> FileIdentity
    {
        try NewRecordFile(bytes, for: path, in: directory, shared: shared).install()
    }

    /// Keeps an unusable file beside the one that takes its place, as `T-1.json.rejected`.
    static func setAside(_ path: String, in directory: File) throws(StoreError) {
        try storing { () throws(SystemError) in
            try FileSystem.rename(path, to: path + ".rejected", in: directory)
        }
    }
}

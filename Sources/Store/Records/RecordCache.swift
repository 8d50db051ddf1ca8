import Model

/// What a process that lives long has read or written, by the identity of the files: a supervisor reads the same few
/// records in every transaction.
///
/// For the transactions of one thread.
public final class RecordCache: @unchecked Sendable {
    /// Whether the workspace was trusted, and the list of trusted ones that said so.
    var trust: (list: FileIdentity, isTrusted: Bool)?
    /// The index as it was last read.
    let index = KeptIndex()
    private var records = RecordMap<(record: AnyRecord, identity: FileIdentity)>()

    /// How many records are kept at the most.
    private static let capacity = 1000

    /// A cache that knows nothing.
    public init() {}

    /// The record whose file had this identity; nil when it is not known.
    func record(_ key: RecordKey, in file: FileIdentity) -> AnyRecord? {
        guard let known = records[key], known.identity == file else { return nil }
        return known.record
    }

    /// Remembers what stands in a file.
    func keep(_ record: AnyRecord, in file: FileIdentity) {
        // What is needed again is soon back.
        if records.keys.count >= Self.capacity { records = RecordMap() }
        records[record.key] = (record, file)
    }
}

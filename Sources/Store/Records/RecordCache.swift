import Model

/// What a process that lives long has read or written, by the identity of the files: a supervisor reads the same few
/// records in every transaction.
///
/// For the transactions of one thread.
public final class RecordCache: @unchecked Sendable {
    /// Whether the workspace was trusted, and the list of trusted ones that said so.
    var trust: (list: FileIdentity, isTrusted: Bool)?
    /// The index as it was last read, to be read on from there, and its file's inode.
    private var index: Index?
    private var inode: UInt64 = 0
    private var records = RecordMap<(record: AnyRecord, identity: FileIdentity)>()

    /// How many records are kept at the most.
    private static let capacity = 1000

    /// A cache that knows nothing.
    public init() {}

    /// Remembers the index that was read from a file.
    func keep(_ index: Index, inode: UInt64) {
        self.index = index
        self.inode = inode
    }

    /// The index that was read last, as of `header`; nil when that is of another file, or somebody still looks at it.
    func index(advancedTo header: IndexHeader, inode: UInt64) -> Index? {
        guard var known = index, self.inode == inode else { return nil }
        index = nil
        guard isKnownUniquelyReferenced(&known), known.advance(to: header) else { return nil }
        index = known
        return known
    }

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

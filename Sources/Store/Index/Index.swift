import Model
import System

/// The derived part of the store: what lists, lookups and names need, in a form that loads without decoding JSON.
///
/// The file begins with a header. The *base* follows: the current entry of every record as of the last compaction,
/// and a table of all their tags, sorted, for binary search. The *tail* is what was appended since; it is short
/// enough to be read through. A reader takes the header once and uses only what lies before the end that it names, so
/// it sees one moment without a lock, whatever is appended meanwhile.
///
/// Header, entries and rows of the table have sums, each looked at before it is relied on; the base as a whole is
/// never read for a single record. Where a sum is wrong, the index is made anew in memory, as of the same moment, and
/// every answer comes from that one; who holds the lock also puts it in place of the file.
///
/// For the one thread that reads it.
final class Index: @unchecked Sendable {
    private(set) var header: IndexHeader
    private var content: IndexContent
    /// Whether every entry has been found whole.
    private var isWhole = false
    /// Of the workspace, for one that was read from the file.
    private let directory: File?
    /// What was made because the file is damaged; nil as long as no damage has been met.
    private(set) var replacement: IndexImage?

    /// The index in a file.
    ///
    /// - Parameter kept: where a process that reads the index again and again keeps it; it then reads only what was
    ///   appended.
    /// - Returns: nil when there is none that this version can use.
    static func open(in directory: File, kept: KeptIndex? = nil) throws(StoreError) -> Index? {
        let begin = Trace.begin()
        do throws(SystemError) {
            let file = try File(Layout.index, [.read, .unlinked, .withoutWaiting], in: directory)
            let status = try file.status()
            guard status.isFile else { return nil }
            for _ in 0..<3 {
                var head = [UInt8](repeating: 0, count: IndexHeader.length)
                guard try file.read(into: &head, at: 0) == head.count else { return nil }
                guard let header = head.withUnsafeBytes(IndexHeader.init(bytes:)) else { continue }
                guard try file.status().size >= header.end else { return nil }
                if let index = kept?.index(advancedTo: header, inode: status.inode) {
                    Trace.end(begin, "index \(Trace.size(Int(header.end))) read on in")
                    return index
                }
                // Room for what a process that lives long is going to append.
                let map = try MappedFile(file, length: Int(header.end) + (kept == nil ? 0 : 1 << 20))
                let content = IndexContent(header, IndexBytes(map, count: Int(header.end)))
                Trace.end(begin, "index \(Trace.size(Int(header.end))) mapped")
                let index = content.map { Index(header, $0, in: directory) }
                if let index { kept?.keep(index, inode: status.inode) }
                return index
            }
            return nil
        } catch {
            if error.isMissing || error.isLink { return nil }
            throw .system(error)
        }
    }

    /// The index that `image` holds, as ``IndexImage`` makes them.
    convenience init(image: IndexImage) {
        self.init(image.header, image.content, in: nil)
    }

    private init(_ header: IndexHeader, _ content: IndexContent, in directory: File?) {
        self.header = header
        self.content = content
        self.directory = directory
    }

    /// Goes on to what was appended to the file since.
    ///
    /// - Parameter header: of the same file, as it is now.
    /// - Returns: false when this index cannot, and is of no use any more.
    func advance(to header: IndexHeader) -> Bool {
        guard replacement == nil, header.baseEnd == self.header.baseEnd, header.tableCount == self.header.tableCount,
            header.end >= self.header.end, let bytes = content.bytes.longer(count: Int(header.end)),
            content.extend(to: Int(header.end), bytes)
        else { return false }
        self.header = header
        isWhole = false
        return true
    }

    // MARK: Looking up

    /// The current entry with a tag that only one subject can have: a key, or a command's id.
    func entry(_ tag: Tag) throws(StoreError) -> IndexEntry? {
        try sound { content throws(IndexDamage) in
            try content.offset(tag).flatMap { IndexEntry(content.bytes.pointer, at: $0) }
        }
    }

    /// The row of a task; nil when there is no such task.
    func taskRow(_ key: RecordKey) throws(StoreError) -> TaskRow? {
        guard key.kind == .task else { return nil }
        return try sound { content throws(IndexDamage) in
            guard let offset = try content.offset(.key(key)),
                IndexEntry.isRecord(content.bytes.pointer, at: offset, ofKind: IndexEntry.code(of: .task))
            else { return nil }
            return TaskRow(content.bytes, at: offset)
        }
    }

    /// What `body` makes of the current entries that have a tag, in no order. Deleted records have only their key's.
    func forEach<Value>(
        tagged tag: Tag, _ body: (UnsafeRawBufferPointer, Int) -> Value?
    ) throws(StoreError) -> [Value] {
        try sound { content throws(IndexDamage) in
            try content.offsets(tagged: tag).compactMap { body(content.bytes.pointer, $0) }
        }
    }

    /// The current entries that have a tag, in no order.
    func entries(tagged tag: Tag) throws(StoreError) -> [IndexEntry] {
        try forEach(tagged: tag, IndexEntry.init).filter { !$0.isDeleted }
    }

    /// The current entry of every subject, deleted ones left out, in the order of the file.
    func forEach(_ body: (IndexEntry) -> Void) throws(StoreError) {
        try forEachCurrentOffset { bytes, offset in
            if let entry = IndexEntry(bytes.pointer, at: offset), !entry.isDeleted { body(entry) }
        }
    }

    /// The current entry of every record of a kind, deleted ones left out, without the parts that have to be copied.
    func forEachHead(of kind: RecordKind, _ body: (IndexEntryHead) -> Void) throws(StoreError) {
        try forEachCurrentOffset { bytes, offset in
            if let head = IndexEntryHead(bytes.pointer, at: offset, of: kind) { body(head) }
        }
    }

    /// Where the current entry of every subject begins, deleted ones included, in the order of the file.
    func forEachCurrentOffset(_ body: (IndexBytes, Int) -> Void) throws(StoreError) {
        if !isWhole {
            try sound { content throws(IndexDamage) in try content.check() }
            isWhole = true
        }
        content.forEachCurrentOffset { body(content.bytes, $0) }
    }

    // MARK: Damage

    /// What `body` finds in the content; where it meets damage, what it finds in one made anew.
    private func sound<Result>(
        _ body: (IndexContent) throws(IndexDamage) -> Result
    ) throws(StoreError) -> Result {
        do throws(IndexDamage) { return try body(content) } catch { try mend() }
        do throws(IndexDamage) { return try body(content) } catch { throw Self.unreadable }
    }

    private func mend() throws(StoreError) {
        guard let directory, replacement == nil else { throw Self.unreadable }
        let image = try IndexBuilder(directory: directory).build(upTo: header.position).image
        replacement = image
        content = image.content
    }

    /// One that was just made in memory is damaged.
    private static var unreadable: StoreError {
        .system(SystemError("read", Layout.index, code: SystemError.inputOutput))
    }
}

/// The index as a process has read it last, to be read on from there.
///
/// For the transactions of one thread.
final class KeptIndex {
    private var index: Index?
    /// Its file's.
    private var inode: UInt64 = 0

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
}

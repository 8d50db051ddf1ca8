import Model
import System

/// What an index holds, as it lies in memory, and how something is found in it.
///
/// What is handed out has been checked: the way to an entry as well as the entry.
struct IndexContent: Sendable {
    private(set) var bytes: IndexBytes
    private let baseEnd: Int
    private let tableCount: Int
    /// The newest entries of the tail.
    private var tail: IndexTail

    /// The content of an index that begins with `header`.
    ///
    /// - Returns: nil when the tail is damaged: everybody goes through it, so it is checked at once.
    init?(_ header: IndexHeader, _ bytes: IndexBytes) {
        self.bytes = bytes
        baseEnd = Int(header.baseEnd)
        tableCount = Int(header.tableCount)
        var tail = IndexTail()
        do throws(IndexDamage) {
            try IndexEntry.forEachOffset(in: bytes.pointer, Int(header.tailStart)..<Int(header.end)) { offset in
                tail.add(IndexEntry.keyTag(bytes.pointer, at: offset), offset, in: bytes.pointer)
            }
        } catch {
            return nil
        }
        self.tail = tail
    }

    /// The content of an index in memory that has only a base.
    init(_ header: IndexHeader, base bytes: IndexBytes) {
        self.bytes = bytes
        baseEnd = Int(header.baseEnd)
        tableCount = Int(header.tableCount)
        tail = IndexTail()
    }

    /// Takes in what was appended since, up to `end`.
    ///
    /// - Returns: false when that is damaged; this is of no use any more then.
    mutating func extend(to end: Int, _ bytes: IndexBytes) -> Bool {
        let former = self.bytes.pointer.count
        self.bytes = bytes
        tail.keepTags(in: bytes.pointer)
        do throws(IndexDamage) {
            try IndexEntry.forEachOffset(in: bytes.pointer, former..<end) { offset in
                tail.add(IndexEntry.keyTag(bytes.pointer, at: offset), offset, in: bytes.pointer)
            }
        } catch {
            return false
        }
        return true
    }

    /// Looks at every entry.
    func check() throws(IndexDamage) {
        try IndexEntry.forEachOffset(in: bytes.pointer, IndexHeader.length..<baseEnd) { _ in }
        try tail.forEach { offset throws(IndexDamage) in try check(offset) }
    }

    /// Looks at an entry of the tail: when it was added it was whole, but that may be long ago.
    private func check(_ offset: Int) throws(IndexDamage) {
        try IndexEntry.check(bytes.pointer, at: offset, before: bytes.pointer.count)
    }

    /// Where the current entry with a tag that only one subject can have begins.
    func offset(_ tag: Tag) throws(IndexDamage) -> Int? {
        if let offset = tail.offset(of: tag.hash) {
            try check(offset)
            return offset
        }
        return try baseOffsets(tagged: tag).first { IndexEntry.keyTag(bytes.pointer, at: $0) == tag.hash }
    }

    /// Where the current entries that have a tag begin, in no order.
    func offsets(tagged tag: Tag) throws(IndexDamage) -> [Int] {
        var offsets = try baseOffsets(tagged: tag)
        if !tail.isEmpty {
            offsets.removeAll { tail.offset(of: IndexEntry.keyTag(bytes.pointer, at: $0)) != nil }
        }
        let inBase = offsets.count
        tail.forEach(tagged: tag, in: bytes.pointer) { offsets.append($0) }
        for offset in offsets.suffix(from: inBase) { try check(offset) }
        return offsets
    }

    /// Where the current entry of every subject begins, in the order of the file, once the base has been checked.
    func forEachCurrentOffset(_ body: (Int) -> Void) {
        var offset = IndexHeader.length
        while offset < baseEnd {
            if tail.isEmpty || tail.offset(of: IndexEntry.keyTag(bytes.pointer, at: offset)) == nil { body(offset) }
            offset += IndexEntry.length(bytes.pointer, at: offset)
        }
        tail.forEach(body)
    }

    /// The entries of the base that have a tag, by binary search in its table.
    private func baseOffsets(tagged tag: Tag) throws(IndexDamage) -> [Int] {
        var low = 0
        var high = tableCount
        while low < high {
            let middle = (low + high) / 2
            if try row(middle).hash < tag.hash { low = middle + 1 } else { high = middle }
        }
        var offsets: [Int] = []
        while low < tableCount {
            let row = try row(low)
            guard row.hash == tag.hash else { break }
            try IndexEntry.check(bytes.pointer, at: row.offset, before: baseEnd)
            offsets.append(row.offset)
            low += 1
        }
        return offsets
    }

    private func row(_ number: Int) throws(IndexDamage) -> IndexRow {
        guard let row = IndexRow(bytes.pointer, at: baseEnd + number * IndexRow.length, number: number) else {
            throw IndexDamage()
        }
        return row
    }
}

/// The newest entries of an index's tail by the tag of their key: open addressing, at most half full.
private struct IndexTail {
    private var tags: [UInt64] = []
    /// By place; 0 where free, which no entry's offset is.
    private var places: [Int] = []
    private var count = 0
    /// Where the entries with a tag begin, replaced ones included; nil where so few are looked for that going through
    /// all is quicker.
    private var tagged: [Tag: [Int]]?

    var isEmpty: Bool { count == 0 }

    /// Where the newest entry of a subject begins; nil when the tail has none.
    func offset(of tag: UInt64) -> Int? {
        guard count > 0 else { return nil }
        let place = place(of: tag)
        return places[place] == 0 ? nil : places[place]
    }

    /// Where the newest entries begin, in no order.
    func forEach<Failure: Error>(_ body: (Int) throws(Failure) -> Void) throws(Failure) {
        for place in places where place != 0 { try body(place) }
    }

    /// Where the newest entries begin that have a tag, in no order.
    func forEach(tagged tag: Tag, in bytes: UnsafeRawBufferPointer, _ body: (Int) -> Void) {
        guard let tagged else {
            return forEach { if IndexEntry.hasTag(tag, bytes, at: $0) { body($0) } }
        }
        for entry in tagged[tag] ?? [] where offset(of: IndexEntry.keyTag(bytes, at: entry)) == entry { body(entry) }
    }

    /// Keeps from now on where the entries with a tag are.
    mutating func keepTags(in bytes: UnsafeRawBufferPointer) {
        guard tagged == nil else { return }
        tagged = [:]
        forEach { note($0, in: bytes) }
    }

    private mutating func note(_ entry: Int, in bytes: UnsafeRawBufferPointer) {
        IndexEntry.forEachTag(bytes, at: entry) { tag in
            // A list may name the same record twice.
            if tagged?[tag]?.last != entry { tagged?[tag, default: []].append(entry) }
        }
    }

    /// Adds an entry; a later one with the same tag takes its place.
    mutating func add(_ tag: UInt64, _ offset: Int, in bytes: UnsafeRawBufferPointer) {
        if tagged != nil { note(offset, in: bytes) }
        if 2 * (count + 1) > places.count { grow() }
        let place = place(of: tag)
        if places[place] == 0 { count += 1 }
        tags[place] = tag
        places[place] = offset
    }

    private func place(of tag: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: tag) & (places.count - 1)
        while places[place] != 0, tags[place] != tag { place = (place + 1) & (places.count - 1) }
        return place
    }

    private mutating func grow() {
        let former = (tags: tags, places: places)
        let size = max(16, 4 * former.places.count)
        tags = [UInt64](repeating: 0, count: size)
        places = [Int](repeating: 0, count: size)
        for index in former.places.indices where former.places[index] != 0 {
            let place = place(of: former.tags[index])
            tags[place] = former.tags[index]
            places[place] = former.places[index]
        }
    }
}

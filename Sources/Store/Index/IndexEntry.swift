import Model
import System

/// What the index knows of one record, as of one transaction. A later entry with the same key replaces it.
struct IndexEntry: Sendable {
    /// What an entry stands for.
    enum Subject: Hashable, Sendable {
        case record(RecordKey, subdirectory: String)
        /// The receipt of a command with an id.
        case command(String)
    }

    let subject: Subject
    /// Whether the record was deleted.
    let isDeleted: Bool
    let rev: Int
    /// CRC-32 of the file as `tf` wrote or adopted it.
    let sum: UInt32
    let identity: FileIdentity
    let tags: [Tag]
    let payload: [UInt8]

    /// The entry for a record that is gone.
    init(deleted key: RecordKey, subdirectory: String, rev: Int) {
        subject = .record(key, subdirectory: subdirectory)
        isDeleted = true
        self.rev = rev
        sum = 0
        identity = .unknown
        tags = [.key(key)]
        payload = []
    }

    /// The entry for a command that was carried out.
    init(_ receipt: CommandReceipt) {
        subject = .command(receipt.id)
        isDeleted = false
        rev = 0
        sum = 0
        identity = .unknown
        tags = [.command(receipt.id)]
        payload = JSON.array([.string(receipt.verb), .string(receipt.target), receipt.outcome]).compactBytes
    }

    /// The receipt, for an entry that is one.
    var receipt: CommandReceipt? {
        guard case .command(let id) = subject else { return nil }
        do throws(JSONFault) {
            guard let items = try JSON(parsing: payload).array, items.count == 3, let verb = items[0].string,
                let target = items[1].string
            else { return nil }
            return CommandReceipt(id: id, verb: verb, target: target, outcome: items[2])
        } catch {
            return nil
        }
    }

    // MARK: Layout

    fileprivate static let kinds = RecordKind.allCases
    private static let commandKind: UInt8 = 255
    /// Bytes before the tags.
    static let headLength = 56
    private static let sumLength = 8

    /// The entry as the index holds it; its length is a multiple of eight, and its last eight bytes are a sum of all
    /// others.
    var bytes: [UInt8] {
        var writer = ByteWriter()
        let (kind, id, subdirectory): (UInt8, String, String) =
            switch subject {
            case .record(let key, let subdirectory):
                (UInt8(Self.kinds.firstIndex(of: key.kind) ?? 0), key.id, subdirectory)
            case .command(let id): (Self.commandKind, id, "")
            }
        writer.write(UInt32(0))  // the length, when it is known
        writer.write(kind)
        writer.write(UInt8(isDeleted ? 1 : 0))
        writer.write(UInt16(tags.count))
        writer.write(UInt32(rev))
        writer.write(sum)
        writer.write(identity.modified)
        writer.write(identity.changed)
        writer.write(identity.size)
        writer.write(identity.inode)
        writer.write(UInt32(payload.count))
        writer.write(UInt32(0))  // where the payload begins, when it is known
        for tag in tags { writer.write(tag.hash) }
        writer.write(id)
        writer.write(subdirectory)
        writer.replace(at: 52, with: UInt32(writer.bytes.count))
        writer.write(raw: payload)
        writer.align()
        writer.replace(at: 0, with: UInt32(writer.bytes.count + Self.sumLength))
        writer.write(writer.bytes.withUnsafeBytes { WordSum.of($0, from: 0, count: $0.count) })
        return writer.bytes
    }

    /// Reads the entry at `offset`; nil when there is none: the index is damaged.
    init?(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        var reader = ByteReader(bytes, at: offset)
        guard reader.integer(UInt32.self) != nil, let kind = reader.integer(UInt8.self),
            let flags = reader.integer(UInt8.self), let tagCount = reader.integer(UInt16.self),
            let rev = reader.integer(UInt32.self), let sum = reader.integer(UInt32.self),
            let modified = reader.integer(Int64.self), let changed = reader.integer(Int64.self),
            let size = reader.integer(Int64.self), let inode = reader.integer(UInt64.self),
            let payloadLength = reader.integer(UInt32.self), reader.integer(UInt32.self) != nil
        else { return nil }
        var tags: [Tag] = []
        for _ in 0..<tagCount {
            guard let hash = reader.integer(UInt64.self) else { return nil }
            tags.append(Tag(hash: hash))
        }
        guard let id = reader.text(), let subdirectory = reader.text(),
            reader.position + Int(payloadLength) <= bytes.count
        else { return nil }
        if kind == Self.commandKind {
            subject = .command(id)
        } else if Int(kind) < Self.kinds.count, Identifier.isValid(id, kind: Self.kinds[Int(kind)]) {
            subject = .record(RecordKey(kind: Self.kinds[Int(kind)], id: id), subdirectory: subdirectory)
        } else {
            return nil
        }
        isDeleted = flags & 1 != 0
        self.rev = Int(rev)
        self.sum = sum
        identity = FileIdentity(modified: modified, changed: changed, size: size, inode: inode)
        self.tags = tags
        payload = Array(bytes[reader.position..<reader.position + Int(payloadLength)])
    }

    /// The key of the record, nil for a command's receipt.
    var key: RecordKey? {
        if case .record(let key, _) = subject { key } else { nil }
    }

    var subdirectory: String {
        if case .record(_, let subdirectory) = subject { subdirectory } else { "" }
    }

    /// When it expires, for an entry of a lease.
    var leaseExpiry: Timestamp? {
        guard key?.kind == .lease else { return nil }
        return payload.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            return reader.moment() ?? nil
        }
    }

    // MARK: Damage

    /// Checks the entry at `offset`, which is to end before `end`.
    ///
    /// - Returns: where the next one begins.
    @discardableResult
    static func check(_ bytes: UnsafeRawBufferPointer, at offset: Int, before end: Int) throws(IndexDamage) -> Int {
        // A key's tag and the lengths of two texts are the least that there is.
        guard offset >= IndexHeader.length, end <= bytes.count, offset + headLength + 16 + sumLength <= end else {
            throw IndexDamage()
        }
        let length = length(bytes, at: offset)
        guard length >= headLength + 16 + sumLength, length % 8 == 0, offset + length <= end,
            WordSum.of(bytes, from: offset, count: length - sumLength)
                == load(bytes, offset + length - sumLength, as: UInt64.self)
        else { throw IndexDamage() }
        return offset + length
    }

    /// Where the entries in a part of an index begin, each checked; the last one has to end where the part does.
    static func forEachOffset(
        in bytes: UnsafeRawBufferPointer, _ part: Range<Int>, _ body: (Int) -> Void
    ) throws(IndexDamage) {
        var offset = part.lowerBound
        while offset < part.upperBound {
            let next = try check(bytes, at: offset, before: part.upperBound)
            body(offset)
            offset = next
        }
    }

    // MARK: Parts of an entry, without making a value of the whole

    /// Where the payload of the entry at `offset` is; nil when the entry is not whole.
    static func payloadRange(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Range<Int>? {
        guard offset >= 0, offset + headLength + 8 <= bytes.count else { return nil }
        let length = Int(load(bytes, offset, as: UInt32.self))
        let tags = Int(load(bytes, offset + 6, as: UInt16.self))
        let count = Int(load(bytes, offset + 48, as: UInt32.self))
        let start = Int(load(bytes, offset + 52, as: UInt32.self))
        guard offset + length <= bytes.count, start >= headLength + 8 * tags + 8, start + count <= length,
            idRange(bytes, at: offset).upperBound <= offset + start
        else { return nil }
        return (offset + start)..<(offset + start + count)
    }

    /// The code of a kind of record in an entry.
    static func code(of kind: RecordKind) -> UInt8 { UInt8(kinds.firstIndex(of: kind) ?? 0) }

    /// Whether the entry at `offset` is that of a record of the kind with this code, and not of one that was deleted.
    static func isRecord(_ bytes: UnsafeRawBufferPointer, at offset: Int, ofKind code: UInt8) -> Bool {
        bytes[offset + 4] == code && bytes[offset + 5] & 1 == 0
    }

    static func length(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        Int(load(bytes, offset, as: UInt32.self))
    }

    /// Calls `body` with each tag of the entry at `offset`.
    static func forEachTag(_ bytes: UnsafeRawBufferPointer, at offset: Int, _ body: (Tag) -> Void) {
        for index in 0..<Int(load(bytes, offset + 6, as: UInt16.self)) {
            let position = offset + headLength + index * 8
            guard position + 8 <= bytes.count else { return }
            body(Tag(hash: load(bytes, position, as: UInt64.self)))
        }
    }

    static func hasTag(_ tag: Tag, _ bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        let wanted = tag.hash.littleEndian
        for index in 0..<Int(load(bytes, offset + 6, as: UInt16.self)) {
            let position = offset + headLength + index * 8
            guard position + 8 <= bytes.count else { return false }
            if bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self) == wanted { return true }
        }
        return false
    }

    static func rev(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        Int(load(bytes, offset + 8, as: UInt32.self))
    }

    static func identity(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> FileIdentity {
        FileIdentity(
            modified: load(bytes, offset + 16, as: Int64.self), changed: load(bytes, offset + 24, as: Int64.self),
            size: load(bytes, offset + 32, as: Int64.self), inode: load(bytes, offset + 40, as: UInt64.self))
    }

    /// The first tag, which is that of the key.
    static func keyTag(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
        load(bytes, offset + headLength, as: UInt64.self)
    }

    static func idBytes(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[idRange(bytes, at: offset)])
    }

    /// The key of the record whose entry is at `offset`; nil for a command's receipt, and for a record that was
    /// deleted.
    static func key(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> RecordKey? {
        let code = Int(bytes[offset + 4])
        guard code < kinds.count, bytes[offset + 5] & 1 == 0 else { return nil }
        let id = String(decoding: idBytes(bytes, at: offset), as: UTF8.self)
        return Identifier.isValid(id, kind: kinds[code]) ? RecordKey(kind: kinds[code], id: id) : nil
    }

    private static func idRange(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Range<Int> {
        let start = offset + headLength + 8 * Int(load(bytes, offset + 6, as: UInt16.self))
        guard start + 4 <= bytes.count else { return bytes.count..<bytes.count }
        let count = Int(load(bytes, start, as: UInt32.self))
        return start + 4 + count <= bytes.count ? (start + 4)..<(start + 4 + count) : bytes.count..<bytes.count
    }

    private static func load<Value: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer, _ offset: Int, as type: Value.Type
    ) -> Value {
        Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }
}

/// What is needed of an entry to go through all of them quickly. It is valid as long as the index is.
struct IndexEntryHead {
    let key: RecordKey
    let subdirectory: String
    let rev: Int
    let identity: FileIdentity

    /// - Returns: nil for an entry of another kind or of a deleted record, and where there is none.
    init?(_ bytes: UnsafeRawBufferPointer, at offset: Int, of kind: RecordKind) {
        var reader = ByteReader(bytes, at: offset + 4)
        guard let code = reader.integer(UInt8.self), Int(code) < IndexEntry.kinds.count,
            IndexEntry.kinds[Int(code)] == kind, let flags = reader.integer(UInt8.self), flags & 1 == 0,
            let tagCount = reader.integer(UInt16.self), let rev = reader.integer(UInt32.self),
            reader.integer(UInt32.self) != nil, let modified = reader.integer(Int64.self),
            let changed = reader.integer(Int64.self), let size = reader.integer(Int64.self),
            let inode = reader.integer(UInt64.self)
        else { return nil }
        reader = ByteReader(bytes, at: offset + IndexEntry.headLength + Int(tagCount) * 8)
        guard let id = reader.text(), Identifier.isValid(id, kind: kind), let subdirectory = reader.text() else {
            return nil
        }
        key = RecordKey(kind: kind, id: id)
        self.subdirectory = subdirectory
        self.rev = Int(rev)
        identity = FileIdentity(modified: modified, changed: changed, size: size, inode: inode)
    }
}

/// A sum in an index is wrong, or something lies beyond its end.
struct IndexDamage: Error {}

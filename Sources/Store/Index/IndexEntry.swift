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

    /// The entry for a record whose file holds `bytes`.
    init(_ record: AnyRecord, identity: FileIdentity, sum: UInt32) {
        subject = .record(record.key, subdirectory: record.subdirectory)
        isDeleted = false
        rev = record.envelope.rev
        self.sum = sum
        self.identity = identity
        tags = record.tags
        switch record {
        case .task(let task): payload = TaskSummary(task).payload
        case .lease(let lease):
            var writer = ByteWriter()
            writer.write(lease.expiresAt)
            payload = writer.bytes
        case .workspace, .comment, .run, .agent, .notification: payload = []
        }
    }

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

    /// The entry as the index holds it; its length is a multiple of eight.
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
        writer.write(UInt32(0))
        for tag in tags { writer.write(tag.hash) }
        writer.write(id)
        writer.write(subdirectory)
        writer.write(raw: payload)
        writer.align()
        writer.replace(at: 0, with: UInt32(writer.bytes.count))
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

    /// What lists show of it, for an entry of a task.
    var taskSummary: TaskSummary? {
        guard let key, key.kind == .task, let id = ID<Task>(key.id) else { return nil }
        return payload.withUnsafeBytes { TaskSummary(id: id, rev: rev, payload: $0) }
    }
}

/// What is needed of an entry to go through all of them quickly. It is valid as long as the index is.
struct IndexEntryHead {
    let key: RecordKey
    let subdirectory: String
    let rev: Int
    let identity: FileIdentity
    private let payload: UnsafeRawBufferPointer

    /// - Returns: nil for an entry of another kind or of a deleted record, and where there is none.
    init?(_ bytes: UnsafeRawBufferPointer, at offset: Int, of kind: RecordKind) {
        var reader = ByteReader(bytes, at: offset + 4)
        guard let code = reader.integer(UInt8.self), Int(code) < IndexEntry.kinds.count,
            IndexEntry.kinds[Int(code)] == kind, let flags = reader.integer(UInt8.self), flags & 1 == 0,
            let tagCount = reader.integer(UInt16.self), let rev = reader.integer(UInt32.self),
            reader.integer(UInt32.self) != nil, let modified = reader.integer(Int64.self),
            let changed = reader.integer(Int64.self), let size = reader.integer(Int64.self),
            let inode = reader.integer(UInt64.self), let payloadLength = reader.integer(UInt32.self)
        else { return nil }
        reader = ByteReader(bytes, at: offset + IndexEntry.headLength + Int(tagCount) * 8)
        guard let id = reader.text(), Identifier.isValid(id, kind: kind), let subdirectory = reader.text(),
            reader.position + Int(payloadLength) <= bytes.count
        else { return nil }
        key = RecordKey(kind: kind, id: id)
        self.subdirectory = subdirectory
        self.rev = Int(rev)
        identity = FileIdentity(modified: modified, changed: changed, size: size, inode: inode)
        payload = UnsafeRawBufferPointer(rebasing: bytes[reader.position..<reader.position + Int(payloadLength)])
    }

    /// What lists show of it, for an entry of a task.
    var taskSummary: TaskSummary? {
        ID<Task>(key.id).flatMap { TaskSummary(id: $0, rev: rev, payload: payload) }
    }
}

/// What the index has of a task, as far as it can be read without making a text. It is valid as long as the index is.
struct IndexTaskPlace {
    let outline: TaskOutline
    /// The number in the id; nil for a hash.
    let number: Int?
    private let bytes: UnsafeRawBufferPointer
    private let offset: Int

    private static let taskCode = UInt8(IndexEntry.kinds.firstIndex(of: .task) ?? 0)

    /// - Returns: nil for an entry that is not one of a task, and for one of a task that was deleted.
    init?(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        var reader = ByteReader(bytes, at: offset + 4)
        guard reader.integer() == Self.taskCode, let flags = reader.integer(UInt8.self), flags & 1 == 0,
            let tagCount = reader.integer(UInt16.self)
        else { return nil }
        reader = ByteReader(bytes, at: offset + 48)
        guard let payloadLength = reader.integer(UInt32.self) else { return nil }
        reader = ByteReader(bytes, at: offset + IndexEntry.headLength + Int(tagCount) * 8)
        guard let idLength = reader.integer(UInt32.self), reader.position + Int(idLength) <= bytes.count else {
            return nil
        }
        let id = bytes[reader.position..<reader.position + Int(idLength)]
        reader = ByteReader(bytes, at: id.endIndex)
        guard let placeLength = reader.integer(UInt32.self) else { return nil }
        let start = reader.position + Int(placeLength)
        guard start + Int(payloadLength) <= bytes.count,
            let outline = TaskOutline(
                payload: UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(payloadLength)]))
        else { return nil }
        self.outline = outline
        number = Self.number(in: id)
        self.bytes = bytes
        self.offset = offset
    }

    /// The rest of it.
    var head: IndexEntryHead? { IndexEntryHead(bytes, at: offset, of: .task) }

    private static func number(in id: Slice<UnsafeRawBufferPointer>) -> Int? {
        var number: Int?
        for byte in id {
            if let former = number {
                guard let digit = byte.decimalDigit, former < 1 << 56 else { return nil }
                number = former * 10 + Int(digit)
            } else if byte == UInt8(ascii: "-") {
                number = 0
            }
        }
        return number
    }
}

import Model
import System

/// A task as the index holds it, read off its bytes when asked: going through a hundred thousand of them makes no
/// value for what nobody looks at.
///
/// The payload of an index entry begins with numbers of fixed length, then come the places of the texts and lists that
/// follow. Only ``payload(of:)`` writes that layout, and only this type reads it.
public struct TaskRow: Sendable {
    /// Where the entry is; kept alive by the row.
    private let bytes: IndexBytes
    private let entry: Int
    private let payload: Int

    /// The texts and lists of a row, in the order of their places.
    public enum Field: Int, CaseIterable, Sendable {
        case title, name, type, flow, parent, run, agent, user, labels, dependsOn
        /// The key tags of the tasks in `dependsOn`.
        fileprivate static let dependencies = 10
        fileprivate static let places = 11
    }

    /// One more with every change of what follows, so that nobody reads rows in another layout.
    static let layout: UInt32 = 1

    private enum Offset {
        static let status = 0
        static let priority = 1
        static let flags = 2
        static let attempt = 4
        static let created = 8
        static let updated = 16
        static let due = 24
        static let notBefore = 32
        static let ended = 40
        static let number = 48
        static let places = 56
        static let end = places + 4 * Field.places
    }

    private enum Flags {
        static let isHeld: UInt8 = 1
        static let hasDescription: UInt8 = 2
    }

    private static let statuses = TaskStatus.allCases
    private static let priorities = Priority.allCases

    // MARK: Writing

    /// What the index entry of `task` holds of it.
    static func payload(of task: Task) -> [UInt8] {
        var head = ByteWriter()
        head.write(UInt8(statuses.firstIndex(of: task.status) ?? 0))
        head.write(UInt8(task.priority.rank))
        head.write((task.hold ? Flags.isHeld : 0) | (task.description == nil ? 0 : Flags.hasDescription))
        head.write(UInt8(0))
        head.write(UInt32(task.attempt))
        head.write(task.envelope.createdAt)
        head.write(task.envelope.updatedAt)
        head.write(task.due)
        head.write(task.notBefore)
        head.write(task.endedAt)
        head.write(Int64(Identifier.number(of: task.id.text) ?? -1))

        var body = ByteWriter()
        func place(_ text: String?) {
            // 0 stands for nothing: the body never begins there.
            head.write(UInt32(text == nil ? 0 : Offset.end + body.bytes.count))
            if let text { body.write(text) }
        }
        func place(_ texts: [String]) {
            head.write(UInt32(texts.isEmpty ? 0 : Offset.end + body.bytes.count))
            if !texts.isEmpty { body.write(texts) }
        }
        place(task.title)
        place(task.name)
        place(task.type)
        place(task.flow?.text)
        place(task.parent?.text)
        place(task.run?.text)
        place(task.assignee?.agent?.text)
        place(task.assignee?.user)
        place(task.labels)
        place(task.dependsOn.map { $0.text })
        head.write(UInt32(task.dependsOn.isEmpty ? 0 : Offset.end + body.bytes.count))
        if !task.dependsOn.isEmpty {
            body.write(UInt32(task.dependsOn.count))
            for id in task.dependsOn { body.write(Tag.key(id.key).hash) }
        }
        head.write(raw: body.bytes)
        return head.bytes
    }

    // MARK: Reading

    /// The row of the entry at `entry`; nil when it is not the whole entry of a task: the index is damaged.
    init?(_ bytes: IndexBytes, at entry: Int) {
        guard let payload = IndexEntry.payloadRange(bytes.pointer, at: entry), payload.count >= Offset.end else {
            return nil
        }
        self.bytes = bytes
        self.entry = entry
        self.payload = payload.lowerBound
        guard Int(byte(Offset.status)) < Self.statuses.count, Int(byte(Offset.priority)) < Self.priorities.count,
            !idBytes.isEmpty, idBytes.allSatisfy(Self.mayStandInID)
        else { return nil }
    }

    /// Paths are made of ids, so a damaged one must not get that far.
    private static func mayStandInID(_ byte: UInt8) -> Bool {
        byte.decimalDigit != nil || (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "-")
    }

    private func byte(_ offset: Int) -> UInt8 { bytes.pointer[payload + offset] }

    private func integer<Value: FixedWidthInteger>(_ offset: Int) -> Value {
        Value(littleEndian: bytes.pointer.loadUnaligned(fromByteOffset: payload + offset, as: Value.self))
    }

    private func moment(_ offset: Int) -> Timestamp? {
        let milliseconds: Int64 = integer(offset)
        return milliseconds == .min ? nil : Timestamp(milliseconds: milliseconds)
    }

    /// A reader at a text or list; nil when there is none.
    private func reader(_ place: Int) -> ByteReader? {
        let offset: UInt32 = integer(Offset.places + 4 * place)
        return offset == 0 ? nil : ByteReader(bytes.pointer, at: payload + Int(offset))
    }

    public var status: TaskStatus { Self.statuses[Int(byte(Offset.status))] }
    public var priority: Priority { Self.priorities[Int(byte(Offset.priority))] }
    public var isHeld: Bool { byte(Offset.flags) & Flags.isHeld != 0 }
    /// Whether the task has a description, which is in its file only.
    public var hasDescription: Bool { byte(Offset.flags) & Flags.hasDescription != 0 }
    public var attempt: Int { Int(integer(Offset.attempt) as UInt32) }
    public var createdAt: Timestamp { moment(Offset.created) ?? Timestamp(milliseconds: 0) }
    public var updatedAt: Timestamp { moment(Offset.updated) ?? Timestamp(milliseconds: 0) }
    public var due: Timestamp? { moment(Offset.due) }
    public var notBefore: Timestamp? { moment(Offset.notBefore) }
    public var endedAt: Timestamp? { moment(Offset.ended) }
    /// The number in the id; nil where ids are hashes.
    public var number: Int? {
        let number: Int64 = integer(Offset.number)
        return number < 0 ? nil : Int(number)
    }

    public var rev: Int { IndexEntry.rev(bytes.pointer, at: entry) }
    var identity: FileIdentity { IndexEntry.identity(bytes.pointer, at: entry) }
    /// The tag of the task's key.
    var keyTag: UInt64 { IndexEntry.keyTag(bytes.pointer, at: entry) }
    /// The bytes of the id.
    var idBytes: UnsafeRawBufferPointer { IndexEntry.idBytes(bytes.pointer, at: entry) }

    public var id: ID<Task> { ID(checked: String(decoding: idBytes, as: UTF8.self)) }

    /// A text; nil when the task has none.
    public func text(_ field: Field) -> String? {
        guard var reader = reader(field.rawValue) else { return nil }
        return reader.text()
    }

    /// The entries of a list, `labels` or `dependsOn`.
    public func texts(_ field: Field) -> [String] {
        guard var reader = reader(field.rawValue) else { return [] }
        return reader.texts() ?? []
    }

    /// The entries of a list with commas between them, without making each.
    public func joined(_ field: Field) -> String {
        guard var reader = reader(field.rawValue), let count = reader.integer(UInt32.self), count > 0 else { return "" }
        if count == 1 { return reader.text() ?? "" }
        var bytes: [UInt8] = []
        for _ in 0..<count {
            guard let text = reader.textBytes() else { break }
            if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: text)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether a text is equal to `other`, without making one.
    public func text(_ field: Field, is other: String) -> Bool {
        guard var reader = reader(field.rawValue), let bytes = reader.textBytes() else { return false }
        return bytes.elementsEqual(other.utf8)
    }

    /// Whether a list has an entry.
    public func texts(_ field: Field, contain other: String) -> Bool {
        guard var reader = reader(field.rawValue), let count = reader.integer(UInt32.self) else { return false }
        for _ in 0..<count {
            guard let bytes = reader.textBytes() else { return false }
            if bytes.elementsEqual(other.utf8) { return true }
        }
        return false
    }

    public var assignee: Assignee? {
        text(.agent).flatMap { ID<Agent>($0) }.map(Assignee.agent) ?? text(.user).map(Assignee.user)
    }

    /// Whether nobody has the task.
    public var isUnassigned: Bool { reader(Field.agent.rawValue) == nil && reader(Field.user.rawValue) == nil }
    /// Whether the task belongs to a flow.
    public var isInFlow: Bool { reader(Field.flow.rawValue) != nil }
    /// Whether the task has, or had, a run.
    public var hasRun: Bool { reader(Field.run.rawValue) != nil }

    /// Whether `body` holds for the key tag of every task that this one depends on.
    func dependenciesSatisfy(_ body: (UInt64) -> Bool) -> Bool {
        guard var reader = reader(Field.dependencies), let count = reader.integer(UInt32.self) else { return true }
        for _ in 0..<count {
            guard let tag = reader.integer(UInt64.self), body(tag) else { return false }
        }
        return true
    }
}

import Model

/// Something that records are looked up by, as a 64-bit hash (FNV-1a) of its text.
///
/// Two different tags could have one hash: whoever looks up checks what was found against the record.
public struct Tag: Hashable, Comparable, Sendable {
    let hash: UInt64

    init(hash: UInt64) {
        self.hash = hash
    }

    private init(_ kind: StaticString, _ text: String) {
        var hash = Hash()
        kind.withUTF8Buffer { for byte in $0 { hash.add(byte) } }
        hash.add(0)
        for byte in text.utf8 { hash.add(byte) }
        self.hash = hash.value
    }

    /// The tag of the record of a kind with an id, as ``key(_:)`` makes it, from the bytes of the id.
    static func key(_ kind: RecordKind, _ id: UnsafeRawBufferPointer) -> Tag {
        var hash = Hash()
        for byte in "key".utf8 { hash.add(byte) }
        hash.add(0)
        for byte in kind.rawValue.utf8 { hash.add(byte) }
        hash.add(UInt8(ascii: "/"))
        for byte in id { hash.add(byte) }
        return Tag(hash: hash.value)
    }

    /// FNV-1a.
    private struct Hash {
        private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325
        mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    public static func < (left: Tag, right: Tag) -> Bool { left.hash < right.hash }

    /// The one record with this key.
    public static func key(_ key: RecordKey) -> Tag { Tag("key", key.kind.rawValue + "/" + key.id) }
    /// The receipt of the command with this id.
    public static func command(_ id: String) -> Tag { Tag("command", id) }
    /// The task with this name.
    public static func name(_ name: String) -> Tag { Tag("name", name) }
    /// The tasks that depend on this one.
    public static func dependents(of task: ID<Task>) -> Tag { Tag("dependents", task.text) }
    /// The children of a task.
    public static func children(of task: ID<Task>) -> Tag { Tag("children", task.text) }
    /// The tasks of a flow.
    public static func tasks(ofFlow flow: ID<Flow>) -> Tag { Tag("flow", flow.text) }
    /// The tasks that an agent or user has and that have not ended.
    public static func openTasks(of assignee: Assignee) -> Tag { Tag("open", assignee.json.compactText) }
    /// The runs of a task.
    public static func runs(of task: ID<Task>) -> Tag { Tag("runs", task.text) }
    /// The runs that a trigger has caused.
    public static func runs(by trigger: ID<Trigger>) -> Tag { Tag("runs", "by " + trigger.text) }
    /// The comments on a task.
    public static func comments(on task: ID<Task>) -> Tag { Tag("comments", task.text) }
    /// The notifications about a record that nobody has resolved.
    public static func openNotifications(about id: String) -> Tag { Tag("about", id) }
    /// The runs that wait or are live.
    public static let activeRuns = Tag("runs", "active")
    /// The notifications that nobody has resolved.
    public static let openNotifications = Tag("inbox", "open")
    /// The triggers that there are.
    public static let triggers = Tag("triggers", "all")
    /// The leases that there are.
    public static let leases = Tag("leases", "all")
    /// The tasks with a lease or run at this moment: what stale and lost work is looked for among.
    public static let runningTasks = Tag("tasks", "running")
}

extension AnyRecord {
    /// Everything that the record is looked up by, its key first.
    var tags: [Tag] {
        var tags = [Tag.key(key)]
        switch self {
        case .task(let task):
            if let name = task.name { tags.append(.name(name)) }
            if let parent = task.parent { tags.append(.children(of: parent)) }
            if let flow = task.flow { tags.append(.tasks(ofFlow: flow)) }
            if let assignee = task.assignee, !task.status.isTerminal { tags.append(.openTasks(of: assignee)) }
            if task.status == .running { tags.append(.runningTasks) }
            tags += task.dependsOn.map(Tag.dependents)
        case .run(let run):
            if let task = run.task { tags.append(.runs(of: task)) }
            if let trigger = run.trigger { tags.append(.runs(by: trigger)) }
            if !run.status.isTerminal { tags.append(.activeRuns) }
        case .comment(let comment):
            tags.append(.comments(on: comment.task))
        case .notification(let notification) where notification.resolvedAt == nil:
            tags += [.openNotifications, .openNotifications(about: notification.about)]
        case .lease: tags.append(.leases)
        case .trigger: tags.append(.triggers)
        case .notification, .agent, .workspace: break
        }
        return tags
    }
}

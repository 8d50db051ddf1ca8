/// The kinds of record. The raw value is the word that events, messages and the journal use.
public enum RecordKind: String, CaseIterable, Sendable {
    case workspace, task, comment, flow, run, agent, trigger, notification, lease

    /// The directory below `.tf/` that holds the records of this kind; empty for the one file at the top.
    public var directory: String {
        switch self {
        case .workspace: ""
        case .task: "tasks"
        case .comment: "comments"
        case .flow: "flows"
        case .run: "runs"
        case .agent: "agents"
        case .trigger: "triggers"
        case .notification: "inbox"
        case .lease: "leases"
        }
    }

    /// The letter before the number in ids of this kind; nil for kinds whose records are named, not numbered.
    ///
    /// Tasks may have another prefix in a workspace (`tf init --prefix`).
    public var prefix: String? {
        switch self {
        case .task: "T"
        case .comment: "C"
        case .flow: "F"
        case .run: "R"
        case .notification: "N"
        case .workspace, .agent, .trigger, .lease: nil
        }
    }

    /// Whether somebody may change the files of this kind without `tf`, which takes them as they are. A lease's file
    /// holds a secret that the journal does not have, so there is nothing to compare it with.
    public var isEditable: Bool { self != .lease }

    /// The kinds whose ids are given out in sequence.
    public static let numbered: [RecordKind] = allCases.filter { $0.prefix != nil }
}

import Engine
import Model
import Store
import System
import Terminal

/// What a shell offers for a value of some kind: asked at every key press, so it looks at the index alone and is
/// silent where there is nothing to say.
struct LiveCandidates {
    private let kind: String
    private let context: Context

    init(_ kind: String, _ context: Context) {
        self.kind = kind
        self.context = context
    }

    /// How many runs and comments get a description, for which their files have to be read.
    private static let described = 40

    func print() throws {
        // Outside of a workspace, or in one that cannot be read, there is nothing to offer.
        guard let snapshot = try? context.snapshot() else { return }
        switch kind {
        case "tasks": try tasks(snapshot.indexedTasks())
        case "runs": try runs(snapshot)
        case "agents":
            for agent in try agents(snapshot) { try print(agent.id.text, agent.description ?? agent.commandLine) }
        case "comments": try comments(snapshot)
        case "notifications": for item in try open(snapshot) { try print(item.id.text, "\(item.about) \(item.title)") }
        case "statuses": for status in TaskStatus.allCases { try print(status.rawValue, nil) }
        case "labels":
            for label in Set(try snapshot.indexedTasks().rows.flatMap { $0.texts(.labels) }).sorted() {
                try print(label, nil)
            }
        case "flows": try names(ofFilesIn: "flows", snapshot)
        case "triggers":
            for trigger in try triggers(snapshot) { try print(trigger.id.text, "\(trigger.on): \(trigger.actionLine)") }
        default: break
        }
    }

    /// `VALUE<tab>DESCRIPTION`; a value with a line break or tab in it could not be told apart.
    private func print(_ value: String, _ description: String?) throws {
        try context.output.line(value + "\t" + (description ?? "").visibleLine)
    }

    /// Those that have not ended come first, the newest before older ones.
    private func tasks(_ table: TaskTable) throws {
        let rows = table.rows
        let order = rows.indices.sorted { left, right in
            let (left, right) = (rows[left], rows[right])
            return left.status.isTerminal == right.status.isTerminal
                ? left.number ?? 0 > right.number ?? 0 : right.status.isTerminal
        }
        for number in order {
            let row = rows[number]
            let title = row.text(.title) ?? ""
            try print(row.id.text, "\(row.status.rawValue): \(title)")
            if let name = row.text(.name) { try print(name, "\(row.id): \(title)") }
        }
    }

    private func runs(_ snapshot: Snapshot) throws {
        let ids = try snapshot.indexedIDs(of: Run.self).sorted { Identifier.precedes($1.text, $0.text) }
        for (index, id) in ids.enumerated() {
            let run = index < Self.described ? try? snapshot.get(id) : nil
            try print(id.text, run.map { "\($0.status.rawValue) \($0.task?.text ?? "") \($0.agent?.text ?? "")" })
        }
    }

    private func comments(_ snapshot: Snapshot) throws {
        let ids = try snapshot.indexedIDs(of: Comment.self).sorted { Identifier.precedes($1.text, $0.text) }
        for (index, id) in ids.enumerated() {
            let comment = index < Self.described ? try? snapshot.get(id) : nil
            try print(id.text, comment.map { "\($0.task) \($0.author): \($0.text.prefix(60))" })
        }
    }

    private func agents(_ snapshot: Snapshot) throws -> [Agent] {
        try snapshot.indexedIDs(of: Agent.self).sorted { $0.text < $1.text }.compactMap { try? snapshot.get($0) }
    }

    private func triggers(_ snapshot: Snapshot) throws -> [Trigger] {
        try snapshot.indexedIDs(of: Trigger.self).sorted { $0.text < $1.text }.compactMap { try? snapshot.get($0) }
    }

    private func open(_ snapshot: Snapshot) throws -> [Notification] {
        try snapshot.ids(tagged: .openNotifications, of: Notification.self).reversed().compactMap {
            try? snapshot.get($0)
        }
    }

    private func names(ofFilesIn directory: String, _ snapshot: Snapshot) throws {
        let path = Path.join(snapshot.workspace.path, directory)
        for name in try FileSystem.names(in: path).sorted() where name.hasSuffix(".json") && !name.hasPrefix(".") {
            try print(String(name.dropLast(5)), nil)
        }
    }

    private static func number(_ id: String) -> Int {
        id.utf8.lastIndex(of: UInt8(ascii: "-")).flatMap { Int(id[id.utf8.index(after: $0)...]) } ?? 0
    }
}

import Foundation
import Model
import System
import Testing

@testable import Store

/// A workspace in a directory of its own, which goes with it.
final class TemporaryWorkspace {
    let root: String
    private(set) var workspace: Workspace
    /// Who has to be told of what is committed: the triggers that are for its types of events.
    var concerning: TriggerDecision = { line, triggers in
        line.events.contains { event in
            triggers.contains { event.seq > $0.position && Glob.matches(event.type, $0.on) }
        }
    }

    /// Trust is kept beside the tests, not with the user.
    private static let state: Void = {
        setenv("XDG_STATE_HOME", NSTemporaryDirectory() + "tf-store-tests-state", 1)
    }()

    init(durability: Settings.Durability = .none) throws {
        _ = Self.state
        root = NSTemporaryDirectory() + "tf-store-" + UUID().uuidString
        var record = WorkspaceRecord()
        record.workspace = try Workspace.newIdentity()
        record.settings.durability = durability
        workspace = try Workspace.create(in: root, record: record, actor: "tester", options: Workspace.Options())
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    var directory: File { workspace.directory }

    func path(_ file: String) -> String { root + "/.tf/" + file }

    func bytes(_ file: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path(file)))) }

    func write(_ bytes: some Sequence<UInt8>, to file: String) throws {
        try Data(Array(bytes)).write(to: URL(fileURLWithPath: path(file)))
    }

    /// Changes a file in place, which costs far less than making it anew: file systems bring that to the disk at once.
    func overwrite(_ file: String, with bytes: [UInt8]) throws {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path(file)))
        try handle.write(contentsOf: Data(bytes))
        try handle.truncate(atOffset: UInt64(bytes.count))
        try handle.close()
    }

    func remove(_ file: String) throws { try FileManager.default.removeItem(atPath: path(file)) }

    func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: path(file)) }

    @discardableResult
    func change(_ verb: String = "edit", commandID: String? = nil, _ body: (Transaction) throws -> Void) throws
        -> Commit
    {
        let purpose = Purpose(actor: "tester", verb: verb, commandID: commandID)
        return try workspace.transact(purpose, concerning: concerning, body).committed
    }

    /// Creates a task in a transaction of its own.
    @discardableResult
    func create(_ title: String) throws -> ID<Model.Task> {
        var made: ID<Model.Task>?
        try change("create") { transaction in
            let task = Model.Task(id: try transaction.newID(), title: title)
            try transaction.put(task)
            transaction.emit(.taskCreated, about: task.key, task: task.id)
            made = task.id
        }
        return try #require(made)
    }

    func retitle(_ id: ID<Model.Task>, _ title: String) throws {
        try change { transaction in
            var task: Model.Task = try #require(try transaction.get(id))
            task.title = title
            try transaction.put(task)
            transaction.emit(.taskEdited, about: task.key, task: id)
        }
    }

    func title(_ id: ID<Model.Task>) throws -> String? { try workspace.snapshot().get(id)?.title }
}

import Model
import Testing

@testable import Engine
@testable import Store

@Suite("Whether a trigger may have to be told")
struct TriggerConcernTests {
    private let workspace: Workspace
    private let id: ID<Trigger>

    init() throws {
        id = try #require(ID<Trigger>("tell"))
        workspace = try Bench().engine.workspace
    }

    private func change(_ verb: String, _ body: (Transaction) throws -> Void) throws -> Commit {
        let purpose = Purpose(actor: "tester", verb: verb)
        return try workspace.transact(purpose, concerning: TriggerConcern.isPossible, body).committed
    }

    private func addTrigger(on: String, _ conditions: [String]) throws {
        let committed = try change("trigger add") { transaction in
            var trigger = Trigger(id: id, on: on, action: .notify("ann"))
            trigger.conditions = try conditions.map { try #require(TriggerCondition($0)) }
            try transaction.put(trigger)
            transaction.emit(.triggerCreated, about: trigger.key)
        }
        #expect(!committed.leavesReactions, "it begins with the transaction after its own")
    }

    @discardableResult
    private func create(_ title: String) throws -> (task: Model.Task, leavesReactions: Bool) {
        var task = Model.Task(id: ID(number: 1), title: title)
        let committed = try change("create") { transaction in
            task = Model.Task(id: try transaction.newID(), title: title)
            try transaction.put(task)
            transaction.emit(.taskCreated, about: task.key, task: task.id)
        }
        return (task, committed.leavesReactions)
    }

    @Test("a line concerns a trigger when an event of it is of its type and meets its conditions")
    func conditions() throws {
        try addTrigger(on: "task/created", ["title~T*"])
        #expect(try !create("One").leavesReactions, "it does not fit")
        #expect(try create("Two").leavesReactions)
        _ = try change("react") { $0.react(upTo: $0.position) }
        let task = try create("Another").task
        let committed = try change("edit") { transaction in
            var task = task
            task.title = "T"
            try transaction.put(task)
            transaction.emit(.taskEdited, about: task.key, task: task.id)
        }
        #expect(!committed.leavesReactions, "another type of event")
    }

    @Test("conditions on what a line does not have are left to who can look it up")
    func incomplete() throws {
        let id = try create("Paint").task.id
        try addTrigger(on: "custom/*", ["title=Paint", "env=prod"])
        let type = try #require(CustomEventType("custom/x"))
        func emit(_ environment: String) throws -> Commit {
            try change("emit") { transaction in
                transaction.emit(type, about: id.key, task: id, data: JSONObject([("env", environment.json)]))
            }
        }
        #expect(try !emit("test").leavesReactions)
        #expect(try emit("prod").leavesReactions)
    }

    @Test("a trigger that is disabled is told of nothing")
    func disabled() throws {
        try addTrigger(on: "*", [])
        _ = try change("trigger disable") { transaction in
            var trigger = try #require(try transaction.get(id))
            trigger.disabled = true
            try transaction.put(trigger)
        }
        #expect(try !create("Task").leavesReactions)
    }
}

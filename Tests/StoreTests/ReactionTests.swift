import Foundation
import Model
import System
import Testing

@testable import Store

@Suite("What is left to tell triggers")
struct ReactionTests {
    private func addTrigger(_ tf: TemporaryWorkspace, on: String) throws -> ID<Trigger> {
        let id: ID<Trigger> = try #require(ID<Trigger>("tell"))
        try tf.change("trigger add") { transaction in
            let trigger = Trigger(id: id, on: on, action: .notify("ann"))
            try transaction.put(trigger)
            transaction.emit(.triggerCreated, about: trigger.key)
        }
        return id
    }

    /// The titles of the tasks whose events are left to be told.
    private func unreacted(_ tf: TemporaryWorkspace) throws -> [String] {
        var titles: [String] = []
        try tf.change { transaction in
            for entry in try transaction.unreacted() {
                for case .task(let task) in entry.line.put { titles.append(task.title) }
            }
        }
        return titles
    }

    private func mark(_ tf: TemporaryWorkspace) throws -> AppliedMark {
        try #require(try AppliedMark.read(in: tf.directory))
    }

    @Test("without triggers nothing is ever left")
    func noTriggers() throws {
        let tf = try TemporaryWorkspace()
        try tf.create("One")
        #expect(try mark(tf).reacted == mark(tf).applied)
    }

    @Test("a new trigger begins with the transaction after its own")
    func beginning() throws {
        let tf = try TemporaryWorkspace()
        let id = try addTrigger(tf, on: "*")
        #expect(try tf.workspace.snapshot().get(id)?.position == 2)
        #expect(try mark(tf).reacted == mark(tf).applied)
    }

    @Test("a line that concerns a trigger is left, with all that come after it, until somebody has told it")
    func left() throws {
        let tf = try TemporaryWorkspace()
        _ = try addTrigger(tf, on: "task/created")
        let decide = tf.concerning
        tf.concerning = { line, triggers in
            guard decide(line, triggers), case .task(let task)? = line.put.first else { return false }
            return task.title.hasPrefix("T")
        }
        try tf.create("One")
        #expect(try mark(tf).reacted == mark(tf).applied, "it does not fit")
        try tf.create("Two")
        let id = try tf.create("Another")
        #expect(try unreacted(tf) == ["Two", "Another"])
        let committed = try tf.change { transaction in transaction.react(upTo: transaction.position) }
        #expect(committed.isEmpty && !committed.leavesReactions)
        #expect(try unreacted(tf).isEmpty)
        try tf.retitle(id, "T")
        #expect(try unreacted(tf).isEmpty, "another type of event")
    }

    @Test("whoever decides gets what the index has of the triggers, and is not asked where there is none")
    func decision() throws {
        let tf = try TemporaryWorkspace()
        var asked: [[String]] = []
        tf.concerning = { line, triggers in
            asked.append(triggers.map { "\($0.id) \($0.on) \($0.isDisabled) \($0.position)" })
            return false
        }
        try tf.create("Nobody cares")
        let id = try addTrigger(tf, on: "task/*")
        try tf.create("Somebody may")
        try tf.change("disable") { transaction in
            var trigger = try #require(try transaction.get(id))
            trigger.disabled = true
            try transaction.put(trigger)
        }
        try tf.change("remove") { transaction in
            let trigger = try #require(try transaction.get(id))
            try transaction.delete(trigger)
            transaction.emit(.triggerRemoved, about: id.key)
        }
        try tf.create("Nobody cares any more")
        let new = "tell task/* false \(Int.max)"
        #expect(asked == [[new], ["tell task/* false 3"], ["tell task/* true 3"]])
    }

    @Test("where nobody decides, triggers are told of everything")
    func undecided() throws {
        let tf = try TemporaryWorkspace()
        _ = try addTrigger(tf, on: "custom/never")
        _ = try tf.workspace.transact(Purpose(actor: "tester", verb: "create")) { try stage("One", in: $0) }
        #expect(try unreacted(tf) == ["One"])
    }

    @Test("what a kill left beyond the mark is left to be told as well, whether it concerns a trigger or not")
    func interrupted() throws {
        let tf = try TemporaryWorkspace()
        _ = try addTrigger(tf, on: "task/created")
        let mark = try tf.bytes("journal/applied")
        try tf.create("Killed")
        try tf.write(mark, to: "journal/applied")
        #expect(try unreacted(tf) == ["Killed"])
    }

    @Test("without a mark, or without an index, more is told again rather than less")
    func lostMark() throws {
        let tf = try TemporaryWorkspace()
        let id = try addTrigger(tf, on: "task/created")
        try tf.create("One")
        for file in ["journal/applied", "cache/index"] {
            try tf.remove(file)
            #expect(try unreacted(tf).contains("One"), "\(file)")
        }
        // The trigger's own position keeps it from being told twice.
        #expect(try tf.workspace.snapshot().get(id)?.position == 2)
    }

    private struct Failed: Error {}

    private func stage(_ title: String, in transaction: Transaction) throws {
        let task = Model.Task(id: try transaction.newID(), title: title)
        try transaction.put(task)
        transaction.emit(.taskCreated, about: task.key, task: task.id)
    }

    private func fail(_ title: String, in transaction: Transaction) throws {
        try stage(title, in: transaction)
        throw Failed()
    }

    @Test("what fails within an attempt is taken back, and nothing else")
    func attempt() throws {
        let tf = try TemporaryWorkspace()
        var failures = 0
        let committed = try tf.change { transaction in
            try stage("Before", in: transaction)
            do {
                try transaction.attempt { try fail("Taken back", in: transaction) }
            } catch is Failed {
                failures += 1
            }
            try transaction.attempt { try stage("After", in: transaction) }
        }
        #expect(failures == 1 && committed.events.map(\.about) == ["T-1", "T-2"])
        #expect(try tf.workspace.snapshot().all(Model.Task.self).map(\.title) == ["Before", "After"])
    }
}

import Foundation
import Model
import System
import Testing

@testable import Store

@Suite("One way to write")
struct TransactionTests {
    @Test("a line is whole with its own sum only, and reads back as it was written")
    func journalLine() throws {
        let task = Model.Task(id: ID(number: 1), title: "Übung")
        var line = JournalLine(seq: 7, at: Timestamp(milliseconds: 1000), actor: "ann", verb: "create")
        line.put = [AnyRecord(task)]
        line.commands = [CommandReceipt(id: "c", verb: "create", target: "x", outcome: ["T-1"])]
        let bytes = line.bytes
        #expect(JournalLine.isWhole(bytes[...]))
        for index in stride(from: 0, to: bytes.count - 1, by: 7) {
            var spoilt = bytes
            spoilt[index] ^= 1
            #expect(!JournalLine.isWhole(spoilt[...]), "byte \(index)")
        }
        #expect(!JournalLine.isWhole(bytes.dropLast()))
        // The digits of the sum too are as they were written: no capitals, no sign.
        var capital = bytes
        for index in bytes.indices.suffix(11)
        where bytes[index] >= UInt8(ascii: "a") && bytes[index] <= UInt8(ascii: "f") {
            capital[index] ^= 0x20
        }
        #expect(capital == bytes || !JournalLine.isWhole(capital[...]))
        let read = try JournalLine(bytes[...])
        #expect(read.put == line.put && read.commands == line.commands && read.seq == 7 && read.actor == "ann")
    }

    @Test("what changes nothing commits nothing")
    func noChange() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("Same")
        let before = try tf.bytes("journal/00000001.jsonl")
        let committed = try tf.change { transaction in
            try transaction.put(try #require(try transaction.get(id) as Model.Task?))
        }
        #expect(committed.isEmpty)
        #expect(try tf.bytes("journal/00000001.jsonl") == before)
    }

    @Test("a refusal within a transaction leaves everything as it was")
    func refusal() throws {
        struct Refused: Error {}
        let tf = try TemporaryWorkspace()
        let before = try tf.bytes("journal/00000001.jsonl")
        #expect(throws: Refused.self) {
            try tf.change { transaction in
                try transaction.put(Model.Task(id: try transaction.newID(), title: "Never"))
                throw Refused()
            }
        }
        #expect(try tf.bytes("journal/00000001.jsonl") == before && !tf.exists("tasks/T-1.json"))
    }

    @Test("what tf itself adds to a directory does not make anybody look through it", arguments: [false, true])
    func ownChanges(isDurable: Bool) throws {
        let tf = try TemporaryWorkspace(durability: isDurable ? .commit : .none)
        let id = try tf.create("One")
        for _ in 0..<3 {
            try tf.create("Another")
            try tf.retitle(id, "Edited")
            let modified = try FileSystem.status("tasks", in: tf.directory)?.modified
            #expect(try Index.open(in: tf.directory)?.header.tasksModified == modified)
        }
    }

    @Test("ids are never given out again: not after a deletion, and not when the index is gone as well")
    func ids() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("Gone")
        try tf.change("delete") { transaction in
            try transaction.delete(try #require(try transaction.get(id) as Model.Task?))
        }
        try tf.remove("cache/index")
        #expect(try tf.create("Next").text == "T-2")
    }

    @Test("a record of more than a megabyte is refused before anything is written")
    func tooLarge() throws {
        let tf = try TemporaryWorkspace()
        #expect(throws: StoreError.self) {
            try tf.change { transaction in
                var task = Model.Task(id: try transaction.newID(), title: "Large")
                task.description = String(repeating: "x", count: Limit.recordBytes)
                try transaction.put(task)
            }
        }
        #expect(!tf.exists("tasks/T-1.json"))
        #expect(try tf.create("Next").text == "T-1")
    }

    @Test("a snapshot keeps to its moment")
    func moment() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("Before")
        let snapshot = try tf.workspace.snapshot()
        try tf.retitle(id, "After")
        let later = try tf.create("Later")
        #expect(try snapshot.get(id)?.title == "Before")
        #expect(try snapshot.get(later) == nil)
        #expect(try tf.title(id) == "After")
    }

    @Test("an edit within the same tick and of the same size shows, with the next revision")
    func sameTick() throws {
        let tf = try TemporaryWorkspace()
        for round in 0..<20 {
            let id = try tf.create("aaaa")
            let file = "tasks/\(id).json"
            let text = String(decoding: try tf.bytes(file), as: UTF8.self).replacingOccurrences(
                of: "aaaa", with: "bbbb")
            // In place: the inode stays.
            try File(tf.path(file), .write).write(Array(text.utf8), at: 0)
            let task = try #require(try tf.workspace.snapshot().get(id))
            #expect(task.title == "bbbb" && task.envelope.rev == 2, "round \(round)")
            #expect(try tf.workspace.snapshot().taskSummaries().contains { $0.id == id && $0.title == "bbbb" })
        }
    }

    @Test("edits, additions and removals by hand are adopted with their events")
    func adoption() throws {
        let tf = try TemporaryWorkspace()
        let edited = try tf.create("Edited")
        let removed = try tf.create("Removed")
        let text = String(decoding: try tf.bytes("tasks/\(edited).json"), as: UTF8.self)
        try tf.write(text.replacingOccurrences(of: "\"todo\"", with: "\"done\"").utf8, to: "tasks/\(edited).json")
        try tf.write(text.replacingOccurrences(of: "\"T-1\"", with: "\"T-9\"").utf8, to: "tasks/T-9.json")
        try tf.remove("tasks/\(removed).json")
        let committed = try tf.change("tick") { transaction in
            let invalid = try transaction.adoptOutsideChanges()
            #expect(invalid == [])
        }
        let types = committed.events.map { "\($0.about) \($0.type)" }
        #expect(
            Set(types) == [
                "T-1 task/edited", "T-1 task/status_changed", "T-1 task/completed", "T-2 task/deleted",
                "T-9 task/created",
            ])
        #expect(committed.events.allSatisfy { $0.actor == "external" })
        #expect(try tf.change("tick") { _ = try $0.adoptOutsideChanges() }.isEmpty, "once is enough")
        #expect(try tf.create("Next").text == "T-10")
    }

    @Test("what was touched and still says the same is read once more, then the index knows it")
    func touched() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("Touched")
        let other = try tf.create("Changed as well")
        for task in [id, other] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: tf.path("tasks/\(task).json"))
        }
        func differing() throws -> [String] {
            let view = try tf.workspace.snapshot().view
            return try TaskTable(view).differing(view).map(\.id)
        }
        #expect(try differing() == ["T-1", "T-2"])
        let committed = try tf.change("tick") { transaction in
            _ = try transaction.adoptOutsideChanges()
            var task = try #require(try transaction.get(other))
            task.title = "Changed"
            try transaction.put(task)
        }
        #expect(committed.events.isEmpty && committed.records.count == 1)
        #expect(try differing().isEmpty)
        #expect(try tf.workspace.snapshot().taskSummaries().map(\.title) == ["Touched", "Changed"])
    }

    @Test("an index made anew says what the one says that was kept")
    func rebuilt() throws {
        let tf = try TemporaryWorkspace()
        for number in 1...50 { try tf.create("Task \(number)") }
        for number in stride(from: 1, to: 50, by: 3) { try tf.retitle(ID(number: number), "Changed \(number)") }
        let kept = try tf.workspace.snapshot().taskSummaries()
        for spoil in [[], Array("garbage".utf8), Array(try tf.bytes("cache/index").prefix(300))] {
            try tf.write(spoil, to: "cache/index")
            #expect(try tf.workspace.snapshot().taskSummaries() == kept)
        }
        try tf.create("One more")
        #expect(try tf.workspace.snapshot().taskSummaries().count == 51)
    }

    @Test("the last ten thousand command ids are remembered, also when the index is compacted")
    func receipts() throws {
        let entries = (0..<10_050).map {
            IndexEntry(CommandReceipt(id: "c\($0)", verb: "create", target: "", outcome: .null))
        }
        let index = Index(image: IndexImage(entries: entries, header: IndexHeader()))
        #expect(try index.entry(.command("c49")) == nil)
        #expect(try index.entry(.command("c50"))?.receipt?.id == "c50")
        #expect(try index.entry(.command("c10049"))?.receipt?.id == "c10049")
    }
}

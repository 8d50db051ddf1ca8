import Foundation
import Model
import System
import Testing

@testable import Store

@Suite("What an interrupted writer or a power cut leaves")
struct RecoveryTests {
    @Test("a torn last line is cut by the next writer, and the state is as before")
    func tornLine() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("First")
        let whole = try tf.bytes("journal/00000001.jsonl")
        try tf.write(whole + Array(#"{"seq":3,"at":"2026"#.utf8), to: "journal/00000001.jsonl")
        #expect(try tf.title(id) == "First")
        let next = try tf.create("Second")
        #expect(next.text == "T-2")
        #expect(try tf.bytes("journal/00000001.jsonl").starts(with: whole))
        var integrity = Integrity(tf.workspace)
        #expect(try integrity.examine() == [])
    }

    @Test("a whole line beyond the applied mark has happened: readers show it, the next writer writes the files")
    func unappliedLine() throws {
        let tf = try TemporaryWorkspace()
        try tf.create("First")
        let mark = try tf.bytes("journal/applied")
        let index = try tf.bytes("cache/index")
        let second = try tf.create("Second")
        try tf.remove("tasks/T-2.json")
        try tf.write(mark, to: "journal/applied")
        try tf.write(index, to: "cache/index")
        #expect(try tf.title(second) == "Second")
        #expect(!tf.exists("tasks/T-2.json"), "a reader writes nothing")
        let third = try tf.create("Third")
        #expect(third.text == "T-3" && tf.exists("tasks/T-2.json"))
    }

    @Test("after a power cut, files that are older, empty or missing are written again, and edits are kept")
    func powerCut() throws {
        let tf = try TemporaryWorkspace()
        let ids = try ["older", "empty", "missing", "edited"].map { try tf.create($0) }
        let older = try tf.bytes("tasks/T-1.json")
        for id in ids { try tf.retitle(id, "committed") }
        try tf.write(older, to: "tasks/T-1.json")
        try tf.write([], to: "tasks/T-2.json")
        try tf.remove("tasks/T-3.json")
        let edited = String(decoding: try tf.bytes("tasks/T-4.json"), as: UTF8.self)
            .replacingOccurrences(of: "committed", with: "by hand")
        try tf.write(edited.utf8, to: "tasks/T-4.json")
        var mark = try #require(try AppliedMark.read(in: tf.directory))
        mark.boot = String(repeating: "0", count: 36)
        mark.synced = .start
        try mark.write(in: tf.directory)
        try tf.create("afterwards")
        let titles = try ids.map { try tf.title($0) }
        #expect(titles == ["committed", "committed", "committed", "by hand"])
        #expect(String(decoding: try tf.bytes("tasks/T-1.json"), as: UTF8.self).contains("committed"))
        let renewed = try #require(try AppliedMark.read(in: tf.directory))
        #expect(renewed.boot == AppliedMark.currentBoot && renewed.synced > .start)
    }

    @Test("a wrong sum with good lines after it is damage: refused, and never cut")
    func damage() throws {
        let tf = try TemporaryWorkspace()
        for title in ["One", "Two", "Three"] { try tf.create(title) }
        var bytes = try tf.bytes("journal/00000001.jsonl")
        let place = try #require(String(decoding: bytes, as: UTF8.self).utf8.firstRange(of: Array("Two".utf8)))
        bytes[place] = UInt8(ascii: "t")
        try tf.write(bytes, to: "journal/00000001.jsonl")
        try tf.remove("journal/applied")
        #expect(throws: StoreError.self) { try tf.create("Four") }
        #expect(try tf.bytes("journal/00000001.jsonl") == bytes)
        #expect(throws: StoreError.self) { try tf.workspace.checkJournal() }
    }

    @Test("a journal that ends before the applied mark is damage")
    func shortened() throws {
        let tf = try TemporaryWorkspace()
        try tf.create("One")
        try tf.write(try tf.bytes("journal/00000001.jsonl").dropLast(40), to: "journal/00000001.jsonl")
        #expect(throws: StoreError.self) { try tf.create("Two") }
    }

    @Test("without a journal the next writer starts one with the records as they are")
    func rebased() throws {
        let tf = try TemporaryWorkspace()
        try tf.create("Kept")
        try FileManager.default.removeItem(atPath: tf.path("journal"))
        try FileManager.default.removeItem(atPath: tf.path("cache"))
        #expect(try tf.create("Next").text == "T-2")
        let first = try #require(
            try Journal(directory: tf.directory).rest(after: .start).entries.first?.line)
        #expect(first.events.map(\.type) == ["workspace/rebased"])
        #expect(first.put.contains { $0.key.id == "T-1" })
    }

    @Test("a lost mark loses nothing")
    func lostMark() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("Kept")
        try tf.remove("journal/applied")
        try tf.create("Next")
        #expect(try tf.title(id) == "Kept")
        var integrity = Integrity(tf.workspace)
        #expect(try integrity.examine() == [])
    }

    @Test("a line that did not come to the files holds up the mark; the next writer finishes all")
    func behind() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("First")
        let edited = String(decoding: try tf.bytes("tasks/T-1.json"), as: UTF8.self)
            .replacingOccurrences(of: "First", with: "By hand")
        try tf.write(edited.utf8, to: "tasks/T-1.json")
        let mark = try #require(try AppliedMark.read(in: tf.directory))
        try FileSystem.makeDirectories(tf.path("tasks/.T-1.json.tmp"))
        let committed = try tf.change { transaction in
            let adopted = try #require(try transaction.get(id))
            #expect(adopted.title == "By hand")
            try transaction.put(Model.Task(id: try transaction.newID(), title: "Second"))
        }
        #expect(committed.records.map(\.key.id) == ["T-1", "T-2"])
        #expect(try AppliedMark.read(in: tf.directory) == mark && !tf.exists("tasks/T-2.json"))
        #expect(try tf.title(ID(number: 2)) == "Second", "it has happened")
        try tf.remove("tasks/.T-1.json.tmp")
        #expect(try tf.create("Third").text == "T-3")
        let titles = try tf.workspace.snapshot().all(Model.Task.self).map(\.title)
        #expect(titles == ["By hand", "Second", "Third"])
        var integrity = Integrity(tf.workspace)
        #expect(try integrity.examine() == [])
    }

    @Test("after 256 transactions the files are brought to the disk, unless nothing is to be durable")
    func syncs() throws {
        for (durability, isSynced) in [(Settings.Durability.commit, true), (.none, false)] {
            let tf = try TemporaryWorkspace(durability: durability)
            for number in 0..<260 { try tf.create("Task \(number)") }
            let mark = try #require(try AppliedMark.read(in: tf.directory))
            #expect((mark.synced > .start) == isSynced, "\(durability)")
        }
    }
}

extension Collection where Element: Equatable {
    /// Where `other` begins.
    fileprivate func firstRange(of other: [Element]) -> Int? {
        let all = Array(self)
        return all.indices.first { all[$0...].starts(with: other) }
    }
}

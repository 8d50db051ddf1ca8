import Foundation
import Model
import System
import TestSupport
import Testing

@testable import Store

/// Each test runs in a process of its own, so that a crash is a failure with a name, and memory is nobody else's.
@Suite("Journal and index after a bad disk", .serialized)
struct StoreFuzzTests {
    @Test("an offset that is spoilt in its highest byte is no entry")
    func endlessOffset() async {
        await #expect(processExitsWith: .success) {
            let tf = try TemporaryWorkspace()
            try tf.create("Task")
            let index = try #require(try Index.open(in: tf.directory))
            try index.compacted().write(in: tf.directory)
            var bytes = try tf.bytes(Layout.index)
            let header = try #require(bytes.withUnsafeBytes(IndexHeader.init(bytes:)))
            for row in 0..<Int(header.tableCount) {
                bytes[Int(header.baseEnd) + row * IndexImage.rowLength + 15] = 0x7F
                for byte in 8..<15 { bytes[Int(header.baseEnd) + row * IndexImage.rowLength + byte] = 0xFF }
            }
            try tf.write(bytes, to: Layout.index)
            #expect(
                try #require(try Index.open(in: tf.directory)).entry(.key(ID<Model.Task>(number: 1).key)) == nil)
        }
    }

    @Test("a line of the journal is read or refused")
    func lines() async {
        await #expect(processExitsWith: .success) {
            let corpus = try Spoilt.lines()
            for seed in Seeds.list(1) {
                var mutation = Mutation(seed: seed, pieces: Spoilt.pieces)
                let result = Fuzzing(20_000) { number in
                    let bytes = mutation.variant(of: corpus)
                    let isWhole = JournalLine.isWhole(bytes[...])
                    if isWhole, !corpus.contains(bytes), !corpus.contains(where: { bytes.starts(with: $0) }) {
                        Issue.record("a changed line has its sum: \(String(decoding: bytes, as: UTF8.self))")
                    }
                    // Also with a sum that is right: then a later version may have written it.
                    do throws(FieldFault) { _ = try JournalLine(bytes[...]) } catch { _ = error.description }
                    return { String(decoding: bytes, as: UTF8.self) }
                }
                #expect(result.problems == [])
            }
        }
    }

    @Test("a journal is read, cut at its torn end, or reported as damaged, and never shows a line that was not written")
    func journals() async {
        await #expect(processExitsWith: .success) {
            let tf = try TemporaryWorkspace()
            for number in 1...6 { try tf.create("Task \(number)") }
            let whole = try tf.bytes("journal/00000001.jsonl")
            let journal = Journal(directory: tf.directory)
            let written = Set(try journal.rest(after: .start).entries.map(\.sum))
            for seed in Seeds.list(1) {
                var mutation = Mutation(seed: seed, pieces: Spoilt.pieces)
                let result = try Fuzzing(5000) { _ in
                    let bytes = mutation.variant(of: [whole])
                    try tf.overwrite("journal/00000001.jsonl", with: bytes)
                    do throws(StoreError) {
                        let rest = try journal.rest(after: .start)
                        if rest.end.offset + rest.tornBytes != bytes.count
                            || !written.isSuperset(of: rest.entries.map(\.sum))
                        {
                            Issue.record("\(String(decoding: bytes, as: UTF8.self))")
                        }
                    } catch {
                        if case .damagedJournal = error {} else { Issue.record("\(error)") }
                    }
                    return { String(decoding: bytes, as: UTF8.self) }
                }
                #expect(result.problems == [])
            }
        }
    }

    @Test("an index is read as far as it is one: every lookup ends, and finds records or nothing")
    func indexes() async {
        await #expect(processExitsWith: .success) {
            let tf = try TemporaryWorkspace()
            for number in 1...12 { try tf.create("Task \(number)") }
            try tf.change(commandID: "c") { transaction in
                for number in 3...5 {
                    var task: Model.Task = try #require(try transaction.get(ID(number: number)))
                    task.labels = ["ci", "db"]
                    task.name = "name-\(number)"
                    task.dependsOn = [ID(number: 1)]
                    try transaction.put(task)
                    transaction.emit("task/edited", about: task.key)
                }
            }
            let tail = try tf.bytes(Layout.index)
            let index = try #require(try Index.open(in: tf.directory))
            try index.compacted().write(in: tf.directory)
            let base = try tf.bytes(Layout.index)
            for seed in Seeds.list(1) {
                var mutation = Mutation(seed: seed)
                let result = try Fuzzing(8000) { number in
                    var bytes = mutation.variant(of: [number % 2 == 0 ? tail : base])
                    // Most of what a disk spoils is not in the header; with another one there is nothing to read.
                    if number % 4 != 0, bytes.count >= IndexHeader.length {
                        bytes.replaceSubrange(
                            ..<IndexHeader.length, with: (number % 2 == 0 ? tail : base).prefix(IndexHeader.length))
                    }
                    try tf.overwrite(Layout.index, with: bytes)
                    if let index = try Index.open(in: tf.directory) {
                        Spoilt.look(through: index)
                    }
                    return { "\(bytes)" }
                }
                #expect(result.problems == [])
            }
        }
    }
}

private enum Spoilt {
    static let pieces = [
        "null", "{}", "[]", "\"put\":[", "\"kinds\":[\"flow\"]", "\"seq\":-1", "9007199254740991", "\n", ",\"sum\":\"",
        "\"events\":[{}]", "\"delete\":[{\"kind\":\"task\",\"id\":\"../x\",\"rev\":1}]",
    ]

    /// A few lines with everything that a line can have.
    static func lines() throws -> [[UInt8]] {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("Ünïcode \"quoted\"")
        try tf.change("edit", commandID: "c-1") { transaction in
            var task: Model.Task = try #require(try transaction.get(id))
            task.labels = ["a", "b"]
            try transaction.put(task)
            transaction.emit(
                "task/edited", about: task.key, task: id, data: JSONObject([("fields", ["labels": [1, .null]])]))
        }
        try tf.change("delete") { transaction in
            try transaction.delete(try #require(try transaction.get(id)) as Model.Task)
            transaction.emit("task/deleted", about: id.key)
        }
        return try tf.bytes("journal/00000001.jsonl").split(separator: 10).map { Array($0) + [10] }
    }

    /// Everything that anybody asks an index.
    static func look(through index: Index) {
        index.forEach { _ = $0.receipt }
        for kind in RecordKind.allCases { index.forEachHead(of: kind) { _ = $0.key } }
        for number in 1...13 {
            let key = RecordKey(kind: .task, id: "T-\(number)")
            _ = index.entry(.key(key))
            _ = index.taskRow(key).map { TaskSummary($0) }
        }
        index.forEachCurrentOffset { offset in
            guard let row = TaskRow(index.bytes, at: offset) else { return }
            _ = TaskSummary(row)
            _ = row.texts(.labels, contain: "ci") || row.text(.title, is: "Task 1")
            _ = row.dependenciesSatisfy { $0 != 0 }
        }
        for offset in index.offsets(tagged: .activeRuns) { _ = ActiveRun(index.bytes.pointer, at: offset) }
        _ = index.entries(tagged: .name("name-3"))
        _ = index.entries(tagged: .dependents(of: ID(number: 1)))
        _ = index.entries(tagged: .activeRuns)
        _ = index.entry(.command("c"))?.receipt
        _ = index.header.wantsCompaction
        _ = index.compacted()
    }
}

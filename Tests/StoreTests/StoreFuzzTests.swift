import Foundation
import Model
import System
import TestSupport
import Testing

@testable import Store

/// Each test runs in a process of its own, so that a crash is a failure with a name, and memory is nobody else's.
@Suite("Journal and index after a bad disk", .serialized)
struct StoreFuzzTests {
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

    @Test("an index says what the journal does, whatever happened to it, and is put in place anew by the next writer")
    func indexes() async {
        await #expect(processExitsWith: .success) {
            let tf = try TemporaryWorkspace()
            let (tail, base) = try Spoilt.indexes(of: tf)
            let expected = try Spoilt.answers(of: tf)
            for seed in Seeds.list(1) {
                var mutation = Mutation(seed: seed)
                let result = try Fuzzing(Thoroughness.amount(100, full: 250)) { number in
                    let whole = number % 2 == 0 ? tail : base
                    var bytes = mutation.variant(of: [whole])
                    // Most of what a disk spoils is not in the header; with another one there is nothing to read.
                    if number % 4 != 0, bytes.count >= IndexHeader.length {
                        bytes.replaceSubrange(..<IndexHeader.length, with: whole.prefix(IndexHeader.length))
                    }
                    try tf.overwrite(Layout.index, with: bytes)
                    if try Spoilt.answers(of: tf) != expected { Issue.record("\(bytes)") }
                    return { "\(bytes)" }
                }
                #expect(result.problems == [])
            }
        }
    }

    @Test("a single bit of an index that is spoilt is noticed by whoever goes by it", arguments: [true, false])
    func singleBits(ofTail: Bool) async {
        await #expect(processExitsWith: .success) { [ofTail] in
            let tf = try TemporaryWorkspace()
            let (tail, base) = try Spoilt.indexes(of: tf)
            let whole = ofTail ? tail : base
            let expected = try Spoilt.answers(of: tf)
            // Seven and eight have no common divisor: every place of a word, and every bit of a byte, has its turn.
            let places = Array(stride(from: 0, to: whole.count, by: 7).enumerated())
            try Thoroughness.forEach(places, every: 4) { number, position in
                var bytes = whole
                bytes[position] ^= UInt8(1 << (number / 8 % 8))
                try tf.overwrite(Layout.index, with: bytes)
                if try Spoilt.answers(of: tf) != expected { Issue.record("byte \(position)") }
            }
        }
    }

    @Test("zeros over a part of an index are noticed, and the next writer puts a whole one in its place")
    func zeros() async {
        await #expect(processExitsWith: .success) {
            let tf = try TemporaryWorkspace()
            let (tail, base) = try Spoilt.indexes(of: tf)
            let expected = try Spoilt.answers(of: tf)
            for whole in [tail, base] {
                for start in stride(from: 0, to: whole.count, by: 256) {
                    var bytes = whole
                    for position in start..<min(start + 512, whole.count) { bytes[position] = 0 }
                    try tf.overwrite(Layout.index, with: bytes)
                    #expect(try Spoilt.answers(of: tf) == expected, "from \(start) on")
                }
            }
            // What is met while something is changed: an entry in the base, and the table.
            let baseEnd = Int(try #require(base.withUnsafeBytes(IndexHeader.init(bytes:))).baseEnd)
            for part in [IndexHeader.length..<IndexHeader.length + 512, baseEnd..<base.count] {
                var bytes = base
                for position in part { bytes[position] = 0 }
                try tf.overwrite(Layout.index, with: bytes)
                try tf.change { transaction in
                    _ = try transaction.adoptOutsideChanges()
                    #expect(try transaction.receipt(ofCommand: "c") != nil)
                }
                let index = try #require(try Index.open(in: tf.directory))
                _ = try index.entry(.command("c"))
                try index.forEach { _ in }
                #expect(index.replacement == nil)
                #expect(try Spoilt.answers(of: tf) == expected)
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
                .taskEdited, about: task.key, task: id, data: JSONObject([("fields", ["labels": [1, .null]])]))
        }
        try tf.change("delete") { transaction in
            try transaction.delete(try #require(try transaction.get(id)) as Model.Task)
            transaction.emit(.taskDeleted, about: id.key)
        }
        return try tf.bytes("journal/00000001.jsonl").split(separator: 10).map { Array($0) + [10] }
    }

    /// A workspace's index as it was appended to, and compacted.
    static func indexes(of tf: TemporaryWorkspace) throws -> (tail: [UInt8], base: [UInt8]) {
        for number in 1...5 { try tf.create("Task \(number)") }
        try tf.change(commandID: "c") { transaction in
            for number in 3...5 {
                var task: Model.Task = try #require(try transaction.get(ID(number: number)))
                task.labels = ["ci", "db"]
                task.name = "name-\(number)"
                task.dependsOn = [ID(number: 1)]
                try transaction.put(task)
                transaction.emit(.taskEdited, about: task.key)
            }
        }
        let tail = try tf.bytes(Layout.index)
        try #require(try Index.open(in: tf.directory)).compacted().write(in: tf.directory)
        return (tail, try tf.bytes(Layout.index))
    }

    /// What a reader is told, by way of the index, about everything that it is asked.
    static func answers(of tf: TemporaryWorkspace) throws -> [String] {
        func asking(_ body: (View) throws -> [String]) throws -> [String] { try body(tf.workspace.snapshot().view) }
        // A new reader for each, because one that has met damage goes by another index from then on.
        var answers = try asking { view in
            try TaskTable(view).rows.map { TaskSummary($0) }.sorted(byID: \.id.text)
                .map { "\($0.id) \($0.title) \($0.name ?? "") \($0.labels) \($0.dependsOn) \($0.rev)" }
        }
        for number in [1, 3, 6] {
            let key = RecordKey(kind: .task, id: "T-\(number)")
            answers += try asking { view in
                let row = try view.index.taskRow(key)
                return [row?.text(.title) ?? "", "\(try view.index.entry(.key(key))?.rev ?? 0)"]
            }
        }
        for tag: Store.Tag in [.name("name-3"), .dependents(of: ID(number: 1)), .activeRuns] {
            answers += try asking { try $0.keys(tagged: tag).map(\.id).sorted() }
        }
        answers += try asking { [try $0.receipt(ofCommand: "c")?.verb ?? "none"] }
        answers += try asking { [try $0.receipt(ofCommand: "d")?.verb ?? "none"] }
        answers += try asking { view in
            var ids: [String] = []
            for kind in RecordKind.allCases { try view.index.forEachHead(of: kind) { ids.append($0.key.id) } }
            return ids.sorted()
        }
        answers += try asking { view in
            var ids: [String] = []
            try Index(image: view.index.compacted()).forEach { ids.append($0.key?.id ?? $0.receipt?.id ?? "") }
            return ids.sorted()
        }
        return answers
    }
}

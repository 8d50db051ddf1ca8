import Foundation
import Model
import Testing

@testable import Store

@Suite("Records by their keys")
struct RecordKeyTests {
    /// A snapshot and a transaction, asked for the same.
    private func both(_ tf: TemporaryWorkspace, _ body: (any RecordSource) throws -> Void) throws {
        try body(tf.workspace.snapshot())
        try tf.change { transaction in try body(transaction) }
    }

    @Test("a record of any kind is found by its key")
    func found() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("Paint")
        try both(tf) { source in
            let task = try source.record(id.key)?.typed(Model.Task.self)
            #expect(task?.title == "Paint")
            let workspace = try source.record(WorkspaceRecord.theID.key)
            #expect(workspace?.key.kind == .workspace)
            let run = try source.record(RecordKey(kind: .run, id: "R-1"))
            #expect(run == nil)
        }
    }

    @Test("a key that nobody has checked finds no other file, and one of a flow none that could be read")
    func unchecked() throws {
        let tf = try TemporaryWorkspace()
        try tf.create("Paint")
        try tf.write("{}".utf8, to: "flows/F-1.json")
        try both(tf) { source in
            for (kind, id) in [(RecordKind.run, "../tasks/T-1"), (.task, "t-1"), (.flow, "F-1")] {
                let record = try source.record(RecordKey(kind: kind, id: id))
                #expect(record == nil, "\(id)")
            }
        }
    }

    @Test("a bad file is an error, and nothing to those who want valid records alone")
    func bad() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("Paint")
        try tf.write("{}".utf8, to: "tasks/T-1.json")
        try both(tf) { source in
            #expect(throws: StoreError.self) { try source.record(id.key) }
            let valid = try source.validRecord(id.key)
            #expect(valid == nil)
        }
    }
}

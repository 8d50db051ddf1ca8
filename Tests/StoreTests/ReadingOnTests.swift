import Foundation
import Model
import System
import Testing

@testable import Store

@Suite("An index that a process reads on in")
struct ReadingOnTests {
    /// What a process that keeps the index finds in it, and what one finds that reads it anew.
    private func demandSame(_ worker: Workspace, _ tf: TemporaryWorkspace, _ ids: [ID<Model.Task>]) throws {
        struct View: Equatable {
            var titles: [String?] = []
            var dependents: [Set<String>] = []
            var open: Set<String> = []
            var count = 0
        }
        func view(_ workspace: Workspace) throws -> View {
            try workspace.transact(Purpose(actor: "worker", verb: "look")) { transaction in
                var view = View()
                for id in ids {
                    view.titles.append(try (transaction.get(id) as Model.Task?)?.title)
                    let dependents = try transaction.ids(tagged: .dependents(of: id), of: Model.Task.self)
                    #expect(Set(dependents).count == dependents.count, "none is found twice")
                    view.dependents.append(Set(dependents.map(\.text)))
                }
                view.open = Set(
                    try transaction.ids(tagged: .openTasks(of: .user("ann")), of: Model.Task.self).map(\.text))
                view.count = try transaction.indexedTasks().rows.count
                return view
            }.result
        }
        #expect(try view(worker) == view(tf.workspace))
    }

    @Test("it has what others append, replace and delete, also when they make the index anew")
    func others() throws {
        let tf = try TemporaryWorkspace()
        let worker = tf.workspace.keepingRecords()
        var ids = try (0..<5).map { try tf.create("Task \($0)") }
        try demandSame(worker, tf, ids)
        for round in 0..<40 {
            try tf.retitle(ids[round % ids.count], "Round \(round)")
            if round % 3 == 0 { ids.append(try tf.create("New \(round)")) }
            try tf.change { transaction in
                var task: Model.Task = try #require(try transaction.get(ids[round % ids.count]))
                // The same one twice, as somebody may write it in a file.
                task.dependsOn = [ids[(round + 1) % ids.count], ids[(round + 1) % ids.count]]
                task.assignee = round % 2 == 0 ? .user("ann") : nil
                try transaction.put(task)
            }
            if round == 10 {
                try tf.change { transaction in
                    try transaction.delete(try #require(try transaction.get(ids[2]) as Model.Task?))
                }
                ids.remove(at: 2)
            }
            // So much at once that the index is compacted, and then made anew.
            if round == 20 {
                let former = try FileSystem.status("cache/index", in: tf.directory)?.inode
                for _ in 0..<2 {
                    try tf.change { transaction in
                        for number in 0..<600 {
                            try transaction.put(Model.Task(id: try transaction.newID(), title: "Many \(number)"))
                        }
                    }
                }
                #expect(try FileSystem.status("cache/index", in: tf.directory)?.inode != former, "it was compacted")
            }
            if round == 30 { try tf.remove("cache/index") }
            try demandSame(worker, tf, ids)
        }
    }

    @Test("it grows beyond what was mapped at first")
    func growth() throws {
        let tf = try TemporaryWorkspace()
        let worker = tf.workspace.keepingRecords()
        let ids = [try tf.create("First")]
        try demandSame(worker, tf, ids)
        for round in 0..<5 {
            try tf.change { transaction in
                for number in 0..<3000 {
                    try transaction.put(Model.Task(id: try transaction.newID(), title: "\(round)/\(number)"))
                }
            }
            try demandSame(worker, tf, ids)
        }
    }

    @Test("damage that comes later is noticed, wherever it is", arguments: [true, false])
    func damage(isInTail: Bool) throws {
        let tf = try TemporaryWorkspace()
        let worker = tf.workspace.keepingRecords()
        var ids = try (0..<3).map { try tf.create("Task \($0)") }
        let header = try #require(try Index.open(in: tf.directory)?.header)
        if !isInTail {
            let image = try #require(try Index.open(in: tf.directory)).compacted()
            try image.write(in: tf.directory)
        }
        try demandSame(worker, tf, ids)
        ids.append(try tf.create("In the tail"))
        try demandSame(worker, tf, ids)
        var bytes = try tf.bytes("cache/index")
        let start = isInTail ? Int(header.end) : IndexHeader.length
        for index in start..<start + 64 { bytes[index] = 0 }
        try tf.overwrite("cache/index", with: bytes)
        try demandSame(worker, tf, ids)
    }

    @Test("after a power cut nothing is left of files that were being written")
    func leftovers() throws {
        let tf = try TemporaryWorkspace()
        try tf.create("First")
        let places = ["tasks/.T-9.json.tmp", "leases/.T-1.json.tmp", "comments/T-1/.C-3.json.tmp"]
        try FileSystem.makeDirectories(tf.path("comments/T-1"))
        for place in places { try tf.write([], to: place) }
        try FileSystem.makeDirectories(tf.path("tasks/.T-8.json.tmp"))
        var mark = try #require(try AppliedMark.read(in: tf.directory))
        mark.boot = String(repeating: "0", count: 36)
        try mark.write(in: tf.directory)
        try tf.create("Second")
        for place in places { #expect(!tf.exists(place), "\(place)") }
    }
}

import Foundation
import Model
import Store
import System
import Testing

@testable import Engine

@Suite("The order in which tasks are claimed")
struct ClaimSearchTests {
    private let bench: Bench
    private var workspace: Workspace { bench.engine.workspace }

    init() throws {
        bench = try Bench()
    }

    private func create(_ configure: [(inout Model.Task) -> Void]) throws {
        _ = try workspace.transact(Purpose(actor: "tester", verb: "create")) { transaction in
            for configure in configure {
                var task = Model.Task(id: try transaction.newID(), title: "x")
                configure(&task)
                try transaction.put(task)
            }
        }
    }

    /// What is claimed, one after the other, until there is nothing left.
    private func claimed(_ engine: Engine? = nil) throws -> [String] {
        var ids: [String] = []
        while let task: Model.Task = done(try (engine ?? bench.engine).claim(nil, ClaimRequest(owner: "polly"))).first()
        {
            ids.append(task.id.text)
        }
        return ids
    }

    @Test("priority, then due, then age, then id")
    func sorted() throws {
        let day = workspace.clock.now() + .seconds(86_400)
        try create([
            { $0.priority = .low }, { _ in }, { $0.priority = .urgent }, { $0.due = day }, { $0.priority = .high },
            { $0.due = day + .seconds(1) }, { _ in }, { $0.priority = .urgent },
        ])
        try create([{ _ in }, { $0.priority = .high }])
        #expect(try claimed() == ["T-3", "T-8", "T-5", "T-10", "T-4", "T-6", "T-2", "T-7", "T-9", "T-1"])
    }

    @Test("what is held, waits for its time or for others, or is not to be done, is left out")
    func leftOut() throws {
        let now = workspace.clock.now()
        try create([
            { $0.hold = true }, { $0.notBefore = now + .seconds(60) }, { $0.status = .done },
            { $0.dependsOn = [ID(number: 3)] }, { $0.dependsOn = [ID(number: 4)] },
            { $0.dependsOn = [ID(number: 99)] }, { $0.status = .blocked },
        ])
        let snapshot = try workspace.snapshot()
        let everything = try Scope(of: bench.engine.caller, in: snapshot)
        let search = try ClaimSearch(in: snapshot, at: now, ClaimRequest(owner: "polly"), everything)
        #expect(try search.nextStart() == now + .seconds(60))
        #expect(try claimed() == ["T-4"])
        #expect(done(try bench.later(.seconds(61)).claim("T-2", ClaimRequest(owner: "polly"))).keys.count == 2)
    }

    @Test("what comes out is what a sort by the same order gives", arguments: [1, 2, 3, 100])
    func many(_ count: Int) throws {
        let priorities = Priority.allCases
        try create((0..<count).map { number in { $0.priority = priorities[number * 7 % 4] } })
        let expected = try workspace.snapshot().indexedTasks().rows.inWorkOrder().map(\.id.text)
        #expect(try claimed() == expected)
    }

    @Test("where the file says otherwise than the index, the next one is taken")
    func edited() throws {
        try create([{ $0.priority = .urgent }, { $0.priority = .high }, { _ in }])
        let file = workspace.path + "/tasks/T-1.json"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try text.replacingOccurrences(of: "\"todo\"", with: "\"blocked\"").write(
            toFile: file, atomically: true, encoding: .utf8)
        #expect(try claimed() == ["T-2", "T-3"])
    }
}

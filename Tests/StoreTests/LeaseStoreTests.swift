import Foundation
import Model
import System
import Testing

@testable import Store

@Suite("Leases on disk")
struct LeaseStoreTests {
    private static let token = "00112233445566778899aabbccddeeff"

    private func claim(
        _ tf: TemporaryWorkspace, _ task: ID<Model.Task>, owner: String = "polly", token: String = token,
        for length: Duration = .seconds(30)
    ) throws {
        try tf.change("claim") { transaction in
            try transaction.endLease(of: task)
            try transaction.put(
                Lease(of: task, owner: owner, token: token, length: WrittenDuration(length), from: transaction.now))
        }
    }

    /// Another lease length for the one that is there, as a heartbeat gives it.
    private func extend(_ tf: TemporaryWorkspace, _ task: ID<Model.Task>, by span: Duration) throws {
        try tf.change("heartbeat") { transaction in
            var lease = try #require(try transaction.get(task.lease))
            lease.expiresAt = lease.expiresAt + span
            try transaction.put(lease)
        }
    }

    private func lease(_ tf: TemporaryWorkspace, _ task: ID<Model.Task>) throws -> Lease? {
        try tf.workspace.snapshot().get(task.lease)
    }

    private func text(_ tf: TemporaryWorkspace, _ file: String) throws -> String {
        String(decoding: try tf.bytes(file), as: UTF8.self)
    }

    /// Puts everything but the journal back to what it was before `body`, as if the writer had been killed after the
    /// commit point.
    private func interrupted(_ tf: TemporaryWorkspace, _ leaseFile: String, _ body: () throws -> Void) throws {
        let mark = try tf.bytes("journal/applied")
        let index = try tf.bytes("cache/index")
        let former = tf.exists(leaseFile) ? try tf.bytes(leaseFile) : nil
        try body()
        try tf.write(mark, to: "journal/applied")
        try tf.write(index, to: "cache/index")
        if let former { try tf.write(former, to: leaseFile) } else { try tf.remove(leaseFile) }
    }

    @Test("the token stands in the lease's file alone")
    func tokenIsSecret() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("Claimed")
        try claim(tf, id)
        try extend(tf, id, by: .seconds(5))
        #expect(try text(tf, "leases/T-1.json").contains(Self.token))
        for file in ["journal/00000001.jsonl", "cache/index", "tasks/T-1.json"] {
            #expect(try !text(tf, file).contains(Self.token), "\(file)")
        }
        #expect(try text(tf, "journal/00000001.jsonl").contains(#""owner":"polly""#))
    }

    @Test("a claim that never came to its file gets a new token, for nobody has seen the old one")
    func interruptedClaim() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("Claimed")
        try interrupted(tf, "leases/T-1.json") { try claim(tf, id) }
        #expect(try lease(tf, id)?.owner == "polly", "a reader sees that it is held")
        try tf.create("The next writer")
        let lease = try #require(try lease(tf, id))
        #expect(lease.owner == "polly" && lease.token?.utf8.count == 32 && lease.token != Self.token)
    }

    @Test("a heartbeat that never came to the file keeps the token that its owner has")
    func interruptedHeartbeat() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("Claimed")
        try claim(tf, id)
        let before = try #require(try lease(tf, id))
        try interrupted(tf, "leases/T-1.json") { try extend(tf, id, by: .seconds(60)) }
        try tf.create("The next writer")
        let after = try #require(try lease(tf, id))
        #expect(after.token == Self.token && after.expiresAt == before.expiresAt + .seconds(60))
    }

    @Test("one lease after another in one transaction is another lease: an old token is not taken over")
    func interruptedSecondClaim() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("Claimed")
        try claim(tf, id)
        let first = try #require(try lease(tf, id))
        // Leases of the same millisecond are not told apart by their time.
        while Clock.system.now() <= first.envelope.createdAt { Clock.sleep(.milliseconds(1)) }
        try interrupted(tf, "leases/T-1.json") { try claim(tf, id, token: "second") }
        try tf.create("The next writer")
        let second = try #require(try lease(tf, id))
        #expect(second.envelope.createdAt > first.envelope.createdAt)
        #expect(second.token != Self.token && second.token != "second")
    }

    @Test("after a power cut a file that is newer or as new stays, one that is gone gets a new token")
    func powerCut() throws {
        let tf = try TemporaryWorkspace()
        let ids = try ["kept", "emptied"].map { try tf.create($0) }
        for id in ids { try claim(tf, id) }
        try tf.write([], to: "leases/T-2.json")
        var mark = try #require(try AppliedMark.read(in: tf.directory))
        mark.boot = String(repeating: "0", count: 36)
        mark.synced = .start
        try mark.write(in: tf.directory)
        try tf.create("afterwards")
        #expect(try lease(tf, ids[0])?.token == Self.token)
        let other = try #require(try lease(tf, ids[1]))
        #expect(other.token != nil && other.token != Self.token)
    }

    @Test("what the file says counts: it is no edit, no drift, and without it there is no lease")
    func editedFile() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("Claimed")
        try claim(tf, id)
        let changed = try text(tf, "leases/T-1.json").replacingOccurrences(of: "polly", with: "ben")
        try tf.write(changed.utf8, to: "leases/T-1.json")
        #expect(try lease(tf, id)?.owner == "ben")
        try tf.change("tick") { transaction in
            let invalid = try transaction.adoptOutsideChanges()
            #expect(invalid.isEmpty && transaction.adopted.isEmpty)
        }
        var integrity = Integrity(tf.workspace)
        #expect(try integrity.examine() == [])
        try tf.remove("leases/T-1.json")
        #expect(try lease(tf, id) == nil)
        try tf.change("tick") { transaction in
            let invalid = try transaction.adoptOutsideChanges()
            let lease = try transaction.get(id.lease)
            #expect(invalid.isEmpty && lease == nil)
        }
        #expect(try integrity.examine() == [])
    }

    @Test("a lease that is no lease is reported by name")
    func badFile() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("Claimed")
        try claim(tf, id)
        try tf.write("<<<<".utf8, to: "leases/T-1.json")
        var integrity = Integrity(tf.workspace)
        #expect(try integrity.examine().map(\.code) == ["invalid_record"])
        try tf.change("cancel") { try $0.endLease(of: id) }
        #expect(!tf.exists("leases/T-1.json"))
        #expect(try integrity.examine() == [])
    }

    // MARK: Finding what has expired

    /// The leases that a writer finds expired so much later.
    private func expired(
        _ tf: TemporaryWorkspace, after span: Duration, ending: Bool = false, thoroughly: Bool = false
    ) throws -> [String] {
        var options = Workspace.Options()
        options.clock = Clock(showing: Clock.system.now() + span)
        let later = try tf.workspace.reopened(options: options)
        var found: [String] = []
        _ = try later.transact(Purpose(actor: "tester", verb: "tick")) { transaction in
            for lease in try transaction.takeExpiredLeases(thoroughly: thoroughly) {
                found.append(lease.id.text)
                if ending { try transaction.delete(lease) }
            }
        }
        return found
    }

    @Test("what has expired is found by the index, also by one that was made anew")
    func findsExpired() throws {
        let tf = try TemporaryWorkspace()
        let ids = try (1...3).map { try tf.create("Task \($0)") }
        try claim(tf, ids[0], for: .seconds(3600))
        try claim(tf, ids[1], for: .seconds(30))
        try claim(tf, ids[2], for: .seconds(60))
        #expect(try expired(tf, after: .seconds(10)) == [])
        #expect(try expired(tf, after: .seconds(40)) == ["T-2"])
        try tf.remove("cache/index")
        #expect(try expired(tf, after: .seconds(70), ending: true) == ["T-2", "T-3"])
        #expect(try expired(tf, after: .seconds(70)) == [], "they were ended")
        #expect(try expired(tf, after: .seconds(4000)) == ["T-1"], "the bound was moved on, not lost")
    }

    @Test("a heartbeat moves the end")
    func movedEnd() throws {
        let tf = try TemporaryWorkspace()
        let id = try tf.create("Claimed")
        try claim(tf, id)
        try extend(tf, id, by: .seconds(60))
        #expect(try expired(tf, after: .seconds(40)) == [])
        #expect(try expired(tf, after: .seconds(100)) == ["T-1"])
    }

    @Test("as long as no lease can have expired, the bound says so")
    func bound() throws {
        let tf = try TemporaryWorkspace()
        #expect(try #require(try Index.open(in: tf.directory)).header.earliestExpiry == .max)
        try claim(tf, try tf.create("Claimed"))
        let lease = try #require(try lease(tf, ID(number: 1)))
        let bound = try #require(try Index.open(in: tf.directory)).header.earliestExpiry
        #expect(bound == lease.expiresAt.milliseconds)
    }

    @Test("a lease whose file is missing is forgotten, one whose file is bad ends in its time")
    func unusable() throws {
        let tf = try TemporaryWorkspace()
        for number in 1...2 { try claim(tf, try tf.create("Task \(number)")) }
        try tf.remove("leases/T-1.json")
        try tf.write("{".utf8, to: "leases/T-2.json")
        #expect(try expired(tf, after: .seconds(10), thoroughly: true) == [])
        #expect(tf.exists("leases/T-2.json"), "it is left alone")
        #expect(try expired(tf, after: .seconds(60), ending: true) == ["T-2"])
        #expect(try tf.workspace.snapshot().leaseOutlook(at: .distantFuture) == LeaseOutlook())
        #expect(!tf.exists("leases/T-2.json"))
    }
}

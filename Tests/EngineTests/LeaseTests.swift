import Foundation
import Model
import System
import Testing

@testable import Engine
@testable import Store

extension Bench {
    /// The same engine so much later, for somebody else if need be.
    func later(_ span: Duration, _ caller: Caller = Caller(actor: "tester")) throws -> Engine {
        var options = Workspace.Options()
        options.clock = Clock(showing: Clock.system.now() + span)
        return Engine(try engine.workspace.reopened(options: options), caller: caller)
    }

    func create(_ title: String = "Work", _ configure: (inout TaskDraft) -> Void = { _ in }) throws -> ID<Model.Task> {
        var draft = TaskDraft(title: title)
        configure(&draft)
        let task: Model.Task = try #require(done(try engine.create(draft)).first())
        return task.id
    }

    /// Claims a task, and gives the token.
    @discardableResult
    func claim(_ id: ID<Model.Task>? = nil, as owner: String = "polly", _ engine: Engine? = nil) throws -> String {
        let changed = done(try (engine ?? self.engine).claim(id?.text, ClaimRequest(owner: owner)))
        let lease: Lease = try #require(changed.first())
        return try #require(lease.token)
    }

    func lease(_ id: ID<Model.Task>) throws -> Lease? { try engine.workspace.snapshot().get(id.lease) }
}

/// The word of the failure that `body` ends with; nil when it does not fail.
func code(_ body: () throws -> Void) throws -> Failure.Code? {
    do {
        try body()
        return nil
    } catch let failure as Failure {
        return failure.code
    } catch let refusal as TransitionRefusal {
        return Failure(refusal).code
    }
}

@Suite("Who may act on a task that is leased")
struct LeaseTests {
    private static let guarded: [TaskVerb] = [.complete, .fail, .release, .block, .submit, .pause]

    private func options(_ token: String?, force: Bool = false) -> VerbOptions {
        var options = VerbOptions()
        options.reason = "why"
        options.lease = token
        options.force = force
        return options
    }

    @Test("its verbs need the token: none, a wrong one, an expired one, the right one", arguments: guarded)
    func verbs(_ verb: TaskVerb) throws {
        let bench = try Bench()
        let id = try bench.create()
        let token = try bench.claim(id)
        let seq = try bench.engine.workspace.snapshot().nextSeq
        func perform(_ engine: Engine, _ token: String?) throws -> Failure.Code? {
            try code { done(try engine.perform(verb, on: [id.text], options(token))) }
        }
        #expect(try perform(bench.engine, nil) == .leaseRequired)
        #expect(try perform(bench.engine, "nonsense") == .leaseInvalid)
        #expect(try perform(bench.later(.seconds(31)), token) == .leaseExpired)
        #expect(try perform(bench.later(.seconds(31)), nil) == .leaseRequired)
        #expect(try bench.engine.workspace.snapshot().nextSeq == seq, "refusals write nothing")
        #expect(try perform(bench.engine, token) == nil)
        #expect(try bench.task(id).status != .running && bench.lease(id) == nil, "leaving running ends the lease")
    }

    @Test("so do edits and heartbeats, which leave the lease")
    func editAndHeartbeat() throws {
        let bench = try Bench()
        let id = try bench.create()
        let token = try bench.claim(id)
        var edit = TaskEdit()
        edit.set(.title, to: "Other")
        for (given, expected) in [(nil, Failure.Code.leaseRequired), ("nonsense", .leaseInvalid), (token, nil)] {
            #expect(try code { done(try bench.engine.edit(id.text, edit, lease: given)) } == expected)
            var beat = Heartbeat()
            beat.lease = given
            #expect(try code { done(try bench.engine.heartbeat([id.text], beat)) } == expected)
        }
        #expect(try bench.lease(id)?.token == token)
        var beat = Heartbeat()
        beat.lease = token
        #expect(try code { done(try bench.later(.seconds(31)).heartbeat([id.text], beat)) } == .leaseExpired)
    }

    @Test("cancel and terminate need none, nor do people with --force", arguments: [TaskVerb.cancel, .terminate])
    func unguarded(_ verb: TaskVerb) throws {
        let bench = try Bench()
        let ids = [try bench.create(), try bench.create(), try bench.create()]
        for id in ids { try bench.claim(id) }
        done(try bench.engine.perform(verb, on: [ids[0].text]))
        for (id, verb) in zip(ids.dropFirst(), [TaskVerb.complete, .pause]) {
            done(try bench.engine.perform(verb, on: [id.text], options(nil, force: true)))
        }
        for id in ids { #expect(try bench.lease(id) == nil) }
    }

    @Test("the surroundings may give the token, and the command line goes before them")
    func environment() throws {
        let bench = try Bench()
        let id = try bench.create()
        let token = try bench.claim(id)
        let holder = Engine(bench.engine.workspace, caller: Caller(actor: "polly", lease: token))
        #expect(
            try code { done(try holder.perform(.complete, on: [id.text], options("nonsense"))) } == .leaseInvalid)
        done(try holder.perform(.complete, on: [id.text]))
        #expect(try bench.task(id).status == .done)
        #expect(Caller.current(actor: nil) { $0 == "TF_LEASE" ? "x" : nil }.lease == "x")
        #expect(Caller.current(actor: nil) { $0 == "TF_LEASE" ? "" : nil }.lease == nil)
    }

    @Test("a token on the command line is good for nothing where there is no lease any more")
    func endedLease() throws {
        let bench = try Bench()
        let id = try bench.create()
        let token = try bench.claim(id)
        done(try bench.later(.seconds(31)).tick(dryRun: false))
        done(try bench.engine.perform(.start, on: [id.text]))
        #expect(try code { done(try bench.engine.perform(.complete, on: [id.text], options(token))) } == .leaseInvalid)
        done(try bench.engine.perform(.complete, on: [id.text]))
    }

    @Test("the table comes before the lease, the revision before the table")
    func order() throws {
        let bench = try Bench()
        let id = try bench.create()
        try bench.claim(id)
        #expect(try code { done(try bench.engine.perform(.unblock, on: [id.text])) } == .refused)
        var picky = bench.engine
        picky.ifRev = 9
        #expect(try code { _ = try picky.perform(.complete, on: [id.text]) } == .revMismatch)
        done(try bench.engine.perform(.cancel, on: [id.text]))
        #expect(try code { done(try bench.engine.perform(.complete, on: [id.text], options("x"))) } == .refused)
    }

    @Test("a lease file that is bad refuses what needs the token, and nothing else")
    func badFile() throws {
        let bench = try Bench()
        let id = try bench.create()
        try bench.claim(id)
        try Data("<<<".utf8).write(to: URL(fileURLWithPath: bench.root + "/.tf/leases/T-1.json"))
        #expect(throws: StoreError.self) { done(try bench.engine.perform(.complete, on: [id.text])) }
        done(try bench.engine.perform(.cancel, on: [id.text]))
        #expect(try bench.task(id).status == .cancelled && bench.lease(id) == nil)
    }
}

@Suite("Stale leases")
struct StaleLeaseTests {
    @Test("a stale lease goes back to todo")
    func requeued() throws {
        let bench = try Bench()
        let id = try bench.create()
        try bench.claim(id)
        let lease = try #require(try bench.lease(id))
        let before = bench.engine.workspace
        #expect(done(try bench.later(.seconds(29)).tick(dryRun: false)).actions == [])
        let commit = done(
            try bench.later(.seconds(31), Caller(actor: "sweeper")).change("tick") { change in
                let stale = try Leases(change).takeBack()
                #expect(stale.map(\.owner) == ["polly"])
                return []
            }
        ).commit
        let task = try bench.task(id)
        #expect(task.status == .todo && task.lastError == "lease expired while held by polly" && task.worker == "polly")
        #expect(try bench.lease(id) == nil && lease.owner == "polly")
        #expect(commit.events.map(\.type) == ["task/status_changed", "task/stale_requeued"])
        #expect(commit.events.allSatisfy { $0.actor == "sweeper" } && before.path == bench.engine.workspace.path)
    }

    @Test("with its attempts used up it has failed: three, unless the task says otherwise", arguments: [nil, 1, 4])
    func failed(_ maximum: Int?) throws {
        let bench = try Bench()
        let id = try bench.create { $0.set(.maxAttempts, to: maximum) }
        let attempts = maximum ?? 3
        for attempt in 1...attempts {
            let time = Duration.seconds(40 * attempt)
            try bench.claim(id, as: "polly", try bench.later(time))
            done(try bench.later(time + .seconds(31)).tick(dryRun: false))
            #expect(try bench.task(id).status == (attempt == attempts ? .failed : .todo), "attempt \(attempt)")
        }
        let task = try bench.task(id)
        #expect(task.attempt == attempts && task.lastError == "lease expired while held by polly")
    }

    @Test("a dry tick says what the real one does, and writes nothing")
    func dryTick() throws {
        let bench = try Bench()
        for _ in 0..<2 { try bench.claim(try bench.create()) }
        let later = try bench.later(.seconds(31))
        let dry = done(try later.tick(dryRun: true))
        #expect(try bench.task(ID(number: 1)).status == .running)
        #expect(dry.actions.map(\.kind) == [.stale, .stale] && dry.actions.map(\.about) == ["T-1", "T-2"])
        #expect(done(try later.tick(dryRun: false)).actions == dry.actions)
        #expect(done(try later.tick(dryRun: false)).actions == [])
    }

    @Test("it is taken back before any claim, and can be claimed by the very same command")
    func beforeClaim() throws {
        let bench = try Bench()
        let id = try bench.create()
        let first = try bench.claim(id)
        let second = try bench.claim(nil, as: "ben", try bench.later(.seconds(31)))
        let task = try bench.task(id)
        #expect(first != second && task.worker == "ben" && task.attempt == 2 && task.status == .running)
        let third = try bench.claim(id, as: "tom", try bench.later(.seconds(62)))
        #expect(third != second)
        #expect(try bench.lease(id)?.owner == "tom")
    }

    @Test("a claim of something else that comes to nothing takes it back all the same, and keeps no receipt")
    func emptyClaim() throws {
        let bench = try Bench()
        let id = try bench.create { $0.user = "polly" }
        try bench.claim(id)
        var ben = try bench.later(.seconds(31))
        ben.commandID = "c1"
        #expect(done(try ben.claim(nil, ClaimRequest(owner: "ben"))).keys.isEmpty)
        #expect(try bench.task(id).status == .todo)
        _ = try bench.create()
        #expect(done(try ben.claim(nil, ClaimRequest(owner: "ben"))).isRepeated == false)
    }

    @Test("a task that a person started by hand is never stale, nor a phantom; one with an expired lease is a phantom")
    func byHand() throws {
        let bench = try Bench()
        let (started, claimed) = (try bench.create(), try bench.create())
        done(try bench.engine.perform(.start, on: [started.text]))
        try bench.claim(claimed)
        #expect(done(try bench.engine.doctor(repair: false)).findings == [])
        let much = try bench.later(.seconds(100_000))
        #expect(
            done(try much.doctor(repair: false)).findings.map { [$0.code, $0.about] } == [["phantom_running", "T-2"]])
        done(try much.tick(dryRun: false))
        #expect(try bench.task(started).status == .running && bench.task(claimed).status == .todo)
        #expect(done(try much.doctor(repair: false)).findings == [])
    }

    @Test("tick also finds a lease that was made, or cut short, by hand")
    func leaseByHand() throws {
        let bench = try Bench()
        let (made, cut) = (try bench.create(), try bench.create())
        done(try bench.engine.perform(.start, on: [made.text]))
        try bench.claim(cut)
        let path = bench.root + "/.tf/leases/"
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + "T-2.json")), as: UTF8.self)
        let expiry = try #require(try bench.lease(cut)).expiresAt
        let short = text.replacingOccurrences(of: expiry.description, with: "2020-01-01T00:00:00.000Z")
        try Data(short.utf8).write(to: URL(fileURLWithPath: path + "T-2.json"))
        let other = short.replacingOccurrences(of: #""T-2""#, with: #""T-1""#)
        try Data(other.utf8).write(to: URL(fileURLWithPath: path + "T-1.json"))
        #expect(
            done(try bench.engine.doctor(repair: false)).findings.map(\.code) == ["phantom_running", "phantom_running"])
        #expect(done(try bench.engine.tick(dryRun: false)).actions.map(\.about) == ["T-1", "T-2"])
        #expect(done(try bench.engine.doctor(repair: false)).findings == [])
    }

    @Test("a task that somebody moved by hand is left where it is")
    func movedByHand() throws {
        let bench = try Bench()
        let id = try bench.create()
        try bench.claim(id)
        let path = URL(fileURLWithPath: bench.root + "/.tf/tasks/T-1.json")
        let text = String(decoding: try Data(contentsOf: path), as: UTF8.self)
        try Data(text.replacingOccurrences(of: #""running""#, with: #""blocked""#).utf8).write(to: path)
        done(try bench.engine.tick(dryRun: false))
        #expect(try bench.lease(id) == nil, "leaving running ends the lease, whoever does it")
        done(try bench.later(.seconds(31)).tick(dryRun: false))
        #expect(try bench.task(id).status == .blocked)
    }
}

@Suite("Claims and heartbeats")
struct ClaimTests {
    private func claimed(_ bench: Bench, as owner: String, _ configure: (inout ClaimRequest) -> Void = { _ in }) throws
        -> String?
    {
        var request = ClaimRequest(owner: owner)
        configure(&request)
        return done(try bench.engine.claim(nil, request)).keys.first?.id
    }

    @Test("what is assigned to nobody or to the owner is taken, as agent or as user, and nothing else")
    func assignees() throws {
        let bench = try Bench { $0.command = [] }
        _ = try bench.create { $0.user = "ann" }
        _ = try bench.create { $0.agent = "worker" }
        _ = try bench.create { $0.user = "worker" }
        _ = try bench.create()
        #expect(try claimed(bench, as: "ben") == "T-4")
        #expect(try claimed(bench, as: "ben") == nil)
        #expect(try claimed(bench, as: "worker") == "T-2")
        #expect(try claimed(bench, as: "worker") == "T-3")
        #expect(try claimed(bench, as: "worker") == nil)
    }

    @Test("filters choose by label, type and flow")
    func filters() throws {
        let bench = try Bench()
        _ = try bench.create { $0.set(.labels, to: ["a"]) }
        _ = try bench.create { $0.set(.labels, to: ["a", "b"]) }
        _ = try bench.create { $0.set(.type, to: "chore") }
        #expect(try claimed(bench, as: "ben") { $0.labels = ["a", "b"] } == "T-2")
        #expect(try claimed(bench, as: "ben") { $0.type = "chore" } == "T-3")
        #expect(try claimed(bench, as: "ben") { $0.type = "other" } == nil)
        #expect(try code { _ = try claimed(bench, as: "ben") { $0.flow = "F-9" } } == .notFound)
    }

    @Test("what has a queued or live run, is held, or waits, is not claimed")
    func notFree() throws {
        let bench = try Bench()
        let queued = try bench.create { $0.agent = "worker" }
        #expect(try claimed(bench, as: "worker") == nil)
        #expect(try code { try bench.claim(queued) } == .refused)
        let waiting = try bench.create { $0.dependsOn = [queued.text] }
        #expect(try code { try bench.claim(waiting) } == .refused)
        let later = try bench.create { $0.set(.notBefore, to: Clock.system.now() + .seconds(60)) }
        #expect(try code { try bench.claim(later) } == .refused)
        #expect(try claimed(bench, as: "ben") == nil)
        try bench.claim(later, as: "ben", try bench.later(.seconds(61)))
    }

    @Test("a claim starts an attempt, and says who holds the task")
    func effects() throws {
        let bench = try Bench()
        let id = try bench.create()
        let changed = done(try bench.engine.claim(id.text, ClaimRequest(owner: "polly")))
        let task = try bench.task(id)
        #expect(task.status == .running && task.attempt == 1 && task.worker == "polly" && task.startedAt != nil)
        #expect(changed.commit.events.map(\.type) == ["task/status_changed", "task/claimed"])
        #expect(changed.keys.map(\.kind) == [.task, .lease])
    }

    @Test("a repeated command id gives the same token, and writes nothing")
    func repeated() throws {
        let bench = try Bench()
        for _ in 0..<2 { _ = try bench.create() }
        var engine = bench.engine
        engine.commandID = "c1"
        let first = done(try engine.claim(nil, ClaimRequest(owner: "polly")))
        let again = done(try engine.claim(nil, ClaimRequest(owner: "polly")))
        #expect(again.isRepeated && again.commit.isEmpty && again.keys == first.keys)
        let tokens: [Lease?] = [first.first(), again.first()]
        #expect(tokens[0]?.token == tokens[1]?.token && tokens[0]?.token != nil)
        #expect(try code { done(try engine.claim(nil, ClaimRequest(owner: "ben"))) } == .commandIDReused)
    }

    @Test("a repeated command id gives no token of a lease that came after its own")
    func repeatedTooLate() throws {
        let bench = try Bench()
        let id = try bench.create()
        var polly = bench.engine
        polly.commandID = "c1"
        try bench.claim(id, as: "polly", polly)
        try bench.claim(id, as: "ben", try bench.later(.seconds(31)))
        let again = done(try polly.claim(id.text, ClaimRequest(owner: "polly")))
        let lease: Lease = try #require(again.first())
        #expect(again.isRepeated && lease.owner == "ben" && lease.token == nil)
    }

    @Test("a heartbeat extends by the lease's own length, or as long as it says")
    func heartbeat() throws {
        let bench = try Bench()
        let id = try bench.create()
        var request = ClaimRequest(owner: "polly")
        request.length = WrittenDuration("1m")
        let lease: Lease = try #require(done(try bench.engine.claim(id.text, request)).first())
        var beat = Heartbeat()
        beat.lease = lease.token
        let later = try bench.later(.seconds(50))
        done(try later.heartbeat([id.text], beat))
        let own = try #require(try bench.lease(id)).expiresAt.since(later.workspace.clock.now())
        #expect(own > .seconds(59) && own <= .seconds(60))
        beat.length = WrittenDuration("1h")
        let changed = done(try later.heartbeat([id.text], beat))
        let asked = try #require(try bench.lease(id)).expiresAt.since(later.workspace.clock.now())
        #expect(asked > .seconds(3599) && asked <= .seconds(3600))
        #expect(try bench.lease(id)?.length.text == "1m")
        #expect(changed.commit.events.isEmpty, "there is no event for being alive")
        #expect(try bench.task(id).envelope.rev == 2)
    }

    @Test("a note or a percentage is progress, and an event")
    func progress() throws {
        let bench = try Bench()
        let id = try bench.create()
        done(try bench.engine.perform(.start, on: [id.text]))
        var beat = Heartbeat()
        beat.note = "compiling"
        beat.percent = 40
        let changed = done(try bench.engine.heartbeat([id.text], beat))
        #expect(changed.commit.events.map(\.type) == ["task/progress"])
        #expect(changed.commit.events.first?.data["percent"] == 40)
        let progress = try #require(try bench.task(id).progress)
        #expect(progress.text == "compiling" && progress.percent == 40 && progress.at != nil)
        var silent = Heartbeat()
        #expect(done(try bench.engine.heartbeat([id.text], silent)).commit.isEmpty)
        silent.percent = 50
        done(try bench.engine.heartbeat([id.text], silent))
        #expect(try bench.task(id).progress?.text == "compiling" && bench.task(id).progress?.percent == 50)
    }

    @Test("from inside of a run a heartbeat needs nothing, and is a beat")
    func inside() throws {
        let bench = try Bench()
        let (id, runID) = try bench.started()
        let proof = try #require(try Liveness(bench.engine.workspace).take(runID))
        let much = Duration.seconds(4000)
        #expect(done(try bench.later(much).doctor(repair: false)).findings.map(\.code) == ["stale_running"])
        let agent = try bench.later(much, Caller(actor: "agent:worker", task: id, run: runID))
        #expect(done(try agent.heartbeat([id.text], Heartbeat())).commit.isEmpty)
        #expect(done(try bench.later(much + .seconds(1700)).doctor(repair: false)).findings.isEmpty)
        proof.closeNow()
    }
}

import Foundation
import Model
import System
import TestSupport
import Testing

@testable import Engine
@testable import Store

/// A real workspace, driven by the steps of the reference model.
final class DrivenWorkspace {
    private let root: String
    private let path: String
    private var nextSeq: Int
    /// The tokens that claims have given, in their order.
    private var granted: [(task: Int, token: String)] = []

    private static let state: Void = {
        setenv("XDG_STATE_HOME", NSTemporaryDirectory() + "tf-engine-tests-state", 1)
    }()

    init() throws {
        _ = Self.state
        root = NSTemporaryDirectory() + "tf-steps-" + UUID().uuidString
        var record = WorkspaceRecord()
        record.workspace = try Workspace.newIdentity()
        record.settings.durability = .none
        let workspace = try Workspace.create(in: root, record: record, actor: "tester", options: Workspace.Options())
        path = workspace.path
        nextSeq = 0
        // It has no command, so its tasks wait for somebody to take them.
        let agent = Agent(id: try #require(ID<Agent>("idle")))
        done(
            try Engine(workspace, caller: Caller(actor: "tester")).change("agent") { change in
                try change.transaction.put(agent)
                return [agent.key]
            })
        nextSeq = try workspace.snapshot().nextSeq
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    private func workspace(at moment: Int64) throws -> Workspace {
        var options = Workspace.Options()
        options.clock = Clock(stoppedAt: Timestamp(milliseconds: moment))
        return try Workspace.open(path, options: options)
    }

    /// Carries out a step.
    ///
    /// - Returns: what it came to, or a text about what cannot be.
    func perform(_ step: Step) throws -> (outcome: ReferenceWorkspace.Outcome, oddity: String?) {
        var engine = Engine(try workspace(at: step.at), caller: Caller(actor: step.actor))
        engine.commandID = step.commandID
        engine.ifRev = step.ifRev
        do {
            let changed = try carryOut(step.action, engine)
            let events = changed.commit.events
            let seqs = events.map(\.seq)
            let expected = Array(nextSeq..<nextSeq + seqs.count)
            nextSeq += seqs.count
            let isLate = events.contains { $0.at.milliseconds != step.at || $0.actor != step.actor }
            let oddity =
                seqs != expected ? "seq \(seqs), not \(expected)" : isLate ? "an event of another time or actor" : nil
            return (.done(events.map { "\($0.type) \($0.task ?? "-")" }, token: token(in: changed, step)), oddity)
        } catch {
            return (.refused(Failure(error).code.rawValue), nil)
        }
    }

    private func carryOut(_ action: Step.Action, _ engine: Engine) throws -> Changed {
        switch action {
        case .create(let fields, let user, let dependsOn):
            return done(try engine.create(draft(fields, user: user, dependsOn: dependsOn)))
        case .verb(let verb, let number, let reason, let authorization):
            var options = VerbOptions()
            options.reason = reason
            options.lease = text(of: authorization.token, for: number)
            options.force = authorization.force
            return done(try engine.perform(try #require(TaskVerb(rawValue: verb)), on: ["T-\(number)"], options))
        case .claim(let number, let claim):
            var request = ClaimRequest(owner: claim.owner)
            request.length = duration(claim.length)
            request.labels = claim.label.map { [$0] } ?? []
            return done(try engine.claim(number.map { "T-\($0)" }, request))
        case .heartbeat(let number, let beat, let authorization):
            return done(try engine.heartbeat(["T-\(number)"], heartbeat(beat, authorization, number)))
        case .assign(let number, let agent, let user, let hold):
            return done(try engine.assign("T-\(number)", agent: agent, user: user, hold: hold))
        case .depend(let number, let on, let off):
            return done(try engine.depend("T-\(number)", on: on.map(String.init), off: off.map(String.init)))
        case .edit(let number, let fields, let authorization):
            return done(
                try engine.edit(
                    "T-\(number)", edit(fields), lease: text(of: authorization.token, for: number),
                    force: authorization.force))
        case .delete(let number, let force): return done(try engine.delete(["T-\(number)"], force: force))
        case .comment(let number, let text): return done(try engine.comment(on: "T-\(number)", text))
        case .tick:
            // As `tick` does, which tells of no events.
            return done(
                try engine.change("tick") { change in
                    _ = try Tick(change, cleared: []).pass()
                    return []
                })
        }
    }

    private func draft(_ fields: Step.Fields, user: String?, dependsOn: [Int]) throws -> TaskDraft {
        var draft = TaskDraft(title: fields.title ?? Step.title)
        if let text = fields.priority {
            let priority: Priority = try #require(Priority(rawValue: text))
            draft.set(.priority, to: priority)
        }
        draft.set(.labels, to: fields.label.map { [$0] })
        draft.set(.due, to: fields.due.map(Timestamp.init(milliseconds:)))
        draft.set(.notBefore, to: fields.notBefore.map(Timestamp.init(milliseconds:)))
        draft.set(.maxAttempts, to: fields.maxAttempts)
        draft.user = user
        draft.dependsOn = dependsOn.map(String.init)
        return draft
    }

    private func edit(_ fields: Step.Fields) -> TaskEdit {
        var edit = TaskEdit()
        edit.set(.title, to: fields.title)
        edit.set(.priority, to: fields.priority.flatMap(Priority.init(rawValue:)))
        edit.labels = fields.label.map { [.add($0)] } ?? []
        edit.set(.due, to: fields.due.map(Timestamp.init(milliseconds:)))
        edit.set(.notBefore, to: fields.notBefore.map(Timestamp.init(milliseconds:)))
        edit.set(.maxAttempts, to: fields.maxAttempts)
        return edit
    }

    private func heartbeat(_ beat: Step.Beat, _ authorization: Step.Authorization, _ number: Int) -> Heartbeat {
        var heartbeat = Heartbeat()
        heartbeat.length = duration(beat.length)
        heartbeat.note = beat.note
        heartbeat.percent = beat.percent
        heartbeat.lease = text(of: authorization.token, for: number)
        heartbeat.force = authorization.force
        return heartbeat
    }

    private func duration(_ milliseconds: Int64?) -> WrittenDuration? {
        milliseconds.map { WrittenDuration(.milliseconds($0)) }
    }

    // MARK: Tokens

    /// The token that is meant; one that never was where there is none.
    private func text(of token: Step.Token?, for number: Int) -> String? {
        let own = granted.filter { $0.task == number }.map(\.token)
        let nonsense = String(repeating: "0", count: 32)
        return switch token {
        case nil: nil
        case .latest: own.last ?? nonsense
        case .former: own.dropLast().last ?? nonsense
        case .nonsense: nonsense
        }
    }

    /// The number of the lease whose token a claim gave; nil where it gave none.
    private func token(in changed: Changed, _ step: Step) -> Int? {
        guard case .claim = step.action, let lease: Lease = changed.first(), let token = lease.token else { return nil }
        if let known = number(of: token) { return known }
        granted.append((Int(lease.task.text.dropFirst(2)) ?? 0, token))
        return granted.count
    }

    private func number(of token: String?) -> Int? {
        granted.firstIndex { $0.token == token }.map { $0 + 1 }
    }

    // MARK: Records

    /// What differs between the workspace and what the model says of it; nil when nothing does.
    func difference(from model: ReferenceWorkspace, at moment: Int64) throws -> String? {
        let workspace = try workspace(at: moment)
        let snapshot = try workspace.snapshot()
        let ready = Readiness(in: snapshot, at: workspace.clock.now())
        if snapshot.nextSeq != nextSeq { return "the next seq is \(snapshot.nextSeq), not \(nextSeq)" }
        for (number, entry) in model.tasks.sorted(by: { $0.key < $1.key }) {
            guard let task: Model.Task = try snapshot.get(ID(number: number)) else { return "T-\(number) is missing" }
            var found = ReferenceWorkspace.Entry(task, like: entry)
            found.lease = try lease(of: task, in: snapshot)
            if found != entry { return "T-\(number): " + differences(found, entry).joined(separator: ", ") }
            let isReady = model.isReady(number, at: moment)
            if try ready.isReady(task) != isReady { return "T-\(number) is \(isReady ? "not ready" : "ready")" }
        }
        return try difference("tasks", model.tasks.count)
            ?? difference("leases", model.tasks.values.filter { $0.lease != nil }.count)
    }

    private func lease(of task: Model.Task, in snapshot: Snapshot) throws -> ReferenceLease? {
        let lease: Lease? = try snapshot.get(task.id.lease)
        return lease.map { ReferenceLease($0, number: number(of: $0.token) ?? 0) }
    }

    private func difference(_ directory: String, _ count: Int) throws -> String? {
        let names = try FileManager.default.contentsOfDirectory(atPath: path + "/" + directory)
        return names.count == count ? nil : "there are \(names.count) files for \(count) \(directory)"
    }
}

/// The fields in which two values of a type differ, nested ones included.
private func differences(_ found: Any, _ expected: Any) -> [String] {
    zip(Mirror(reflecting: found).children, Mirror(reflecting: expected).children).flatMap { found, expected in
        if "\(found.value)" == "\(expected.value)" { return [String]() }
        let nested = found.value is ReferenceTask ? differences(found.value, expected.value) : []
        return nested.isEmpty ? ["\(found.label ?? "") is \(found.value), not \(expected.value)"] : nested
    }
}

extension ReferenceWorkspace.Entry {
    /// What a record says of all that the model knows.
    ///
    /// - Parameter expected: where that is taken from which the record does not know.
    fileprivate init(_ record: Model.Task, like expected: Self) {
        self.init(createdAt: record.envelope.createdAt.milliseconds, createdBy: record.createdBy ?? "")
        updatedAt = record.envelope.updatedAt.milliseconds
        task.status = record.status.rawValue
        task.reason = record.statusReason
        task.lastError = record.lastError
        task.attempt = record.attempt
        task.maxAttempts = record.maxAttempts
        task.isAutomated = record.automation != nil
        task.startedAt = record.startedAt?.milliseconds
        task.endedAt = record.endedAt?.milliseconds
        task.progress = record.progress.map { progress in
            ReferenceTask.Progress(
                text: progress.text, percent: progress.percent, at: progress.at?.milliseconds ?? 0)
        }
        rev = record.envelope.rev
        title = record.title
        priority = record.priority.rawValue
        labels = record.labels
        due = record.due?.milliseconds
        worker = record.worker
        agent = record.assignee?.agent?.text
        user = record.assignee?.user
        isHeld = record.hold
        dependsOn = record.dependsOn.compactMap { Int($0.text.dropFirst(2)) }
        notBefore = record.notBefore?.milliseconds
        notifications = expected.notifications
        answerable = expected.answerable
    }
}

extension ReferenceLease {
    /// What a record says of all that the model knows.
    fileprivate init(_ record: Lease, number: Int) {
        self.init(
            number: number, owner: record.owner, expiresAt: record.expiresAt.milliseconds,
            length: record.length.value.milliseconds, updatedAt: record.envelope.updatedAt.milliseconds)
    }
}

import Foundation
import Model
import System
import TestSupport
import Testing

@testable import Engine
@testable import Store

/// A real workspace, driven by the steps of the reference model.
private final class Driven {
    private let root: String
    private let path: String
    private var nextSeq: Int

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
        _ = try Engine(workspace, caller: Caller(actor: "tester")).change("agent") { change in
            try change.transaction.put(agent)
            return [agent.key]
        }
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
            let commit = try carryOut(step, engine).commit
            let seqs = commit.events.map(\.seq)
            let expected = Array(nextSeq..<nextSeq + seqs.count)
            nextSeq += seqs.count
            let isLate = commit.events.contains { $0.at.milliseconds != step.at || $0.actor != step.actor }
            let oddity =
                seqs != expected ? "seq \(seqs), not \(expected)" : isLate ? "an event of another time or actor" : nil
            return (.done(commit.events.map { "\($0.type) \($0.task ?? "-")" }), oddity)
        } catch {
            return (.refused(Failure(error).code.rawValue), nil)
        }
    }

    private func carryOut(_ step: Step, _ engine: Engine) throws -> Changed {
        switch step.action {
        case .create(let user, let dependsOn, let notBefore, let maxAttempts):
            var draft = TaskDraft(title: Step.title)
            draft.user = user
            draft.dependsOn = dependsOn.map(String.init)
            draft.notBefore = notBefore.map(Timestamp.init(milliseconds:))
            draft.maxAttempts = maxAttempts
            return try engine.create(draft)
        case .verb(let verb, let number, let reason):
            var options = VerbOptions()
            options.reason = reason
            return try engine.perform(try #require(TaskVerb(rawValue: verb)), on: ["T-\(number)"], options)
        case .assign(let number, let agent, let user, let hold):
            return try engine.assign("T-\(number)", agent: agent, user: user, hold: hold)
        case .depend(let number, let on, let off):
            return try engine.depend("T-\(number)", on: on.map(String.init), off: off.map(String.init))
        case .edit(let number, let title, let notBefore):
            var edit = TaskEdit()
            edit.title = title
            edit.notBefore = notBefore.map { .set(Timestamp(milliseconds: $0)) }
            return try engine.edit("T-\(number)", edit)
        case .delete(let number, let force): return try engine.delete(["T-\(number)"], force: force)
        case .comment(let number, let text): return try engine.comment(on: "T-\(number)", text)
        }
    }

    /// What differs between the workspace and what the model says of it; nil when nothing does.
    func difference(from model: ReferenceWorkspace, at moment: Int64) throws -> String? {
        let workspace = try workspace(at: moment)
        let snapshot = try workspace.snapshot()
        let ready = Readiness(in: snapshot, at: workspace.clock.now())
        if snapshot.nextSeq != nextSeq { return "the next seq is \(snapshot.nextSeq), not \(nextSeq)" }
        for (number, entry) in model.tasks.sorted(by: { $0.key < $1.key }) {
            guard let task: Model.Task = try snapshot.get(ID(number: number)) else { return "T-\(number) is missing" }
            let found = ReferenceWorkspace.Entry(task, notifications: entry.notifications)
            if found != entry { return "T-\(number): " + differences(found, entry).joined(separator: ", ") }
            let isReady = model.isReady(number, at: moment)
            if try ready.isReady(task) != isReady { return "T-\(number) is \(isReady ? "not ready" : "ready")" }
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: path + "/tasks")
        return names.count == model.tasks.count ? nil : "there are \(names.count) files for \(model.tasks.count) tasks"
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
    fileprivate init(_ record: Model.Task, notifications: Int) {
        self.init(updatedAt: record.envelope.updatedAt.milliseconds, createdBy: record.createdBy ?? "")
        task.status = record.status.rawValue
        task.reason = record.statusReason
        task.lastError = record.lastError
        task.attempt = record.attempt
        task.maxAttempts = record.maxAttempts
        task.isAutomated = record.automation != nil
        task.startedAt = record.startedAt?.milliseconds
        task.endedAt = record.endedAt?.milliseconds
        rev = record.envelope.rev
        title = record.title
        agent = record.assignee?.agent?.text
        user = record.assignee?.user
        isHeld = record.hold
        dependsOn = record.dependsOn.compactMap { Int($0.text.dropFirst(2)) }
        notBefore = record.notBefore?.milliseconds
        self.notifications = notifications
    }
}

@Suite("Random sequences of task verbs")
struct TaskSequenceTests {
    /// Where workspace and model part.
    private struct Divergence {
        let step: Int
        let text: String
    }

    /// Carries out steps on a workspace of their own.
    ///
    /// - Returns: where it first differs from the model; nil when it never does.
    private func divergence(_ steps: [Step], table: ReferenceTable = ReferenceTable()) throws -> Divergence? {
        let driven = try Driven()
        var model = ReferenceWorkspace(table: table)
        for (position, step) in steps.enumerated() {
            var expected = model.perform(step)
            var (found, oddity) = try driven.perform(step)
            if case .delete = step.action {
                // Those that depended on it are told in no order.
                (expected, found) = (expected.sorted, found.sorted)
            }
            if found != expected {
                return Divergence(step: position, text: "\(step)\n    gave \(found)\n    not \(expected)")
            }
            if let odd = try oddity ?? driven.difference(from: model, at: step.at) {
                return Divergence(step: position, text: "\(step)\n    \(odd)")
            }
        }
        return nil
    }

    /// The shortest list of steps that still differs, as a script, with what differs in the end.
    private func story(_ steps: [Step], table: ReferenceTable = ReferenceTable()) throws -> (
        steps: [Step], text: String
    ) {
        let last = try divergence(steps, table: table)?.step ?? steps.count - 1
        let short = shrunk(Array(steps[...last]), leavingOut: Step.leavingOut) { part in
            do { return try divergence(part, table: table) != nil } catch { return false }
        }
        let end = try divergence(short, table: table)?.text ?? ""
        return (short, short.dropLast().map(\.description).joined(separator: "\n") + "\n" + end)
    }

    @Test("whatever is done in whatever order, a workspace is what the specification says", arguments: Seeds.list(25))
    func sequence(seed: UInt64) throws {
        let steps = ReferenceWorkspace.steps(240, seed: seed)
        guard try divergence(steps) != nil else { return }
        Issue.record("TF_TEST_SEED=\(seed)\n\(try story(steps).text)")
    }

    @Test("the sequences reach every status, most verbs succeed, and every kind of refusal occurs")
    func coverage() {
        var statuses: Set<String> = []
        var refusals: [String: Int] = [:]
        var succeeded: [String: Int] = [:]
        for seed in Seeds.list(25) {
            var model = ReferenceWorkspace()
            for step in ReferenceWorkspace.steps(240, seed: seed) {
                switch model.perform(step) {
                case .done:
                    if case .verb(let verb, _, _) = step.action { succeeded[verb, default: 0] += 1 }
                case .refused(let word): refusals[word, default: 0] += 1
                }
                statuses.formUnion(model.tasks.values.map(\.task.status))
            }
        }
        let unreachable: Set<String> = ["scheduled", "lost"]
        #expect(statuses == Set(TaskStatus.allCases.map(\.rawValue)).subtracting(unreachable))
        #expect(Set(refusals.keys) == ["refused", "not_found", "rev_mismatch", "command_id_reused"])
        for verb in ReferenceWorkspace.verbs { #expect(succeeded[verb, default: 0] > 10, "\(verb): \(succeeded)") }
    }

    @Test("a sequence that fails is shrunk to the commands that it takes")
    func shrinking() throws {
        var wrong = ReferenceTable()
        wrong.rows["block"]?.from.remove("review")
        let steps = try #require(
            (UInt64(1)...).lazy.map { ReferenceWorkspace.steps(60, seed: $0) }
                .first { steps in (try? divergence(steps, table: wrong)) ?? nil != nil })
        let (short, text) = try story(steps, table: wrong)
        let verbs = short.map { step in
            switch step.action {
            case .create: "create"
            case .verb(let verb, _, _): verb
            default: "\(step)"
            }
        }
        #expect(verbs == ["create", "start", "submit", "block"], "\(text)")
        #expect(text.contains("task submit 1") && text.contains("not refused(\"refused\")"), "\(text)")
    }
}

extension ReferenceWorkspace.Outcome {
    fileprivate var sorted: Self {
        guard case .done(let events) = self else { return self }
        return .done(events.sorted())
    }
}

import Foundation
import TestSupport
import Testing

/// A command that is killed at its system calls, one after the other, in a workspace of its own each time.
private struct CrashCase: Sendable {
    /// What the command finds.
    let prepare: @Sendable (Workspace) throws -> Void
    let command: [String]
    /// Looks at what the kill left, and says whether that is the state before or the state after. Throws for
    /// anything between.
    let judge: @Sendable (Workspace) throws -> State
    /// Findings of `doctor` that are no faults (a lost run) may be there.
    var findings = false

    enum State: Sendable { case before, after }
}

@Suite(
    "Killed at any system call", .serialized,
    .enabled(if: Machine.canTrace, "needs strace and the permission to trace"))
struct CrashTests {
    @Test("a create leaves no task or the whole task")
    func create() throws {
        try crashEverywhere(
            CrashCase(
                prepare: { _ = try $0.create("There before") },
                command: ["task", "create", "Written through", "--label", "crash"],
                judge: { tf in
                    let tasks = try tf.tasks()
                    let made = tasks.filter { $0["title"].string == "Written through" }
                    let created = try tf.events().filter { $0["type"].string == "task/created" }
                    try demand(
                        created.compactMap { $0["about"].string }.sorted()
                            == tasks.compactMap { $0["id"].string }
                            .sorted(), "\(tasks) with \(created)")
                    try demand(
                        made.count <= 1 && made.allSatisfy { $0["labels"].strings == ["crash"] }, "\(made)")
                    return made.isEmpty ? .before : .after
                }))
    }

    @Test("a complete leaves the task running or done, with its events")
    func complete() throws {
        try crashEverywhere(
            CrashCase(
                prepare: { _ = try $0.createRunning() },
                command: ["task", "complete", "T-1", "--reason", "enough"],
                judge: { tf in
                    let task = try tf.task("T-1")
                    let done = types(try tf.events()).filter { $0 == "task/completed" }.count
                    switch (task["status"].string, task["rev"].int) {
                    case ("running", 2):
                        try demand(done == 0 && !task["ended_at"].exists, "\(task), \(done) events")
                        return .before
                    case ("done", 3):
                        try demand(done == 1 && task["status_reason"].string == "enough", "\(task), \(done) events")
                        return .after
                    default: throw Unexpected("neither before nor after: \(task)")
                    }
                }))
    }

    @Test("a claim leaves the task as it was, or held under one lease that runs out")
    func claim() throws {
        try crashEverywhere(
            CrashCase(
                prepare: { _ = try $0.create("To be claimed") },
                command: ["task", "claim", "--as", "polly", "--lease", "10m"],
                judge: { tf in
                    let task = try tf.task("T-1")
                    let claimed = types(try tf.events()).filter { $0 == "task/claimed" }.count
                    switch (task["status"].string, task["rev"].int) {
                    case ("todo", 1):
                        try demand(claimed == 0 && !task["lease"].exists && !task["worker"].exists, "\(task)")
                        return .before
                    case ("running", 2):
                        try demand(claimed == 1 && task["lease"]["owner"].string == "polly", "\(task)")
                        let now = ["TF_NOW": try tf.afterLease(of: task)]
                        let dry = try tf.run(["--json", "tick", "--dry-run"], environment: now).json()
                        try demand(dry["summary"]["stale"].int == 1, "it can be taken back: \(dry)")
                        return .after
                    default: throw Unexpected("neither before nor after: \(task)")
                    }
                }))
    }

    @Test("an assign leaves the task as it was, or assigned with its run, which gets to its end")
    func assign() throws {
        try crashEverywhere(
            CrashCase(
                prepare: { tf in
                    try tf("agent", "add", "quick", "--", "true")
                    _ = try tf.create()
                },
                command: ["task", "assign", "T-1", "--agent", "quick"],
                judge: { tf in
                    let assigned = try tf.task("T-1")["assignee"]["agent"].string == "quick"
                    let count = try tf.runs(of: "T-1").count
                    let seen = types(try tf.events())
                    try demand(count == (assigned ? 1 : 0), "assigned: \(assigned), \(count) runs")
                    for type in ["task/assigned", "run/queued"] {
                        try demand(seen.filter { $0 == type }.count == count, "\(type) in \(seen)")
                    }
                    guard assigned else { return .before }
                    try settle(tf, run: "R-1", task: "T-1")
                    return .after
                }, findings: true))
    }

    @Test("a complete that triggers are told of: nothing is lost and nothing is done twice")
    func triggers() throws {
        try crashEverywhere(
            CrashCase(
                prepare: { tf in
                    try tf(
                        "trigger", "add", "follow", "--on", "task/completed", "--create-task", #"{"title": "Follow"}"#)
                    try tf("trigger", "add", "ship", "--on", "task/completed", "--exec", "true")
                    _ = try tf.createRunning()
                },
                command: ["task", "complete", "T-1"],
                judge: { tf in
                    let isDone = try tf.status("T-1") == "done"
                    guard isDone else {
                        try demand(try tf.events("trigger/fired").isEmpty && tf.tasks().count <= 2, "told too early")
                        return .before
                    }
                    // Whoever comes next tells what was not told yet.
                    try tf("tick")
                    let made = try tf.tasks().filter { $0["title"].string == "Follow" }.count
                    let runs = try tf.runs().filter { $0["trigger"].string == "ship" }
                    let fired = try tf.events("trigger/fired").compactMap { $0["about"].string }
                    try demand(
                        made == 1 && runs.count == 1 && fired == ["follow", "ship"], "\(made), \(runs), \(fired)")
                    try eventually("the run has ended") { try tf.showRun("R-1")["ended_at"].exists }
                    return .after
                }, findings: true))
    }

    @Test("an exec leaves no task, or one with its run, and both agree on the outcome")
    func exec() throws {
        try crashEverywhere(
            CrashCase(
                prepare: { _ in },
                command: ["exec", "-q", "--max-attempts", "1", "--", "true"],
                judge: { tf in
                    let tasks = try tf.tasks().filter { $0["title"].string != "Afterwards" }
                    let runs = try tf.runs()
                    try demand(runs.count == tasks.count && tasks.count <= 1, "\(tasks) with \(runs)")
                    guard !tasks.isEmpty else { return .before }
                    try settle(tf, run: "R-1", task: "T-1")
                    return .after
                }, findings: true))
    }
}

extension Workspace {
    /// A moment after the lease of a task has expired.
    fileprivate func afterLease(of task: JSON) throws -> String {
        try instant(task["lease"]["expires_at"]).addingTimeInterval(1)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}

/// Lets recovery finish, and demands that run and task have an outcome and that it is the same one.
private func settle(_ tf: Workspace, run: String, task: String) throws {
    try tf("tick")
    let ends = ["succeeded": "done", "failed": "failed", "lost": "lost", "cancelled": "cancelled"]
    var end: String?
    try eventually("\(run) has an outcome") {
        end = ends[try tf.showRun(run)["status"].string ?? ""]
        return end != nil
    }
    let status = try tf.status(task)
    // A command that was killed before it could become `true` could not be started.
    try demand(status == end || (end == "failed" && status == "blocked"), "\(task) is \(status) and \(run) is \(end!)")
}

/// Traces the command once, then runs it again for calls of that trace and kills it there.
private func crashEverywhere(_ test: CrashCase, file: String = #fileID, line: Int = #line) throws {
    let model = try Workspace()
    try test.prepare(model)
    let (outcome, trace) = try model.trace(test.command)
    try demand(outcome.status == 0, "\(outcome)", file: file, line: line)
    let points = Thoroughness.some(of: trace.crashPoints, every: 10)
    let results = concurrently(points, width: 3) { point -> CrashCase.State in
        do {
            return try crash(test, at: point)
        } catch {
            throw Unexpected("\(Thoroughness.Failure(at: "\(point)", error))", file: file, line: line)
        }
    }
    for failure in results.failures() { Issue.record("\(failure)") }
    let states = results.compactMap { try? $0.get() }
    #expect(states.contains(.before), "no kill came before the commit, so nothing was tested")
    #expect(states.contains(.after), "no kill came after the commit, so nothing was tested")
}

private func crash(_ test: CrashCase, at point: CrashPoint) throws -> CrashCase.State {
    let tf = try Workspace()
    try test.prepare(tf)
    let outcome = try tf.crash(at: point, test.command)
    // What readers see before anybody has repaired anything is already the one state or the other.
    try tf("doctor")
    let state = try test.judge(tf)
    if outcome.status == 0 { try demand(state == .after, "exit 0, but nothing has changed") }
    let id = try tf("task", "create", "Afterwards").text
    try demand(try tf.task(id)["title"].string == "Afterwards", "\(id) is not the task that was created")
    try demand(try test.judge(tf) == state, "the next command changed the outcome")
    try tf.demandHealthy(findings: test.findings)
    try eventually("no process is left, not \(tf.processes())", within: 10) { tf.processes().isEmpty }
    return state
}

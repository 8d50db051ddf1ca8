import Foundation
import Testing

/// One row of the transition table, as a person uses it from the shell.
struct Verb: Sendable, CustomTestStringConvertible {
    let name: String
    let from: Set<String>
    /// The status it leads to; none if it leaves the status alone.
    let to: String?
    /// The event that says what happened.
    let event: String
    var options: [String] = []

    var testDescription: String { name }

    static let terminal: Set = ["done", "failed", "cancelled", "terminated", "timed_out", "lost"]
    static let open: Set = ["todo", "scheduled", "running", "review", "blocked", "paused"]
    static let statuses = open.union(terminal).sorted()

    static let all = [
        Verb(name: "start", from: ["todo", "scheduled"], to: "running", event: "started"),
        Verb(name: "release", from: ["running", "review", "blocked", "paused"], to: "todo", event: "released"),
        Verb(
            name: "block", from: ["todo", "running", "review"], to: "blocked", event: "blocked",
            options: ["--reason", "waiting for keys"]),
        Verb(name: "unblock", from: ["blocked"], to: "todo", event: "unblocked"),
        Verb(name: "pause", from: ["todo", "scheduled", "running", "blocked"], to: "paused", event: "paused"),
        Verb(name: "resume", from: ["paused"], to: "todo", event: "resumed"),
        Verb(name: "submit", from: ["running"], to: "review", event: "submitted"),
        Verb(name: "approve", from: ["review"], to: "done", event: "approved"),
        Verb(
            name: "reject", from: ["review"], to: "todo", event: "rejected", options: ["--reason", "not good enough"]),
        Verb(name: "complete", from: ["running"], to: "done", event: "completed"),
        Verb(name: "fail", from: ["running", "review", "blocked"], to: "failed", event: "failed"),
        Verb(name: "cancel", from: open, to: "cancelled", event: "cancelled"),
        Verb(name: "terminate", from: ["running"], to: "terminated", event: "terminated"),
        Verb(name: "timeout", from: ["running"], to: "timed_out", event: "timed_out"),
        Verb(
            name: "retry", from: ["failed", "timed_out", "lost", "blocked", "cancelled", "terminated"], to: "todo",
            event: "retried"),
        Verb(name: "reopen", from: terminal, to: "todo", event: "reopened"),
        Verb(
            name: "assign", from: open, to: nil, event: "assigned", options: ["--user", "somebody"]),
        Verb(name: "edit", from: open.union(terminal), to: nil, event: "edited", options: ["--title", "Edited"]),
    ]
}

extension Workspace {
    /// A task in the given status, got there by the shortest way.
    func createTask(in status: String) throws -> String {
        let id = try create("A task that is \(status)")
        let ways: [String: [[String]]] = [
            "running": [["start"]], "review": [["start"], ["submit"]], "blocked": [["block", "--reason", "x"]],
            "paused": [["pause"]], "done": [["start"], ["complete"]],
            "failed": [["start"], ["fail"]], "cancelled": [["cancel"]], "terminated": [["start"], ["terminate"]],
            "timed_out": [["start"], ["timeout"]],
        ]
        for step in ways[status] ?? [] { try run(["task", step[0], id] + step.dropFirst()) }
        if status == "lost" || status == "scheduled" {
            // Only recovery loses a task; an edited file may say anything that is valid.
            let time = try task(id)["created_at"].string ?? ""
            try set("tasks/\(id).json", status == "lost" ? ["status": status, "ended_at": time] : ["status": status])
            try run(["tick"])
        }
        try demand(try self.status(id) == status, "\(id) does not get to \(status)")
        return id
    }
}

@Suite("The transition table")
struct TransitionTests {
    @Test("every verb leads from every status where the table says, or is refused", arguments: Verb.all)
    func table(verb: Verb) throws {
        let tf = try Workspace()
        let others = try Verb.statuses.filter { !verb.from.contains($0) }.map { (try tf.createTask(in: $0), $0) }
        try tf.demandNothingWritten("\(verb.name) of tasks that are \(others.map(\.1))") {
            for (id, status) in others {
                let refused = try tf.run(["task", verb.name, id] + verb.options, exits: 1)
                #expect(refused.stderr.contains(id) && refused.stderr.contains(status), "\(refused)")
                #expect(refused.stdout.isEmpty && refused.stderr.hasPrefix("tf: "), "\(refused)")
                #expect(refused.stderr.split(separator: "\n").count <= 2, "one line and one hint: \(refused)")
            }
        }
        for status in verb.from {
            let id = try tf.createTask(in: status)
            let before = try tf.task(id)
            let position = try tf.lastSeq()
            let outcome = try tf.run(["task", verb.name, id] + verb.options)
            let after = try tf.task(id)
            #expect(after["status"].string == verb.to ?? status, "\(verb.name) from \(status)")
            #expect(after["rev"].int == (before["rev"].int ?? 0) + 1, "\(verb.name) from \(status): one change")
            if let to = verb.to {
                #expect(outcome.lines.count == 1 && outcome.stdout.hasPrefix("\(id) \(to)"), "\(outcome)")
            }
            let events = try tf.events(since: position).filter { $0["about"].string == id }
            let expected = (verb.to == nil ? [] : ["task/status_changed"]) + ["task/" + verb.event]
            #expect(Set(types(events)) == Set(expected + (verb.to == "done" ? ["task/completed"] : [])), "\(events)")
            #expect(types(events).first == expected.first, "status_changed comes before the specific event")
            if let to = verb.to {
                #expect(events.first?["data"]["from"].string == status && events.first?["data"]["to"].string == to)
            }
            #expect(events.allSatisfy { $0["actor"].string == "tester" && $0["rev"].int == after["rev"].int })
        }
        try tf.demandHealthy()
    }

    @Test("starting counts attempts and notes the time; ending notes the time and clears nothing that was said")
    func times() throws {
        let tf = try Workspace()
        let id = try tf.create()
        #expect(try !tf.task(id)["started_at"].exists)
        try tf.run(["task", "start", id], environment: ["TF_NOW": "2030-01-01T10:00:00Z"])
        let running = try tf.task(id)
        #expect(running["attempt"].int == 1 && !running["ended_at"].exists, "\(running)")
        #expect(running["started_at"].string?.hasPrefix("2030-01-01T10:00:0") == true)
        try tf.run(["task", "complete", id], environment: ["TF_NOW": "2030-01-01T11:00:00Z"])
        let done = try tf.task(id)
        #expect(done["ended_at"].string?.hasPrefix("2030-01-01T11:00:0") == true)
        #expect(done["status_reason"].string == "Task completed")
    }

    @Test("each terminal verb has its default reason, a given one is kept, and an empty one counts as none")
    func reasons() throws {
        let tf = try Workspace()
        let defaults = [
            "complete": "Task completed", "fail": "Task failed", "cancel": "Task cancelled",
            "terminate": "Task terminated", "timeout": "Task timed out",
        ]
        for (verb, reason) in defaults {
            let plain = try tf.createRunning()
            try tf("task", verb, plain)
            #expect(try tf.task(plain)["status_reason"].string == reason)
            let empty = try tf.createRunning()
            try tf("task", verb, empty, "--reason", "")
            #expect(try tf.task(empty)["status_reason"].string == reason)
            let own = try tf.createRunning()
            try tf("task", verb, own, "--reason", "for a reason")
            #expect(try tf.task(own)["status_reason"].string == "for a reason")
        }
    }

    @Test("block and reject need a reason", arguments: ["block", "reject"])
    func reasonRequired(verb: String) throws {
        let tf = try Workspace()
        let id = try tf.createTask(in: "review")
        for options in [[], ["--reason", ""]] {
            let refused = try tf.demandNothingWritten { try tf.start(["task", verb, id] + options).wait() }
            #expect([1, 2].contains(refused.status) && refused.stderr.contains("reason"), "\(refused)")
        }
    }

    @Test("a rejection is kept as feedback")
    func feedback() throws {
        let tf = try Workspace()
        let id = try tf.createTask(in: "review")
        try tf("task", "reject", id, "--reason", "tests are missing")
        let comments = try tf.comments(id)
        #expect(comments.map { $0["kind"].string } == ["feedback"], "\(comments)")
        #expect(comments.first?["text"].string == "tests are missing" && comments.first?["author"].string == "tester")
    }

    @Test("retry clears error and reason and goes on counting, reopen counts from the start")
    func again() throws {
        let tf = try Workspace()
        let first = try tf.createTask(in: "failed")
        #expect(try tf.task(first)["attempt"].int == 1)
        try tf("task", "retry", first)
        let retried = try tf.task(first)
        #expect(retried["attempt"].int == 1 && !retried["status_reason"].exists && !retried["last_error"].exists)
        try tf("task", "start", first)
        #expect(try tf.task(first)["attempt"].int == 2)
        try tf("task", "fail", first)
        try tf("task", "reopen", first)
        #expect(try (tf.task(first)["attempt"].int ?? 0) == 0)
    }

    @Test("retry raises the limit by one if it is used up, and says so")
    func retryRaises() throws {
        let tf = try Workspace()
        let id = try tf.create("Limited", "--max-attempts", "1")
        try tf("task", "start", id)
        try tf("task", "fail", id)
        let retried = try tf("task", "retry", id)
        #expect(try tf.task(id)["max_attempts"].int == 2)
        #expect((retried.stdout + retried.stderr).contains("2"), "\(retried)")
    }

    @Test("start is refused while the task is not ready, and says why")
    func notReady() throws {
        let tf = try Workspace()
        let first = try tf.create()
        let waiting = try tf.create("Waiting", "--depends-on", first)
        #expect(try tf("task", "start", waiting, exits: 1).stderr.contains(first))
        let later = try tf.create("Later", "--not-before", "2030-01-01T00:00:00Z")
        try tf.run(["task", "start", later], exits: 1, environment: ["TF_NOW": "2029-12-31T23:59:00Z"])
        try tf.run(["task", "start", later], environment: ["TF_NOW": "2030-01-01T00:00:00Z"])
    }

    @Test("several targets are one transaction, all or nothing")
    func severalTargets() throws {
        let tf = try Workspace()
        let ids = try ["running", "running", "todo"].map { try tf.createTask(in: $0) }
        try tf.demandNothingWritten { try tf.run(["task", "complete"] + ids, exits: 1) }
        let outcome = try tf.run(["task", "complete", ids[0], ids[1]])
        #expect(outcome.stdout == "\(ids[0]) done\n\(ids[1]) done\n")
        let lines = try tf.journal().filter { types($0["events"].array).contains("task/completed") }
        let put = lines.first.map { $0["put"].array.compactMap { $0["id"].string } } ?? []
        #expect(lines.count == 1 && Set(put).isSuperset(of: ids[..<2]), "\(lines)")
        let printed = try tf.json("task", "cancel", ids[2])
        #expect(printed.isObject && printed["status"].string == "cancelled", "one target is its record")
        let several = try tf.json("task", "reopen", ids[0], ids[1])
        #expect(several.array.map { $0["id"].string } == [ids[0], ids[1]], "several are an array")
    }

    @Test("deleting hides the task, frees its name, and never its id")
    func delete() throws {
        let tf = try Workspace()
        let id = try tf.create("Named", "--name", "chosen")
        let position = try tf.lastSeq()
        try tf("task", "delete", id)
        #expect(!tf.exists(tf.path + "/tasks/\(id).json"))
        for (verb, target) in [("show", id), ("start", id), ("delete", id), ("show", "chosen")] {
            try tf("task", verb, target, exits: 3)
        }
        let next = try tf.create("Named again", "--name", "chosen")
        #expect(next == "T-2")
        #expect(
            try tf.json("task", "show", id, "--at", "\(position)")["title"].string == "Named", "the journal keeps it")
        try tf.demandHealthy()
    }

    @Test("deleting what runs, or what others depend on, needs --force")
    func deleteForced() throws {
        let tf = try Workspace()
        let running = try tf.createRunning()
        try tf("task", "delete", running, exits: 1)
        let dependent = try tf.create("Dependent", "--depends-on", running)
        try tf("task", "release", running)
        #expect(try tf("task", "delete", running, exits: 1).stderr.contains(dependent))
        try tf("task", "delete", running, "--force")
        #expect(try tf.task(dependent)["depends_on"].strings.isEmpty)
        try tf("task", "start", dependent)
        try tf.demandHealthy()
    }

    @Test("the clock going back does not make a record's times run backwards")
    func clock() throws {
        let tf = try Workspace()
        try tf.run(["task", "create", "Early"], environment: ["TF_NOW": "2030-05-05T12:00:00Z"])
        try tf.run(["task", "start", "T-1"], environment: ["TF_NOW": "2030-05-05T11:00:00Z"])
        let task = try tf.task("T-1")
        #expect(try instant(task["updated_at"]) >= instant(task["created_at"]))
        #expect(try instant(task["started_at"]) >= instant(task["created_at"]))
        try tf("doctor")
    }

    @Test("retry says that it raises the maximum, also where that is the agent's or the usual one")
    func retry() throws {
        let tf = try Workspace()
        try tf.addAgent("failing", shell: "exit 1")
        try tf("task", "create", "Work", "--agent", "failing")
        try tf.await("T-1", "failed")
        #expect(try tf("task", "retry", "T-1").stderr.contains("max_attempts raised to 2"))
        #expect(try tf.task("T-1")["max_attempts"].int == 2)
        _ = try tf.createRunning()
        try tf("task", "fail", "T-2", "--reason", "no")
        #expect(try !tf("task", "retry", "T-2").stderr.contains("raised"))
        for _ in 1...2 {
            try tf("task", "start", "T-2")
            try tf("task", "fail", "T-2", "--reason", "no")
            if try tf.task("T-2")["attempt"].int == 2 { try tf("task", "retry", "T-2") }
        }
        #expect(try tf("task", "retry", "T-2").stderr.contains("max_attempts raised to 4"))
    }
}

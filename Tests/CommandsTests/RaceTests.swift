import Foundation
import TestSupport
import Testing

/// How many processes race.
private let width = 16

/// How long a race goes on, in seconds: `TF_TEST_SECONDS`, if that is set.
private let duration =
    ProcessInfo.processInfo.environment["TF_TEST_SECONDS"].flatMap(Double.init) ?? Thoroughness.amount(2, full: 10)

@Suite("Sixteen processes at once", .serialized)
struct RaceTests {
    /// What one process did, as far as its commands exited 0.
    private struct Work: Sendable {
        var created: [String] = []
        var labels: [String] = []
    }

    @Test("no update is lost, no id is given twice, no event is missing")
    func work() throws {
        let tf = try Workspace()
        let shared = try tf.create("Everybody's")
        let deadline = Date(timeIntervalSinceNow: duration)
        let results = concurrently(Array(0..<width), width: width) { worker -> Work in
            var work = Work()
            var round = 0
            while Date() < deadline {
                let id = try tf("task", "create", "Number \(round) of \(worker)").text
                work.created.append(id)
                try tf("task", "start", id)
                try tf("task", "edit", shared, "--label", "+p\(worker)-\(round)")
                work.labels.append("p\(worker)-\(round)")
                try tf("task", "complete", id)
                round += 1
            }
            return work
        }
        #expect(results.failures() == [])
        let works = results.compactMap { try? $0.get() }

        let labels = try tf.task(shared)["labels"].strings
        #expect(labels.count == Set(labels).count)
        #expect(Set(labels) == Set(works.flatMap(\.labels)))

        let ids = works.flatMap(\.created)
        #expect(ids.count >= width && ids.count == Set(ids).count)
        let tasks = try tf.tasks()
        #expect(Set(tasks.compactMap { $0["id"].string }) == Set(ids + [shared]))
        #expect(tasks.allSatisfy { $0["id"].string == shared || $0["status"].string == "done" })

        var counts: [String: [String: Int]] = [:]
        for event in try tf.events() {
            counts[event["about"].string ?? "", default: [:]][event["type"].string ?? "", default: 0] += 1
        }
        for id in ids {
            let expected = ["task/created": 1, "task/started": 1, "task/status_changed": 2, "task/completed": 1]
            #expect(counts[id] == expected, "\(id)")
        }
        #expect(counts[shared]?["task/edited"] == labels.count)
        try tf.demandHealthy()
    }

    @Test("of competing terminal verbs one wins, and the others are told its status")
    func terminalVerbs() throws {
        let tf = try Workspace()
        let verbs = [("complete", "done"), ("cancel", "cancelled"), ("fail", "failed")]
        let deadline = Date(timeIntervalSinceNow: duration)
        var rounds = 0
        repeat {
            let id = try tf.createRunning()
            let children = try (0..<width).map { try tf.start(["task", verbs[$0 % 3].0, id]) }
            let outcomes = children.map { $0.wait() }
            let status = try tf.status(id)
            let winners = outcomes.indices.filter { outcomes[$0].status == 0 }
            #expect(winners.count == 1, "\(outcomes)")
            #expect(winners.allSatisfy { verbs[$0 % 3].1 == status })
            for loser in outcomes where loser.status != 0 {
                #expect(loser.status == 1 && loser.stderr.contains(status) && loser.stdout.isEmpty, "\(loser)")
            }
            let ends = types(try tf.json("events", "--task", id).array).filter { $0 == "task/status_changed" }
            #expect(ends.count == 2, "started once, ended once")
            rounds += 1
        } while Date() < deadline
        try tf.demandHealthy()
    }

    @Test("a command id that is raced for creates once, and all are given the same id")
    func commandIds() throws {
        let tf = try Workspace()
        let deadline = Date(timeIntervalSinceNow: duration)
        var rounds = 0
        repeat {
            let arguments = ["--json", "task", "create", "Only once", "--command-id", "race-\(rounds)"]
            let outcomes = try (0..<width).map { _ in try tf.start(arguments) }.map { $0.wait() }
            let printed = try outcomes.map { try $0.json() }
            #expect(outcomes.allSatisfy { $0.status == 0 })
            #expect(Set(printed.compactMap { $0["id"].string }).count == 1, "\(printed)")
            #expect(printed.filter { $0["deduped"].bool == true }.count == width - 1, "\(printed)")
            rounds += 1
        } while Date() < deadline
        #expect(try tf.tasks().count == rounds)
        #expect(types(try tf.events()).filter { $0 == "task/created" }.count == rounds)
        try tf.demandHealthy()
    }

    @Test("of edits that expect the same revision one wins, and the others are told the current one")
    func revisions() throws {
        let tf = try Workspace()
        for round in 0..<5 {
            let id = try tf.create()
            let outcomes = try (0..<width).map {
                try tf.start(["--json", "task", "edit", id, "--title", "By \($0)", "--if-rev", "1"])
            }.map { $0.wait() }
            #expect(outcomes.filter { $0.status == 0 }.count == 1, "round \(round)")
            for loser in outcomes where loser.status != 0 {
                let error = try loser.json()["error"]
                #expect(loser.status == 4 && error["code"].string == "rev_mismatch" && error["rev"].int == 2)
            }
            let winner = outcomes.firstIndex { $0.status == 0 }
            #expect(try tf.task(id)["title"].string == "By \(winner ?? -1)")
        }
        try tf.demandHealthy()
    }

    @Test("readers that look on see whole transactions only")
    func readers() throws {
        let tf = try Workspace()
        let pair = [try tf.create("One"), try tf.create("Other")]
        let deadline = Date(timeIntervalSinceNow: min(duration, 5))
        let results = concurrently(Array(0..<4), width: 4) { role in
            while Date() < deadline {
                if role == 0 {
                    try tf.run(["task", "block"] + pair + ["--reason", "both or none"])
                    try tf.run(["task", "unblock"] + pair)
                } else {
                    let statuses = Set(try tf.tasks().compactMap { $0["status"].string })
                    try demand(statuses.count == 1, "half a transaction: \(statuses)")
                }
            }
        }
        #expect(results.failures() == [])
        try tf.demandHealthy()
    }

    @Test("a writer that waits longer than its limit for the lock is told who holds it", .enabled(if: Machine.isLinux))
    func lockTimeout() throws {
        let tf = try Workspace()
        // `-o`: the lock is flock's alone, so that it ends with it.
        let holder = try tf.spawn("/usr/bin/flock", ["-o", "-x", ".tf", "sh", "-c", "touch locked; exec sleep 60"])
        defer { holder.send(SIGKILL) }
        try tf.awaitFile("locked")
        let refused = try tf.demandNothingWritten {
            try tf.json("task", "create", "Too late", "--lock-timeout", "100ms", exits: 5)
        }
        #expect(refused["error"]["code"].string == "locked")
        #expect(refused["error"]["message"].string?.contains("\(holder.pid)") == true, "\(refused)")
        // Readers take no lock.
        try tf("task", "list", limit: 5)
        holder.send(SIGKILL)
        _ = holder.wait()
        try tf("task", "create", "In time", "--lock-timeout", "100ms")
    }
}

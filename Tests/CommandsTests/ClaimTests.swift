import Foundation
import Testing

extension Workspace {
    /// Claims a task, the next one unless it is named, and gives what `--json` prints.
    @discardableResult
    fileprivate func claim(
        _ task: String? = nil, as name: String = "polly", _ options: String..., now: String? = nil,
        file: String = #fileID, line: Int = #line
    ) throws -> JSON {
        try run(
            ["--json", "task", "claim"] + (task.map { [$0] } ?? []) + ["--as", name] + options,
            environment: now.map { ["TF_NOW": $0] } ?? [:], file: file, line: line
        ).json(file: file, line: line)
    }

    /// The code of the refusal that a command of a task ends with.
    fileprivate func refusal(
        _ command: String..., now: String? = nil, exits: Int32 = 4, file: String = #fileID, line: Int = #line
    ) throws -> String? {
        try demandNothingWritten("\(command)", file: file, line: line) {
            try run(
                ["--json", "task"] + command, exits: exits, environment: now.map { ["TF_NOW": $0] } ?? [:], file: file,
                line: line
            ).json(file: file, line: line)["error"]["code"].string
        }
    }
}

@Suite("Claiming tasks")
struct ClaimTests {
    private let noon = "2030-01-01T12:00:00Z"

    /// The token that a claim prints; nil when it prints none.
    private func token(_ outcome: Outcome) -> String? {
        let words = outcome.text.split(separator: " ")
        return words.count == 2 ? String(words[1]) : nil
    }

    @Test("a claim prints id and token, with -q the id alone, with --json the task with its lease")
    func output() throws {
        let tf = try Workspace()
        for _ in 1...4 { _ = try tf.create() }
        let now = ["TF_NOW": noon]
        let words = try tf("task", "claim", "--as", "polly", environment: now).stdout.split(separator: " ")
        #expect(words.count == 2 && words[0] == "T-1" && words[1].hasSuffix("\n") && words[1].count == 33)
        #expect(try tf("task", "claim", "--as", "polly", "-q", environment: now).stdout == "T-2\n")
        let claimed = try tf.claim(now: noon)
        #expect(claimed["id"].string == "T-3" && claimed["status"].string == "running")
        #expect(claimed["worker"].string == "polly" && claimed["attempt"].int == 1)
        #expect(
            claimed["lease"].keys == ["owner", "token", "expires_at"] && claimed["lease"]["owner"].string == "polly")
        #expect(claimed["lease"]["expires_at"].string?.hasPrefix("2030-01-01T12:00:30") == true)
        let template = "{id} {lease.owner} {lease.token}"
        let formatted = try tf("task", "claim", "--as", "ben", "--format", template, environment: now).stdout
        #expect(formatted.hasPrefix("T-4 ben ") && formatted.count == 8 + 33)
    }

    @Test("with nothing to claim it prints nothing, null with --json, and leaves no trace")
    func empty() throws {
        let tf = try Workspace()
        try tf.demandNothingWritten {
            let printed = try tf("task", "claim", "--as", "polly").stdout
            let json = try tf.claim(as: "polly", "--command-id", "c1")
            #expect(printed.isEmpty && json.isNull)
        }
        _ = try tf.create()
        #expect(try tf.claim(as: "polly", "--command-id", "c1")["id"].string == "T-1")
    }

    @Test("the owner has to be named, and a filter is for what is not named")
    func usage() throws {
        let tf = try Workspace()
        _ = try tf.create()
        #expect(try tf("task", "claim", exits: 2).stderr.contains("--as"))
        try tf("task", "claim", "T-1", "--as", "polly", "--label", "x", exits: 2)
        try tf("task", "claim", "T-9", "--as", "polly", exits: 3)
        try tf("task", "claim", "--as", "polly", "--flow", "F-9", exits: 3)
        try tf("task", "claim", "--as", "polly", "--lease", "soon", exits: 2)
    }

    @Test("show and list have the lease without its token, and nothing else ever prints it")
    func secret() throws {
        let tf = try Workspace()
        _ = try tf.create()
        let token = try #require(try tf.claim()["lease"]["token"].string)
        try tf("task", "heartbeat", "T-1", "--lease", token, "--note", "half", "--percent", "50")
        #expect(try tf.task("T-1")["lease"].keys == ["owner", "expires_at"])
        #expect(try tf.tasks().first?["lease"].keys == ["owner", "expires_at"])
        #expect(try tf("task", "show", "T-1").stdout.contains("polly, until"))
        for command in [
            ["task", "show", "T-1"], ["task", "list"], ["events"], ["task", "history", "T-1"], ["doctor"],
        ] {
            for options in [[], ["--json"]] {
                #expect(try !tf.run(options + command).stdout.contains(token), "\(command)")
            }
        }
        let holding = try tf.fingerprint().filter { path, content in
            Data(base64Encoded: content).map { String(decoding: $0, as: UTF8.self).contains(token) } ?? false
        }
        #expect(Array(holding.keys) == ["leases/T-1.json"])
        try tf("task", "complete", "T-1", "--lease", token)
        #expect(!(try tf.task("T-1"))["lease"].exists && !tf.exists(tf.path + "/leases/T-1.json"))
        try tf.demandHealthy()
    }

    @Test(
        "lengths are clamped, and that is said", arguments: [("1s", "5s", 5), ("48h", "24h", 86_400), ("1m", "", 60)])
    func clamped(asked: String, said: String, seconds: Int) throws {
        let tf = try Workspace()
        _ = try tf.create()
        let arguments = ["--json", "task", "claim", "--as", "polly", "--lease", asked]
        let outcome = try tf.run(arguments, environment: ["TF_NOW": noon])
        let lease = try outcome.json()["lease"]
        let lasts = try instant(lease["expires_at"]).timeIntervalSince(try instant(tf.task("T-1")["started_at"]))
        #expect(Int(lasts.rounded()) == seconds)
        #expect(outcome.stderr.contains(asked) == !said.isEmpty, "\(outcome)")
    }

    @Test(
        "every verb of a leased task without token, with a wrong one, an expired one, the right one",
        arguments: ["complete", "fail", "release", "block", "submit", "pause", "edit", "heartbeat"])
    func guarded(verb: String) throws {
        let tf = try Workspace()
        _ = try tf.create()
        let token = try #require(try tf.claim(now: noon)["lease"]["token"].string)
        let extra = verb == "edit" ? ["--title", "Other"] : verb == "block" ? ["--reason", "why"] : []
        func attempt(_ now: String, _ exits: Int32, _ lease: [String], _ variables: [String: String] = [:]) throws
            -> JSON
        {
            let arguments = ["--json", "task", verb, "T-1"] + extra + lease
            let environment = variables.merging(["TF_NOW": now]) { $1 }
            if exits == 0 { return try tf.run(arguments, environment: environment).json() }
            return try tf.demandNothingWritten {
                try tf.run(arguments, exits: exits, environment: environment).json()["error"]
            }
        }
        let soon = "2030-01-01T12:00:10Z"
        let late = "2030-01-01T12:00:31Z"
        #expect(try attempt(soon, 4, [])["code"].string == "lease_required")
        let invalid = try attempt(soon, 4, ["--lease", "nonsense"])
        #expect(invalid["code"].string == "lease_invalid" && invalid["owner"].string == "polly")
        #expect(try attempt(soon, 4, [], ["TF_LEASE": "nonsense"])["code"].string == "lease_invalid")
        #expect(try attempt(late, 4, ["--lease", token])["code"].string == "lease_expired")
        #expect(try attempt(soon, 0, [], ["TF_LEASE": token])["id"].string == "T-1")
    }

    @Test(
        "cancel and terminate need no token, nor does --force", arguments: ["cancel", "terminate", "complete", "pause"])
    func unguarded(verb: String) throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf.claim()
        try tf.run(["task", verb, "T-1"] + (["complete", "pause"].contains(verb) ? ["--force"] : []))
        #expect(try tf.status("T-1") != "running" && tf.list("leases").isEmpty)
        _ = try tf.create("Next")
        try tf.demandHealthy()
    }

    @Test("a heartbeat keeps the lease, its notes show, and it has an event only when it says something")
    func heartbeat() throws {
        let tf = try Workspace()
        _ = try tf.create()
        let token = try #require(try tf.claim(now: noon)["lease"]["token"].string)
        let lease = ["TF_LEASE": token]
        let position = try tf.lastSeq()
        let kept = try tf.run(
            ["--json", "task", "heartbeat", "T-1"],
            environment: lease.merging(["TF_NOW": "2030-01-01T12:00:20Z"]) { $1 })
        let printed = try kept.json()["lease"]
        #expect(printed["expires_at"].string?.hasPrefix("2030-01-01T12:00:50") == true && !printed["token"].exists)
        #expect(try tf.lastSeq() == position)
        try tf.run(
            ["task", "heartbeat", "T-1", "--note", "compiling", "--percent", "40", "--for", "10m"],
            environment: lease.merging(["TF_NOW": "2030-01-01T12:00:40Z"]) { $1 })
        let task = try tf.task("T-1")
        #expect(task["lease"]["expires_at"].string?.hasPrefix("2030-01-01T12:10:40") == true)
        #expect(task["progress"]["text"].string == "compiling" && task["progress"]["percent"].int == 40)
        let events = try tf.events(since: position)
        #expect(types(events) == ["task/progress"] && events.first?["data"]["percent"].int == 40)
        #expect(try tf("task", "show", "T-1").stdout.contains("40 % compiling"))
        try tf("task", "heartbeat", "T-1", "--percent", "101", exits: 2)
        _ = try tf.create("Next")
        try tf.demandHealthy()
    }

    @Test("what is stale goes back to todo by tick, and by the next claim, with its event")
    func stale() throws {
        let tf = try Workspace()
        for _ in 1...2 { _ = try tf.create() }
        let token = try #require(try tf.claim(now: noon)["lease"]["token"].string)
        let late = "2030-01-01T12:00:31Z"
        let dry = try tf.demandNothingWritten {
            try tf.run(["tick", "--dry-run"], environment: ["TF_NOW": late]).stdout
        }
        #expect(dry.contains("T-1") && dry.contains("polly"))
        #expect(try tf.run(["tick"], environment: ["TF_NOW": late]).stdout == dry)
        let task = try tf.task("T-1")
        #expect(task["status"].string == "todo" && task["last_error"].string == "lease expired while held by polly")
        #expect(types(try tf.events()).suffix(2) == ["task/status_changed", "task/stale_requeued"])
        #expect(try tf.refusal("complete", "T-1", "--lease", token, exits: 1) == "refused")

        try tf.claim("T-1", now: "2030-01-01T12:01:00Z")
        let again = try tf.claim(as: "ben", now: "2030-01-01T12:02:00Z")
        #expect(again["id"].string == "T-1" && again["attempt"].int == 3 && again["lease"]["owner"].string == "ben")
        try tf.claim("T-2", as: "tom", now: "2030-01-01T12:03:00Z")
        #expect(try tf.status("T-1") == "failed", "its attempts are used up")
        try tf.demandHealthy(findings: true)
    }

    @Test("a repeated command id gives the same token, marked as such, and writes nothing")
    func repeated() throws {
        let tf = try Workspace()
        for _ in 1...2 { _ = try tf.create() }
        let first = try tf.claim(as: "polly", "--command-id", "c1")
        let again = try tf.demandNothingWritten { try tf.claim(as: "polly", "--command-id", "c1") }
        #expect(again["id"].string == "T-1" && again["lease"] == first["lease"] && again["deduped"].bool == true)
        #expect(!first["deduped"].exists)
        #expect(try tf.refusal("claim", "--as", "ben", "--command-id", "c1") == "command_id_reused")
        #expect(try tf("task", "claim", "--as", "polly", "--command-id", "c1", "-q").stdout == "T-1\n")
    }

    @Test("a claim of one that is not free is refused, and says why")
    func refused() throws {
        let tf = try Workspace()
        let first = try tf.create()
        let second = try tf.create("Second", "--depends-on", first)
        try tf.claim(first)
        #expect(try tf("task", "claim", first, "--as", "ben", exits: 1).stderr.contains("running"))
        #expect(try tf("task", "claim", second, "--as", "ben", exits: 1).stderr.contains(first))
        try tf.addAgent("sleeper", "--dispatch", "queue", shell: "sleep 1")
        let third = try tf.create("Third", "--agent", "sleeper")
        #expect(try tf("task", "claim", third, "--as", "sleeper", exits: 1).stderr.contains("R-1"))
    }

    @Test("waiting ends with what is created, or when its time is over")
    func waiting() throws {
        let tf = try Workspace()
        let none = try tf.run(["--json", "task", "claim", "--as", "polly", "--wait=50ms"], exits: 124)
        #expect(try none.json().isNull)
        let child = try tf.start(["task", "claim", "--as", "polly", "--wait=30s", "-q", "--label", "mine"])
        _ = try tf.create("Somebody else's")
        _ = try tf.create("Mine", "--label", "mine")
        let outcome = child.wait(limit: 20)
        #expect(outcome.status == 0 && outcome.stdout == "T-2\n", "\(outcome)")
    }

    @Test("waiting ends when the time of a task comes, and when a lease expires")
    func waitingForTime() throws {
        let tf = try Workspace()
        let soon = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: 2))
        _ = try tf.create("Later", "--not-before", soon)
        #expect(try tf("task", "claim", "--as", "polly", "--wait=30s", "-q", limit: 20).stdout == "T-1\n")
        // A clock that is nearly at the end of that lease, and goes on from there.
        let end = try instant(tf.task("T-1")["lease"]["expires_at"]).addingTimeInterval(-0.3)
        let now = end.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        let second = try tf.run(["task", "claim", "T-1", "--as", "ben", "--wait", "-q"], environment: ["TF_NOW": now])
        #expect(second.stdout == "T-1\n")
        #expect(try tf.task("T-1")["worker"].string == "ben")
    }

    @Test("sixteen processes claim two hundred tasks, each exactly once")
    func race() throws {
        let tf = try Workspace()
        let text = (1...200).map { "{\"title\": \"Number \($0)\"}" }.joined(separator: "\n")
        try tf("task", "create", "--from", "-", input: text)
        let results = concurrently(Array(0..<16), width: 16) { worker -> [String] in
            var claimed: [String] = []
            while true {
                let task = try tf.json("task", "claim", "--as", "w\(worker)", "--lease", "10m")
                guard let id = task["id"].string else { return claimed }
                try demand(task["lease"]["owner"].string == "w\(worker)", "\(task)")
                claimed.append(id)
            }
        }
        #expect(results.failures() == [])
        let ids = results.compactMap { try? $0.get() }.flatMap { $0 }
        #expect(ids.count == 200 && Set(ids).count == 200)
        #expect(try tf.list("leases").count == 200)
        #expect(types(try tf.events()).filter { $0 == "task/claimed" }.count == 200)
        try tf("tick")
        try tf.demandHealthy()
    }

    @Test("from inside of a run, a heartbeat needs no id and no token, and one word is the note")
    func inside() throws {
        let tf = try Workspace()
        try tf.addAgent(
            "beating",
            shell: """
                tf task heartbeat || exit 10
                tf task heartbeat 'half way' --percent 50 || exit 11
                tf --json task claim --as me > claimed; [ "$(cat claimed)" = null ] || exit 12
                """)
        _ = try tf.create()
        try tf("task", "assign", "T-1", "--agent", "beating", "--wait")
        let progress = try tf.task("T-1")["progress"]
        #expect(progress["text"].string == "half way" && progress["percent"].int == 50)
    }

    @Test("a list with leases can be read back")
    func readBack() throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf.claim()
        let list = try tf.run(["--json", "task", "list"]).stdout
        #expect(try tf("task", "create", "--from", "-", input: list).stdout == "T-2\n")
    }

    @Test("a lease survives the loss of the cache, and without the journal as well")
    func rebuilt() throws {
        let tf = try Workspace()
        _ = try tf.create()
        let token = try #require(try tf.claim(now: noon)["lease"]["token"].string)
        for lost in ["cache", "journal"] {
            try FileManager.default.removeItem(atPath: tf.path + "/" + lost)
            try tf.run(
                ["task", "heartbeat", "T-1", "--lease", token], environment: ["TF_NOW": "2030-01-01T12:00:10Z"])
        }
        try tf.run(["tick"], environment: ["TF_NOW": "2030-01-01T12:01:00Z"])
        #expect(try tf.status("T-1") == "todo")
        try tf.demandHealthy()
    }

    @Test("a claim that is repeated says what has become of its lease")
    func repeatedLater() throws {
        let tf = try Workspace()
        let now = ["TF_NOW": noon]
        _ = try tf.create()
        func claim(at moment: String) throws -> Outcome {
            try tf("task", "claim", "T-1", "--as", "bob", "--command-id", "c", environment: ["TF_NOW": moment])
        }
        let token = try #require(token(try claim(at: noon)))
        let again = try claim(at: noon)
        #expect(self.token(again) == token && !again.stderr.contains("warning"))
        #expect(
            try claim(at: "2030-01-01T13:00:00Z").stderr.contains("warning: the lease of that claim of T-1 expired at"))
        try tf("task", "release", "T-1", "--lease", token, environment: now)
        let released = try claim(at: noon)
        #expect(released.text == "T-1" && released.stderr.contains("warning: the lease of that claim of T-1 has ended"))
        try tf("task", "claim", "T-1", "--as", "eve", environment: now)
        let taken = try claim(at: noon)
        #expect(taken.text == "T-1" && taken.stderr.contains("the task belongs to eve now"))
    }

    @Test("a lease that does not exist is not extended")
    func notLeased() throws {
        let tf = try Workspace()
        let id = try tf.createRunning()
        let refused = try tf("task", "heartbeat", id, "--for", "1h", exits: 1)
        #expect(refused.stderr.contains("\(id) is not leased"))
        try tf("task", "heartbeat", id, "--note", "on it")
    }

    @Test("a lease is not extended within a run, and the heartbeat counts all the same")
    func withinRun() throws {
        let tf = try Workspace()
        try tf.addAgent("steady", shell: "tf task heartbeat --for 5m --note halfway")
        try tf("task", "create", "Work", "--agent", "steady", "--wait")
        #expect(try tf.task("T-1")["progress"]["text"].string == "halfway")
    }
}

import Foundation
import Testing

@Suite("Edited by hand, merged by git")
struct HandEditTests {
    /// The token that a claim prints; nil when it prints none.
    private func token(_ outcome: Outcome) -> String? {
        let words = outcome.text.split(separator: " ")
        return words.count == 2 ? String(words[1]) : nil
    }

    @Test("an edited field is shown at once, with the revision it is going to have, and no reader writes")
    func shownAtOnce() throws {
        let tf = try Workspace()
        _ = try tf.create("Old title")
        try tf.set("tasks/T-1.json", ["title": "New title"])
        try tf.demandNothingWritten {
            let task = try tf.task("T-1")
            #expect(task["title"].string == "New title" && task["rev"].int == 2, "\(task)")
            #expect(try tf.tasks().map { $0["title"].string } == ["New title"])
        }
        try tf("doctor")
    }

    @Test("the next writer adopts it as external")
    func adopted() throws {
        let tf = try Workspace()
        _ = try tf.create("Old title")
        try tf.set("tasks/T-1.json", ["title": "New title"])
        try tf("task", "edit", "T-1", "--priority", "high")
        let task = try tf.task("T-1")
        #expect(task["title"].string == "New title" && task["priority"].string == "high" && task["rev"].int == 3)
        let edits = try tf.events().filter { $0["type"].string == "task/edited" }
        #expect(edits.map { $0["actor"].string } == ["external", "tester"])
        try tf.demandHealthy()
    }

    @Test("an edited status counts whatever the table says, with the events of its verb")
    func status() throws {
        let tf = try Workspace()
        let first = try tf.create("First")
        let second = try tf.create("Second", "--depends-on", first)
        try tf.set("tasks/T-1.json", ["status": "done"])
        #expect(try tf.status(first) == "done")
        #expect(try tf.json("task", "list", "--ready").array.map { $0["id"].string } == [second])
        try tf("tick")
        let seen = try tf.events().filter { $0["actor"].string == "external" && $0["about"].string == first }
        #expect(Set(types(seen)).isSuperset(of: ["task/edited", "task/status_changed", "task/completed"]), "\(seen)")
        let change = seen.first { $0["type"].string == "task/status_changed" }
        #expect(change?["data"]["from"].string == "todo" && change?["data"]["to"].string == "done")
        try tf("task", "start", second)
        try tf.demandHealthy()
    }

    @Test("a run starts for what an edited status made ready")
    func statusStartsRuns() throws {
        let tf = try Workspace()
        try tf("agent", "add", "quick", "--", "true")
        let first = try tf.create("First")
        let second = try tf.create("Second", "--depends-on", first)
        try tf("task", "assign", second, "--agent", "quick")
        try tf.set("tasks/T-1.json", ["status": "done"])
        try tf("tick")
        try tf.await(second, "done")
    }

    @Test("a revision that the edit raised is kept")
    func raisedRevision() throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf.set("tasks/T-1.json", ["title": "Merged", "rev": 7])
        #expect(try tf.task("T-1")["rev"].int == 7)
        try tf("task", "edit", "T-1", "--priority", "low", "--if-rev", "7")
        #expect(try tf.task("T-1")["rev"].int == 8)
    }

    @Test("a file that is touched or rewritten with the same content is no edit")
    func sameContent() throws {
        let tf = try Workspace()
        _ = try tf.create()
        let text = try tf.read(tf.path + "/tasks/T-1.json")
        try tf.write(text, to: tf.path + "/tasks/T-1.json")
        #expect(try tf.task("T-1")["rev"].int == 1)
        let before = try tf.lastSeq()
        try tf("tick")
        #expect(try tf.lastSeq() == before)
    }

    @Test("a removed file is a deletion, and its id is not given again")
    func removed() throws {
        let tf = try Workspace()
        for title in ["One", "Two", "Three"] { _ = try tf.create(title) }
        unlink(tf.path + "/tasks/T-3.json")
        #expect(try tf.tasks().count == 2)
        try tf("task", "show", "T-3", exits: 3)
        try tf("doctor")
        try tf("tick")
        let seen = try tf.events().filter { $0["about"].string == "T-3" && $0["actor"].string == "external" }
        #expect(types(seen) == ["task/deleted"])
        #expect(try tf.create("Four") == "T-4")
        try tf.demandHealthy()
    }

    @Test("a file that appears is a creation, and the next id comes after it")
    func added() throws {
        let tf = try Workspace()
        _ = try tf.create("One")
        let text = try tf.read(tf.path + "/tasks/T-1.json")
            .replacingOccurrences(of: "\"T-1\"", with: "\"T-9\"").replacingOccurrences(of: "One", with: "Nine")
        try tf.write(text, to: tf.path + "/tasks/T-9.json")
        #expect(try tf.task("T-9")["title"].string == "Nine")
        #expect(try tf.tasks().count == 2)
        #expect(try tf.create("Ten") == "T-10")
        try tf("task", "start", "t-9")
        #expect(try types(tf.events().filter { $0["about"].string == "T-9" }).contains("task/created"))
        try tf.demandHealthy()
    }

    @Test("a claim sees tasks whose files somebody has added")
    func claimed() throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf("task", "claim", "--as", "bob")
        let text = try tf.read(tf.path + "/tasks/T-1.json")
            .replacing("\"T-1\"", with: "\"T-7\"").replacing("\"running\"", with: "\"todo\"")
        let before = try tf.modification("tasks")
        // Whoever changes a directory within one tick of the file system's clock cannot be told from what was before.
        try eventually("the directory has another time") {
            try? FileManager.default.removeItem(atPath: tf.path + "/tasks/T-7.json")
            try tf.write(text, to: tf.path + "/tasks/T-7.json")
            return try tf.modification("tasks") != before
        }
        // That a number was given out since hides nothing.
        try tf("task", "create", "Later", "--priority", "low")
        #expect(try tf("task", "claim", "--as", "eve", "-q").text == "T-7")
        #expect(try tf("task", "claim", "--as", "eve", "-q").text == "T-8")
        try tf.write("{", to: tf.path + "/tasks/T-9.json")
        #expect(try tf("task", "claim", "--as", "eve").stdout == "")
    }

    @Test("an added task whose file was bad is claimed once it is put right in place")
    func repaired() throws {
        let tf = try Workspace()
        try tf("task", "create", "First")
        let good = try tf.read(tf.path + "/tasks/T-1.json").replacingOccurrences(of: "T-1", with: "T-7")
        let place = tf.path + "/tasks/T-7.json"
        try tf.write(good.replacingOccurrences(of: "todo", with: "nonsense"), to: place)
        #expect(try tf("task", "claim", "--as", "worker").stderr.contains("T-7.json"))
        let file = try #require(FileHandle(forWritingAtPath: place))
        try file.truncate(atOffset: 0)
        file.write(Data(good.utf8))
        try file.close()
        #expect(try tf("task", "claim", "--as", "worker").text.hasPrefix("T-7"))
    }

    @Test("a git checkout takes the records back, and work goes on from there")
    func checkout() throws {
        let tf = try Workspace()
        let git = "git -c user.name=t -c user.email=t@example.org -c init.defaultBranch=main"
        try #require(try tf.shell("command -v git").status == 0)
        _ = try tf.createRunning("Taken back")
        let saved = try tf.shell("\(git) init -q && \(git) add .tf && \(git) commit -qm one")
        #expect(saved.status == 0, "\(saved)")
        let tracked = try tf.shell("git ls-files").lines
        #expect(tracked.contains(".tf/tasks/T-1.json") && tracked.contains(".tf/workspace.json"))
        #expect(!tracked.contains { $0.contains("journal") || $0.contains("cache") || $0.contains("leases") })
        try tf("task", "complete", "T-1")
        _ = try tf.create("Made since")
        #expect(try tf.shell("git checkout -q -- .tf && rm .tf/tasks/T-2.json").status == 0)
        #expect(try tf.status("T-1") == "running")
        #expect(try tf.tasks().count == 1)
        try tf("doctor")
        try tf("task", "fail", "T-1")
        #expect(try tf.create("Made then") == "T-3")
        try tf.demandHealthy()
    }

    @Test("without a journal, as in a fresh clone, the records are taken as they are")
    func noJournal() throws {
        let tf = try Workspace()
        _ = try tf.createRunning("One")
        _ = try tf.create("Two")
        try FileManager.default.removeItem(atPath: tf.path + "/journal")
        #expect(try tf.tasks().count == 2 && tf.status("T-1") == "running")
        try tf("doctor")
        try tf("task", "complete", "T-1")
        let seen = try types(tf.events())
        #expect(seen.first == "workspace/rebased" && seen.contains("task/completed"))
        #expect(!seen.contains("task/created"), "no event for each record")
        #expect(try tf.create("Three") == "T-3")
        try tf.demandHealthy()
    }

    @Test("a fresh clone has neither journal, cache, runs nor inbox, and works")
    func freshClone() throws {
        let tf = try Workspace()
        try tf.addAgent("quick", shell: "true")
        try tf("task", "create", "One", "--agent", "quick", "--wait")
        for name in ["journal", "cache", "runs", "inbox", "leases"] {
            try? FileManager.default.removeItem(atPath: tf.path + "/" + name)
        }
        try tf("doctor")
        #expect(try tf.status("T-1") == "done")
        try tf("task", "create", "Two", "--agent", "quick", "--wait")
        #expect(try tf.task("T-2")["title"].string == "Two" && tf.status("T-2") == "done")
        try tf.demandHealthy()
    }

    @Test("without a cache nothing is lost")
    func noCache() throws {
        let tf = try Workspace()
        _ = try tf.create("One", "--name", "first", "--label", "x")
        try tf("task", "create", "Two", "--command-id", "once")
        try FileManager.default.removeItem(atPath: tf.path + "/cache")
        #expect(try tf.task("first")["id"].string == "T-1")
        #expect(try tf.json("task", "list", "--label", "x").array.count == 1)
        #expect(try tf.json("task", "create", "Two", "--command-id", "once")["deduped"].bool == true)
        #expect(try tf.create("Three") == "T-3")
        try tf.demandHealthy()
    }

    @Test("fields that this version does not know survive a rewrite")
    func unknownFields() throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf("agent", "add", "one", "--", "true")
        let unknown: [String: Any] = ["x_future": ["nested": [1, 2.5, "three"]]]
        for file in ["tasks/T-1.json", "agents/one.json"] { try tf.set(file, unknown) }
        try tf("task", "edit", "T-1", "--title", "Rewritten")
        try tf("agent", "edit", "one", "--description", "Rewritten")
        let expected = try JSON(#"{"nested": [1, 2.5, "three"]}"#)
        for file in ["tasks/T-1.json", "agents/one.json"] {
            let record = try JSON(contentsOf: tf.path + "/" + file)
            #expect(record["x_future"] == expected, "\(record)")
            #expect("\(record)".contains("Rewritten"))
        }
        #expect(try tf.task("T-1")["x_future"] == expected)
        try tf.demandHealthy()
    }

    @Test("record files are indented, sorted, end with one newline and hold no absent fields")
    func shape() throws {
        let tf = try Workspace()
        _ = try tf.create("Über/with \"quotes\"", "--label", "a")
        let text = try tf.read(tf.path + "/tasks/T-1.json")
        let record = try JSON(text)
        #expect(text.hasSuffix("}\n") && !text.hasSuffix("\n\n") && text.hasPrefix("{\n  "))
        let keys = text.split(separator: "\n").compactMap { line -> String? in
            guard line.hasPrefix("  \""), !line.hasPrefix("   ") else { return nil }
            return line.dropFirst(3).prefix { $0 != "\"" }.description
        }
        #expect(keys == keys.sorted() && Set(keys) == record.keys)
        #expect(record["schema"].int == 1 && record["id"].string == "T-1" && record["rev"].int == 1)
        #expect(!record.keys.contains { record[$0].isNull })
        let time = record["created_at"].string ?? ""
        #expect(time.range(of: #"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"#, options: .regularExpression) != nil)
    }

    @Test("a task that was put back by hand is claimed with a lease like any other")
    func claimedAfterEdit() throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf("task", "claim", "T-1", "--as", "bob")
        try tf.edit("tasks/T-1.json") { $0.replacing("\"running\"", with: "\"todo\"") }
        let token = try #require(token(try tf("task", "claim", "T-1", "--as", "eve")))
        #expect(try tf.task("T-1")["lease"]["owner"].string == "eve")
        try tf("task", "complete", "T-1", "--lease", token)
    }

    @Test("the lease of a task that was moved on by hand holds nobody up", arguments: ["done", "blocked"])
    func leftover(status: String) throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf("task", "claim", "T-1", "--as", "bob")
        try tf.edit("tasks/T-1.json") { $0.replacing("\"running\"", with: "\"\(status)\"") }
        try tf("task", "edit", "T-1", "--title", "Another")
        #expect(try tf.list("leases") == [])
    }
}

extension Workspace {
    /// When a directory of the workspace had its last entry added or removed.
    fileprivate func modification(_ relative: String) throws -> [Int] {
        var status = stat()
        try demand(lstat(path + "/" + relative, &status) == 0, relative)
        #if os(Linux)
            return [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
        #else
            return [status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec]
        #endif
    }
}

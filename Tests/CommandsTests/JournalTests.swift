import Foundation
import Testing

@Suite("A journal that was interrupted or damaged")
struct JournalTests {
    /// A workspace as a writer left it that was interrupted: everything as before a `complete`, but for what the
    /// change to the journal makes of that command's line.
    private func interrupted(_ change: (Data) -> Data) throws -> Workspace {
        let tf = try Workspace()
        _ = try tf.createRunning("Interrupted")
        let copied = try tf.shell("cp -a .tf ../before")
        try demand(copied.status == 0, "\(copied)")
        let segment = tf.path + "/journal/00000001.jsonl"
        let before = FileManager.default.contents(atPath: segment) ?? Data()
        try tf("task", "complete", "T-1")
        let after = FileManager.default.contents(atPath: segment) ?? Data()
        try demand(after.starts(with: before) && after.count > before.count, "the journal is appended to")
        let restored = try tf.shell("rm -rf .tf/tasks .tf/cache .tf/journal && cp -a ../before/. .tf/")
        try demand(restored.status == 0, "\(restored)")
        try (before + change(Data(after.dropFirst(before.count)))).write(to: URL(fileURLWithPath: segment))
        return tf
    }

    @Test("a line that is not whole never happened, and the next writer cuts it")
    func torn() throws {
        let changes: [(String, (Data) -> Data)] = [
            ("one byte", { $0.prefix(1) }), ("half", { $0.prefix($0.count / 2) }),
            ("without newline", { $0.dropLast() }),
            ("with a wrong sum", { $0.dropLast(4) + Data("?".utf8) + $0.suffix(3) }),
        ]
        for (what, change) in changes {
            let tf = try interrupted(change)
            try tf.demandNothingWritten(what) {
                #expect(try tf.status("T-1") == "running", "\(what)")
                try tf("doctor")
                #expect(try !types(tf.events()).contains("task/completed"), "\(what)")
            }
            #expect(try tf.create("Next") == "T-2")
            #expect(try tf.status("T-1") == "running", "\(what)")
            try tf.demandHealthy()
        }
    }

    @Test("a whole line has happened: readers show it, and the next writer writes its records")
    func whole() throws {
        let tf = try interrupted { $0 }
        try tf.demandNothingWritten {
            #expect(try tf.status("T-1") == "done")
            #expect(try tf.tasks().map { $0["status"].string } == ["done"])
            try tf("doctor")
        }
        #expect(try JSON(contentsOf: tf.path + "/tasks/T-1.json")["status"].string == "running", "not written yet")
        #expect(try tf.create("Next") == "T-2")
        #expect(try JSON(contentsOf: tf.path + "/tasks/T-1.json")["status"].string == "done")
        try tf.demandHealthy()
    }

    @Test("a wrong sum with good lines after it is damage: reported, and never cut")
    func damaged() throws {
        let tf = try Workspace()
        for title in ["One", "Twofold", "Three"] { _ = try tf.create(title) }
        let segment = tf.path + "/journal/00000001.jsonl"
        try tf.write(try tf.read(segment).replacingOccurrences(of: "Twofold", with: "Twofald"), to: segment)
        let damaged = try tf.read(segment)
        let doctor = try tf.json("doctor", exits: 1)
        let findings = doctor.rows.filter { "\($0)".contains("00000001.jsonl") }
        #expect(findings.contains { $0["severity"].string == "error" }, "\(doctor)")
        let events = try tf.attempt("events")
        #expect(events.stderr.contains("00000001.jsonl"), "\(events)")
        #expect(try Set(tf.tasks().compactMap { $0["title"].string }) == ["One", "Twofold", "Three"])
        let create = try tf.attempt("task", "create", "Four")
        #expect(create.status == 0 || create.status == 7, "\(create)")
        #expect(try tf.read(segment).hasPrefix(damaged), "nothing is cut")
        #expect(try tf("gc", exits: 7).stderr.hasPrefix("tf: "), "gc drops nothing that it cannot read")
    }

    @Test("with durability none nothing is synced, and everything else is as ever")
    func durability() throws {
        let tf = try Workspace(arguments: ["--durability", "none"])
        #expect(try tf("config", "durability").text == "none")
        _ = try tf.createRunning()
        try tf("task", "complete", "T-1")
        try tf.demandHealthy()
        guard Machine.canTrace else { return }
        let (_, trace) = try tf.trace(["task", "create", "Unsynced"])
        #expect(!trace.calls.contains { ["fdatasync", "fsync"].contains($0.name) })
    }
}

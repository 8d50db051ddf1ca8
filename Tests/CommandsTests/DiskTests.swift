import Foundation
import Testing

@Suite(
    "Full disks and read-only ones",
    .enabled(if: Machine.canMount, "needs root, to mount a small file system"))
struct DiskTests {
    @Test("however little space is left, a command has happened and exits 0, or has not and exits 7")
    func fullDisk() throws {
        let disk = try Disk(size: "4m")
        let tf = try Workspace(initialised: false, inside: disk.directory)
        try tf("init")
        _ = try tf.create("There before")
        var outcomes: Set<Int32> = []
        for pages in 0..<24 {
            let count = try tf.tasks().count
            let before = try tf.fingerprint()
            try disk.fill(leaving: pages)
            let outcome = try tf.attempt(
                "task", "create", "With \(pages) pages", "-d", String(repeating: "x", count: 6_000))
            let titles = try tf.tasks().compactMap { $0["title"].string }
            let isThere = titles.contains("With \(pages) pages")
            try demand(outcome.status == 0 || outcome.status == 7, "\(pages) pages: \(outcome)")
            try demand(isThere == (outcome.status == 0), "\(pages) pages: is there: \(isThere), but \(outcome)")
            try demand(titles.count == count + (isThere ? 1 : 0), "\(pages) pages: \(titles)")
            if outcome.status == 7 {
                let changed = differences(before, try tf.fingerprint())
                try demand(changed.isEmpty, "\(pages) pages: refused, but \(changed) changed")
            }
            outcomes.insert(outcome.status ?? -1)
            try disk.free()
            try tf("doctor")
            // A writer finishes what was left undone, so that the next refusal has nothing to finish.
            _ = try tf.create("Between")
        }
        #expect(outcomes == [0, 7], "the disk was full for some and not for others")
        _ = try tf.create("Afterwards")
        try tf.demandHealthy()
    }

    @Test("a run's outcome waits for space and is not thrown away")
    func outcomeOnFullDisk() throws {
        let disk = try Disk(size: "2m")
        let tf = try Workspace(initialised: false, inside: disk.directory)
        try tf("init")
        try tf.addAgent("gated", shell: "while [ ! -e '\(tf.root)/go' ]; do sleep 0.02; done; touch '\(tf.root)/gone'")
        let id = try tf.create()
        try tf("task", "assign", id, "--agent", "gated")
        try disk.fill(leaving: 0)
        try tf.write("", to: tf.root + "/go")
        try eventually("the command is over") { tf.exists(tf.root + "/gone") }
        #expect(try tf.status(id) == "running", "not settled, and not lost: its supervisor holds on")
        try disk.free()
        try tf.await(id, "done", within: 60)
        #expect(try tf.runs(of: id).map { $0["status"].string } == ["succeeded"])
        _ = try tf.create("Afterwards")
        try tf.demandHealthy()
    }

    @Test("readers work on a read-only workspace, writers exit 7 and name the path")
    func readOnly() throws {
        let disk = try Disk(size: "2m")
        let tf = try Workspace(initialised: false, inside: disk.directory)
        try tf("init")
        let id = try tf.createRunning()
        try tf("agent", "add", "quick", "--", "true")
        try disk.makeReadOnly()
        for reader in [
            ["task", "list"], ["task", "show", id], ["task", "history", id], ["events"], ["doctor"], ["status"],
            ["run", "list"], ["agent", "list"], ["inbox"], ["config", "--list"],
        ] {
            try tf.run(reader)
        }
        for writer in [["task", "create", "x"], ["task", "complete", id], ["agent", "remove", "quick"]] {
            let refused = try tf.run(writer, exits: 7)
            #expect(refused.stderr.hasPrefix("tf: ") && refused.stdout.isEmpty, "\(refused)")
        }
        #expect(try tf.json("task", "create", "x", exits: 7)["error"]["code"].string == "store")
        #expect(try tf.status(id) == "running")
    }

    @Test("readers on a read-only workspace need neither cache nor journal")
    func readOnlyWithoutCache() throws {
        let disk = try Disk(size: "2m")
        let tf = try Workspace(initialised: false, inside: disk.directory)
        try tf("init")
        let id = try tf.create("Still here")
        try FileManager.default.removeItem(atPath: tf.path + "/cache")
        try disk.makeReadOnly()
        #expect(try tf.tasks().map { $0["id"].string } == [id])
        try disk.makeWritable()
        try FileManager.default.removeItem(atPath: tf.path + "/journal")
        try disk.makeReadOnly()
        #expect(try tf.tasks().map { $0["title"].string } == ["Still here"])
        #expect(try tf.task(id)["title"].string == "Still here")
    }
}

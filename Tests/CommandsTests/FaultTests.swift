import Foundation
import Testing

@Suite(
    "Calls that fail", .timeLimit(.minutes(10)),
    .enabled(if: Machine.canTrace, "needs strace and the permission to trace"))
struct FailingCallTests {
    /// The command whose calls fail: small, and one of each record's writes.
    private static let command = ["task", "create", "Written through"]

    /// Where the command's calls of these names are, before and after its commit point, from one traced run. Calls
    /// on the standard streams and the ones of the loader are left out.
    private func points(_ names: Set<String>) throws -> (before: [TracedCall], commit: [TracedCall], after: [TracedCall]) {
        let model = try Workspace()
        _ = try model.create("There before")
        let (outcome, trace) = try model.trace(Self.command)
        try demand(outcome.status == 0, "\(outcome)")
        let calls = trace.calls.filter { !$0.isStartup }
        guard let committed = calls.firstIndex(where: { $0.name == "fdatasync" && $0.text.contains("/journal/") }) else {
            throw Unexpected("no fdatasync of the journal in the trace")
        }
        let wanted = calls.indices.filter { names.contains(calls[$0].name) && !isStandardStream(calls[$0]) }
        let isCommit = { (index: Int) in calls[index].text.contains("/.tf/journal/0") }
        return (
            wanted.filter { $0 <= committed && !isCommit($0) }.map { calls[$0] },
            wanted.filter { $0 <= committed && isCommit($0) }.map { calls[$0] },
            wanted.filter { $0 > committed }.map { calls[$0] }
        )
    }

    private func isStandardStream(_ call: TracedCall) -> Bool {
        ["(0<", "(1<", "(2<"].contains { call.text.contains(call.name + $0) }
    }

    private func fail(_ fault: String, _ judge: (Workspace, Outcome, _ isThere: Bool) throws -> Void) throws {
        let tf = try Workspace()
        _ = try tf.create("There before")
        let before = try tf.fingerprint()
        let outcome = try tf.inject(fault, into: Self.command)
        let titles = try tf.tasks().compactMap { $0["title"].string }
        try demand(Set(titles).isSubset(of: ["There before", "Written through"]), "\(titles)")
        let isThere = titles.contains("Written through")
        try demand(outcome.status == 0 || outcome.status == 7, "\(fault): \(outcome)")
        try demand(isThere == (outcome.status == 0), "\(fault): is there \(isThere), but \(outcome)")
        if outcome.status == 7 {
            let changed = differences(before, try tf.fingerprint())
            try demand(changed.isEmpty, "\(fault): refused, but \(changed) changed")
            try demand(outcome.stderr.hasPrefix("tf: "), "\(fault): \(outcome)")
        }
        try judge(tf, outcome, isThere)
        // The next command finishes what was interrupted.
        _ = try tf.create("Afterwards")
        try demand(try tf.tasks().count == (isThere ? 3 : 2), "the next command changed the outcome")
        try demand(tf.exists(tf.path + "/tasks/T-2.json"), "the record was not written by the next command")
        try tf.demandHealthy()
    }

    @Test("the journal's write fails: refused, and the state is as before", arguments: ["EIO", "ENOSPC"])
    func commitWrite(error: String) throws {
        let commits = try points(["write", "pwrite64", "writev", "pwritev", "pwritev2"]).commit
        #expect(commits.count == 1, "one line, with one write: \(commits.map(\.text))")
        for call in commits {
            try fail("\(call.name):error=\(error):when=\(call.occurrence)") { _, outcome, isThere in
                try demand(outcome.status == 7 && !isThere, "\(outcome)")
            }
        }
    }

    @Test("the journal cannot be synced: refused, and the state is as before")
    func commitSync() throws {
        for call in try points(["fdatasync", "fsync"]).commit {
            try fail("\(call.name):error=EIO:when=\(call.occurrence)") { _, outcome, isThere in
                try demand(outcome.status == 7 && !isThere, "\(outcome)")
            }
        }
    }

    @Test("what fails before the commit point, refused or passed over, is told truly")
    func beforeCommit() throws {
        let names: Set = ["write", "pwrite64", "openat", "read", "pread64", "fdatasync", "fsync", "flock", "fstat"]
        for call in try points(names).before {
            try fail("\(call.name):error=EIO:when=\(call.occurrence)") { _, _, _ in }
        }
    }

    @Test("what fails after the commit point has happened, with exit 0 and a warning")
    func afterCommit() throws {
        let calls = try points(["write", "pwrite64", "rename", "renameat", "renameat2"]).after
        #expect(calls.contains { $0.name.hasPrefix("rename") }, "a record's file is renamed over the old one")
        for call in calls {
            try fail("\(call.name):error=EIO:when=\(call.occurrence)") { _, outcome, isThere in
                try demand(outcome.status == 0 && isThere, "\(call.text): \(outcome)")
                try demand(outcome.stdout == "T-2\n", "\(call.text): \(outcome)")
                // The cache is derived and may be rebuilt silently.
                if !call.text.contains("/cache/") {
                    try demand(!outcome.stderr.isEmpty, "\(call.text): without a warning")
                }
            }
        }
    }

    @Test("when even cutting the journal back fails, writers refuse or go on, but nothing is half there")
    func doubtfulTail() throws {
        let tf = try Workspace()
        _ = try tf.create("There before")
        let outcome = try tf.inject(
            "fdatasync:error=EIO:when=1+", "ftruncate:error=EIO:when=1+", into: Self.command)
        #expect(outcome.status == 7, "\(outcome)")
        let next = try tf.attempt("task", "create", "Afterwards")
        #expect(next.status == 0 || next.status == 7, "\(next)")
        let titles = try tf.tasks().compactMap { $0["title"].string }
        #expect(titles.count == Set(titles).count)
        #expect(titles.contains("Afterwards") == (next.status == 0))
        try tf("doctor")
        if next.status == 0 { try tf.demandHealthy() }
    }

    @Test("a short write of the journal's line is cut off again")
    func shortWrite() throws {
        let tf = try Workspace()
        _ = try tf.create("There before")
        let segment = tf.path + "/journal/" + (try tf.list("journal").first { $0.hasSuffix(".jsonl") } ?? "")
        let before = try tf.read(segment)
        // A file size limit in the middle of the line makes the kernel write the first part only.
        let blocks = (before.utf8.count / 512) + 2
        let text = String(repeating: "long ", count: 2_000)
        let outcome = try tf.shell(
            "trap '' XFSZ; ulimit -f \(blocks); exec tf task create Long -d '\(text)' 2>message")
        #expect(outcome.status == 7, "\(outcome)")
        #expect(try tf.read(segment) == before)
        #expect(try tf.tasks().count == 1)
        _ = try tf.create("Afterwards")
        try tf.demandHealthy()
    }
}

@Suite(
    "Full disks and read-only ones", .timeLimit(.minutes(5)),
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

/// The paths that differ, but for the cache, which is derived.
private func differences(_ one: [String: String], _ other: [String: String]) -> [String] {
    Set(one.keys).union(other.keys).filter { one[$0] != other[$0] && !$0.hasPrefix("cache") }.sorted()
}

/// A small file system of its own, unmounted when the test lets go of it.
private final class Disk {
    let directory: String
    private let mount: String
    private var filler: String { mount + "/filler" }

    init(size: String) throws {
        mount = NSTemporaryDirectory() + "/tftest-disk-" + UUID().uuidString.prefix(8)
        directory = mount + "/work"
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
        try Disk.shell("mount -t tmpfs -o size=\(size),mode=0755 none '\(mount)'")
    }

    deinit {
        try? Disk.shell("umount -l '\(mount)'; rmdir '\(mount)'")
    }

    /// Takes all the space but this many pages.
    func fill(leaving pages: Int) throws {
        try Disk.shell(
            """
            cat /dev/zero > '\(filler)' 2>/dev/null
            size=$(stat -c %s '\(filler)')
            truncate -s $((size - \(pages) * 4096)) '\(filler)'
            """)
    }

    func free() throws { try FileManager.default.removeItem(atPath: filler) }
    func makeReadOnly() throws { try Disk.shell("mount -o remount,ro '\(mount)'") }
    func makeWritable() throws { try Disk.shell("mount -o remount,rw '\(mount)'") }

    private static func shell(_ text: String) throws {
        let scratch = NSTemporaryDirectory() + "/tftest-disk-io-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let outcome = try Child(
            "/bin/sh", ["-c", text], environment: ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin"], directory: "/",
            input: nil, scratch: scratch
        ).wait(limit: 30)
        try demand(outcome.status == 0, "\(outcome)")
    }
}

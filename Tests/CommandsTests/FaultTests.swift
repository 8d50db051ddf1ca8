import Foundation
import TestSupport
import Testing

@Suite(
    "Calls that fail",
    .enabled(if: Machine.canTrace, "needs strace and the permission to trace"))
struct FailingCallTests {
    /// The command whose calls fail: small, and one of each record's writes.
    private static let command = ["task", "create", "Written through"]

    /// Where the command's calls of these names are, before and after its commit point, from one traced run. Calls
    /// on the standard streams and the ones of the loader are left out.
    private func points(_ names: Set<String>) throws -> (
        before: [TracedCall], commit: [TracedCall], after: [TracedCall]
    ) {
        let model = try Workspace()
        _ = try model.create("There before")
        let (outcome, trace) = try model.trace(Self.command)
        try demand(outcome.status == 0, "\(outcome)")
        let calls = trace.calls.filter { !$0.isStartup }
        guard let committed = calls.firstIndex(where: { $0.name == "fdatasync" && $0.text.contains("/journal/") })
        else {
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
        let found = try points(names)
        let passedOver = { (call: TracedCall) in
            try fail("\(call.name):error=EIO:when=\(call.occurrence)") { _, _, _ in }
        }
        try Thoroughness.forEach(found.before, every: 8, passedOver)
        try found.commit.forEach(passedOver)
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

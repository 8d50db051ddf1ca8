import Foundation
import Testing

@Suite("A journal that is damaged")
struct JournalRepairTests {
    private let tf: Workspace
    private var journal: String { tf.path + "/journal/00000001.jsonl" }

    init() throws {
        tf = try Workspace()
        for title in ["First", "Second", "Third"] { try tf("task", "create", title) }
    }

    /// Repairs, and demands that nothing but the history is lost.
    private func repair() throws {
        let damaged = try Data(contentsOf: URL(fileURLWithPath: journal))
        let found = try tf.run(["doctor"], exits: 1)
        #expect(found.stdout.contains("journal_damaged") && found.stdout.contains("doctor --repair"), "\(found)")
        let repaired = try tf.run(["doctor", "--repair"], exits: 1)
        #expect(repaired.stdout.contains("repaired: a new journal was begun"), "\(repaired)")
        try tf.demandHealthy()
        #expect(try tf("task", "list", "--format", "{id} {title}").stdout == "T-1 First\nT-2 Second\nT-3 Third\n")
        #expect(try tf.create() == "T-4")
        let types = try tf.events().compactMap { $0["type"].string }
        #expect(types == ["workspace/rebased", "workspace/repaired", "task/created"])
        let aside = try FileManager.default.contentsOfDirectory(atPath: tf.path)
            .filter { $0.hasPrefix("journal.damaged-") }
        #expect(aside.count == 1)
        let kept = tf.path + "/" + (aside.first ?? "") + "/00000001.jsonl"
        #expect(try Data(contentsOf: URL(fileURLWithPath: kept)) == damaged)
    }

    @Test("a line whose bytes have changed: doctor --repair begins a new one and keeps the old")
    func changed() throws {
        let text = try tf.read(journal)
        try tf.write(text.replacingOccurrences(of: "Second", with: "Sekond"), to: journal)
        try repair()
    }

    @Test("one that was cut: writers refuse until it is repaired")
    func cut() throws {
        let text = try tf.read(journal)
        try tf.write(String(text.prefix(300)), to: journal)
        try tf.run(["task", "create", "x"], exits: 7)
        try repair()
    }

    @Test("what was committed behind the damage and had not come to the files is written to them")
    func unapplied() throws {
        let mark = try Data(contentsOf: URL(fileURLWithPath: tf.path + "/journal/applied"))
        let file = tf.path + "/tasks/T-2.json"
        let before = try tf.read(file)
        try tf("task", "edit", "T-1", "--title", "Gone")
        try tf("task", "edit", "T-2", "--title", "Changed")
        // As a writer leaves it that is killed right after its commit, twice.
        try tf.write(before, to: file)
        try mark.write(to: URL(fileURLWithPath: tf.path + "/journal/applied"))
        let text = try tf.read(journal)
        try tf.write(text.replacingOccurrences(of: "Gone", with: "Gene"), to: journal)
        try tf.run(["task", "create", "x"], exits: 7)
        try tf.run(["doctor", "--repair"], exits: 1)
        #expect(try tf("task", "show", "T-2", "--format", "{title}").text == "Changed")
    }

    @Test("a healthy workspace has nothing to repair, and no event says that it was")
    func healthy() throws {
        let before = try tf.events().count
        try tf("doctor", "--repair")
        #expect(try tf.events().count == before)
    }
}

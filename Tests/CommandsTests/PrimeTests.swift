import Foundation
import Testing

@Suite("tf prime: what an agent needs to know")
struct PrimeTests {
    @Test("it is Markdown of less than 60 lines, however much there is to do")
    func size() throws {
        let tf = try Workspace()
        let title = String(repeating: "long ", count: 90)
        let batch = (1...200).map { #"{"title":"\#(title)\#($0)","labels":["a","b"]}"# }.joined(separator: "\n")
        try tf("task", "create", "--from", "-", input: batch)
        try tf.run(["task", "start"] + (1...20).map { "T-\($0)" })
        try tf.run(["task", "block"] + (21...40).map { "T-\($0)" } + ["--reason", "x"])
        let outcome = try tf.demandNothingWritten { try tf("prime") }
        #expect(outcome.lines.count < 60 && outcome.lines.first?.hasPrefix("# ") == true, "\(outcome)")
        #expect(outcome.lines.allSatisfy { $0.count <= 140 }, "\(outcome)")
        #expect(outcome.stdout.contains("and 150 more: `tf task list --ready`"))
        #expect(outcome.stderr.isEmpty)
    }

    @Test("it tells what is ready in the order of work, what goes on, and what waits for a person")
    func content() throws {
        let tf = try Workspace()
        _ = try tf.create("Low", "--priority", "low")
        _ = try tf.create("Urgent", "--priority", "urgent", "--label", "web", "--user", "ann")
        _ = try tf.create("Later", "--depends-on", "T-1")
        _ = try tf.createRunning("Going")
        _ = try tf.create("Stuck")
        try tf("task", "block", "T-5", "--reason", "x")
        let text = try tf("prime").stdout
        let urgent = try #require(text.range(of: "- T-2 urgent: Urgent (web; @ann)"))
        let low = try #require(text.range(of: "- T-1 low: Low"))
        #expect(urgent.lowerBound < low.lowerBound && !text.contains("T-3"))
        #expect(text.contains("- T-4: Going") && text.contains("- T-5 blocked: Stuck"))
        #expect(text.contains("5 tasks have not ended"))
    }

    @Test("every command that it names is there")
    func commands() throws {
        let tf = try Workspace()
        _ = try tf.create()
        try tf.addAgent("reader", shell: "tf prime > inside")
        try tf("task", "assign", "T-1", "--agent", "reader", "--wait")
        let text = try tf("prime").stdout + tf.read(tf.directory + "/inside")
        let uses = Set(
            text.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
                .flatMap(CommandUse.all))
        #expect(uses.count > 12)
        for use in uses {
            let help = try tf.run(use.words + ["--help"]).stdout
            for option in use.options { #expect(help.contains(option), "tf \(use.words) \(option)") }
        }
    }

    @Test("within a run it is about the run's own task, and how to report")
    func inside() throws {
        let tf = try Workspace()
        _ = try tf.create("Mine")
        _ = try tf.create("Not mine")
        try tf.addAgent("reader", shell: "tf prime > inside; tf --json prime > inside.json")
        try tf("task", "assign", "T-1", "--agent", "reader", "--wait")
        let text = try tf.read(tf.directory + "/inside")
        #expect(text.hasPrefix("# You work on T-1 in run R-1\n") && text.contains("Mine") && !text.contains("T-2"))
        #expect(text.contains("TF_OUTPUT") && text.split(separator: "\n").count < 60)
        let json = try JSON(tf.read(tf.directory + "/inside.json"))
        #expect(json["task"].string == "T-1" && json["prime"].string == text)
    }

    @Test("an empty workspace has its contract all the same; without one there is status 7 and what helps")
    func edges() throws {
        let tf = try Workspace()
        #expect(try tf("prime").stdout.contains("Nothing is ready"))
        #expect(try tf("-q", "prime").stdout.trimmingCharacters(in: .newlines) == tf.directory)
        let json = try tf.json("prime")
        #expect(json["ready"].isArray && json["workspace"].string == tf.directory && !json["task"].exists)
        let nowhere = try Workspace(initialised: false)
        let outcome = try nowhere("prime", exits: 7)
        #expect(
            outcome.stdout.isEmpty && outcome.stderr.contains("no workspace in") && outcome.stderr.contains("tf init"))
        #expect(try nowhere.json("prime", exits: 7)["error"]["code"].string == "store")
    }

    @Test("a title cannot bring in a line of its own, or a sequence for the terminal")
    func foreignText() throws {
        let tf = try Workspace()
        _ = try tf.create("Nice")
        try tf.set("tasks/T-1.json", ["title": "Nice\u{1B}[31m red"])
        #expect(try !tf("prime").stdout.contains("\u{1B}"))
    }
}

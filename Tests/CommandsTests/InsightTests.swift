import Foundation
import Testing

@Suite("Looking into the queue")
struct InsightTests {
    @Test("why says what a task waits for in a line for each cause, with what would help")
    func why() throws {
        let tf = try Workspace()
        _ = try tf.create("First")
        _ = try tf.create("Second", "--depends-on", "T-1", "--user", "bob")
        _ = try tf.create("Third", "--depends-on", "T-1", "--user", "bob")
        #expect(
            try tf("task", "why", "T-1", "T-2", "T-3").lines == [
                "T-1 is ready, and assigned to nobody; try: tf task assign T-1 --agent NAME",
                "T-2 waits for T-1, which is todo; try: tf task why T-1",
                "T-3 waits for T-1, which is todo; try: tf task why T-1",
            ])
        let json = try tf.json("task", "why", "T-2")
        #expect(json["id"].string == "T-2" && json["status"].string == "todo" && json["ready"].bool == false)
        #expect(json["causes"].array.map { $0["code"].string } == ["dependency"])
        #expect(json["causes"].array.first?["about"].string == "T-1")
        #expect(try tf.json("task", "why", "T-1", "T-2").array.count == 2)
        try tf("task", "why", "T-9", exits: 3)
    }

    @Test("why writes nothing, and works where nothing can be written")
    func readOnly() throws {
        let tf = try Workspace()
        _ = try tf.create()
        let before = try tf.read(tf.path + "/journal/00000001.jsonl")
        for verb in ["why", "prompt", "history"] { try tf("task", verb, "T-1") }
        try tf("task", "tree")
        #expect(try tf.read(tf.path + "/journal/00000001.jsonl") == before)
    }

    @Test("the tree is drawn with lines, or with plain characters where the locale has none")
    func tree() throws {
        let tf = try Workspace()
        _ = try tf.create("Release")
        _ = try tf.create("Build", "--parent", "T-1")
        _ = try tf.create("Publish", "--parent", "T-1", "--depends-on", "T-2")
        #expect(
            try tf("task", "tree").lines == [
                "T-1 todo  Release", "├─ T-2 todo  Build", "└─ T-3 todo  Publish",
                "   └─ needs T-2 todo  Build (see above)",
            ])
        let plain = try tf.run(["task", "tree", "T-3"], environment: ["LANG": "C"])
        #expect(plain.lines == ["T-1 todo  Release", "`- T-3 todo  Publish", "   `- needs T-2 todo  Build"])
        #expect(try tf("-q", "task", "tree").lines == ["T-1", "T-2", "T-3"])
    }

    @Test("the JSON of a tree is objects in objects")
    func treeJSON() throws {
        let tf = try Workspace()
        _ = try tf.create("Release")
        _ = try tf.create("Build", "--parent", "T-1")
        _ = try tf.create("Publish", "--parent", "T-1", "--depends-on", "T-2")
        let roots = try tf.json("task", "tree").array
        #expect(roots.map { $0["id"].string } == ["T-1"])
        let children = roots[0]["children"].array
        #expect(children.map { $0["id"].string } == ["T-2", "T-3"])
        #expect(children[1]["dependencies"].array.first?["repeated"].bool == true)
        let one = try tf.json("task", "tree", "T-3")
        #expect(one["id"].string == "T-3" && one["ancestors"].array.map { $0["id"].string } == ["T-1"])
        #expect(one["dependencies"].array.map { $0["id"].string } == ["T-2"])
    }

    @Test("a tree that is a thousand levels deep is drawn whole, and nested as far as readers go")
    func deepTree() throws {
        let tf = try Workspace()
        let items = (1...1000).map { number in
            #"{"title": "N", "name": "n\#(number)""# + (number == 1 ? "}" : #", "parent": "n\#(number - 1)"}"#)
        }
        try tf("task", "create", "--from", "-", input: items.joined(separator: "\n") + "\n")
        let lines = try tf("task", "tree").lines
        #expect(lines.count == 1000 && lines.allSatisfy { $0.count < 200 })
        #expect(lines.last?.hasPrefix("[") == true && lines.last?.hasSuffix("└─ T-1000 todo  N") == true)
        var node = try tf.json("task", "tree").array.first
        var depth = 0
        while let next = node?["children"].array.first {
            node = next
            depth += 1
        }
        #expect(depth == 100 && node?["truncated"].bool == true)
    }

    @Test("a deleted task keeps its history, and shows as it was")
    func deleted() throws {
        let tf = try Workspace()
        let id = try tf.create("Short-lived")
        let seq = try tf.lastSeq()
        try tf("task", "edit", id, "--priority", "high")
        try tf("task", "delete", id)
        let history = try tf.json("task", "history", id).array
        #expect(types(history) == ["task/deleted", "task/edited", "task/created"])
        #expect(try tf.json("task", "show", id, "--at", "\(seq)")["priority"].string == "normal")
        #expect(try tf.json("task", "show", id, "--at", "\(seq + 1)")["priority"].string == "high")
        try tf("task", "show", id, "--at", "\(seq + 2)", exits: 3)
        try tf("task", "show", id, "--at", "\(seq - 1)", exits: 3)
        try tf("task", "history", "T-99", exits: 3)
    }

    @Test("prompt prints what a run is given in TF_PROMPT")
    func prompt() throws {
        let tf = try Workspace()
        try tf.addAgent("reader", "--review", shell: "tf task prompt > inside; cp \"$TF_PROMPT\" given")
        let id = try tf.create("Remarkable title", "-d", "Some text")
        try tf("task", "comment", id, "Do it better", "--kind", "feedback")
        let json = try tf.json("task", "prompt", id)
        #expect(json["prompt"].string == (try tf("task", "prompt", id).stdout))
        #expect(json["task"].string == id && json["feedback"].array.map { $0.string } == ["C-1"])
        try tf("task", "assign", id, "--agent", "reader", "--wait")
        let given = try tf.read(tf.directory + "/given")
        #expect(try tf.read(tf.directory + "/inside") == given)
        #expect(given.contains("Remarkable title") && given.contains("Do it better") && given.contains("attempt 1"))
        #expect(
            try tf.comments(id).first?["resolved_at"].exists == true, "it was in the prompt of a run that succeeded")
    }

    @Test("from inside, what is not in scope is not shown either")
    func scope() throws {
        let tf = try Workspace()
        let own = try tf.create("Own")
        let other = try tf.create("Other")
        let child = try tf.create("Child", "--parent", own)
        try tf("task", "comment", other, "Not yours", "--kind", "feedback")
        let text = """
            for words in 'show \(child)' 'show \(other)' 'prompt \(other)' 'comment --resolve C-1' 'comment \(other) x' \
            'submit \(other)' 'show' 'prompt'; do tf task $words >> out 2>&1; echo "$words: $?" >> answers; done
            """
        try tf.addAgent("narrow", shell: text)
        try tf("task", "assign", own, "--agent", "narrow", "--wait")
        let answers = try tf.read(tf.directory + "/answers").split(separator: "\n").map(String.init)
        #expect(
            answers == [
                "show \(child): 0", "show \(other): 1", "prompt \(other): 1", "comment --resolve C-1: 1",
                "comment \(other) x: 1", "submit \(other): 1", "show: 0", "prompt: 0",
            ])
    }

    @Test("from inside, one argument is the reason")
    func reason() throws {
        let tf = try Workspace()
        for (verb, status) in [("block", "blocked"), ("submit", "review"), ("fail", "failed"), ("complete", "done")] {
            try tf.addAgent("agent-\(verb)", shell: "tf task \(verb) 'because of that'")
            let id = try tf.create()
            _ = try tf.attempt("task", "assign", id, "--agent", "agent-\(verb)", "--wait")
            #expect(try tf.status(id) == status && tf.task(id)["status_reason"].string == "because of that", "\(verb)")
        }
    }

    @Test("TF_TRACE tells on standard error what was read and written")
    func trace() throws {
        let tf = try Workspace()
        _ = try tf.create()
        let outcome = try tf.run(["--json", "task", "start", "T-1"], environment: ["TF_TRACE": "1"])
        _ = try outcome.json()
        for part in ["workspace ", "lock ", "index ", "journal ", "commit ", "output ", "records ", "total "] {
            let lines = outcome.stderr.split(separator: "\n").filter { $0.hasPrefix("trace: " + part) }
            #expect(!lines.isEmpty && lines.allSatisfy { $0.hasSuffix(" ms") }, "\(part): \(outcome.stderr)")
        }
        for value in ["", "0"] {
            #expect(try tf.run(["task", "list"], environment: ["TF_TRACE": value]).stderr.isEmpty)
        }
        #expect(try tf("--help").stdout.contains("TF_TRACE"))
    }

    @Test("why knows that tasks wait for each other in a circle")
    func circle() throws {
        let tf = try Workspace()
        for _ in 1...3 { _ = try tf.create() }
        try tf("task", "depend", "T-1", "--on", "T-2")
        try tf("task", "depend", "T-2", "--on", "T-3")
        #expect(try !tf("task", "why", "T-1").stdout.contains("depends on itself"))
        try tf.set("tasks/T-3.json", ["depends_on": ["T-1"]])
        #expect(try tf("task", "why", "T-1").stdout.contains("T-1 depends on itself: T-1 → T-2 → T-3 → T-1"))
        let causes = try tf.json("task", "why", "T-2")["causes"].array
        #expect(causes.first?["code"].string == "cycle")
        #expect(causes.first?["hint"].string == "tf task depend T-2 --off T-3")
        // What is done is waited for no more.
        try tf.set("tasks/T-2.json", ["status": "done"])
        #expect(try !tf("task", "why", "T-1").stdout.contains("depends on itself"))
    }
}

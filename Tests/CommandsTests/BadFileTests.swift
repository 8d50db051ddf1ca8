import Foundation
import Testing

/// What can be in a record's place instead of the record.
enum BadFile: String, CaseIterable, Sendable {
    case randomBytes, empty, truncated, wrongType, unknownValue, conflictMarkers, wrongId, huge, link, directory, fifo

    static func put(_ bad: BadFile, in kind: RecordKind, of tf: Workspace) throws {
        let target = tf.path + "/" + kind.file
        let good = try tf.read(target)
        if [.wrongType, .unknownValue, .wrongId].contains(bad) {
            let members: [BadFile: [String: Any]] = [
                .wrongType: [kind.typed: ["not": "this"]], .unknownValue: [kind.enumerated: "sideways"],
                .wrongId: ["id": kind.otherId],
            ]
            return try tf.set(kind.file, members[bad] ?? [:])
        }
        unlink(target)
        switch bad {
        case .randomBytes:
            var generator = SystemRandomNumberGenerator()
            let bytes = (0..<2_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
            try Data(bytes).write(to: URL(fileURLWithPath: target))
        case .truncated: try tf.write(String(good.prefix(good.count / 2)), to: target)
        case .conflictMarkers:
            try tf.write("<<<<<<< HEAD\n" + good + "=======\n" + good + ">>>>>>> other\n", to: target)
        case .huge:
            try tf.write("", to: target)
            truncate(target, 100_000_000)
        case .link:
            try tf.write(good, to: tf.root + "/elsewhere.json")
            symlink(tf.root + "/elsewhere.json", target)
        case .directory: mkdir(target, 0o755)
        case .fifo: mkfifo(target, 0o600)
        default: try tf.write("", to: target)
        }
    }
}

/// A kind of record, with the first of two spoilt, and how one works with it.
enum RecordKind: String, CaseIterable, Sendable {
    case task, comment, agent, run, notification

    var file: String {
        switch self {
        case .task: "tasks/T-1.json"
        case .comment: "comments/T-1/C-1.json"
        case .agent: "agents/bad.json"
        case .run: "runs/R-1.json"
        case .notification: "inbox/N-1.json"
        }
    }

    var name: String { file.components(separatedBy: "/").last ?? file }
    var otherId: String { self == .agent ? "elsewhere" : name.prefix(2) + "77" }

    /// A field that must have one type, and one that takes few values.
    var typed: String { [.task: "title", .comment: "text", .agent: "description", .run: "task"][self] ?? "title" }
    var enumerated: String {
        [.task: "status", .comment: "kind", .agent: "dispatch", .run: "status"][self] ?? "priority"
    }

    var list: [String] {
        switch self {
        case .task: ["task", "list", "--all"]
        case .comment: ["task", "comments", "T-1"]
        case .agent: ["agent", "list"]
        case .run: ["run", "list"]
        case .notification: ["inbox", "--all", "--user", "tester"]
        }
    }

    /// The good one of the two, as lists show it.
    var good: String {
        switch self {
        case .task: "T-2"
        case .comment: "C-2"
        case .agent: "good"
        case .run: "R-2"
        case .notification: "N-2"
        }
    }

    /// A command for one record, the spoilt one or the good one.
    func aim(at id: String) -> [String] {
        switch self {
        case .task: ["task", "edit", id, "--label", "+aimed"]
        case .comment: ["task", "comment", "T-1", "--resolve", id]
        case .agent: ["agent", "show", id]
        case .run: ["run", "show", id]
        case .notification: ["inbox", "read", id]
        }
    }

    var badId: String { String(name.dropLast(5)) }
}

@Suite("A record that cannot be read")
struct BadFileTests {
    /// A workspace with two of every kind of record.
    private func workspace() throws -> Workspace {
        let tf = try Workspace()
        try tf("agent", "add", "bad", "--description", "first", "--", "true")
        try tf("agent", "add", "good", "--description", "second", "--", "true")
        try tf("task", "create", "First", "--agent", "bad", "--wait")
        try tf("task", "create", "Second", "--agent", "good", "--wait")
        let comments = try tf.comments("T-1").count
        try demand(comments == 0, "a success without a summary comments nothing")
        try tf("task", "comment", "T-1", "One")
        try tf("task", "comment", "T-1", "Two")
        let told = try tf.list("inbox")
        try demand(told.count == 2, "each completion tells the creator: \(told)")
        return tf
    }

    @Test(
        "is reported by name and left alone, while the rest goes on",
        arguments: RecordKind.allCases, BadFile.allCases)
    func reported(kind: RecordKind, bad: BadFile) throws {
        let tf = try workspace()
        try BadFile.put(bad, in: kind, of: tf)
        let before = try look(tf.path + "/" + kind.file)

        let list = try tf.run(kind.list, limit: 20)
        #expect(list.stdout.contains(kind == .comment ? "Two" : kind.good), "\(list)")
        #expect(list.stderr.contains(kind.name), "the list warns of the file: \(list)")
        let json = try tf.run(["--json"] + kind.list, limit: 20)
        #expect((try json.json()).isArray, "a warning does not spoil the JSON")

        let aimed = try tf.run(kind.aim(at: kind.badId), exits: 7, limit: 20)
        #expect(aimed.stderr.contains(kind.name) && aimed.stdout.isEmpty, "\(aimed)")
        switch bad {
        case .wrongType: #expect(aimed.stderr.contains(kind.typed), "names the field: \(aimed)")
        case .unknownValue:
            #expect(
                aimed.stderr.contains(kind.enumerated) && aimed.stderr.contains("sideways"),
                "names the field and the value: \(aimed)")
        case .wrongId: #expect(aimed.stderr.contains(kind.otherId), "names both ids: \(aimed)")
        default: break
        }
        let error = try tf.run(["--json"] + kind.aim(at: kind.badId), exits: 7, limit: 20).json()
        #expect(error["ok"].bool == false && error["error"]["message"].string?.contains(kind.name) == true)

        try tf.run(kind.aim(at: kind.good), limit: 20)
        let id = try tf("task", "create", "Goes on", limit: 20).text
        try tf("task", "assign", id, "--agent", "good", "--wait", limit: 30)
        #expect(try tf.status(id) == "done")

        let doctor = try tf.run(["--json", "doctor"], exits: 1, limit: 20).json()
        let findings = doctor.rows.filter { "\($0)".contains(kind.badId) }
        #expect(findings.contains { $0["code"].string != nil && $0["severity"].string == "error" }, "\(doctor)")

        #expect(try look(tf.path + "/" + kind.file) == before, "it was changed")
    }

    /// What is at a path, without following a link and without opening a pipe.
    private func look(_ path: String) throws -> String {
        var information = stat()
        try demand(lstat(path, &information) == 0, "\(path) is gone")
        let isFile = information.st_mode & S_IFMT == S_IFREG
        let content = isFile && information.st_size < 1_000_000 ? FileManager.default.contents(atPath: path) : nil
        let text = content?.base64EncodedString() ?? ""
        return "\(information.st_mode) \(information.st_ino) \(information.st_size) \(text)"
    }

    @Test("does not stop a run from settling its task: the last valid state is used and the file kept beside it")
    func rejected() throws {
        let tf = try Workspace()
        try tf.addAgent("gated", shell: "while [ ! -e go ]; do sleep 0.02; done")
        _ = try tf.create("Still known")
        try tf("task", "assign", "T-1", "--agent", "gated")
        try tf.edit("tasks/T-1.json") { _ in "<<<<<<< HEAD\n" }
        try tf.touch("go")
        try eventually("the run settles the task") { tf.exists(tf.path + "/tasks/T-1.json.rejected") }
        #expect(try tf.read(tf.path + "/tasks/T-1.json.rejected") == "<<<<<<< HEAD\n")
        try tf.await("T-1", "done")
        #expect(try tf.task("T-1")["title"].string == "Still known")
    }

    @Test("a reference to nothing is reported and stops no other work")
    func danglingReference() throws {
        let tf = try Workspace()
        _ = try tf.create("Dangling")
        _ = try tf.create("Fine")
        try tf.set("tasks/T-1.json", ["depends_on": ["T-99"]])
        let doctor = try tf.json("doctor", exits: 1)
        #expect(doctor.rows.contains { "\($0)".contains("T-1") && "\($0)".contains("T-99") }, "\(doctor)")
        try tf("task", "start", "T-2")
        try tf("task", "complete", "T-2")
    }
}

@Suite("Files of the workspace itself that cannot be read")
struct BadWorkspaceTests {
    @Test(
        "an unreadable workspace.json is named, and work goes on by its last valid state",
        arguments: ["", "{", "[]", "\u{0}\u{1}", nil])
    func workspaceFile(content: String?) throws {
        let tf = try Workspace()
        try tf("config", "jobs", "3")
        _ = try tf.create()
        if let content {
            try tf.write(content, to: tf.path + "/workspace.json")
        } else {
            try FileManager.default.removeItem(atPath: tf.path + "/workspace.json")
        }
        let doctor = try tf.run(["doctor"], exits: 1)
        #expect(doctor.stdout.contains("workspace.json"), "\(doctor)")
        for command in [["task", "list"], ["task", "show", "T-1"], ["task", "create", "x"]] {
            let outcome = try tf.run(command)
            #expect(outcome.stderr.contains("workspace.json"), "\(outcome)")
        }
        #expect(try tf("config", "jobs").text == "3")
        if let content {
            #expect(try tf.read(tf.path + "/workspace.json") == content)
        } else {
            try tf("doctor")
            try tf("config", "jobs", "5")
        }
    }

    @Test(
        "without a journal an unreadable workspace.json is refused with 7, and not written over",
        arguments: ["", "{", "[]", "\u{0}\u{1}"])
    func workspaceFileAlone(content: String) throws {
        let tf = try Workspace()
        _ = try tf.create()
        try FileManager.default.removeItem(atPath: tf.path + "/journal")
        try tf.write(content, to: tf.path + "/workspace.json")
        try tf.demandNothingWritten {
            for command in [["task", "list"], ["task", "create", "x"], ["task", "show", "T-1"], ["tick"]] {
                let refused = try tf.run(command, exits: 7)
                #expect(refused.stderr.contains("workspace.json"), "\(refused)")
            }
        }
        #expect(try tf.json("task", "list", exits: 7)["error"]["code"].string == "store")
    }

    @Test("a newer format is refused by readers and writers")
    func newerFormat() throws {
        let tf = try Workspace()
        let keys = try JSON(contentsOf: tf.path + "/workspace.json").keys
        let key = ["format", "version", "format_version"].first(where: keys.contains) ?? "schema"
        try tf.set("workspace.json", [key: 999])
        try tf.demandNothingWritten {
            for command in [["task", "list"], ["task", "create", "x"], ["doctor"], ["events"]] {
                let refused = try tf.run(command, exits: 7)
                #expect(refused.stderr.contains("999") || refused.stderr.contains("newer"), "\(refused)")
            }
        }
    }

    @Test("a spoilt cache is rebuilt silently", arguments: ["", "nonsense", "\u{0}\u{0}\u{0}"])
    func cache(content: String) throws {
        let tf = try Workspace()
        for title in ["One", "Two", "Three"] { _ = try tf.create(title) }
        let files = try tf.list("cache")
        try #require(!files.isEmpty)
        for name in files { try tf.write(content, to: tf.path + "/cache/" + name) }
        let list = try tf("task", "list")
        #expect(list.stderr.isEmpty && list.lines.count >= 3, "\(list)")
        #expect(try tf.create("Four") == "T-4")
        #expect(try tf.tasks().count == 4)
        try tf.demandHealthy()
    }

    @Test("where there is no workspace, the message says so and how to make one")
    func missing() throws {
        let tf = try Workspace(initialised: false)
        let refused = try tf("task", "list", exits: 7)
        #expect(refused.stderr.contains("tf init"), "\(refused)")
        #expect(!tf.exists(tf.path))
    }
}

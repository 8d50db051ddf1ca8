import Engine
import Model
import Store
import System
import Terminal
import Testing

@testable import Commands

@Suite("What is printed of records and logs")
struct OutputFormsTests {
    @Test("the values of an agent's environment are masked, their names are not")
    func mask() throws {
        var agent = Agent(id: try #require(ID("coder")))
        agent.env = ["TOKEN": .value("secret"), "HOME": .inherited]
        let shown = Shown(agent).json
        #expect(shown["env"] == ["TOKEN": "***", "HOME": .null])
        #expect(!shown.compactText.contains("secret"))
    }

    @Test("a template may name every field that records of a kind can have, and no other")
    func fields() throws {
        #expect(Set(["id", "rev", "title", "status", "due", "assignee"]).isSubset(of: Task.fieldNames))
        #expect(!Task.fieldNames.contains("titel"))
    }

    static let texts: [(Model.JSON, String)] = [
        ("a b", "a b"), (["x", "y"], "x,y"), (.null, ""), (["k": 1], #"{"k":1}"#), (12, "12"),
    ]

    @Test("text in a template is the value itself, a list with commas, the rest as JSON", arguments: texts)
    func plainText(value: Model.JSON, text: String) {
        #expect(value.plainText == text)
    }

    @Test("the part of a log that is not kept is marked on a line of its own, without the zeros beside it")
    func gap() throws {
        try withLog { log, file in
            let line = Array("0123456789abcde\n".utf8)
            for _ in 0..<4096 { try file.write(line) }
            do throws(SystemError) {
                try file.punchHole(at: 8192, length: 32_768)
            } catch {
                guard error.isUnsupported else { throw error }
                return
            }
            var text: [UInt8] = []
            try log.print(tail: nil) { text += $0.bytes }
            let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
            #expect(lines.filter { $0.contains("left out") } == ["… 33 kB left out …"])
            #expect(!text.contains(0))
            #expect(lines.count == (65_536 - 32_768) / 16 + 1)
        }
    }

    @Test("the last lines are found from the end, with or without a final line break", arguments: ["", "\n"])
    func tail(ending: String) throws {
        try withLog { log, file in
            try file.write(("a\nb\nc" + ending).utf8)
            for (count, expected) in [(0, ""), (1, "c" + ending), (2, "b\nc" + ending), (9, "a\nb\nc" + ending)] {
                var text: [UInt8] = []
                try log.print(tail: count) { text += $0.bytes }
                #expect(String(decoding: text, as: UTF8.self) == expected)
            }
        }
    }

    /// Runs `body` with an empty log in a workspace of its own.
    private func withLog(_ body: (RunLog, File) throws -> Void) throws {
        let directory = Path.join(Environment["TMPDIR"] ?? "/tmp", "tf-output-\(UInt64.random(in: 0 ... .max))")
        try FileSystem.makeDirectory(directory)
        defer { try? FileSystem.removeTree(directory) }
        let path = Path.join(directory, ".tf")
        try FileSystem.makeDirectories(path + "/runs/R-1")
        var record = WorkspaceRecord()
        record.workspace = "0"
        record.envelope.rev = 1
        try File(path + "/workspace.json", [.write, .create]).write(record.json.fileBytes)
        let workspace = try Store.Workspace.open(path, options: Store.Workspace.Options())
        let file = try File(path + "/runs/R-1/output.log", [.readWrite, .append, .create])
        try body(RunLog(workspace, ID(number: 1)), file)
    }

    @Test("a template that does not fit what was done is a warning: it is done")
    func template() throws {
        let tf = try Workspace()
        let created = try tf.run(["--format", "{nonsense}", "task", "create", "Work"])
        #expect(created.stdout == "T-1\n")
        #expect(created.stderr.contains("the change is made") && created.stderr.contains("'nonsense'"), "\(created)")
        try tf.run(["--format", "{nonsense}", "task", "show", "T-1"], exits: 2)
    }
}

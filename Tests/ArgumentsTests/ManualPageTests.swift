import Foundation
import Testing

@testable import Arguments

@Suite("Manual pages")
struct ManualPageTests {
    static let pages = ManualPage.pages(of: Sample.program, date: "March 1, 2026")

    @Test("there is one for the program, and one for every noun")
    func names() {
        #expect(Self.pages.map(\.fileName) == ["tf.1", "tf-task.1", "tf-agent.1", "tf-inbox.1"])
    }

    @Test("mandoc has nothing to say about them", .enabled(if: Tool.mandoc.isInstalled, "mandoc is not installed"))
    func lint() throws {
        try withTemporaryDirectory { directory in
            for page in Self.pages { try directory.write(page.text, to: page.fileName) }
            let lint = try Tool.mandoc.run(["-Tlint", "-Wstyle"] + Self.pages.map(\.fileName), in: directory)
            #expect(lint == .silent)
        }
    }

    @Test("what a text contains is shown, not obeyed", .enabled(if: Tool.mandoc.isInstalled, "mandoc is not installed"))
    func escaping() throws {
        let discussion = """
            .Sh is a macro. 'so it is. A backslash \\fB stays, “quotes” as well… And an option --label.
            .tf/tasks begins this line, which goes on and on and on until it is far too long for one line of source.

              .Ed literally
              'a' -- "b" \\n
            """
        let command = Command(
            "No", "An Op In summary", discussion: discussion, examples: [Example(".Ed 'x' \\d --y", "with .Pp")],
            parameters: [Option("key", .keyValue, "set KEY to \"VALUE\", or '.'", repeats: true)], run: { _ in 0 })
        let program = Program(
            root: Command("tf", "No At Do summary", subcommands: { [command] }),
            environment: [Described("No", "At")], files: [Described("a b", "c")])
        let page = try #require(ManualPage.pages(of: program, date: "March 1, 2026").first)
        try withTemporaryDirectory { directory in
            try directory.write(page.text, to: page.fileName)
            let lint = try Tool.mandoc.run(["-Tlint", "-Wstyle", page.fileName], in: directory)
            #expect(lint == .silent)
            let bold = try Regex(".\u{8}")
            let shown = try Tool.mandoc.run(["-Tutf8", "-Owidth=300", page.fileName], in: directory)
                .output.replacing(bold, with: "")
            for text in [
                "tf – No At Do summary", "tf No", "An Op In summary.", ".Sh is a macro.", "'so it is.",
                "A backslash \\fB stays, “quotes” as well…", "And an option --label.", ".tf/tasks begins",
                ".Ed literally", "'a' -- \"b\" \\n", ".Ed 'x' \\d --y", "Example: with .Pp:", "--key KEY[=VALUE]",
                "Set KEY to \"VALUE\", or '.' (may be repeated).",
            ] {
                #expect(shown.contains(text), "\(text)")
            }
        }
    }

    @Test("a page says everything about every verb that is not hidden")
    func contents() throws {
        let text = try #require(Self.pages.first { $0.name == "tf-task" }).text
        for line in [
            ".Dd March 1, 2026", ".Dt TF-TASK 1", ".Nd create, list and move tasks", ".Ss tf task create",
            ".It Fl p , Fl priority Ar WORD", ".It Fl \\-wait Ns Op = Ns Ar DURATION", ".It Ar TASK ...", ".It 124",
            ".Ss tf task claim", ".Xr tf 1 ,",
        ].map({ $0.replacing("Fl priority", with: "Fl \\-priority") }) {
            #expect(text.contains(line + "\n"), "\(line)")
        }
        #expect(!text.contains("rework"))
        #expect(!text.contains("secret\n"))
    }
}

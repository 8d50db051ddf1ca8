import System
import Testing

@testable import Arguments

private func help(_ words: String..., width: Int = 80, style: HelpStyle = .plain) throws -> String {
    guard case .help(let request) = try Parser(Sample.program).parse(words, now: Sample.now) else { return "" }
    return HelpPage(Sample.program, width: width, style: style).text(for: request)
}

@Suite("Help")
struct HelpPageTests {
    @Test("-h shows a command on one screen")
    func short() throws {
        #expect(
            try help("task", "create", "-h") == """
                tf task create: create a task
                Usage: tf task create [options] TITLE
                Also: new

                Arguments:
                  TITLE  what is to be done

                Options:
                  -p, --priority WORD  how urgent it is
                  -l, --label NAME     put a label on it
                  -F, --file FILE      read the description from FILE
                      --[no-]edit      open the editor

                Running:
                  -t, --timeout DURATION  how long it may run
                      --wait[=DURATION]   wait for the run to end, at most DURATION
                      --due TIME          when it has to be done

                More: tf task create --help

                """)
    }

    @Test("--help is complete and ends with examples")
    func full() throws {
        #expect(
            try help("task", "create", "--help") == """
                tf task create: create a task
                Usage: tf task create [options] TITLE
                Also: new

                Prints the id of the new task alone, so that a script can keep it. The title is
                one line; see also --file.

                  id=$(tf task create "Fix it")

                Don't put secrets into a title: it is shown everywhere.

                Arguments:
                  TITLE  what is to be done

                Options:
                  -p, --priority WORD  how urgent it is (low, normal, high, urgent)
                  -l, --label NAME     put a label on it (may be repeated)
                  -F, --file FILE      read the description from FILE
                      --[no-]edit      open the editor

                Running:
                  -t, --timeout DURATION  how long it may run
                      --wait[=DURATION]   wait for the run to end, at most DURATION
                      --due TIME          when it has to be done

                Global options:
                  -C, --directory DIR            start as if in DIR
                      --color auto|always|never  when to use colours
                  -q, --quiet                    print ids only
                  -y, --yes                      answer every question with yes
                  -h, --help                     show help: -h on one screen, --help complete

                Exit status:
                  124  the wait ran out of time

                Examples:
                  tf task create "Fix the build" --priority high
                      create a task that is more urgent than others
                  tf task create -l ci -l flaky Retry
                      with two labels

                """)
    }

    @Test("a group shows its verbs, without the hidden ones")
    func group() throws {
        #expect(
            try help("task") == """
                tf task: create, list and move tasks
                Usage: tf task COMMAND

                Commands:
                  create  create a task
                  list    list tasks
                  show    show a task
                  cancel  cancel tasks
                  assign  give a task to somebody
                  claim   take a task

                More: tf task --help, tf task COMMAND --help

                """)
    }

    @Test("the program itself shows nouns, commands and the global options")
    func root() throws {
        let short = try help("-h")
        #expect(short.hasPrefix("tf: turn a task list into an automation layer\nUsage: tf [options] COMMAND\n"))
        for line in ["Nouns:\n  task ", "Commands:\n  exec ", "      --version  ", "More: tf --help\n"] {
            #expect(short.contains(line), "\(line)")
        }
        let full = try help("--help")
        for line in [
            "Topics (tf help TOPIC):\n  exit-codes  ", "Environment:\n  TF_WORKSPACE  ", "Files:\n  .tf/  ",
            "Exit status:\n  0  done\n  2  usage\n",
        ] {
            #expect(full.contains(line), "\(line)")
        }
        #expect(full.hasSuffix("Examples:\n  tf exec -- make test\n      run a command as a task\n"))
    }

    @Test("usage lines show what is required, what may be left out, and where -- stands")
    func usageLines() throws {
        let lines = [
            (["task", "assign"], "tf task assign (--agent AGENT | --user USER | --none) [options] TASK"),
            (["task", "claim"], "tf task claim --as NAME [options] TASK"),
            (["task", "cancel"], "tf task cancel TASK..."),
            (["task", "list"], "tf task list [options] [QUERY...]"), (["exec"], "tf exec [options] -- COMMAND..."),
            (["agent", "add"], "tf agent add [options] NAME [-- COMMAND...]"),
            (["inbox"], "tf inbox [options] [COMMAND]"),
            (["copy"], "tf copy SOURCE... TARGET"), (["completion"], "tf completion [SHELL]"),
        ]
        for (words, usage) in lines {
            guard case .help(let request) = try Parser(Sample.program).parse(words + ["-h"], now: Sample.now) else {
                Issue.record("help")
                continue
            }
            let shown = HelpPage(Sample.program, width: 200).text(for: request)
            #expect(shown.split(separator: "\n")[1] == "Usage: " + usage)
        }
    }

    @Test("a topic is shown as it is written")
    func topic() throws {
        #expect(
            try help("help", "exit-codes") == """
                exit-codes: what exit statuses mean

                0 is good.

                  0  done
                  1  refused

                """)
    }

    @Test("no line is wider than asked for", arguments: [40, 60, 80])
    func width(width: Int) throws {
        for words in [
            ["--help"], ["task", "create", "-h"], ["task", "create", "--help"], ["task", "assign", "--help"],
        ] {
            guard case .help(let request) = try Parser(Sample.program).parse(words, now: Sample.now) else { continue }
            let lines = HelpPage(Sample.program, width: width).text(for: request).split(separator: "\n")
            // The title, examples and what is typed as it stands are never broken.
            let broken = lines.dropFirst().filter { line in
                line.count > width && !line.hasPrefix("  tf ") && !line.hasPrefix("      --color")
            }
            #expect(broken == [], "\(words)")
        }
    }

    @Test("hidden options are shown nowhere")
    func hidden() throws {
        #expect(try !help("task", "create", "--help").contains("--secret"))
        #expect(try !help("completion", "--help").contains("--candidates"))
    }

    @Test("a style emphasises headings and names without moving the columns")
    func style() throws {
        let style = HelpStyle(heading: { "<" + $0 + ">" }, literal: { "{" + $0 + "}" })
        let styled = try help("task", "create", "--help", style: style)
        #expect(styled.contains("<Options:>\n  {-p, --priority WORD}  how urgent"))
        #expect(styled.contains("<Usage:> tf task create"))
        let bare = styled.filter { !"<>{}".contains($0) }
        #expect(try bare == help("task", "create", "--help"))
    }
}

@Suite("Texts of several paragraphs")
struct ProseTests {
    @Test("lines of a paragraph are joined, indented lines are kept")
    func blocks() {
        let prose = Prose("One\ntwo.\n\n\nThree:\n  a\n    b\n\n  c\nFour\n")
        #expect(
            prose.blocks == [
                .paragraph("One two."), .paragraph("Three:"), .verbatim(["  a", "    b"]), .verbatim(["  c"]),
                .paragraph("Four"),
            ])
        #expect(Prose("").blocks.isEmpty)
        #expect(Prose(" \n\n").blocks.isEmpty)
    }

    @Test("lines are broken between words")
    func wrapping() {
        #expect(wrap("one two three", width: 7) == ["one two", "three"])
        #expect(wrap("one two", width: 6) == ["one", "two"])
        #expect(wrap("incomprehensible", width: 4) == ["incomprehensible"])
        #expect(wrap("", width: 4) == [])
    }
}

@Suite("The declaration itself is checked")
struct DeclarationAuditTests {
    @Test("the sample has no faults")
    func sample() {
        #expect(Sample.program.declarationFaults() == [])
    }

    @Test("mistakes that no compiler finds are named")
    func faults() {
        let one = Flag("one", short: "o", "one")
        let verb = Command(
            "verb", "ends with a full stop.",
            parameters: [
                one, Option("one", short: "C", .text, "again"), Argument("A", .text, "all", .trailing(atLeast: 0)),
                Argument("B", .text, "some", .many(atLeast: 0)), Argument("C", .text, "maybe", .optional),
            ], aliases: ["other"], commandEndsOptions: true, run: { _ in 0 })
        let other = Command("other", "other", parameters: [Argument("A", .text, "")], run: { _ in 0 })
        let program = Program(
            root: Command("tf", "tf", subcommands: { [verb, other] }),
            globals: [Option("dir", short: "C", .text, "dir")])
        #expect(
            program.declarationFaults() == [
                "tf: two commands are called other",
                "tf verb: the text of summary has to be one line without a full stop",
                "tf verb: --one is declared twice", "tf verb: -C is declared twice",
                "tf verb: only the last argument may be trailing",
                "tf verb: an argument that takes many words may stand beside none that is optional",
                "tf verb: a command that ends options needs a trailing argument",
                "tf other: the text of A has to be one line without a full stop",
            ])
    }
}

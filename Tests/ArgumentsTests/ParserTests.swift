import System
import Testing

@testable import Arguments

/// Parses what has to be a command, and fails the test when it is anything else.
private func invocation(_ words: String...) throws -> Invocation {
    let parsed = try Parser(Sample.program).parse(words, now: Sample.now, zone: Sample.zone)
    guard case .invocation(let invocation, _) = parsed else { throw Unexpected(parsed) }
    return invocation
}

private struct Unexpected: Error {
    let parsed: Parsed
    init(_ parsed: Parsed) { self.parsed = parsed }
}

@Suite("Options follow the habits of GNU")
struct OptionParsingTests {
    @Test(
        "a value stands after a blank, after =, or right behind the letter",
        arguments: [
            ["--priority", "high"], ["--priority=high"], ["-p", "high"], ["-phigh"], ["-yp", "high"], ["-yphigh"],
        ])
    func spellings(words: [String]) throws {
        let parsed = try Parser(Sample.program).parse(["task", "create"] + words + ["x"], now: Sample.now)
        guard case .invocation(let invocation, _) = parsed else { throw Unexpected(parsed) }
        #expect(invocation[Sample.priority] == .high)
        #expect(invocation[Sample.title] == "x")
    }

    @Test("an option may stand before and after arguments")
    func anywhere() throws {
        let given = try invocation("task", "create", "--label", "a", "title", "--label", "b")
        #expect(given[Sample.title] == "title")
        #expect(given.all(Sample.label) == ["a", "b"])
    }

    @Test("a global option may stand before the noun, between noun and verb, and at the end")
    func globals() throws {
        for words in [
            ["-C", "d", "task", "show", "T-1"], ["task", "-C", "d", "show", "T-1"], ["task", "show", "T-1", "-Cd"],
        ] {
            guard case .invocation(let given, _) = try Parser(Sample.program).parse(words, now: Sample.now) else {
                Issue.record("\(words) is a command")
                continue
            }
            #expect(given[Sample.directory] == "d")
            #expect(given[Sample.task] == "T-1")
        }
    }

    @Test("flags may share one dash")
    func combinedFlags() throws {
        let given = try invocation("task", "show", "-qy", "T-1")
        #expect(given[Sample.quiet])
        #expect(given[Sample.yes])
    }

    @Test("an option takes the next word whatever it looks like")
    func valueWithDash() throws {
        let given = try invocation("task", "create", "x", "--label", "-y", "--label", "--", "--label", "--help")
        #expect(given.all(Sample.label) == ["-y", "--", "--help"])
        #expect(!given[Sample.yes])
    }

    @Test("an attached value is kept as it is, also when it is empty or has another =")
    func attachedValues() throws {
        #expect(try invocation("task", "create", "x", "--file=a=b")[Sample.file] == "a=b")
        #expect(try invocation("task", "create", "x", "-F=a")[Sample.file] == "=a")
        #expect(throws: UsageFault.self) { try invocation("task", "create", "x", "--file=") }
    }

    @Test("-- ends options")
    func endOfOptions() throws {
        let given = try invocation("task", "create", "--", "--priority")
        #expect(given[Sample.title] == "--priority")
        #expect(given[Sample.priority] == nil)
    }

    @Test("verbs are still understood after --")
    func verbAfterEndOfOptions() throws {
        #expect(try invocation("--", "task", "create", "-x")[Sample.title] == "-x")
        #expect(try invocation("--", "exec", "make", "-k").all(Sample.command) == ["make", "-k"])
    }

    @Test("- is an argument")
    func standardInput() throws {
        #expect(try invocation("task", "create", "-", "-F", "-")[Sample.title] == "-")
    }

    @Test("--no-flag says the opposite of a flag that can be negated")
    func negation() throws {
        #expect(try invocation("task", "create", "x", "--no-edit").value(Sample.edit) == false)
        #expect(try invocation("task", "create", "x", "--edit").value(Sample.edit) == true)
        #expect(try invocation("task", "create", "x").value(Sample.edit) == nil)
        #expect(try invocation("task", "create", "x", "--no-edit")[Sample.edit] == false)
    }

    @Test("an optional value has to be attached")
    func optionalValue() throws {
        let bare = try invocation("task", "create", "--wait", "5s")
        #expect(bare.has(Sample.wait))
        #expect(bare[Sample.wait] == nil)
        #expect(bare[Sample.title] == "5s")
        let attached = try invocation("task", "create", "--wait=5s", "x")
        #expect(attached[Sample.wait]?.value == .seconds(5))
        #expect(try !invocation("task", "create", "x").has(Sample.wait))
    }

    @Test("of an option that does not repeat the last one wins")
    func repetition() throws {
        #expect(try invocation("task", "create", "x", "-p", "low", "-p", "low").all(Sample.priority) == [.low])
        #expect(try invocation("task", "create", "x", "-p", "low", "-p", "high").all(Sample.priority) == [.high])
        #expect(throws: UsageFault.self) { try invocation("task", "create", "x", "--edit", "--no-edit") }
    }

    @Test("hidden options work")
    func hidden() throws {
        #expect(try invocation("completion", "--candidates", "tasks")[Sample.candidates] == "tasks")
    }
}

@Suite("Words lead to a command, the rest are its arguments")
struct CommandParsingTests {
    @Test("the path has the names of the commands, also where an alias was typed")
    func path() throws {
        #expect(try invocation("task", "new", "x").path == ["tf", "task", "create"])
        #expect(try invocation("task", "ls").path == ["tf", "task", "list"])
    }

    @Test("a group with something to do runs without a verb")
    func defaultVerb() throws {
        let bare = try invocation("inbox", "--all")
        #expect(bare.path == ["tf", "inbox"])
        #expect(bare[Sample.all])
        #expect(try invocation("inbox", "read", "3", "4").all(Sample.notifications) == [3, 4])
    }

    @Test("an option of the group is none of its verb's")
    func groupOptionBeforeVerb() {
        #expect(throws: UsageFault.self) { try invocation("inbox", "--all", "read", "3") }
    }

    @Test("a command that ends options leaves them to the command it is given")
    func commandEndsOptions() throws {
        let given = try invocation("exec", "-t", "5s", "make", "-k", "--timeout", "x", "--", "y")
        #expect(given.all(Sample.command) == ["make", "-k", "--timeout", "x", "--", "y"])
        #expect(given[Sample.timeout]?.text == "5s")
        #expect(try invocation("exec", "--", "-x", "--").all(Sample.command) == ["-x", "--"])
    }

    @Test("what follows -- is trailing, where a command has room for it")
    func trailing() throws {
        let given = try invocation("agent", "add", "bob", "--env", "A=b=c", "--env", "PATH", "--", "make", "-k")
        #expect(given[Sample.name] == "bob")
        #expect(given.all(Sample.agentCommand) == ["make", "-k"])
        #expect(given.all(Sample.environment) == [KeyValue(key: "A", value: "b=c"), KeyValue(key: "PATH", value: nil)])
        #expect(try invocation("agent", "add", "bob").all(Sample.agentCommand) == [])
    }

    @Test("a word with a dash that is a query is an argument")
    func queryWords() throws {
        #expect(
            try invocation("task", "list", "-label:ci", "flaky", "-n5").all(Sample.query) == ["-label:ci", "flaky"])
        #expect(throws: UsageFault.self) { try invocation("task", "list", "-colour:red") }
    }

    @Test("an argument that takes many words leaves enough for the one after it")
    func manyBeforeOne() throws {
        let given = try invocation("copy", "a", "b", "c")
        #expect(given.all(Sample.sources) == ["a", "b"])
        #expect(given[Sample.target] == "c")
    }

    @Test("an optional argument may be left out")
    func optionalArgument() throws {
        #expect(try invocation("completion")[Sample.shell] == nil)
        #expect(try invocation("completion", "zsh")[Sample.shell] == "zsh")
    }

    @Test("every command is found below the program, except what is hidden")
    func descendants() {
        let paths = CommandPath(root: Sample.program.root).descendants.map(\.text)
        #expect(paths.prefix(3) == ["tf task", "tf task create", "tf task list"])
        #expect(paths.suffix(2) == ["tf completion", "tf help"])
        #expect(!paths.contains("tf task rework"))
    }

    @Test("exactly one of several alternatives")
    func alternatives() throws {
        #expect(try invocation("task", "assign", "T-1", "--agent", "bob")[Sample.agent] == "bob")
        #expect(try invocation("task", "assign", "T-1", "--none")[Sample.nobody])
        #expect(throws: UsageFault.self) { try invocation("task", "assign", "T-1") }
        #expect(throws: UsageFault.self) { try invocation("task", "assign", "T-1", "--agent", "a", "--none") }
    }
}

@Suite("Help, version and overview are asked for with words as well")
struct RequestParsingTests {
    @Test("nothing but global options asks for the overview")
    func overview() throws {
        guard case .overview(let given) = try Sample.parse("--color", "never") else {
            Issue.record("an overview")
            return
        }
        #expect(given[Sample.color] == "never")
        guard case .overview = try Sample.parse() else {
            Issue.record("an overview")
            return
        }
    }

    @Test("--version prints the version, on the program alone")
    func version() throws {
        guard case .version = try Sample.parse("--version") else {
            Issue.record("the version")
            return
        }
        #expect(throws: UsageFault.self) { try Sample.parse("task", "--version") }
    }

    @Test(
        "every way to ask for help",
        arguments: [
            (["-h"], "tf", false), (["--help"], "tf", true), (["help"], "tf", true),
            (["task"], "tf task", false), (["task", "-h"], "tf task", false), (["task", "--help"], "tf task", true),
            (["help", "task"], "tf task", true), (["help", "task", "create"], "tf task create", true),
            (["task", "create", "--help"], "tf task create", true),
            (["--help", "task", "new"], "tf task create", true),
            (["task", "create", "-h", "--bogus"], "tf task create", false),
            (["task", "create", "-qh"], "tf task create", false),
            (["help", "help"], "tf help", true), (["help", "-h"], "tf help", false), (["-h", "--help"], "tf", true),
            (["-q", "task"], "tf task", false),
        ])
    func help(words: [String], path: String, isFull: Bool) throws {
        let parsed = try Parser(Sample.program).parse(words, now: Sample.now)
        guard case .help(let request) = parsed, case .command(let found) = request.subject else {
            throw Unexpected(parsed)
        }
        #expect(found.text == path)
        #expect(request.isFull == isFull)
    }

    @Test("help explains topics too")
    func topic() throws {
        guard case .help(let request) = try Sample.parse("help", "exit-codes"), case .topic(let topic) = request.subject
        else {
            Issue.record("a topic")
            return
        }
        #expect(topic.name == "exit-codes")
    }

    @Test("a word after -- asks for nothing")
    func helpAfterEndOfOptions() throws {
        #expect(try invocation("exec", "--", "make", "--help").all(Sample.command) == ["make", "--help"])
        #expect(try invocation("exec", "make", "-h").all(Sample.command) == ["make", "-h"])
    }
}

@Suite("Whatever is typed, the answer is a value")
struct RandomCommandLineTests {
    @Test("random words are parsed or refused, and a refusal is one line", arguments: 0..<20)
    func random(seed: UInt64) {
        let words = [
            "task", "create", "new", "list", "show", "cancel", "inbox", "read", "exec", "agent", "add", "help", "tf",
            "x",
            "-", "--", "---", "--=", "-=", "", " ", "-h", "--help", "-q", "-qy", "-C", "-Cx", "--label", "--label=",
            "--priority=high", "--prio", "--no-edit", "--edit=1", "--wait", "--wait=5s", "-p", "-n", "-n5", "5",
            "\u{1B}[1m",
            "a\nb", "é", "👩‍👩‍👧", "-label:ci", "-é", "\0", "--as", "exit-codes", String(repeating: "z", count: 500),
        ]
        var random = SplitMix(state: seed)
        for _ in 0..<500 {
            let line = (0..<Int.random(in: 0...7, using: &random)).map { _ in
                words[Int.random(in: words.indices, using: &random)]
            }
            do {
                if case .help(let request) = try Parser(Sample.program).parse(line, now: Sample.now) {
                    #expect(HelpPage(Sample.program).text(for: request).hasSuffix("\n"))
                }
            } catch {
                #expect(!error.message.isEmpty && !error.hint.isEmpty, "\(line)")
                for text in [error.message, error.hint] {
                    let scalars = text.unicodeScalars
                    #expect(scalars.allSatisfy { $0.properties.generalCategory != .control }, "\(line)")
                }
            }
        }
    }

    /// Random numbers that are the same in every run.
    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}

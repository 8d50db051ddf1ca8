import System
import Testing

@testable import Arguments

/// The message and the hint with which a command line is refused; empty when it is not.
private func refusal(of words: [String]) -> [String] {
    do {
        _ = try Parser(Sample.program).parse(words, now: Sample.now, zone: Sample.zone)
        return []
    } catch {
        return [error.message, error.hint]
    }
}

@Suite("A refusal says what is wrong, and helps further")
struct UsageFaultTests {
    @Test("what is wrong with options")
    func options() {
        #expect(
            refusal(of: ["task", "create", "x", "--priorty", "high"]) == [
                "unknown option '--priorty' for 'tf task create'",
                "did you mean '--priority'? usage: tf task create [options] TITLE (see 'tf task create --help')",
            ])
        #expect(
            refusal(of: ["task", "create", "x", "--zzz"]) == [
                "unknown option '--zzz' for 'tf task create'",
                "usage: tf task create [options] TITLE (see 'tf task create --help')",
            ])
        #expect(refusal(of: ["task", "create", "-xp"]).first == "unknown option '-x' for 'tf task create'")
        #expect(
            refusal(of: ["task", "create", "x", "--priority"]).first
                == "option '--priority' needs a value: one of low, normal, high, urgent")
        #expect(
            refusal(of: ["task", "show", "T-1", "--yes=now"]).first
                == "option '--yes' takes no value, but was given 'now'")
        #expect(
            refusal(of: ["task", "create", "x", "--no-edit", "--edit"]).first
                == "options '--edit' and '--no-edit' exclude each other")
        #expect(refusal(of: ["task", "claim", "T-1"]).first == "missing option '--as NAME' for 'tf task claim'")
        #expect(
            refusal(of: ["task", "assign", "T-1"]).first
                == "'tf task assign' needs one of '--agent', '--user', '--none'")
        #expect(
            refusal(of: ["task", "assign", "T-1", "--user", "u", "--agent", "a"]).first
                == "options '--agent' and '--user' exclude each other")
        #expect(refusal(of: ["inbox", "--all", "read", "3"]).first == "unknown option '--all' for 'tf inbox read'")
    }

    @Test("the beginning of a long option is not enough, but the whole one is suggested")
    func abbreviation() {
        #expect(refusal(of: ["task", "create", "--pri", "low"]).last?.hasPrefix("did you mean '--priority'?") == true)
    }

    @Test("a long option with one dash is recognised")
    func singleDash() {
        #expect(
            refusal(of: ["task", "create", "-wait"]) == [
                "unknown option '-wait' for 'tf task create'",
                "did you mean '--wait'? usage: tf task create [options] TITLE (see 'tf task create --help')",
            ])
    }

    @Test("hidden options and commands are not suggested")
    func hidden() {
        #expect(refusal(of: ["task", "create", "--secrat"]).last?.hasPrefix("usage:") == true)
        #expect(refusal(of: ["task", "rewrk"]).last?.hasPrefix("usage:") == true)
    }

    @Test("what is wrong with arguments")
    func arguments() {
        #expect(refusal(of: ["task", "create"]).first == "missing argument TITLE for 'tf task create'")
        #expect(refusal(of: ["task", "cancel"]).first == "missing argument TASK for 'tf task cancel'")
        #expect(refusal(of: ["copy", "a"]).first == "missing argument TARGET for 'tf copy'")
        #expect(refusal(of: ["exec"]).first == "missing argument COMMAND for 'tf exec'")
        #expect(
            refusal(of: ["task", "show", "T-1", "T-2", "T-3"]).first == "unexpected argument 'T-2' for 'tf task show'")
        #expect(
            refusal(of: ["agent", "add", "bob", "make"]) == [
                "unexpected argument 'make' for 'tf agent add'",
                "did you mean '-- make'? usage: tf agent add [options] NAME [-- COMMAND...] (see 'tf agent add --help')",
            ])
    }

    @Test("a value is refused with its option, itself and what is allowed")
    func values() {
        #expect(
            refusal(of: ["task", "create", "x", "--timeout", "5x"]).first
                == "--timeout: '5x' is not a duration such as 90s, 10m, 1h30m")
        #expect(
            refusal(of: ["task", "list", "-n", "0"]).first == "--limit: '0' is not a whole number from 1 to 100")
        #expect(
            refusal(of: ["task", "create", "x", "-p", "hihg"]) == [
                "--priority: 'hihg' is not one of low, normal, high, urgent",
                "did you mean 'high'? usage: tf task create [options] TITLE (see 'tf task create --help')",
            ])
        #expect(
            refusal(of: ["task", "create", "x", "--due", "2026-02-30"]).first
                == "--due: '2026-02-30' is not a time such as 2026-03-01, 09:30, +2h, tomorrow: there is no such day")
        #expect(refusal(of: ["task", "create", ""]).first == "TITLE: '' is not a text of one line: it is empty")
        #expect(refusal(of: ["inbox", "read", "x"]).first == "N: 'x' is not a whole number of at least 1")
    }

    @Test("the first mistake is the one that is reported")
    func order() {
        #expect(refusal(of: ["task", "create", "-p", "no", "--bogus"]).first?.hasPrefix("--priority") == true)
        #expect(refusal(of: ["task", "create", "--bogus", "-p", "no"]).first?.hasPrefix("unknown option") == true)
    }

    @Test("an unknown command is compared with the ones there are")
    func commands() {
        #expect(
            refusal(of: ["task", "craete", "x"]) == [
                "unknown command 'craete' for 'tf task'",
                "did you mean 'tf task create'? usage: tf task COMMAND (see 'tf task --help')",
            ])
        #expect(refusal(of: ["tsak"]).last?.hasPrefix("did you mean 'tf task'?") == true)
        #expect(
            refusal(of: ["frobnicate"]) == [
                "unknown command 'frobnicate' for 'tf'", "usage: tf [options] COMMAND (see 'tf --help')",
            ])
        #expect(refusal(of: ["help", "tsak"]).last?.hasPrefix("did you mean 'tf task'?") == true)
        #expect(refusal(of: ["help", "exit-code"]).last?.hasPrefix("did you mean 'tf help exit-codes'?") == true)
    }

    @Test("noun and verb in the wrong order are put right")
    func swapped() {
        #expect(refusal(of: ["create", "task", "x"]).last?.hasPrefix("did you mean 'tf task create'?") == true)
        #expect(refusal(of: ["ls", "task"]).last?.hasPrefix("did you mean 'tf task list'?") == true)
    }

    @Test("a verb alone is shown with the nouns that have it")
    func verbAlone() {
        #expect(
            refusal(of: ["create", "x"]).last
                == "did you mean 'tf task create' or 'tf agent create'? usage: tf [options] COMMAND (see 'tf --help')")
    }

    @Test("control characters are made visible, and long words cut")
    func untrusted() {
        #expect(
            refusal(of: ["task", "create", "x", "-p", "a\u{1B}[1m\n"]).first
                == "--priority: 'a\\u{1B}[1m\\n' is not one of low, normal, high, urgent")
        let long = String(repeating: "z", count: 200)
        #expect(refusal(of: ["task", long]).first?.count == 80 + "unknown command '…' for 'tf task'".count)
    }

    @Test("the command itself refuses in the same form")
    func ownRefusal() throws {
        guard case .invocation(let invocation, _) = try Sample.parse("task", "show", "T-1") else {
            Issue.record("a command")
            return
        }
        let bare = invocation.refusal("'--a' needs '--b'")
        #expect(bare.message == "'--a' needs '--b'")
        #expect(bare.hint == "usage: tf task show TASK (see 'tf task show --help')")
        #expect(invocation.refusal("no", hint: "try\tthis").hint == "try\\tthis")
        #expect(invocation.refusal(.missingArgument("TITLE")).message == "missing argument TITLE for 'tf task show'")
    }
}

@Suite("Suggestions")
struct EditDistanceTests {
    @Test(
        "a slip is an insertion, an omission, a replacement or a swap of neighbours",
        arguments: [
            ("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("", "ab", 2), ("abc", "abcd", 1), ("abc", "ac", 1),
            ("abc", "axc", 1), ("abc", "acb", 1), ("craete", "create", 1), ("kitten", "sitting", 3), ("ca", "abc", 3),
        ])
    func distance(left: String, right: String, distance: Int) {
        #expect(editDistance(left, right) == distance)
        #expect(editDistance(right, left) == distance)
    }

    @Test("only what is near is suggested, nearest first, three at most")
    func candidates() {
        #expect(nearest(to: "lst", among: ["list", "last", "lost", "lust", "show"]) == ["list", "last", "lost"])
        #expect(nearest(to: "xyz", among: ["list"]) == [])
        #expect(nearest(to: "lis", among: ["listing", "list"]) == ["list"])
        #expect(nearest(to: "compl", among: ["completion", "copy"]) == ["completion"])
        #expect(nearest(to: "", among: ["list"]) == [])
        #expect(nearest(to: String(repeating: "l", count: 65), among: ["list"]) == [])
    }
}

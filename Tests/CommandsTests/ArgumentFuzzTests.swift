import Arguments
import System
import TestSupport
import Testing

@testable import Commands

@Suite("Any command line")
struct ArgumentFuzzTests {
    private static let corpus: [[String]] = [
        ["task", "create", "Fix the build", "--label", "ci", "-l", "x", "--priority=high", "--due", "+2h", "-d", "-"],
        ["task", "list", "status:failed", "-label:ci", "not:x", "--sort", "-updated,id", "-n5", "--jsonl"],
        ["-C", "/tmp", "--json", "task", "assign", "T-1", "--agent", "coder", "--no-run", "--wait"],
        ["exec", "--timeout", "1h30m", "--title", "x", "--", "sh", "-c", "exit 1"],
        ["agent", "add", "coder", "-e", "A=b", "--env", "HOME", "--exit-code", "2=block", "--", "claude", "-p"],
        ["events", "--since", "5", "--type", "task/*", "-f", "--format", #"{id}\t{type}"#],
        ["task", "complete", "1", "T-2", "--reason", "why", "--force", "--if-rev", "3", "--command-id", "c"],
        ["help", "task", "create"], ["task", "edit", "T-1", "--payload", #"{"a": [1, null]}"#, "--label", "-x"],
        ["config", "--list", "--origin"], ["tf", "--version"], ["run", "logs", "-f", "R-1", "--tail", "9"],
    ]

    @Test("is parsed or refused with a message, a hint and the usage: no crash, no hang, no memory left behind")
    func words() async {
        await #expect(processExitsWith: .success) {
            let now = Timestamp(milliseconds: 1_800_000_000_000)
            let parser = Parser(Program.tf)
            let words = Array(Set(Self.corpus.joined())).sorted()
            let pieces =
                words + ["--", "-", "=", "--no-", "--help", "-h", "{", "}", "\\", "\u{1B}[31m", "99999999999999999999"]
            for seed in Seeds.list(1) {
                var mutation = Mutation(seed: seed, pieces: pieces)
                let result = Fuzzing(Thoroughness.amount(10_000, full: 30_000)) { _ in
                    let line = mutation.line(of: Self.corpus, words)
                    do throws(UsageFault) {
                        _ = try parser.parse(line, now: now, zone: .utc)
                    } catch {
                        let isWhole = !error.message.isEmpty && !error.hint.isEmpty && !error.usage.isEmpty
                        if !isWhole || error.message.contains("\n") || error.message.contains("\u{1B}") {
                            Issue.record("\(line): \(error.message)")
                        }
                    }
                    return { "\(line)" }
                }
                #expect(result.problems == [])
            }
        }
    }
}

extension Mutation {
    /// A command line with words left out, added, doubled, moved and spoilt.
    fileprivate mutating func line(of corpus: [[String]], _ words: [String]) -> [String] {
        var line = generator.pick(corpus)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0...line.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: if place < line.count { line.remove(at: place) }
            case 1: line.insert(generator.pick(words), at: place)
            case 2: line = Array(line.prefix(place) + generator.pick(corpus).suffix(4))
            case 3: if place < line.count { line[place] = generator.pick(words) }
            default: if place < line.count { line[place] = variant(of: [line[place]]) }
            }
        }
        return line
    }
}

import Terminal
import Testing

@Suite("Whether a stream is coloured")
struct ColorChoiceTests {
    /// The rule written a second time, as a table: the first line that matches decides. nil matches anything.
    private struct Line {
        var choice: ColorChoice?
        var noColor: [String?]?
        var force: [String?]?
        var term: [String?]?
        var isTerminal: Bool?
        var colored: Bool
    }

    private static let lines = [
        Line(choice: .always, colored: true),
        Line(choice: .never, colored: false),
        Line(noColor: ["1", "0"], colored: false),
        Line(force: ["1", "yes"], colored: true),
        Line(term: [nil, "", "dumb"], colored: false),
        Line(isTerminal: true, colored: true),
        Line(isTerminal: false, colored: false),
    ]

    @Test("every combination of option, environment and stream follows the rules", arguments: ColorChoice.allCases)
    func everyCombination(choice: ColorChoice) throws {
        for noColor in [nil, "", "0", "1"] as [String?] {
            for force in [nil, "", "0", "1", "yes"] as [String?] {
                for term in [nil, "", "dumb", "xterm-256color"] as [String?] {
                    for isTerminal in [false, true] {
                        let expected = try #require(
                            Self.lines.first {
                                $0.choice ?? choice == choice && $0.noColor?.contains(noColor) ?? true
                                    && $0.force?.contains(force) ?? true && $0.term?.contains(term) ?? true
                                    && $0.isTerminal ?? isTerminal == isTerminal
                            })
                        let environment = ["NO_COLOR": noColor, "CLICOLOR_FORCE": force, "TERM": term]
                        let decided = choice.wantsColor(isTerminal: isTerminal) { environment[$0] ?? nil }
                        #expect(decided == expected.colored, "\(environment), terminal: \(isTerminal)")
                    }
                }
            }
        }
    }

    @Test("an ordinary terminal is coloured, a pipe is not")
    func ordinary() {
        let environment = ["TERM": "xterm"]
        #expect(ColorChoice.auto.wantsColor(isTerminal: true) { environment[$0] })
        #expect(!ColorChoice.auto.wantsColor(isTerminal: false) { environment[$0] })
    }

    @Test("NO_COLOR goes before CLICOLOR_FORCE, and the option before both")
    func precedence() {
        let environment = ["NO_COLOR": "1", "CLICOLOR_FORCE": "1", "TERM": "xterm"]
        #expect(!ColorChoice.auto.wantsColor(isTerminal: true) { environment[$0] })
        #expect(ColorChoice.always.wantsColor(isTerminal: false) { environment[$0] })
    }
}

import Model
import Testing
import TestSupport

@Suite("Patterns of event types")
struct GlobTests {
    @Test(
        "a star is any text, a question mark any one character",
        arguments: [
            ("task/completed", "task/*"), ("task/completed", "*"), ("task/completed", "*/completed"),
            ("task/completed", "task/completed"), ("task/completed", "t*d"), ("run/lost", "r?n/l??t"), ("", "*"),
            ("", ""), ("a", "**a**"), ("é日", "??"), ("aXbXc", "a*b*c"), ("aaaab", "*aab"),
        ])
    func fits(text: String, pattern: String) {
        #expect(Glob.matches(text, pattern))
    }

    @Test(
        "the whole text has to fit, in this case",
        arguments: [
            ("task/completed", "task"), ("task/completed", "task/"), ("task", "task?"), ("task", "Task"), ("", "?"),
            ("ab", "*a"), ("abc", "a*d*c"), ("a", ""), ("axb", "a[x]b"), ("run/lost", "task/*"),
        ])
    func fitsNot(text: String, pattern: String) {
        #expect(!Glob.matches(text, pattern))
    }

    @Test("random texts and patterns fit as the definition says")
    func reference() {
        var random = SeededGenerator(seed: 9)
        var fitting = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...8, using: &random)).map { _ in "ab".randomElement(using: &random)! }
            let pattern = (0..<Int.random(in: 0...6, using: &random)).map { _ in "ab*?".randomElement(using: &random)! }
            let expected = reference(text[...], pattern[...])
            fitting += expected ? 1 : 0
            #expect(Glob.matches(String(text), String(pattern)) == expected, "\(String(text)) \(String(pattern))")
        }
        #expect(fitting > 1000)
    }

    @Test("many stars cost no more than text times pattern")
    func cost() {
        let text = String(repeating: "a", count: 2000)
        #expect(!Glob.matches(text, String(repeating: "a*", count: 500) + "b"))
    }

    /// The definition, word for word.
    private func reference(_ text: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        let rest = pattern.dropFirst()
        if first == "*" { return (0...text.count).contains { reference(text.dropFirst($0), rest) } }
        guard let character = text.first, first == "?" || first == character else { return false }
        return reference(text.dropFirst(), rest)
    }
}

import Terminal
import Testing
import TestSupport

@Suite("Display width")
struct DisplayWidthTests {
    @Test(
        "text has the columns that a terminal gives it",
        arguments: [
            ("", 0), ("plain", 5), ("naïve", 5), ("Ω→", 2),
            // Combining marks, precomposed or not.
            ("e\u{301}", 1), ("\u{301}", 0), ("a\u{300}\u{316}\u{20DD}", 1), ("שָׁלוֹם", 4),
            // East Asian wide, fullwidth, halfwidth.
            ("日本語", 6), ("ｱｲｳ", 3), ("ＡＢＣ", 6), ("、。", 4), ("\u{20000}\u{3134A}", 4), ("カ\u{3099}", 2),
            // Hangul, precomposed and in letters.
            ("한글", 4), ("\u{1112}\u{1161}\u{11AB}", 2),
            // The edges of the table's ranges.
            ("\u{10FF}\u{1100}\u{115F}", 5), ("\u{303E}\u{303F}", 3), ("\u{4DBF}\u{4DC0}\u{4E00}", 5), ("\u{3FFFD}", 2),
            ("\u{FF00}", 1), ("\u{FF01}", 2), ("\u{FF60}\u{FF61}", 3),
            // Indic: a nonspacing mark is nothing, the letters of a conjunct stand side by side.
            ("क्", 1), ("क्ष", 2),
        ])
    func text(text: String, columns: Int) {
        #expect(text.displayWidth == columns)
    }

    @Test(
        "an emoji has two columns, whatever it is made of",
        arguments: ["🎉", "⌚", "👍🏽", "👨‍👩‍👧‍👦", "❤️", "❤️‍🔥", "🏳️‍🌈", "🇩🇪", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🈁", "🧑‍🚀", "🫩"])
    func emoji(text: String) {
        #expect(text.displayWidth == 2)
    }

    @Test("what is an emoji only on demand has one column without the demand", arguments: ["❤", "☎", "©", "1", "🇩"])
    func textPresentation(text: String) {
        #expect(text.displayWidth == 1)
    }

    @Test("the width of a text is that of its characters together")
    func additive() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            let text = RandomText.ordinary(length: 9, using: &generator)
            #expect(text.displayWidth == text.reduce(0) { $0 + $1.displayWidth }, "\(text)")
        }
    }

    @Test("truncated text is the longest beginning that leaves room for the ellipsis")
    func truncatedAtRandom() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            let text = RandomText.ordinary(length: 9, using: &generator)
            let width = Int.random(in: 1...12, using: &generator)
            let beginnings = (0...text.count).map { String(text.prefix($0)) }
            let expected = beginnings.last { $0.displayWidth < width }.map { $0 + "…" }
            #expect(text.truncated(toWidth: width) == (text.displayWidth <= width ? text : expected))
        }
    }

    @Test("truncated text fits and ends in an ellipsis, text that fits stays")
    func truncated() {
        #expect("abcdef".truncated(toWidth: 6) == "abcdef")
        #expect("abcdef".truncated(toWidth: 5) == "abcd…")
        #expect("abcdef".truncated(toWidth: 1) == "…")
        #expect("abcdef".truncated(toWidth: 0).isEmpty)
        #expect("abcdef".truncated(toWidth: -1).isEmpty)
        #expect("".truncated(toWidth: 0).isEmpty)
    }

    @Test("a wide character is never cut in half")
    func truncatedWide() {
        #expect("日本語".truncated(toWidth: 6) == "日本語")
        #expect("日本語".truncated(toWidth: 5) == "日本…")
        #expect("日本語".truncated(toWidth: 4) == "日…")
        #expect("日本語".truncated(toWidth: 2) == "…")
        #expect("日".truncated(toWidth: 1) == "…")
    }

    @Test("a grapheme cluster is never cut apart")
    func truncatedClusters() {
        #expect("👨‍👩‍👧‍👦👨‍👩‍👧‍👦".truncated(toWidth: 3) == "👨‍👩‍👧‍👦…")
        #expect("e\u{301}e\u{301}e\u{301}".truncated(toWidth: 3) == "e\u{301}e\u{301}e\u{301}")
        #expect("e\u{301}e\u{301}e\u{301}".truncated(toWidth: 2) == "e\u{301}…")
    }

    @Test("padded text fills its columns on the side away from its alignment")
    func padded() {
        #expect("日".padded(toWidth: 4) == "日  ")
        #expect("42".padded(toWidth: 4, alignment: .right) == "  42")
        #expect("long".padded(toWidth: 2) == "long")
    }
}

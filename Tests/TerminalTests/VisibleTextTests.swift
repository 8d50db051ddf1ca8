import Terminal
import Testing
import TestSupport

@Suite("Text from outside")
struct VisibleTextTests {
    @Test(
        "control characters and escape sequences are written out",
        arguments: [
            ("a\u{1B}[2Jb", "a^[[2Jb"), ("\u{1B}]0;title\u{7}", "^[]0;title^G"), ("\u{1B}c", "^[c"), ("\u{0}", "^@"),
            ("a\u{8}b", "a^Hb"), ("\u{7F}", "^?"), ("\u{9B}31m", #"\u{9B}31m"#), ("\u{85}", #"\u{85}"#),
            ("over\rwritten", "over^Mwritten"), ("\u{1B}", "^["), ("\u{1B}[", "^[["), ("\u{1B}[31", "^[[31"),
            ("\u{1B}]8;;http://x\u{1B}\\link", #"^[]8;;http://x^[\link"#),
        ])
    func controls(text: String, expected: String) {
        #expect(text.visibleLine == expected)
        #expect(text.visibleBlock == expected)
    }

    @Test("colours are dropped, and so is the erasing of a line's rest")
    func colors() {
        #expect("\u{1B}[1;31merror\u{1B}[0m\u{1B}[K: no".visibleLine == "error: no")
        #expect("\u{1B}[38:5:208mx\u{1B}[m".visibleBlock == "x")
    }

    @Test("dropping a sequence never makes a new one")
    func nested() {
        #expect("\u{1B}\u{1B}[m[31m".visibleLine == "^[[31m")
        #expect("\u{1B}[\u{1B}[mm".visibleLine == "^[[m")
    }

    @Test(
        "characters that turn the direction of writing or hide are written out",
        arguments: [
            "\u{202A}", "\u{202B}", "\u{202C}", "\u{202D}", "\u{202E}", "\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}",
            "\u{200E}", "\u{200F}", "\u{61C}", "\u{200B}", "\u{2060}", "\u{FEFF}", "\u{AD}", "\u{2028}", "\u{2029}",
            "\u{34F}", "\u{3164}", "\u{FFF9}", "\u{E0001}", "\u{E0041}", "\u{200C}", "\u{200D}",
        ] as [Unicode.Scalar])
    func invisible(scalar: Unicode.Scalar) {
        let spelled = #"a\u{"# + String(scalar.value, radix: 16, uppercase: true) + "}b"
        #expect("a\(scalar)b".visibleLine == spelled)
        #expect("a\(scalar)b".visibleBlock == spelled)
    }

    @Test(
        "writing keeps the invisible characters that it needs",
        arguments: [
            "👨‍👩‍👧‍👦", "❤️‍🔥", "🏳️‍🌈", "👍🏽", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇩🇪", "葛\u{E0100}", "می\u{200C}خواهم", "क्\u{200D}ष", "日本語", "שלום", "e\u{301}",
        ])
    func kept(text: String) {
        #expect(text.visibleLine.unicodeScalars.elementsEqual(text.unicodeScalars))
        #expect(text.visibleBlock.unicodeScalars.elementsEqual(text.unicodeScalars))
    }

    @Test("invisible characters carry no message behind an emoji or a flag")
    func smuggled() {
        #expect("😀\u{FE0F}\u{FE01}\u{FE02}".visibleLine == "😀\u{FE0F}" + #"\u{FE01}\u{FE02}"#)
        let tags = "\u{E0069}\u{E0067}\u{E006E}\u{E006F}\u{E0072}\u{E0065}\u{E0061}"
        #expect("😀\(tags)".visibleLine.hasPrefix(#"😀\u{E0069}\u{E0067}"#))
        #expect("\u{1F3F4}\(tags)\u{E007F}".visibleLine.hasPrefix("\u{1F3F4}" + #"\u{E0069}"#))
    }

    @Test("on a line, line breaks and tabs become blanks")
    func line() {
        #expect("a\nb\r\nc\td".visibleLine == "a b c d")
    }

    @Test("in a block, line breaks and tabs stay")
    func block() {
        #expect("a\n\tb\r\nc\u{7}".visibleBlock == "a\n\tb\nc^G")
    }

    @Test("harmless text stays as it is")
    func harmless() {
        #expect("fix the parser; see T-12".visibleLine == "fix the parser; see T-12")
        #expect("".visibleLine.isEmpty)
    }

    @Test("whatever comes in, nothing dangerous comes out, and a second time changes nothing")
    func random() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<3000 {
            let text = RandomText.dangerous(length: 12, using: &generator)
            for visible in [text.visibleLine, text.visibleBlock.filter { $0 != "\n" && $0 != "\t" }] {
                #expect(!visible.unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) })
                #expect(!visible.unicodeScalars.contains { (0x202A...0x202E).contains($0.value) })
                #expect(!visible.unicodeScalars.contains { (0x2066...0x2069).contains($0.value) || $0.value == 0x200B })
            }
            #expect(text.visibleLine.visibleLine == text.visibleLine)
            #expect(text.visibleBlock.visibleBlock == text.visibleBlock)
        }
    }
}

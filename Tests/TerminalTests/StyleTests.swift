import Terminal
import Testing

@Suite("Styles")
struct StyleTests {
    @Test(
        "a painter puts a style's parameters before the text and a reset after it",
        arguments: [
            (Style.red, "\u{1B}[31mx\u{1B}[0m"), (.cyan, "\u{1B}[36mx\u{1B}[0m"), (.dim, "\u{1B}[2mx\u{1B}[0m"),
            (.green.bold, "\u{1B}[1;32mx\u{1B}[0m"), (.yellow.bold.dim, "\u{1B}[2;33mx\u{1B}[0m"), (.plain, "x"),
        ])
    func paint(style: Style, expected: String) {
        #expect(Painter.color.paint("x", style) == expected)
    }

    @Test("a plain painter hands text through")
    func plain() {
        #expect(Painter.plain.paint("x", .red.bold) == "x")
    }

    @Test("no text has no style")
    func empty() {
        #expect(Painter.color.paint("", .red).isEmpty)
    }
}

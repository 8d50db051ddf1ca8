import Terminal
import Testing

@Suite("The details of a record")
struct DetailsTests {
    @Test("values are aligned behind their labels")
    func aligned() {
        var details = Details()
        details.add("id", "T-12")
        details.add("status", "running")
        #expect(details.render() == "id:      T-12\nstatus:  running\n")
    }

    @Test("further lines of a value are indented, and blank ones have no blanks")
    func multiline() {
        var details = Details()
        details.add("id", "T-1")
        details.add("description", "first\n\n  third  \r\nlast")
        #expect(
            details.render() == """
                id:           T-1
                description:  first

                                third
                              last

                """)
    }

    @Test("a value that there isn't is left out, an empty one is shown")
    func missing() {
        var details = Details()
        details.add("agent", nil)
        details.add("result", "")
        #expect(details.render() == "result:\n")
        #expect(Details().render().isEmpty)
    }

    @Test("labels are dim and every line of a value has its style")
    func styled() {
        var details = Details()
        details.add("日", "a\nb", .red)
        #expect(
            details.render(painter: .color)
                == "\u{1B}[2m日:\u{1B}[0m  \u{1B}[31ma\u{1B}[0m\n     \u{1B}[31mb\u{1B}[0m\n")
    }

    @Test("escape sequences in a value are written out")
    func injection() {
        var details = Details()
        details.add("title", "a\u{1B}[2Jb\u{202E}")
        #expect(details.render() == #"title:  a^[[2Jb\u{202E}"# + "\n")
    }
}

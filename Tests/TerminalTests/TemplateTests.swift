import Terminal
import Testing

@Suite("Templates of --format")
struct TemplateTests {
    private let values = ["id": "T-1", "title": "a {b}\n", "assignee.agent": "ada", "due": ""]

    @Test(
        "fields, braces and escapes are filled in",
        arguments: [
            ("", ""), ("plain", "plain"), ("{id}", "T-1"), (#"{id}\t{title}"#, "T-1\ta {b}\n"),
            ("{assignee.agent}:{due}.", "ada:."), ("{{id}}", "{id}"), ("{{{id}}}", "{T-1}"),
            (#"\n\\t\0"#, "\n\\t\0"), ("日{id}本", "日T-1本"), ("{id}{id}", "T-1T-1"),
        ])
    func renders(text: String, expected: String) throws {
        #expect(try Template(text).render { values[$0] } == expected)
    }

    @Test(
        "a mistake is refused with its position",
        arguments: [
            ("ab{id", TemplateError.unclosedField(position: 3)), ("{", .unclosedField(position: 1)),
            ("ab}", .strayBrace(position: 3)), ("{id}}", .strayBrace(position: 5)),
            ("日{}", .invalidField("", position: 2)), ("{ id}", .invalidField(" id", position: 1)),
            (#"{"id": "{id}"}"#, .invalidField(#""id": "{id"#, position: 1)),
            (#"a\x"#, .unknownEscape("x", position: 2)), (#"a\"#, .unknownEscape(nil, position: 2)),
        ])
    func refused(text: String, error: TemplateError) {
        #expect(throws: error) { try Template(text) }
    }

    @Test("a field that there isn't is named, together with those that there are")
    func unknown() throws {
        let template = try Template("{id} {name}")
        let error = TemplateError.unknownField("name", known: ["id", "title"])
        #expect(throws: error) { try template.render(known: ["id", "title"]) { values[$0] } }
        #expect(error.description == "no field 'name'; there are id, title")
        #expect(TemplateError.unknownField("x", known: []).description == "no field 'x'")
    }

    @Test("the message of a mistake says what to write instead, and is safe to print")
    func messages() {
        #expect(
            TemplateError.unclosedField(position: 3).description
                == "the { at position 3 is never closed; write {{ for a brace")
        #expect(
            TemplateError.unknownEscape("\u{1B}", position: 2).description
                == #"\^[ at position 2 is unknown; there are \t \n \\ \0"#)
        #expect(
            TemplateError.unknownEscape(nil, position: 2).description
                == #"the \ at position 2 ends the template; write \\ for a backslash"#)
    }

    @Test("a template knows its fields and what ends a record")
    func parts() throws {
        #expect(try Template("{id} {due} {id}").fields == ["id", "due", "id"])
        #expect(try Template("{id}").terminator == "\n")
        #expect(try Template("").terminator == "\n")
        #expect(try Template(#"{id}\0"#).terminator == "")
        #expect(try Template(#"{id}\n"#).terminator == "")
        #expect(try Template(#"\0{id}"#).terminator == "\n")
    }
}

import Model
import Testing

@Suite("Writing JSON")
struct JSONWriterTests {
    @Test("a file is indented by two blanks, its members sorted, with one newline at the end")
    func file() {
        let value: JSON = ["b": [1, [], [:], ["x": .null]], "a": "text", "B": true]
        let expected = """
            {
              "B": true,
              "a": "text",
              "b": [
                1,
                [],
                {},
                {
                  "x": null
                }
              ]
            }

            """
        #expect(String(decoding: value.fileBytes, as: UTF8.self) == expected)
        #expect(value.indentedText + "\n" == expected)
    }

    @Test("a line has no blanks and no newline, and goes behind what is there")
    func line() {
        let value: JSON = ["b": [1, .number(0.5), .null], "a": "x y"]
        #expect(value.compactText == #"{"a":"x y","b":[1,0.5,null]}"#)
        var bytes = Array("> ".utf8)
        value.write(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == #"> {"a":"x y","b":[1,0.5,null]}"#)
    }

    @Test("only what must be escaped is")
    func escapes() {
        let text = "\"\\/\u{0}\u{1F}\n\r\t\u{8}\u{7F}é😀\u{2028}"
        #expect(JSON.string(text).compactText == "\"\\\"\\\\/\\u0000\\u001f\\n\\r\\t\\u0008\u{7F}é😀\u{2028}\"")
        for value: UInt32 in 0..<0x20 {
            let line = JSON.string("a\(Unicode.Scalar(value)!)b").compactText
            #expect(line.utf8.allSatisfy { $0 >= 0x20 }, "control character \(value)")
        }
    }

    @Test(
        "numbers are written in the shortest form that reads back",
        arguments: [
            (JSON.number(0.1), "0.1"), (.number(1e16), "1e+16"), (.number(-0.0), "-0.0"),
            (.number(.leastNonzeroMagnitude), "5e-324"),
            (.number(123456789.5), "123456789.5"), (.integer(-9_007_199_254_740_991), "-9007199254740991"),
        ])
    func numbers(value: JSON, text: String) throws {
        #expect(value.compactText == text)
        #expect(try JSON(parsing: text) == value)
    }

    @Test("what is written reads back as the same value, and is written the same again")
    func roundTrip() throws {
        var random = RandomJSON(seed: 1)
        for _ in 0..<2000 {
            let value = random.value()
            let file = value.fileBytes
            #expect(try JSON(parsing: file) == value)
            #expect(try JSON(parsing: value.compactBytes) == value)
            #expect(JSON.compactBytes(ofFile: file) == value.compactBytes)
            #expect(try JSON(parsing: file).fileBytes == file)
        }
    }
}

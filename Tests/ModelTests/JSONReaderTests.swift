import Model
import Testing

@Suite("Reading JSON")
struct JSONReaderTests {
    @Test(
        "what RFC 8259 allows is read",
        arguments: [
            ("null", .null), (" true\n", true), ("\r\t false ", false), ("0", 0), ("-0", 0), ("-12", -12),
            ("0.5", .number(0.5)), ("-0.0", .number(-0.0)), ("1E3", .number(1000)), ("1e+2", .number(100)),
            ("25e-1", .number(2.5)), ("1.0", .number(1)), ("\"\"", ""), ("[]", []), ("{}", [:]), ("[ ]", []),
            ("{ }", [:]), ("[1,\n2]", [1, 2]), (#"{"a":{"b":[null]}}"#, ["a": ["b": [.null]]]), (#"{"":0}"#, ["": 0]),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u00E9""#, "Aéé"),
            (#""\uD83D\uDE00""#, "😀"), ("\"\u{7F}\u{2028}\u{FFFD}\"", "\u{7F}\u{2028}\u{FFFD}"),
            (#""\u0000""#, "\0"), (#""\ufffe""#, "\u{FFFE}"),
        ] as [(String, JSON)])
    func accepted(text: String, value: JSON) throws {
        #expect(try JSON(parsing: text) == value)
    }

    @Test("a fraction stays one, and a whole number stays whole")
    func wholeAndFraction() throws {
        #expect(try JSON(parsing: "1.0") != JSON(parsing: "1"))
        #expect(try JSON(parsing: "[1,1.0,1e2]").compactText == "[1,1.0,100.0]")
    }

    @Test("integers are those that every reader keeps: up to 2^53 - 1")
    func integers() throws {
        #expect(try JSON(parsing: "9007199254740991").integer == 9_007_199_254_740_991)
        #expect(try JSON(parsing: "-9007199254740991").integer == -9_007_199_254_740_991)
        for text in [
            "9007199254740992", "-9007199254740992", "9223372036854775808", "1" + String(repeating: "0", count: 99),
        ] {
            #expect(fault(text) == "the integer \(text) is beyond what JSON readers agree on at line 1, column 1")
        }
    }

    @Test("numbers are those that a double can hold")
    func numbers() throws {
        #expect(try JSON(parsing: "1.7976931348623157e308") == .number(.greatestFiniteMagnitude))
        #expect(try JSON(parsing: "5e-324") == .number(.leastNonzeroMagnitude))
        #expect(fault("[1e309]") == "the number 1e309 is beyond what JSON readers agree on at line 1, column 2")
        #expect(fault("-1e999") == "the number -1e999 is beyond what JSON readers agree on at line 1, column 1")
    }

    @Test(
        "a fault is named with the line and column of the first byte that is wrong",
        arguments: [
            ("", "the text ends where a value was expected at line 1, column 1"),
            (" \n ", "the text ends where a value was expected at line 2, column 2"),
            ("nul", "the text ends within a word at line 1, column 4"),
            ("[nul]", "unexpected ']' at line 1, column 5"),
            ("True", "unexpected 'T' at line 1, column 1"),
            ("NaN", "unexpected 'N' at line 1, column 1"),
            ("-Infinity", "expected a digit, found 'I' at line 1, column 2"),
            ("+1", "unexpected '+' at line 1, column 1"),
            (".5", "unexpected '.' at line 1, column 1"),
            ("'a'", "unexpected ''' at line 1, column 1"),
            ("01", "a number must not begin with 0 at line 1, column 1"),
            ("[-012]", "a number must not begin with 0 at line 1, column 2"),
            ("-", "expected a digit, found the end of the text at line 1, column 2"),
            ("1.", "expected a digit, found the end of the text at line 1, column 3"),
            ("[1.e5]", "expected a digit, found 'e' at line 1, column 4"),
            ("1e+", "expected a digit, found the end of the text at line 1, column 4"),
            ("1 2", "more text after the value at line 1, column 3"),
            ("{}\n\n}", "more text after the value at line 3, column 1"),
            ("0x1F", "more text after the value at line 1, column 2"),
            ("[1,]", "unexpected ']' at line 1, column 4"),
            ("[,1]", "unexpected ',' at line 1, column 2"),
            ("[1 2]", "expected ',' or ']', found '2' at line 1, column 4"),
            ("[1", "expected ',' or ']', found the end of the text at line 1, column 3"),
            ("[1}", "expected ',' or ']', found '}' at line 1, column 3"),
            ("{\n  \"a\": 1,\n}", "expected a member name in quotes, found '}' at line 3, column 1"),
            ("{a:1}", "expected a member name in quotes, found 'a' at line 1, column 2"),
            ("{\"a\" 1}", "expected ':' after \"a\", found '1' at line 1, column 6"),
            ("{\"a\":}", "unexpected '}' at line 1, column 6"),
            ("{\"a\":1;}", "expected ',' or '}', found ';' at line 1, column 7"),
            ("{\"a\":1", "expected ',' or '}', found the end of the text at line 1, column 7"),
            ("[1] // no", "more text after the value at line 1, column 5"),
            ("\u{FEFF}1", "unexpected byte 239 at line 1, column 1"),
            ("[\u{A0}1]", "unexpected byte 194 at line 1, column 2"),
            ("é\n", "unexpected byte 195 at line 1, column 1"),
            ("[\"é\", x]", "unexpected 'x' at line 1, column 8"),
        ])
    func faults(text: String, expected: String) {
        #expect(fault(text) == expected)
    }

    @Test(
        "a fault within a string is found where it stands",
        arguments: [
            ("[\"abc", "the string is not closed at line 1, column 2"),
            ("[\"a\\n", "the string is not closed at line 1, column 2"),
            ("\"a\nb\"", "a control character within a string at line 1, column 3"),
            ("\"\\ta\tb\"", "a control character within a string at line 1, column 5"),
            ("\"a\0\"", "a control character within a string at line 1, column 3"),
            ("\"\\x41\"", "an unknown escape at line 1, column 3"),
            ("\"\\", "the text ends within an escape at line 1, column 3"),
            ("\"\\u12", "the text ends within an escape at line 1, column 4"),
            ("\"\\u12G4\"", "expected a hexadecimal digit, found 'G' at line 1, column 6"),
            ("\"\\u+123\"", "expected a hexadecimal digit, found '+' at line 1, column 4"),
            ("\"a\\uD800\"", "half of a surrogate pair at line 1, column 3"),
            ("\"\\uDC00\"", "half of a surrogate pair at line 1, column 2"),
            ("\"\\uD800x\"", "half of a surrogate pair at line 1, column 2"),
            ("\"\\uD800\\n\"", "half of a surrogate pair at line 1, column 2"),
            ("\"\\uD800\\u0041\"", "half of a surrogate pair at line 1, column 2"),
            ("\"\\uDE00\\uD83D\"", "half of a surrogate pair at line 1, column 2"),
        ])
    func stringFaults(text: String, expected: String) {
        #expect(fault(text) == expected)
    }

    @Test(
        "bytes that are not UTF-8 are refused where they stand",
        arguments: [
            ([0x61, 0xFF], 3), ([0xC3], 2), ([0x61, 0xC3, 0x28], 3), ([0xC0, 0x80], 2), ([0xE0, 0x80, 0x80], 2),
            ([0xED, 0xA0, 0x80], 2), ([0xF4, 0x90, 0x80, 0x80], 2), ([0xC3, 0xA9, 0x80], 4),
            ([0x5C, 0x6E, 0xC3, 0xA9, 0xBF, 0x5C, 0x6E], 6), ([0xC3, 0x5C, 0x75, 0x30, 0x30, 0x38, 0x30], 2),
        ] as [([UInt8], Int)])
    func notUTF8(bytes: [UInt8], column: Int) {
        let text = [0x0A, 0x22] + bytes + [0x22]
        #expect(fault(text) == "not UTF-8 at line 2, column \(column)")
    }

    @Test("a name that occurs twice is refused, also when it is written another way")
    func duplicates() throws {
        let reason = "member \"a\" occurs twice in the object that begins"
        #expect(fault(#"{"a":1,"a":1}"#) == "\(reason) at line 1, column 1")
        #expect(fault("[1,\n {\"a\":1,\"b\":2,\"\\u0061\":3}]") == "\(reason) at line 2, column 2")
        #expect(try JSON(parsing: #"{"a":{"a":1},"b":{"a":2}}"#)["b"] == ["a": 2])
    }

    @Test("names that look the same and are other bytes are different names")
    func canonicallyEquivalentNames() throws {
        let object = try #require(try JSON(parsing: "{\"\u{E9}\":1,\"e\u{301}\":2}").object)
        #expect(object.count == 2)
        #expect(object["\u{E9}"] == 1)
        #expect(object["e\u{301}"] == 2)
    }

    @Test("lists nest 128 levels deep and no deeper, whatever stands beside them")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try JSON(parsing: nested(128)) }
        #expect(fault(nested(129)) == "nested more than 128 levels deep at line 1, column 129")
        #expect(
            fault(String(repeating: "[", count: 1_000_000)) == "nested more than 128 levels deep at line 1, column 129")
        #expect(
            fault(String(repeating: "{\"a\":", count: 129)) == "nested more than 128 levels deep at line 1, column 641")
        let wide = "[" + Array(repeating: "[[]],{\"a\":{}}", count: 200).joined(separator: ",") + "]"
        #expect(try JSON(parsing: wide).array?.count == 400)
    }

    @Test("bytes that do not lie in one piece are read all the same")
    func lazyBytes() throws {
        let bytes = AnySequence("[1, \"é\"]".utf8)
        #expect(try JSON(parsing: bytes) == [1, "é"])
    }
}

/// What is wrong with a text, as people are told; nil when nothing is.
private func fault(_ text: String) -> String? { fault(Array(text.utf8)) }

private func fault(_ bytes: [UInt8]) -> String? {
    do throws(JSONFault) {
        _ = try JSON(parsing: bytes)
        return nil
    } catch {
        return error.description
    }
}

import Model
import Testing
import TestSupport

@Suite("JSON values")
struct JSONValueTests {
    /// The examples of RFC 7396, appendix A.
    @Test(
        "a merge patch replaces members and removes those that are null",
        arguments: [
            (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
            (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
            (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
            (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
            (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
            (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, "null", "null"),
            (#"{"a":"foo"}"#, #""bar""#, #""bar""#), (#"{"e":null}"#, #"{"a":1}"#, #"{"a":1,"e":null}"#),
            ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
            ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
        ])
    func mergePatch(target: String, patch: String, result: String) throws {
        #expect(try JSON(parsing: target).merged(with: JSON(parsing: patch)).compactText == result)
    }

    @Test("members are sorted by the bytes of their names, in whatever order they came")
    func order() {
        let names = ["b", "", "B", "a", "aa", "é", "Z", "_", "e\u{301}", "\u{FFFF}", "\u{10000}"]
        let expected = ["", "B", "Z", "_", "a", "aa", "b", "e\u{301}", "é", "\u{FFFF}", "\u{10000}"]
        var random = SeededGenerator(seed: 5)
        for _ in 0..<50 {
            let object = JSONObject(names.shuffled(using: &random).map { ($0, .null) })
            #expect(object.map(\.key).elementsEqual(expected) { $0.utf8.elementsEqual($1.utf8) })
        }
    }

    @Test("an object is a dictionary with the last value of each name")
    func dictionary() {
        var object: JSONObject = JSONObject([("a", 1), ("b", 2), ("a", 3)])
        #expect(object == JSONObject([("b", 2), ("a", 3)]))
        #expect(object["a"] == 3)
        #expect(object["c"] == nil)
        object["c"] = .null
        #expect(object["c"] == .null)
        #expect(object.count == 3)
        object["a"] = nil
        object["nothing"] = nil
        #expect(object.map(\.key) == ["b", "c"])
        #expect(object.remove("b") == 2)
        #expect(object.remove("b") == nil)
        #expect(object.count == 1)
    }

    @Test("an object does what a dictionary does, whatever is set and removed")
    func againstDictionary() {
        var random = SeededGenerator(seed: 6)
        var object = JSONObject()
        var dictionary: [String: JSON] = [:]
        for step in 0..<5000 {
            let key = String(Int.random(in: 0..<40, using: &random), radix: 2)
            let value: JSON? = Bool.random(using: &random) ? .integer(Int64(step)) : nil
            object[key] = value
            dictionary[key] = value
            #expect(object[key] == value)
        }
        #expect(object.map(\.key) == dictionary.keys.sorted())
        #expect(object.allSatisfy { dictionary[$0.key] == $0.value })
    }

    @Test("equal objects have equal hashes")
    func hashing() {
        let one: JSON = ["a": 1, "b": [.null]]
        let other: JSON = ["b": [.null], "a": 1]
        #expect(one == other)
        #expect(Set([one, other]).count == 1)
        #expect(one != ["a": 1, "b": []])
        #expect(one != ["a": 1, "c": [.null]])
    }

    @Test("a dotted path leads through objects to a value, or nowhere")
    func paths() {
        let value: JSON = ["a": ["b": ["c": 1], "": 2], "x.y": 3]
        #expect(value.value(at: "a.b.c") == 1)
        #expect(value.value(at: "a.b") == ["c": 1])
        #expect(value.value(at: "a.") == 2)
        for path in ["a.c", "a.b.c.d", "x.y", "", "b"] { #expect(value.value(at: path) == nil, "\(path)") }
    }

    @Test("a kind of value has a name for messages")
    func kinds() {
        let names = [JSON.null, true, 1, .number(0.5), "", [], [:]].map(\.kindName)
        #expect(names == ["null", "a boolean", "a number", "a number", "a string", "an array", "an object"])
    }
}

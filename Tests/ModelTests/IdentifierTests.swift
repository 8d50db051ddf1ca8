import Model
import Testing
import TestSupport

@Suite("Ids and names")
struct IdentifierTests {
    @Test(
        "what people type becomes the one form that files have",
        arguments: [
            ("T-12", "T-12"), ("t-12", "T-12"), ("12", "T-12"), (" \tT-12\n", "T-12"), ("T-0012", "T-12"),
            ("0012", "T-12"), ("T-abcd1234", "T-abcd1234"), ("t-ABCD1234", "T-abcd1234"),
            ("T-00000012", "T-12"), ("T-0000001a", "T-0000001a"), ("T-12345678", "T-12345678"),
        ])
    func canonical(input: String, expected: String) {
        #expect(Identifier.canonical(input, prefix: "T") == expected)
    }

    @Test(
        "what cannot be an id is not made into one",
        arguments: [
            "", " ", "-", "T-", "T12", "T--1", "T-1-2", "T-+1", "T-1.0", "R-1", "TT-1", "-12", "T- 1", "0", "T-0",
            "T-abc", "T-abcd12345", "T-abcd123_", "1234567890123456", "T-99999999999999999999", "١٢", "T-١٢", "deploy",
        ])
    func notCanonical(input: String) {
        #expect(Identifier.canonical(input, prefix: "T") == nil)
    }

    @Test("a workspace's own prefix takes the place of T")
    func prefix() {
        #expect(Identifier.canonical("web-7", prefix: "WEB") == "WEB-7")
        #expect(Identifier.canonical("7", prefix: "WEB") == "WEB-7")
        #expect(Identifier.canonical("T-7", prefix: "WEB") == nil)
        #expect(ID<Task>(number: 7, prefix: "WEB").text == "WEB-7")
        #expect(ID<Run>(number: 7).text == "R-7")
    }

    @Test("what people type for a run or flow is read as an id of that kind, and for what has no letter as none")
    func typed() {
        for text in ["F-3", " f-3 ", "3"] { #expect(ID<Flow>(typed: text)?.text == "F-3", "\(text)") }
        #expect(ID<Flow>(typed: "F-ABCD1234")?.text == "F-abcd1234")
        for text in ["R-3", "F-", "release", ""] { #expect(ID<Flow>(typed: text) == nil, "\(text)") }
        #expect(ID<Run>(typed: "r-3")?.key == RecordKey(kind: .run, id: "R-3"))
        #expect(ID<Agent>(typed: "coder") == nil && ID<Agent>(typed: "3") == nil)
    }

    @Test("ids exist in their canonical form only")
    func canonicalOnly() {
        for text in ["T-1", "WEB2-17", "T-abcd1234", "T-999999999999999"] { #expect(ID<Task>(text)?.text == text) }
        for text in [
            "t-1", "T-01", "T-0", "T-", "T", "1", "T-ABCD1234", " T-1", "T-1 ", "T-1/..", "2T-1", "T-00000000", "R-1",
        ] {
            #expect(ID<Task>(text) == nil, "\(text)")
        }
    }

    @Test("whatever is typed, its canonical form is an id, and its own canonical form")
    func randomInput() throws {
        var random = SeededGenerator(seed: 7)
        var found = 0
        for _ in 0..<20_000 {
            let input = (0..<Int.random(in: 0...11, using: &random)).map { _ in
                String("T-t0019aZ x".randomElement(using: &random)!)
            }.joined()
            guard let id = Identifier.canonical(input, prefix: "T") else { continue }
            found += 1
            #expect(ID<Task>(id) != nil, "\(input) became \(id)")
            #expect(Identifier.canonical(id, prefix: "T") == id)
            #expect(Identifier.canonical(id.lowercased(), prefix: "T") == id)
        }
        #expect(found > 100)
    }

    @Test("ids of other kinds have their own letter")
    func kinds() {
        #expect(ID<Model.Comment>("C-1") != nil && ID<Model.Comment>("T-1") == nil)
        #expect(ID<Run>("R-1") != nil && ID<Run>("N-1") == nil)
        #expect(ID<Notification>("N-1") != nil && ID<Notification>("R-1") == nil)
        #expect(ID<WorkspaceRecord>("workspace") != nil && ID<WorkspaceRecord>("T-1") == nil)
        #expect(Identifier.isValid("F-1", kind: .flow) && !Identifier.isValid("F-x", kind: .flow))
        #expect(ID<Agent>("coder")?.key == RecordKey(kind: .agent, id: "coder"))
    }

    @Test("a name is up to 63 of a-z, 0-9, '.', '_' and '-', and begins with a letter or digit")
    func names() {
        for name in ["a", "0", "a.b_c-d", "9lives", String(repeating: "a", count: 63)] {
            #expect(Identifier.isName(name), "\(name)")
        }
        for name in [
            "", ".", "..", "-a", "_a", "A", "a b", "a/b", "é", "a\n", "a\0", String(repeating: "a", count: 64),
        ] {
            #expect(!Identifier.isName(name), "\(name)")
        }
    }

    @Test("names that would be taken for an id are known")
    func namesLikeIDs() {
        for name in ["12", "t-12", "r-1", "c-9", "n-3", "f-77", "t-abcd1234", "web-4", "T-ABCD1234"] {
            #expect(Identifier.looksLikeID(name, taskPrefix: "WEB"), "\(name)")
        }
        for name in ["deploy", "t", "t-", "t-shirt", "web", "x-12", "12-a", "v1.2", "t-12-b", "t-1_2"] {
            #expect(!Identifier.looksLikeID(name, taskPrefix: "WEB"), "\(name)")
        }
    }

    @Test("a prefix for tasks is up to ten capitals and digits, and not that of another kind")
    func taskPrefixes() {
        for prefix in ["T", "WEB", "A1", "ABCDEFGHIJ"] { #expect(Identifier.isTaskPrefix(prefix), "\(prefix)") }
        for prefix in ["", "t", "1A", "A-B", "ABCDEFGHIJK", "R", "C", "F", "N", "É"] {
            #expect(!Identifier.isTaskPrefix(prefix), "\(prefix)")
        }
    }

    @Test("kinds with numbers are those with a letter, and each has a directory of its own")
    func recordKinds() {
        #expect(RecordKind.numbered.map(\.prefix) == ["T", "C", "F", "R", "N"])
        #expect(Set(RecordKind.allCases.map(\.directory)).count == RecordKind.allCases.count)
    }
}

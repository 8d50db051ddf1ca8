import Testing

/// What is wrong with the circles of the module `Model`, which consists of these files.
private func faults(_ texts: [String: String]) -> [String] {
    House(Dictionary(uniqueKeysWithValues: texts.map { ("Model/\($0).swift", $1) })).circleFaults(in: "Model")
}

/// Whether a file with this text uses the type `Task`, which another file declares together with a member `conclude`, a
/// property `isReady` and a constant `none`.
private func usesTask(_ text: String) -> Bool {
    let task = """
        struct Task { let isReady = true; static let none = Task() }
        extension Task { func conclude() {} }
        private func hidden() {}
        """
    let house = House(["Model/Task.swift": task, "Model/User.swift": text])
    return house.uses.contains { $0.user.path == "Model/User.swift" && $0.used.path == "Model/Task.swift" }
}

/// Files of which each uses the next, and the last one the first.
private func ring(_ count: Int) -> [String: String] {
    Dictionary(
        uniqueKeysWithValues: (0..<count).map { number in
            ("File\(number)", "struct Type\(number) { var next: [Type\((number + 1) % count)] }")
        })
}

@Suite("Circles of files and folders")
struct SmallHouseCircleTests {
    @Test("two folders that use each other are a circle, told with what causes it")
    func folders() throws {
        let found = faults([
            "Records/Task": "struct Task { let query: Query? }", "Query/Query": "struct Query {}",
            "Query/Search": "func search(_ query: Query) -> [Task] { [] }",
        ])
        try #require(found.count == 1)
        #expect(
            found[0] == """
                folders of Model: a circle of 2: Query Records
                  Query -> Records (1): Query/Search -> Records/Task: Task
                  Records -> Query (1): Records/Task -> Query/Query: Query
                """)
    }

    @Test("what lies in the module's directory itself is a folder as well")
    func directory() {
        let task = "struct Task { let query: Query }"
        #expect(faults(["Task": task, "Query/Query": "struct Query {}"]) == [])
        #expect(faults(["Task": task, "Query/Query": "struct Query { let task: Task }"]).count == 1)
    }

    @Test("folders that use each other one way only are none")
    func layers() {
        #expect(
            faults(["A/One": "struct One { let two: Two }", "B/Two": "struct Two {}", "B/Three": "let two = Two()"])
                == [])
    }

    @Test("a circle of five files may be, one of six may not")
    func size() throws {
        #expect(faults(ring(5)) == [])
        let found = faults(ring(6))
        try #require(found.count == 1)
        #expect(found[0].hasPrefix("files of Model: a circle of 6: File0 File1 File2 File3 File4 File5\n"))
        #expect(found[0].contains("\n  File5 -> File0 (1): Type0"))
    }

    @Test("two circles that touch are one")
    func joined() {
        var texts = ring(4)
        texts["File0"] = "struct Type0 { var next: [Type1]; var other: [Other0] }"
        texts["Other0"] = "struct Other0 { var next: Other1 }"
        texts["Other1"] = "struct Other1 { var next: Type0 }"
        #expect(faults(texts).count == 1)
        texts["Other1"] = "struct Other1 { var next: Other0 }"
        #expect(faults(texts) == [])
    }

    @Test("the same name in another module is another type")
    func modules() {
        let house = House([
            "Model/A/Task.swift": "struct Task { let lease: Lease }", "Model/B/Lease.swift": "struct Lease {}",
            "Store/Task.swift": "struct Task {}",
            "Store/A/Entry.swift": "struct Entry { let lease: Lease; let task: Task }",
        ])
        #expect(house.uses.map { $0.user.path } == ["Model/A/Task.swift", "Store/A/Entry.swift"])
    }
}

@Suite("What counts as a use")
struct SmallHouseUseTests {
    @Test(
        "the name of a type, wherever it stands in the code",
        arguments: [
            "let task = Task()", "var tasks: [Task] = []", "extension Task: Sendable {}", "let types = [Task.self]",
            #"let text = "there is \(Task())""#, ##"let text = #"there is \#(Task())"#"##,
            #"let text = "\(tasks.map { "a \($0 as Task)" })""#, "/* /* a */ b */ let task: Task",
            "let text = \"\"\"\n    \"quoted\" \\(\n    Task())\n    \"\"\"",
        ])
    func type(_ text: String) {
        #expect(usesTask(text))
    }

    @Test(
        "a word in a comment or string literal is none",
        arguments: [
            "// Task", "/* Task */", "/* /* */ Task */", "/// of a ``Task``", #"let text = "Task""#,
            #"let text = "a \" Task""#, #"let text = "\\"; let other = " Task""#, ##"let text = #"a " \(Task)"#"##,
            "let text = \"\"\"\n    \"Task\" and \\\"\"\" Task\n    \"\"\"", #"let text = "\(a) Task \(b)""#,
        ])
    func word(_ text: String) {
        #expect(!usesTask(text))
    }

    @Test(
        "a member that one file alone declares, called or looked up",
        arguments: [
            "func end() { task.conclude() }", "func end() { tasks[0]?.conclude() }", "func end() { find().conclude() }",
            "extension Task { func end() { conclude() } }", "extension Task { func end() { self.conclude() } }",
            "let ready = all.filter(\\.isReady)", "let ready = first.isReady",
            "let ready = all\n    .first()\n    .isReady",
            "let nothing = Task.none",
        ])
    func member(_ text: String) {
        #expect(usesTask(text))
    }

    @Test(
        "what only looks like one is none",
        arguments: [
            // The file's own.
            "struct Task {}; let task = Task()", "func isReady() {}; let ready = first.isReady",
            // A case of an enumeration, a declaration, something hidden.
            "let status: Status = .isReady", "enum Status { case isReady(Int) }", "protocol Ending { func conclude() }",
            "func end() { hidden() }",
            // A type of another module, and one that a generic type calls so.
            "let task = Concurrency.Task()", "extension Collection where Task == Int {}",
        ])
    func lookalike(_ text: String) {
        #expect(!usesTask(text))
    }

    @Test("a name that two files declare tells nothing, unless the type before it does")
    func ambiguous() {
        let texts = [
            "Model/Task.swift": "struct Task { func conclude() {} }",
            "Model/Flow.swift": "struct Flow { func conclude() {} }",
            "Model/Plain.swift": "func end() { it.conclude() }", "Model/Named.swift": "func end() { flow.conclude() }",
        ]
        #expect(House(texts).uses.map { [$0.user.shortName, $0.used.shortName] } == [["Named", "Flow"]])
    }

    @Test("private members of one file do not hide what another declares")
    func hidden() {
        let texts = [
            "Model/Task.swift": "struct Task { func conclude() {} }",
            "Model/Flow.swift":
                "struct Flow { private func conclude() {} }; private extension Run { func conclude() {} }",
            "Model/User.swift": "func end() { it.conclude() }",
        ]
        #expect(House(texts).uses.map { [$0.user.shortName, $0.used.shortName] } == [["User", "Task"]])
    }
}

@Suite("What Package.swift allows")
struct ManifestTests {
    private let manifest = Manifest(
        """
        let settings: [SwiftSetting] = [.unsafeFlags(["-Onone"], .when(configuration: .debug))]
        let package = Package(
            name: "tf", products: [.executable(name: "tf", targets: ["tf"])],
            targets: [
                .target(name: "System", swiftSettings: settings),
                .target(name: "Model", dependencies: ["System"]), .target(name: "Store", dependencies: ["Model"]),
                .executableTarget(name: "tf", dependencies: ["System", "Store"], swiftSettings: settings),
                .target(name: "TestSupport", path: "Tests/TestSupport"),
                .testTarget(name: "ModelTests", dependencies: ["Model"]),
            ])
        """)

    private func faults(_ path: String, _ imports: String...) -> [String] {
        manifest.importFaults(
            of: SourceFile(path: path, text: imports.map { "import \($0)\n" }.joined() + "// import Store\n"))
    }

    @Test("modules are those in Sources, in the order in which they are listed")
    func modules() {
        #expect(manifest.modules.map(\.name) == ["System", "Model", "Store", "tf"])
        #expect(manifest.modules.map(\.dependencies) == [[], ["System"], ["Model"], ["System", "Store"]])
        #expect(manifest.faults == [])
    }

    @Test("an import of what a module depends on is right")
    func right() {
        #expect(faults("Model/JSON.swift", "System") == [])
        #expect(faults("System/File.swift", "Glibc") == [])
    }

    @Test("an import of a module above, of one that is not depended on, and of one that is not of the house is wrong")
    func wrong() {
        #expect(
            faults("Model/JSON.swift", "Store", "System")
                == ["Model/JSON.swift imports Store, which is not below Model"])
        #expect(
            faults("Store/Index/Index.swift", "System")
                == ["Store/Index/Index.swift imports System, on which Store does not depend in Package.swift"])
        #expect(
            faults("Model/JSON.swift", "Foundation")
                == ["Model/JSON.swift imports Foundation, which is no module of the house"])
        #expect(faults("Engine/Engine.swift") == ["Engine/Engine.swift: Package.swift lists no module Engine"])
    }

    @Test("a module that depends on one listed after it is wrong")
    func upsideDown() {
        let manifest = Manifest(
            #"[.target(name: "System", dependencies: ["Model"]), .target(name: "Model", dependencies: [])]"#)
        #expect(manifest.faults == ["Package.swift has System depend on Model, which it does not list before it"])
    }
}

import Foundation
import Testing

@Suite("README.md says what is so")
struct ReadmeTests {
    private static let toured = Readme.sections.filter { $0.blocks.contains { $0.language == "console" } }

    @Test("every command runs, exits and prints as it is shown", arguments: toured)
    func transcripts(_ section: Readme.Section) throws {
        let tf = try Workspace(initialised: false)
        for (command, result) in zip(section.commands, try tf.results(of: section)) {
            #expect(result.status == command.status, "\(command.text)\n\(result.output)")
            guard let expected = command.output else { continue }
            #expect(plain(result.output, in: tf) == plain(expected, in: tf), "\(command.text)")
        }
    }

    @Test("there are transcripts, of the tool itself and of its tour")
    func hasTranscripts() throws {
        #expect(Self.toured.count >= 2)
        #expect(Self.toured.reduce(0) { $0 + $1.commands.count } > 30)
    }

    @Test("two commands are all the set-up: one runs a command of the reader's, one passes the tests")
    func setUp() throws {
        let commands = try Readme.section("Try it").commands.map(\.text)
        #expect(commands.count == 2)
        #expect(commands.first?.hasPrefix("swift run -c release tf exec -- ") == true)
        #expect(commands.last == "swift test")
    }

    @Test("commands of the toolchain name what there is")
    func toolchain() throws {
        let benchmarks = try benchmarkNames()
        for command in Readme.sections.flatMap(\.commands) where command.isOfTheToolchain {
            let words = command.text.components(separatedBy: " ")
            switch words[1] {
            case "test": #expect(words == ["swift", "test"])
            case "build": #expect(command.text == "swift build -c release --product tf")
            default:
                #expect(words.starts(with: ["swift", "run", "-c", "release"]))
                #expect(["tf", "Benchmarks", "Simulate"].contains(words[4]), "\(command.text)")
            }
            for (option, name) in zip(words, words.dropFirst()) where option == "--only" {
                #expect(benchmarks.contains(name), "there is no benchmark \(name), only \(benchmarks)")
            }
        }
    }

    @Test("what is installed is the binary, every manual page and a completion for every shell")
    func install() throws {
        let tf = try Workspace(initialised: false)
        let prefix = tf.root + "/prefix"
        let release = tf.directory + "/.build/release"
        try FileManager.default.createDirectory(atPath: release, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: try Workspace.binary(), toPath: release + "/tf")
        for name in ["man", "completions"] {
            try FileManager.default.createSymbolicLink(
                atPath: tf.directory + "/" + name, withDestinationPath: Readme.repository + "/" + name)
        }
        let section = try Readme.section("Install")
        #expect(section.commands.contains { $0.text == "swift build -c release --product tf" })
        for (command, result) in zip(section.commands, try tf.results(of: section, environment: ["PREFIX": prefix])) {
            #expect(result.status == 0, "\(command.text)\n\(result.output)")
        }
        let version = try tf.spawn(prefix + "/bin/tf", ["version"]).wait()
        #expect(version.status == 0 && version.text.hasPrefix("tf "), "\(version)")
        let pages = try FileManager.default.contentsOfDirectory(atPath: Readme.repository + "/man")
        let installed = try FileManager.default.contentsOfDirectory(atPath: prefix + "/share/man/man1")
        #expect(installed.sorted() == pages.sorted())
        for file in ["bash-completion/completions/tf", "zsh/site-functions/_tf", "fish/vendor_completions.d/tf.fish"] {
            #expect(tf.exists(prefix + "/share/" + file), "\(file)")
        }
    }

    @Test("every command and option that is named anywhere is there")
    func names() throws {
        let tf = try Workspace(initialised: false)
        let uses = Set(
            Readme.sections.flatMap { section in
                section.blocks.flatMap(\.lines).flatMap(CommandUse.all)
                    + section.prose.flatMap(spans).flatMap(CommandUse.all)
            })
        #expect(uses.count > 30)
        for use in uses.sorted() {
            let help = try tf.attempt(use.words + ["--help"])
            #expect(help.status == 0, "tf \(use.words.joined(separator: " ")): \(help.stderr)")
            for option in use.options {
                // Help writes --[no-]review for a flag that can be taken back.
                let name = option.hasPrefix("--") ? "--(\\[no-\\])?" + option.dropFirst(2) : option
                let pattern = "(^|[ ,])\(name)([ ,=\\[]|$)"
                #expect(
                    help.lines.contains { $0.range(of: pattern, options: .regularExpression) != nil },
                    "tf \(use.words.joined(separator: " ")) has no \(option)")
            }
        }
    }

    @Test("the table of exit statuses is that of tf help exit-codes")
    func exitStatuses() throws {
        let tf = try Workspace(initialised: false)
        let told = try tf("help", "exit-codes").lines.prefix { !$0.hasPrefix("Commands") }.compactMap {
            $0.hasPrefix("  ") ? $0.split(separator: " ").first.flatMap { Int($0) } : nil
        }
        let table = try Readme.section("Exit status").prose.compactMap { line in
            line.hasPrefix("| ") ? line.split(separator: " ").dropFirst().first.flatMap { Int($0) } : nil
        }
        #expect(!table.isEmpty && table == told)
    }

    @Test("it can be read in one go: 500 lines, none longer than 120 characters")
    func size() {
        let lines = Readme.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 500)
        #expect(lines.filter { $0.count > 120 && !$0.hasPrefix("|") } == [])
    }

    /// What `--only` of the benchmarks takes, from their sources: the program is no library.
    private func benchmarkNames() throws -> [String] {
        let directory = Readme.repository + "/Tests/Benchmarks"
        return try FileManager.default.contentsOfDirectory(atPath: directory).flatMap { file in
            String(decoding: FileManager.default.contents(atPath: directory + "/" + file) ?? Data(), as: UTF8.self)
                .components(separatedBy: "Benchmark(name: \"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
        }
    }

    /// The spans of code in a line of prose.
    private func spans(_ line: String) -> [String] {
        line.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    }

    /// A text without what differs from run to run: moments, durations, the width of columns, and where the home is.
    private func plain(_ text: String, in tf: Workspace) -> String {
        [
            (tf.directory, "/home/ann/shop"), ("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "TIME"),
            ("\\b[0-9]+(\\.[0-9]+)?m?s\\b", "TOOK"), (" +", " "), (" \n", "\n"),
        ].reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1, options: .regularExpression) }
    }
}

extension Workspace {
    /// Runs the commands of a section one after the other in one shell; what each exits with and prints. Those of the
    /// toolchain are passed over: a test that builds and tests would not end.
    fileprivate func results(
        of section: Readme.Section, environment: [String: String] = [:]
    ) throws -> [(status: Int32, output: String)] {
        let script = section.commands.enumerated().map { number, command in
            let text = command.isOfTheToolchain ? ":" : command.text
            return "{ \(text)\n} >'\(root)/io/\(number)' 2>&1 </dev/null; echo $? >'\(root)/io/\(number).status'"
        }
        let user = ["USER": "ann", "LOGNAME": "ann", "HOME": root + "/home"]
        _ = try shell(
            script.joined(separator: "\n"), environment: user.merging(environment) { $1 }, limit: 120)
        return try section.commands.indices.map { number in
            let status = try read("\(root)/io/\(number).status").trimmingCharacters(in: .whitespacesAndNewlines)
            return (Int32(status) ?? -1, try read("\(root)/io/\(number)"))
        }
    }

    fileprivate func attempt(_ arguments: [String]) throws -> Outcome { try start(arguments).wait() }
}

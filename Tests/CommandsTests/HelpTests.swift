import Foundation
import Testing

@Suite("Help, version and completions")
struct HelpTests {
    @Test(
        "help is on standard output, the same by every way, and ends with examples",
        arguments: [
            ["task", "create"], ["task", "complete"], ["agent", "add"], ["exec"], ["events"], ["doctor"],
        ])
    func help(command: [String]) throws {
        let tf = try Workspace(initialised: false)
        let long = try tf.run(command + ["--help"])
        #expect(long.stdout.contains("tf " + command.joined(separator: " ")) && long.stderr.isEmpty, "\(long)")
        #expect(try tf.run(["help"] + command).stdout == long.stdout)
        let short = try tf.run(command + ["-h"])
        #expect(short.lines.count <= long.lines.count && short.lines.count <= 50 && !short.stdout.isEmpty)
        #expect(long.stdout.lowercased().contains("example"))
    }

    @Test("every noun and topic has its help")
    func topics() throws {
        let tf = try Workspace(initialised: false)
        for noun in ["task", "run", "agent", "inbox"] {
            #expect(try tf.run([noun, "--help"]).stdout.contains("tf " + noun))
        }
        let codes = try tf("help", "exit-codes").stdout
        for code in 0...7 { #expect(codes.contains("\(code)")) }
        #expect(try tf("help", "json").stdout.contains("{"))
        #expect(try tf("--help").stdout.contains("task"))
    }

    @Test("without arguments there is a short overview")
    func overview() throws {
        let tf = try Workspace(initialised: false)
        let outcome = try tf.run([])
        #expect((outcome.stdout + outcome.stderr).contains("--help"), "\(outcome)")
        #expect(!tf.exists(tf.path))
    }

    @Test("the version is one line, and needs no workspace")
    func version() throws {
        let tf = try Workspace(initialised: false)
        let plain = try tf("version")
        #expect(plain.lines.count == 1 && plain.stdout.contains(where: \.isNumber), "\(plain)")
        _ = try tf.json("version")
    }

    @Test("completions are scripts that the shell accepts", arguments: ["bash", "zsh", "fish"])
    func completion(shell: String) throws {
        let tf = try Workspace(initialised: false)
        let script = try tf("completion", shell).stdout
        #expect(script.contains("tf") && script.contains("task"))
        try tf.write(script, to: tf.root + "/completion")
        let check = try tf.shell("command -v \(shell) >/dev/null || exit 0; \(shell) -n \(tf.root)/completion")
        #expect(check.status == 0, "\(check)")
    }

    @Test("help may stand after the noun")
    func nestedHelp() throws {
        let tf = try Workspace()
        #expect(try tf("task", "help", "create").stdout == tf("help", "task", "create").stdout)
        #expect(try tf("task", "help").stdout == tf("help", "task").stdout)
        try tf("task", "help", "crate", exits: 2)
    }

    @Test("help tells of the JSON of every command, and names its arguments")
    func jsonTopic() throws {
        let tf = try Workspace()
        let topic = try tf("help", "json").stdout
        for command in ["tick", "doctor", "gc", "work", "task delete"] {
            #expect(topic.contains("tf \(command)"), "\(command)")
        }
        #expect(try tf("task", "comment", "--help").stdout.contains("Usage: tf task comment [options] [TASK] [TEXT]\n"))
    }
}

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
        for noun in ["task", "run", "agent", "flow", "trigger", "inbox"] {
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
}

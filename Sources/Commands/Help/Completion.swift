import Arguments
import Engine
import Model
import Store
import System

/// `tf completion`
enum Completion {
    enum Shell: String, CaseIterable, Sendable {
        case bash, zsh, fish
    }

    static let shell = Argument("SHELL", .enumeration(Shell.self).named("SHELL"), "bash, zsh or fish", .optional)
    static let candidates = Option(
        "candidates", .line.named("KIND"), "print what could be meant, a tab and a description a line", isHidden: true)
    static let target = Option(
        "write", .directory, "write man/ and completions/ in DIR, as the repository has them", isHidden: true)

    /// - Parameter program: what is completed.
    static func command(completing program: Program) -> Command {
        Command(
            "completion", "print a script that teaches a shell to complete tf",
            discussion: """
                The script completes commands, options and their values, and asks tf for ids and names.

                  bash: source <(tf completion bash)
                  zsh:  tf completion zsh > a directory of $fpath, as _tf
                  fish: tf completion fish > ~/.config/fish/completions/tf.fish
                """,
            examples: [Example("tf completion fish > ~/.config/fish/completions/tf.fish", "for fish")],
            parameters: [shell, candidates, target], run: performing { try print($0, of: program) })
    }

    private static func print(_ context: Context, of program: Program) throws {
        if let kind = context[candidates] { return try LiveCandidates(kind, context).print() }
        if let directory = context[target] {
            for file in GeneratedFile.all(of: program) {
                let path = Path.join(directory, file.path)
                try FileSystem.makeDirectories(Path.parent(of: path))
                try File(path, [.write, .create, .truncate]).write(file.text.utf8)
                try context.output.line(path)
            }
            return
        }
        guard let shell = context[shell] else { throw context.invocation.refusal(.missingArgument("SHELL")) }
        try context.output.write(script(for: shell, completing: program))
    }

    fileprivate static func script(for shell: Shell, completing program: Program) -> String {
        switch shell {
        case .bash: CompletionScript.bash(program)
        case .zsh: CompletionScript.zsh(program)
        case .fish: CompletionScript.fish(program)
        }
    }
}

/// A file of the repository that follows from the declaration.
struct GeneratedFile: Sendable, Hashable {
    /// From the repository's directory on.
    let path: String
    let text: String

    /// The date that manual pages show: when the last of them was changed in more than details.
    private static let manualDate = "March 1, 2026"

    /// The manual pages and the completion scripts.
    static func all(of program: Program) -> [GeneratedFile] {
        let pages = ManualPage.pages(of: program, date: manualDate)
        return pages.map { GeneratedFile(path: "man/" + $0.fileName, text: $0.text) } + [
            GeneratedFile(path: "completions/tf.bash", text: Completion.script(for: .bash, completing: program)),
            GeneratedFile(path: "completions/_tf", text: Completion.script(for: .zsh, completing: program)),
            GeneratedFile(path: "completions/tf.fish", text: Completion.script(for: .fish, completing: program)),
        ]
    }
}

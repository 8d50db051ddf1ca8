import Foundation
import Testing

@testable import Arguments

/// What is typed, and what a shell has to offer then.
private struct Case {
    let line: String
    let offers: [String]

    init(_ line: String, _ offers: String...) {
        self.line = line
        self.offers = offers.sorted()
    }
}

private let cases = [
    Case("tf ta", "task"),
    Case("tf task ", "assign", "cancel", "claim", "create", "list", "show"),
    Case("tf task cr", "create"),
    Case("tf -C /tmp task cr", "create"),
    Case("tf task create --pr", "--priority"),
    Case("tf task create --no-", "--no-edit"),
    Case("tf task create --priority ", "high", "low", "normal", "urgent"),
    Case("tf task create -p h", "high"),
    Case("tf task create -qp h", "high"),
    Case("tf task new --priority u", "urgent"),
    Case("tf task create --file not", "notes"),
    Case("tf --color n", "never"),
    Case("tf -C de", "deep"),
    Case("tf task show ", "T-1", "T-2", "ci:a"),
    Case("tf task show --yes T", "T-1", "T-2"),
    Case("tf -C deep task show ", "D-1"),
    Case("tf --directory=deep task cancel D-2 ", "D-1"),
    Case("tf task cancel T-1 T", "T-1", "T-2"),
    Case("tf inbox ", "read"),
    Case("tf inbox --a", "--all"),
    Case("tf help task cr", "create"),
    Case("tf help exi", "exit-codes"),
    Case("tf completion ", "bash", "fish", "zsh"),
    Case("tf exec -- tf_sam", "tf_sample_command"),
    Case("tf exec tf_sam", "tf_sample_command"),
    Case("tf exec -t 5s tf_sam", "tf_sample_command"),
    Case("tf agent add bob -- tf_sam", "tf_sample_command"),
    Case("tf exec make not", "notes"),
    Case("tf bogus "),
]

/// A directory with the scripts, files to complete, and a `tf` that answers with live values.
private func withSampleShell(_ body: (URL) throws -> Void) throws {
    try withTemporaryDirectory { directory in
        try directory.write(CompletionScript.bash(Sample.program), to: "tf.bash")
        try directory.write(CompletionScript.zsh(Sample.program), to: "_tf")
        try directory.write(CompletionScript.fish(Sample.program), to: "tf.fish")
        try directory.write("", to: "notes")
        let answer = """
            #!/bin/sh
            case "$*" in "-C deep "* | "--directory=deep "*) printf 'D-1\\t\\n'; exit ;; esac
            [ "$1 $2 $3" = "completion --candidates tasks" ] || { echo "no such kind" >&2; exit 2; }
            printf 'T-1\\tthe first\\nT-2\\tthe second: last\\nci:a\\t\\n'

            """
        for name in ["bin", "deep"] {
            let directory = directory.appendingPathComponent(name)
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        }
        for (name, text) in [("bin/tf", answer), ("bin/tf_sample_command", "#!/bin/sh\n")] {
            try directory.write(text, to: name)
            let path = directory.appendingPathComponent(name).path
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        try body(directory)
    }
}

/// The words after `LINE:` in a shell's answers, by line.
private func offers(in output: String) -> [String: [String]] {
    var offers: [String: [String]] = [:]
    for row in output.split(separator: "\n") {
        let parts = row.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == "offer" else { continue }
        offers[parts[1], default: []].append(parts[2])
    }
    return offers.mapValues { Set($0).sorted() }
}

@Suite("Completion scripts")
struct CompletionTests {
    @Test("the same declaration gives the same scripts, without what is hidden")
    func deterministic() {
        for script in [CompletionScript.bash, CompletionScript.zsh, CompletionScript.fish] {
            #expect(script(Sample.program) == script(Sample.program))
            #expect(!script(Sample.program).contains("secret"))
            #expect(!script(Sample.program).contains("rework"))
        }
    }

    @Test("bash reads it", .enabled(if: Tool.bash.isInstalled, "bash is not installed"))
    func bashSyntax() throws {
        try withSampleShell { directory in
            let outcome = try Tool.bash.run(["-n", "tf.bash"], in: directory)
            #expect(outcome == .silent)
        }
    }

    @Test("zsh reads it", .enabled(if: Tool.zsh.isInstalled, "zsh is not installed"))
    func zshSyntax() throws {
        try withSampleShell { directory in
            let outcome = try Tool.zsh.run(["-n", "_tf"], in: directory)
            #expect(outcome == .silent)
        }
    }

    @Test("fish reads it", .enabled(if: Tool.fish.isInstalled, "fish is not installed"))
    func fishSyntax() throws {
        try withSampleShell { directory in
            let outcome = try Tool.fish.run(["--no-execute", "tf.fish"], in: directory)
            #expect(outcome == .silent)
        }
    }

    @Test("a program that declares next to nothing has scripts that shells read")
    func smallest() throws {
        let program = Program(root: Command("tiny", "tiny", subcommands: { [] }))
        try withTemporaryDirectory { directory in
            for (tool, option, script) in [
                (Tool.bash, "-n", CompletionScript.bash(program)), (.zsh, "-n", CompletionScript.zsh(program)),
                (.fish, "--no-execute", CompletionScript.fish(program)),
            ] where tool.isInstalled {
                try directory.write(script, to: tool.rawValue)
                let outcome = try tool.run([option, tool.rawValue], in: directory)
                #expect(outcome == .silent, "\(tool)")
            }
        }
    }

    @Test("bash completes", .enabled(if: Tool.bash.isInstalled, "bash is not installed"))
    func bash() throws {
        // Readline cuts words at = and : as well; what stands before the last cut is not part of a reply.
        let attached = [
            Case("tf task create --priority=h", "high"), Case("tf --color=n", "never"), Case("tf task show ci:", "a"),
            Case("tf task create --priority=", "high", "low", "normal", "urgent"), Case("tf task create --wait="),
            Case("tf task show T-1 "),
        ]
        let driver = """
            PATH=$PWD/bin:$PATH
            . ./tf.bash
            complete -p tf >/dev/null || exit 9
            offers() {
                local line=$1 reply
                COMP_LINE=$1 COMP_WORDS=()
                while [[ -n $line ]]; do
                    [[ $line =~ ^([[:blank:]]*)([=:]+|[^[:blank:]=:]*)(.*)$ ]]
                    COMP_WORDS+=("${BASH_REMATCH[2]}")
                    line=${BASH_REMATCH[3]}
                done
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_POINT=${#COMP_LINE}
                _tf
                for reply in "${COMPREPLY[@]}"; do echo "offer|$1|$reply"; done
            }

            """
        try withSampleShell { directory in
            let all = cases + attached
            try directory.write(driver + all.map { "offers '\($0.line)'\n" }.joined() + "exit 0\n", to: "driver")
            let outcome = try Tool.bash.run(["--norc", "driver"], in: directory)
            #expect(outcome.status == 0)
            #expect(outcome.output.split(separator: "\n").allSatisfy { $0.hasPrefix("offer|") }, "\(outcome.output)")
            let found = offers(in: outcome.output)
            for expected in all { #expect(found[expected.line, default: []] == expected.offers, "\(expected.line)") }
        }
    }

    @Test("fish completes", .enabled(if: Tool.fish.isInstalled, "fish is not installed"))
    func fish() throws {
        let attached = [
            Case("tf task create --priority=h", "--priority=high"), Case("tf --color=n", "--color=never"),
            Case("tf task show ci:", "ci:a"), Case("tf task create --wait="),
            Case("tf task show T-1 "),
        ]
        let driver = """
            set -x PATH $PWD/bin $PATH
            source tf.fish
            function offers
                for row in (complete -C $argv[1])
                    echo "offer|$argv[1]|"(string trim -r -c / -- (string split -f 1 \\t -- $row))
                end
            end

            """
        try withSampleShell { directory in
            let all = cases + attached
            try directory.write(driver + all.map { "offers '\($0.line)'\n" }.joined() + "exit 0\n", to: "driver")
            let outcome = try Tool.fish.run(["--no-config", "driver"], in: directory)
            #expect(outcome.status == 0)
            #expect(outcome.output.split(separator: "\n").allSatisfy { $0.hasPrefix("offer|") }, "\(outcome.output)")
            let found = offers(in: outcome.output)
            for expected in all { #expect(found[expected.line, default: []] == expected.offers, "\(expected.line)") }
        }
    }

    @Test("zsh completes", .enabled(if: Tool.zsh.isInstalled, "zsh is not installed"))
    func zsh() throws {
        try withSampleShell { directory in
            let all = cases + [Case("tf task create --priority=h", "high"), Case("tf --color=n", "never")]
            try directory.write(ZshDriver.configuration, to: "configuration")
            try directory.write(ZshDriver.script(lines: all.map(\.line)), to: "driver")
            let outcome = try Tool.zsh.run(["-f", "driver"], in: directory)
            #expect(outcome.status == 0, "\(outcome.output)")
            let found = offers(in: outcome.output)
            for expected in all { #expect(found[expected.line, default: []] == expected.offers, "\(expected.line)") }
            let shown = found["shown tf task show ", default: []].map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(shown == ["T-1   -- the first", "T-2   -- the second: last", "ci:a"], "\(shown)")
        }
    }
}

/// Types lines into an interactive zsh, presses the tabulator, and reads what it offers.
private enum ZshDriver {
    /// Makes the shell print everything that is offered, between marks.
    static let configuration = """
        PATH=$PWD/bin:$PATH
        PS1=
        fpath=($PWD $fpath)
        autoload -Uz compinit && compinit -D -u
        zstyle ':completion:*' completer _complete
        zstyle ':completion:*' list-prompt ''
        bindkey '^I' complete-word
        finish-line() { BUFFER=''; print -r -- '<end>' }
        zle -N finish-line
        bindkey '^K' finish-line
        compadd() {
            local -a offered
            local offer
            if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then
                builtin compadd -A offered "$@"
                for offer in $offered; do print -r -- "<offer>$offer"; done
                local place=${@[(i)-d]}
                if ((place < $#)); then
                    place=${@[place + 1]}
                    for offer in "${(@P)place}"; do print -r -- "<shown>$offer"; done
                fi
            fi
            builtin compadd "$@"
        }

        """

    static func script(lines: [String]) -> String {
        """
        zmodload zsh/zpty || exit 9
        zpty shell zsh -f -i
        zpty -w shell 'source ./configuration; print rea""dy'
        zpty -r shell output '*ready*'
        for line in \(lines.map(\.shellQuoted).joined(separator: " ")); do
            zpty -n -w shell "$line"$'\\t'$'\\v'
            zpty -r shell output '*<end>*'
            for row in ${(f)${output//$'\\r'/}}; do
                [[ $row == *'<offer>'* ]] && print -r -- "offer|$line|${row##*<offer>}"
                [[ $row == *'<shown>'* ]] && print -r -- "offer|shown $line|${row##*<shown>}"
            done
        done
        zpty -d shell
        exit 0

        """
    }
}

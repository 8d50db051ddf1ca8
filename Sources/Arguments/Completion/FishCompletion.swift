/// Writes the script for fish: tables from the declaration, and a walk over the words that looks things up in them.
///
/// It prints candidates as fish wants them, `VALUE<tab>DESCRIPTION`. How a value is described to the script is said
/// at ``BashCompletion``.
struct FishCompletion {
    let tree: CompletionTree

    private var name: String { tree.name }

    var text: String {
        """
        # fish completion for \(name), derived from the declaration of its commands.

        \(tables)

        \(walk)

        complete -c \(name) -f -a '(__\(name)_complete)'

        """
    }

    private func cases(_ lines: [String]) -> String {
        lines.joined(separator: "\n").indented(by: 8)
    }

    // MARK: - Tables

    private var tables: String {
        """
        # Prints the command that a word leads to from a command, both in one text; fails when there is none.
        function __\(name)_descend
            switch $argv[1]
        \(cases(descents))
                case '*'
                    return 1
            end
        end

        # Prints the verbs of a command.
        function __\(name)_verbs
            switch $argv[1]
        \(cases(tree.nodes.compactMap(verbs)))
            end
        end

        # Prints the options of a command.
        function __\(name)_options
            switch $argv[1]
        \(cases(tree.nodes.compactMap(options)))
            end
            printf '%s\\t%s\\n' \(rows(of: tree.globals))
        end

        # Prints what an option takes, nothing when it takes no value: command and option in one text, then the option.
        function __\(name)_value
            switch $argv[1]
        \(cases(tree.nodes.flatMap(optionValues)))
                case '*'
                    switch $argv[2]
        \(cases(tree.globals.compactMap { valueCase(of: $0, after: "") }).indented(by: 8))
                    end
            end
        end

        # Prints what an argument is: command and number in one text.
        function __\(name)_argument
            switch $argv[1]
        \(cases(tree.nodes.flatMap(argumentValues)))
            end
        end

        # Whether the first argument of a command ends its options.
        function __\(name)_ends_options
            contains -- $argv[1] \(tree.nodes.filter(\.commandEndsOptions).map(\.path.fishQuoted).joined(separator: " "))
        end
        """
    }

    private var descents: [String] {
        tree.nodes.flatMap { node in
            node.descents.map { "case \("\(node.path) \($0.word)".fishQuoted)\n    echo \($0.path.fishQuoted)" }
        }
    }

    private func verbs(of node: CompletionTree.Node) -> String? {
        guard !node.verbs.isEmpty else { return nil }
        let rows = node.verbs.map { "\($0.text.fishQuoted) \($0.help.fishQuoted)" }.joined(separator: " ")
        return "case \(node.path.fishQuoted)\n    printf '%s\\t%s\\n' \(rows)"
    }

    private func options(of node: CompletionTree.Node) -> String? {
        guard !node.options.isEmpty else { return nil }
        return "case \(node.path.fishQuoted)\n    printf '%s\\t%s\\n' \(rows(of: node.options))"
    }

    private func rows(of options: [CompletionTree.Name]) -> String {
        options.flatMap { option in
            option.all.map { "\($0.fishQuoted) \(option.help.fishQuoted)" }
        }.joined(separator: " ")
    }

    private func optionValues(of node: CompletionTree.Node) -> [String] {
        node.options.compactMap { valueCase(of: $0, after: node.path + " ") }
    }

    private func valueCase(of option: CompletionTree.Name, after prefix: String) -> String? {
        guard let value = option.scriptKind else { return nil }
        let patterns = option.all.map { (prefix + $0).fishQuoted }.joined(separator: " ")
        return "case \(patterns)\n    echo \(value.fishQuoted)"
    }

    private func argumentValues(of node: CompletionTree.Node) -> [String] {
        node.arguments.enumerated().map { index, argument in
            // The last argument that takes many words takes all that follow.
            let position = argument.count.most == nil ? "\(node.path) *" : "\(node.path) \(index)"
            return "case \(position.fishQuoted)\n    echo \(argument.scriptKind.fishQuoted)"
        }
    }
}

extension String {
    /// The text in single quotes, as fish reads it.
    fileprivate var fishQuoted: String {
        "'" + escaping(["\\": "\\\\", "'": "\\'"]) + "'"
    }
}

// MARK: - Walk

extension FishCompletion {
    /// Sets `place` to the global options up to the cursor that say where to look for live values.
    private var placing: String {
        guard !tree.places.isEmpty else { return "" }
        return #"""
            set -l index 2
            while test $index -le (count $words); and test "$words[$index]" != --
                switch $words[$index]
                    case \#(tree.places.joined(separator: " "))
                        set -l directory $words[(math $index + 1)]
                        set place $place $words[$index] (string replace -r '^~/' "$HOME/" -- $directory)
                    case \#(tree.placesWithDirectory.map { "'" + $0 + "'" }.joined(separator: " "))
                        set place $place $words[$index]
                end
                set index (math $index + 1)
            end
            """#.indented(by: 12)
    }

    private var walk: String {
        #"""
        # Whether the options in a word of a command take the next word: command, word.
        function __\#(name)_takes_next
            switch $argv[2]
                case '--*=*'
                    return 1
                case '--*'
                    string match -qr '^[^=]' -- (__\#(name)_value "$argv[1] $argv[2]" $argv[2])
                    return
            end
            set -l letters (string split '' -- (string sub -s 2 -- $argv[2]))
            for index in (seq (count $letters))
                set -l value (__\#(name)_value "$argv[1] -$letters[$index]" -$letters[$index])
                if test -n "$value"
                    test $index -eq (count $letters); and not string match -q '=*' -- $value
                    return
                end
            end
            return 1
        end

        # Prints the values of a kind, each after a text: kind, what is typed of the value, the text before it.
        function __\#(name)_offer
            set -l kind (string split ' ' -- $argv[1])
            switch "$kind[1]"
                case words
                    printf '%s\n' $argv[3]$kind[2..-1]
                case live
                    set -l words (commandline -opc)
                    set -l place
        \#(placing)
                    for row in ($words[1] $place completion --candidates $kind[2] 2>/dev/null)
                        printf '%s\n' "$argv[3]$row"
                    end
                case files
                    for path in (__fish_complete_path "$argv[2]")
                        printf '%s\n' "$argv[3]$path"
                    end
                case directories
                    for path in (__fish_complete_directories "$argv[2]" '')
                        printf '%s\n' "$argv[3]$path"
                    end
            end
        end

        function __\#(name)_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            set -l path \#(name)
            set -l position 0
            set -l option ''
            set -l command_at 0
            set -l index 2
            while test $index -le (count $words); and test $command_at -eq 0
                set -l word $words[$index]
                set index (math $index + 1)
                switch $word
                    case --
                        set command_at $index
                    case '-?*'
                        if __\#(name)_takes_next $path $word
                            # The option takes the word after it, which may be the one to complete.
                            if test $index -gt (count $words)
                                set option $word
                            end
                            set index (math $index + 1)
                        end
                    case '*'
                        set -l next
                        if test $position -eq 0
                            set next (__\#(name)_descend "$path $word")
                        end
                        if test -n "$next"
                            set path $next
                        else if __\#(name)_ends_options $path
                            set command_at (math $index - 1)
                        else
                            set position (math $position + 1)
                        end
                end
            end

            if test -n "$option"
                if not string match -q -- '--*' $option
                    set option -(string sub -s -1 -- $option)
                end
                __\#(name)_offer (__\#(name)_value "$path $option" $option) "$current" ''
                return
            end
            set -l argument (__\#(name)_argument "$path $position")
            if test "$argument" = command; and begin
                    not string match -q -- '-*' "$current"; and __\#(name)_ends_options $path
                    or test $command_at -gt 0
                end
                test $command_at -eq 0; and set command_at $index
                set -l line
                if test $command_at -le (count $words)
                    set line (string escape -- $words[$command_at..-1])
                end
                complete -C (string join ' ' -- $line $current)
            else if test $command_at -gt 0
                __\#(name)_offer "$argument" "$current" ''
            else if string match -q -- '--*=*' $current
                set -l pair (string split -m 1 = -- $current)
                __\#(name)_offer (string trim -l -c = -- (__\#(name)_value "$path $pair[1]" $pair[1])) "$pair[2]" "$pair[1]="
            else if string match -q -- '-*' $current
                __\#(name)_options $path
            else if test $position -eq 0; and test -n "$(__\#(name)_verbs $path)"
                __\#(name)_verbs $path
            else
                __\#(name)_offer "$argument" "$current" ''
            end
        end
        """#
    }
}

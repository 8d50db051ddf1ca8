/// Writes the script for zsh: one function for each command, which hands its declaration to `_arguments`.
struct ZshCompletion {
    let tree: CompletionTree

    private var name: String { tree.name }

    var text: String {
        """
        #compdef \(name)
        # zsh completion for \(name), derived from the declaration of its commands.

        # Offers the values of a kind that the program knows at this moment.
        _\(name)_live() {
            local -a rows
            rows=(${(f)"$(_call_program values ${(q)program} ${(q)place} completion --candidates $1 2>/dev/null)"})
            rows=("${(@)rows//:/\\\\:}")
            # Without a description there is no tab, and later no colon.
            rows=("${(@)rows/%$'\\t'/}")
            rows=("${(@)rows/$'\\t'/:}")
            _describe -t values $1 rows
        }

        # Completes a command with arguments of its own, whether or not -- stands before it.
        _\(name)_command() {
            if [[ $words[1] == -- ]]; then
                shift words
                ((CURRENT--))
            fi
            _normal
        }

        \(tree.nodes.map(function).joined(separator: "\n\n"))

        # Named like the file that holds it, so that it may be loaded by name as well as sourced.
        _\(name)() {
            local program=$words[1]
            local -a place
        \(placing)
            local -a globals=(
        \(tree.globals.flatMap(specifications).joined(separator: "\n").indented(by: 8))
            )
            _\(name)_of_\(identifier(name))
        }

        if [[ $funcstack[1] == _\(name) ]]; then
            _\(name) "$@"
        else
            compdef _\(name) \(name)
        fi

        """
    }

    /// Sets `place` to the global options up to the cursor that say where to look for live values.
    private var placing: String {
        guard !tree.places.isEmpty else { return "" }
        return """
            local index
            for ((index = 2; index < CURRENT; index++)); do
                case $words[index] in
                (--) break ;;
                (\(tree.places.joined(separator: "|")))
                    ((index + 1 < CURRENT)) && place+=("$words[index]" "${(Q)words[index + 1]/#\\~\\//$HOME/}")
                    ;;
                (\(tree.placesWithDirectory.joined(separator: "|"))) place+=("${(Q)words[index]}") ;;
                esac
            done
            """.indented(by: 4)
    }

    // MARK: - One command

    private func function(for node: CompletionTree.Node) -> String {
        node.verbs.isEmpty ? leaf(node) : group(node)
    }

    private func leaf(_ node: CompletionTree.Node) -> String {
        """
        _\(name)_of_\(identifier(node.path))() {
            _arguments -s -S $globals\(continued(node.options.flatMap(specifications) + arguments(of: node)))
        }
        """
    }

    private func group(_ node: CompletionTree.Node) -> String {
        let rows = node.verbs.map { verb in
            (verb.text.escaping([":": "\\:"]) + ":" + verb.help).shellQuoted
        }
        let branches = node.descents.map { "(\($0.word)) _\(name)_of_\(identifier($0.path)) ;;" }
        let specifications =
            node.options.flatMap(specifications) + ["'(-)1: :->verb'", "'(-)*:: :->rest'"]
        return """
            _\(name)_of_\(identifier(node.path))() {
                local context state state_descr line
                typeset -A opt_args
                _arguments -s -S -C $globals\(continued(specifications)) && return
                case $state in
                (verb)
                    local -a verbs=(
            \(rows.joined(separator: "\n").indented(by: 12))
                    )
                    _describe -t commands command verbs
                    ;;
                (rest)
                    case $line[1] in
            \(branches.joined(separator: "\n").indented(by: 8))
                    esac
                    ;;
                esac
            }
            """
    }

    private func continued(_ specifications: [String]) -> String {
        specifications.map { " \\\n        " + $0 }.joined()
    }

    // MARK: - Specifications

    /// One specification for each name of an option; giving one name takes the others off the list.
    private func specifications(of option: CompletionTree.Name) -> [String] {
        let excluded = option.repeats ? "*" : "(" + option.all.joined(separator: " ") + ")"
        return option.all.map { name in
            let isLong = name.hasPrefix("--")
            let help = "[" + escaped(option.help) + "]"
            switch option.value {
            case .none:
                return (excluded + name + help).shellQuoted
            case .required(let type):
                return (excluded + name + (isLong ? "=" : "+") + help + ":" + value(type)).shellQuoted
            case .optional(let type):
                return (excluded + name + (isLong ? "=-" : "-") + help + "::" + value(type)).shellQuoted
            }
        }
    }

    private func arguments(of node: CompletionTree.Node) -> [String] {
        node.arguments.enumerated().map { index, argument in
            if argument.count.isTrailing { return "'*:::\(escaped(argument.placeholder)):{_\(name)_command}'" }
            let type = argument.type.named(argument.placeholder)
            if argument.count.most == nil { return ("*:" + value(type)).shellQuoted }
            return ("\(index + 1):" + (argument.count == .optional ? ":" : "") + value(type)).shellQuoted
        }
    }

    /// `MESSAGE:ACTION`
    private func value(_ type: ValueType<any Sendable>) -> String {
        let action =
            switch type.candidates {
            case .none: " "
            case .files: "_files"
            case .directories: "_files -/"
            case .words(let words): "(" + words.joined(separator: " ") + ")"
            case .live(let kind): "{_\(name)_live \(kind)}"
            }
        return escaped(type.placeholder) + ":" + action
    }

    /// Text inside a specification, where brackets and colons mean something.
    private func escaped(_ text: String) -> String {
        text.escaping(["\\": "\\\\", "[": "\\[", "]": "\\]", ":": "\\:"])
    }

    private func identifier(_ path: String) -> String {
        String(path.map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }
}

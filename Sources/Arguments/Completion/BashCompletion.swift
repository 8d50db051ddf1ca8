/// Writes the script for bash: tables from the declaration, and a walk over the words that looks things up in them.
///
/// A value is described to the script by a text: `none`, `files`, `directories`, `words low high`, `live tasks`;
/// with `=` in front when it has to follow the option in the same word.
struct BashCompletion {
    let tree: CompletionTree

    private var name: String { tree.name }

    var text: String {
        """
        # bash completion for \(name), derived from the declaration of its commands.

        \(tables)

        \(walk)

        complete -F _\(name) \(name)

        """
    }

    private func cases(_ lines: [String]) -> String {
        lines.joined(separator: "\n").indented(by: 4)
    }

    // MARK: - Tables

    private var tables: String {
        """
        # Sets path to the command that the word $2 leads to from the command $1; fails when there is none.
        _\(name)_descend() {
            case "$1 $2" in
        \(cases(descents))
            *) return 1 ;;
            esac
        }

        # Sets what may follow the command $1: verbs and options, and whether a command of its own does.
        _\(name)_declared() {
            verbs='' options='' ends_options=''
            case $1 in
        \(cases(tree.nodes.map(declared)))
            esac
            options+=\(words([""] + tree.globals.flatMap(\.all)))
        }

        # Sets value to what the option $2 of the command $1 takes, to nothing when it takes no value.
        _\(name)_value() {
            value=''
            case "$1 $2" in
        \(cases(tree.nodes.flatMap(optionValues)))
            *)
                case $2 in
        \(cases(tree.globals.compactMap { valueCase(of: $0, after: "") }).indented(by: 4))
                esac
                ;;
            esac
        }

        # Sets value to what the argument number $2 of the command $1 is.
        _\(name)_argument() {
            value=''
            case "$1 $2" in
        \(cases(tree.nodes.flatMap(argumentValues)))
            esac
        }
        """
    }

    private var descents: [String] {
        tree.nodes.flatMap { node in
            node.descents.map { "\("\(node.path) \($0.word)".shellQuoted)) path=\($0.path.shellQuoted) ;;" }
        }
    }

    private func declared(_ node: CompletionTree.Node) -> String {
        var settings: [String] = []
        if !node.verbs.isEmpty { settings.append("verbs=" + words(node.verbs.map(\.text))) }
        if !node.options.isEmpty { settings.append("options=" + words(node.options.flatMap(\.all))) }
        if node.commandEndsOptions { settings.append("ends_options=1") }
        let body = settings.isEmpty ? ":" : settings.joined(separator: " ")
        return "\(node.path.shellQuoted)) \(body) ;;"
    }

    private func optionValues(of node: CompletionTree.Node) -> [String] {
        node.options.compactMap { valueCase(of: $0, after: node.path + " ") }
    }

    private func valueCase(of option: CompletionTree.Name, after prefix: String) -> String? {
        guard let value = option.scriptKind else { return nil }
        let patterns = option.all.map { (prefix + $0).shellQuoted }.joined(separator: " | ")
        return "\(patterns)) value=\(value.shellQuoted) ;;"
    }

    private func argumentValues(of node: CompletionTree.Node) -> [String] {
        node.arguments.enumerated().map { index, argument in
            // The last argument that takes many words takes all that follow.
            let position =
                argument.count.most == nil ? "\((node.path + " ").shellQuoted)*" : "\(node.path) \(index)".shellQuoted
            return "\(position)) value=\(argument.scriptKind.shellQuoted) ;;"
        }
    }

    /// Adds the option at `index` to `place` when it says where to look for live values.
    private var placing: String {
        guard !tree.places.isEmpty else { return "" }
        return """
            case ${words[index]} in
            \(tree.places.joined(separator: " | ")))
                if ((index + 1 < last)); then
                    place+=("${words[index]}" "${words[index + 1]/#\\~\\//$HOME/}")
                fi
                ;;
            \(tree.placesWithDirectory.joined(separator: " | "))) place+=("${words[index]}") ;;
            esac
            """.indented(by: 12)
    }

    private func words(_ words: [String]) -> String {
        words.joined(separator: " ").shellQuoted
    }
}

// MARK: - Walk

extension BashCompletion {
    private var walk: String {
        """
        # Sets words to those up to the cursor, glued together again where bash has cut them at = and :.
        _\(name)_words() {
            local line=$COMP_LINE word index
            words=()
            for ((index = 0; index <= COMP_CWORD; index++)); do
                word=${COMP_WORDS[index]}
                if ((index > 0)) && [[ -n $line && $line != [[:blank:]]* ]]; then
                    words[${#words[@]} - 1]+=$word
                else
                    words+=("$word")
                fi
                line=${line#"${line%%[![:blank:]]*}"}
                line=${line#"$word"}
            done
        }

        # Offers the values of the kind $1 that begin with $2, each after the text $3.
        _\(name)_offer() {
            local reply description IFS=$'\\n'
            case $1 in
            words\\ *)
                for reply in $(IFS=' '; printf '%s\\n' ${1#words }); do
                    [[ $reply == "$2"* ]] && COMPREPLY+=("$3$reply")
                done
                ;;
            live\\ *)
                while IFS=$'\\t' read -r reply description; do
                    [[ -n $reply && $reply == "$2"* ]] && COMPREPLY+=("$3$reply")
                done < <("${COMP_WORDS[0]}" ${place[@]+"${place[@]}"} completion --candidates "${1#live }" 2>/dev/null)
                ;;
            files)
                compopt -o filenames 2>/dev/null
                for reply in $(compgen -f -- "$2"); do COMPREPLY+=("$3$reply"); done
                ;;
            directories)
                compopt -o filenames 2>/dev/null
                for reply in $(compgen -d -- "$2"); do COMPREPLY+=("$3$reply"); done
                ;;
            commands)
                for reply in $(compgen -c -- "$2"); do COMPREPLY+=("$3$reply"); done
                ;;
            esac
        }

        # Reads the options in the word $1 of the command $path: sets value when the last one takes the next word.
        _\(name)_option() {
            local letters=${1#-}
            value=''
            case $1 in
            --*=*) ;;
            --*) _\(name)_value "$path" "$1" ;;
            *)
                while [[ -n $letters ]]; do
                    _\(name)_value "$path" "-${letters:0:1}"
                    letters=${letters:1}
                    if [[ -n $value && -n $letters ]]; then value='' letters=''; fi
                done
                ;;
            esac
            if [[ $value == =* ]]; then value=''; fi
        }

        _\(name)() {
            local words path=\(name) position=0 command_at=0 index=1 last current typed value before place=()
            local verbs options ends_options
            COMPREPLY=()
            _\(name)_words
            last=$((${#words[@]} - 1))
            current=${words[last]}
            _\(name)_declared "$path"
            value=''
            while ((index < last && command_at == 0)); do
                case ${words[index]} in
                --) command_at=$((index + 1)) ;;
                -?*)
        \(placing)
                    _\(name)_option "${words[index]}"
                    # The option takes the word after it, which may be the one to complete.
                    if [[ -n $value ]]; then index=$((index + 1)); fi
                    if ((index < last)); then value=''; fi
                    ;;
                *)
                    if ((position == 0)) && _\(name)_descend "$path" "${words[index]}"; then
                        _\(name)_declared "$path"
                    elif [[ -n $ends_options ]]; then
                        command_at=$index
                    else
                        position=$((position + 1))
                    fi
                    ;;
                esac
                index=$((index + 1))
            done

            if [[ -n $value ]]; then
                _\(name)_offer "$value" "$current" ''
            elif ((command_at > 0)) || [[ -n $ends_options && $current != -* ]]; then
                _\(name)_argument "$path" "$position"
                if [[ $value != command ]]; then
                    _\(name)_offer "$value" "$current" ''
                elif ((command_at == 0 || command_at == last)); then
                    _\(name)_offer commands "$current" ''
                else
                    _\(name)_offer files "$current" ''
                fi
            elif [[ $current == --*=* ]]; then
                _\(name)_value "$path" "${current%%=*}"
                _\(name)_offer "${value#=}" "${current#*=}" "${current%%=*}="
            elif [[ $current == -* ]]; then
                _\(name)_offer "words $options" "$current" ''
            elif ((position == 0)) && [[ -n $verbs ]]; then
                _\(name)_offer "words $verbs" "$current" ''
            else
                _\(name)_argument "$path" "$position"
                _\(name)_offer "$value" "$current" ''
            fi

            # Readline replaces only what stands after the last = or :.
            typed=${COMP_WORDS[COMP_CWORD]}
            case $typed in = | :) typed='' ;; esac
            before=${current%"$typed"}
            for index in "${!COMPREPLY[@]}"; do
                COMPREPLY[index]=${COMPREPLY[index]#"$before"}
            done
        }
        """
    }
}

/// Scripts that teach a shell to complete a program's command line.
///
/// What the declaration knows stands in the script: commands, options, allowed words. Live values are asked from the
/// program, by `tf completion --candidates KIND`, which prints `VALUE<tab>DESCRIPTION` lines; a script offers nothing
/// when that fails.
public enum CompletionScript {
    /// For bash 3.2 and later; to be sourced.
    public static func bash(_ program: Program) -> String {
        BashCompletion(tree: CompletionTree(program)).text
    }

    /// For zsh; to be put into `fpath` as `_tf`, or sourced after `compinit`.
    public static func zsh(_ program: Program) -> String {
        ZshCompletion(tree: CompletionTree(program)).text
    }

    /// For fish 3.4 and later; to be put into `completions/tf.fish`, or sourced.
    public static func fish(_ program: Program) -> String {
        FishCompletion(tree: CompletionTree(program)).text
    }
}

/// Scripts that teach a shell to complete a program's command line.
///
/// What the declaration knows stands in the script: commands, options, allowed words. Live values are asked from the
/// program, by `tf completion --candidates KIND`, which prints `VALUE<tab>DESCRIPTION` lines; a script offers nothing
/// when that fails.
public enum CompletionScript {
    public static func bash(_ program: Program) -> String { "" }
    public static func zsh(_ program: Program) -> String { "" }
    public static func fish(_ program: Program) -> String { "" }
}

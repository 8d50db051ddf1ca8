/// A command together with the groups that lead to it, from the root: `tf`, `task`, `create`.
public struct CommandPath: Sendable {
    /// The root first; never empty.
    public private(set) var commands: [Command]

    public init(root: Command) {
        commands = [root]
    }

    private init(commands: [Command]) {
        self.commands = commands
    }

    /// The command that the path leads to.
    public var command: Command { commands[commands.count - 1] }
    public var names: [String] { commands.map(\.name) }
    /// As it is typed: `tf task create`.
    public var text: String { names.joined(separator: " ") }
    var isRoot: Bool { commands.count == 1 }

    /// The commands below this one, at any depth, each group before its verbs; hidden ones are left out.
    public var descendants: [CommandPath] {
        command.visibleSubcommands().map(appending).flatMap { [$0] + $0.descendants }
    }

    func appending(_ command: Command) -> CommandPath {
        CommandPath(commands: commands + [command])
    }

    /// The path to one of the command's verbs, by name or alias; nil when it has no such verb.
    func descending(to word: String) -> CommandPath? {
        command.subcommands().first { $0.answers(to: word) }.map(appending)
    }
}

import Arguments

/// `tf agent …`
enum AgentGroup {
    static let command = Command(
        "agent", "name the commands that can be given tasks",
        discussion: """
            An agent is a command with a name. Assigning a task to it runs the command; an agent without a command has \
            its tasks claimed by whoever works under that name.

            The values of its environment are never printed: a variable that is set shows "***", one that is passed on \
            from whoever starts the run shows null.
            """,
        subcommands: {
            [
                AgentAdd.command, AgentList.command, AgentShow.command, AgentEdit.command, AgentRemove.command,
                AgentTest.command,
            ]
        })
}

import Arguments

/// `tf run …`
enum RunGroup {
    static let command = Command(
        "run", "look at the runs of agents",
        discussion: """
            A run is one execution of an agent's command for a task: a process, its log, its exit status.
            """,
        subcommands: { [RunList.command, RunShow.command, RunLogs.command] })
}

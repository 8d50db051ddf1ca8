import Arguments

/// `tf run …`
enum RunGroup {
    static let command = Command(
        "run", "start, watch and stop the runs of agents",
        discussion: """
            A run is one execution of an agent's command for a task: a process, its log, its exit status.
            """,
        subcommands: {
            [
                RunStartCommand.command, RunList.command, RunShow.command, RunLogs.command, RunWait.command,
                RunCancel.command, RunRetry.command,
            ]
        })
}

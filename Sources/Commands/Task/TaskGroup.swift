import Arguments

/// `tf task …`
enum TaskGroup {
    static let command = Command(
        "task", "create, list and move tasks",
        discussion: """
            A task is one piece of work. Its status moves only along a table of transitions: every verb says from which \
            statuses it leads where, and is refused otherwise.
            """,
        subcommands: {
            [
                TaskCreate.command, TaskList.command, TaskShow.command, TaskHistory.command, TaskWhy.command,
                TaskTreeCommand.command, TaskPrompt.command, TaskWait.command, TaskEditCommand.command,
                TaskAssign.command, TaskCommentCommand.command, TaskComments.command, TaskDepend.command,
                TaskClaim.command, TaskHeartbeat.command,
            ] + TaskVerbs.commands + [TaskDelete.command]
        })
}

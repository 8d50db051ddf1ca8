import Arguments
import Engine
import Model
import Store

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

extension Context {
    /// The task that an argument names; without one, the task that the caller works on.
    func taskReference(_ argument: Argument<String>) throws(UsageFault) -> String {
        if let reference = invocation[argument] ?? caller.task?.text { return reference }
        throw invocation.refusal(.missingArgument(argument.placeholder))
    }

    /// - Throws: `out_of_scope` when the caller is an agent's command and `task` is none that it may be shown.
    func checkReach(of task: Task, in snapshot: Snapshot) throws {
        try Scope(of: caller, in: snapshot).checkShowing(task)
    }
}

import Arguments
import Engine
import Model
import Store

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

import Arguments
import Engine
import Execution
import Model

/// `tf task depend`
enum TaskDepend {
    static let task = Argument("TASK", .task, "the task that has to wait")
    static let on = Option("on", .task, "a task that must be done first", repeats: true)
    static let off = Option("off", .task, "a task that it need not wait for any more", repeats: true)

    static let command = Command(
        "depend", "say what must be done before a task",
        discussion: "A task is ready when everything that it depends on is done. A circle is refused.",
        examples: [Example("tf task depend T-3 --on T-1 --on T-2", "T-3 waits for both")],
        parameters: [task, on, off], run: performing(depend))

    static func depend(_ context: Context) throws {
        let on = context.all(on)
        let off = context.all(off)
        guard !on.isEmpty || !off.isEmpty else { throw context.invocation.refusal("--on or --off is needed") }
        let engine = try context.engine()
        let done = try context.discharge(engine.depend(try context.required(task), on: on, off: off), engine)
        try context.report(done, engine)
    }
}

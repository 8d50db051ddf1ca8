import Arguments
import Engine
import Model
import Store
import Terminal

/// `tf task prompt`
enum TaskPrompt {
    static let task = Argument("TASK", .task, "the task; inside of a run, its own unless given", .optional)

    static let command = Command(
        "prompt", "print what somebody who works on a task has to know",
        discussion: """
            Puts together what the workspace knows of a task: what is to be done now, feedback that nobody has resolved, \
            the task, its parent, siblings, dependencies and subtasks, how its last runs ended, what was said about it, \
            and how to report back. A run is given the same text in the file $TF_PROMPT.
            """,
        examples: [
            Example("tf task prompt T-12", "read what an agent is told"),
            Example("tf task prompt T-12 | claude -p", "hand it to a program"),
        ],
        parameters: [task], run: performing(prompt))

    static func prompt(_ context: Context) throws {
        let snapshot = try context.snapshot()
        let task = try snapshot.task(try context.taskReference(task))
        try context.checkReach(of: task, in: snapshot)
        // A run that a trigger has made is no run of the task, which does not know of it.
        let run = try context.caller.run.flatMap { try snapshot.getValid($0) }
        let reaction = run.flatMap { $0.isReaction && $0.task == task.id ? $0 : nil }
        let collected = try TaskContext(of: task, run: reaction, in: snapshot)
        let text = Prompt(collected).text
        let json: JSON = [
            "task": task.id.json, "prompt": text.json, "feedback": .array(collected.feedback.map(\.id.json)),
        ]
        try context.output.show(Shown(id: task.id.text, json: json, fields: ["task", "prompt", "feedback"])) {
            text.visibleBlock
        }
    }
}

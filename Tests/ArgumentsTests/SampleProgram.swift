import Arguments
import System

/// A small program that uses everything a declaration can say.
enum Sample {
    enum Priority: String, CaseIterable, Sendable {
        case low, normal, high, urgent
    }

    static let directory = Option("directory", short: "C", .directory, "start as if in DIR")
    static let color = Option("color", .choice(["auto", "always", "never"]), "when to use colours")
    static let quiet = Flag("quiet", short: "q", "print ids only")
    static let yes = Flag("yes", short: "y", "answer every question with yes")
    static let globals: [any Parameter] = [directory, color, quiet, yes]

    static let title = Argument("TITLE", .line, "what is to be done")
    static let priority = Option("priority", short: "p", .enumeration(Priority.self), "how urgent it is")
    static let label = Option(
        "label", short: "l", .line.named("NAME").completed(by: .live("labels")), "put a label on it", repeats: true)
    static let timeout = Option("timeout", short: "t", .duration, "how long it may run")
    static let wait = Option("wait", .duration, "wait for the run to end, at most DURATION", optionalValue: true)
    static let due = Option("due", .time, "when it has to be done")
    static let edit = Flag("edit", "open the editor", negatable: true)
    static let secret = Flag("secret", "not shown anywhere", isHidden: true)
    static let file = Option("file", short: "F", .path, "read the description from FILE")

    static let task = Argument("TASK", .line.completed(by: .live("tasks")), "the task", .one)
    static let tasks = Argument("TASK", .line.completed(by: .live("tasks")), "the tasks", .many(atLeast: 1))
    static let query = Argument("QUERY", .text, "words and field:value terms", .many(atLeast: 0))
    static let limit = Option("limit", short: "n", .integer(1...100), "show at most N")

    static let agent = Option("agent", .line.named("AGENT"), "give it to an agent")
    static let user = Option("user", .line.named("USER"), "give it to a person")
    static let nobody = Flag("none", "take it away from everybody")
    static let holder = Option("as", .line.named("NAME"), "who claims it", isRequired: true)

    static let command = Argument("COMMAND", .text, "the command and its arguments", .trailing(atLeast: 1))
    static let agentCommand = Argument("COMMAND", .text, "the command and its arguments", .trailing(atLeast: 0))
    static let name = Argument("NAME", .line, "the name of the agent")
    static let environment = Option("env", .keyValue, "set a variable, or pass it on", repeats: true)

    static let sources = Argument("SOURCE", .path, "what is copied", .many(atLeast: 1))
    static let target = Argument("TARGET", .directory, "where it is copied to")
    static let shell = Argument("SHELL", .choice(["bash", "zsh", "fish"]), "the shell", .optional)
    static let candidates = Option("candidates", .line.named("KIND"), "print candidates", isHidden: true)
    static let notifications = Argument("N", .integer(1...Int.max), "the notification", .many(atLeast: 1))
    static let all = Flag("all", "also what has been read")

    static let create = Command(
        "create", "create a task",
        discussion: """
            Prints the id of the new task alone, so that a script can keep it. The title
            is one line; see also --file.

              id=$(tf task create "Fix it")

            Don't put secrets into a title: it is shown everywhere.
            """,
        examples: [
            Example(
                "tf task create \"Fix the build\" --priority high", "create a task that is more urgent than others"),
            Example("tf task create -l ci -l flaky Retry", "with two labels"),
        ],
        parameters: [
            title, priority, label, file,
            Section("Running", [timeout, wait, due]),
            edit, secret,
        ],
        exitCodes: [ExitCode(124, "the wait ran out of time")],
        aliases: ["new"], run: { _ in 0 })

    static let list = Command(
        "list", "list tasks", parameters: [query, limit, label], aliases: ["ls"],
        isQueryWord: { word in ["label", "status"].contains { word.hasPrefix("-\($0):") } }, run: { _ in 0 })

    static let taskGroup = Command(
        "task", "create, list and move tasks",
        discussion: "A task is one piece of work.",
        subcommands: {
            [
                create, list,
                Command("show", "show a task", parameters: [task], run: { _ in 0 }),
                Command("cancel", "cancel tasks", parameters: [tasks], run: { _ in 0 }),
                Command(
                    "assign", "give a task to somebody",
                    parameters: [task, OneOf([agent, user, nobody], isRequired: true)], run: { _ in 0 }),
                Command("claim", "take a task", parameters: [holder, task], run: { _ in 0 }),
                Command("rework", "internal", isHidden: true, run: { _ in 0 }),
            ]
        })

    static let agentGroup = Command(
        "agent", "name the commands that can be given tasks",
        subcommands: {
            [
                Command("add", "add an agent", parameters: [name, environment, agentCommand], run: { _ in 0 }),
                Command("create", "add an agent step by step", parameters: [name], run: { _ in 0 }),
            ]
        })

    static let inbox = Command(
        "inbox", "what waits for you", parameters: [all], run: { _ in 0 },
        subcommands: { [Command("read", "mark as read", parameters: [notifications], run: { _ in 0 })] })

    static let exec = Command(
        "exec", "run a command as a task", parameters: [timeout, command], commandEndsOptions: true, run: { _ in 0 })

    static let program = Program(
        root: Command(
            "tf", "turn a task list into an automation layer",
            discussion: "tf keeps tasks in a directory. See https://example.org for more.",
            examples: [Example("tf exec -- make test", "run a command as a task")],
            subcommands: {
                [
                    taskGroup, agentGroup, inbox, exec,
                    Command("copy", "copy files", parameters: [sources, target], run: { _ in 0 }),
                    Command(
                        "completion", "print a completion script", parameters: [shell, candidates], run: { _ in 0 }),
                    .help(),
                ]
            }),
        globals: globals,
        topics: [Topic("exit-codes", "what exit statuses mean", body: "0 is good.\n\n  0  done\n  1  refused")],
        exitCodes: [ExitCode(0, "done"), ExitCode(2, "usage")],
        environment: [Described("TF_WORKSPACE", "the workspace directory")],
        files: [Described(".tf/", "the workspace")])

    /// 2026-03-04 is a Wednesday; it is 10:00 in a zone an hour ahead of UTC.
    static let now = Timestamp(milliseconds: 1_772_614_800_000)
    static let zone = LocalZone.fixed(.seconds(3600))

    static func parse(_ words: String...) throws(UsageFault) -> Parsed {
        try Parser(program).parse(words, now: now, zone: zone)
    }
}

import Arguments
import Engine
import Model

extension Program {
    /// The whole command line. Nouns make their verbs when one is asked for.
    static let tf: Program = Program(
        root: Command(
            "tf", "turn a task list into an automation layer",
            discussion: """
                A workspace is a directory .tf with a JSON file for every task. Assigning a task to an agent, which is \
                any command, runs that command; its exit status moves the task on.
                """,
            subcommands: {
                [
                    TaskGroup.command, RunGroup.command, AgentGroup.command, TriggerGroup.command, InboxGroup.command,
                    Initialize.command,
                    Execute.command, Work.command, Events.command, StatusReport.command, TickCommand.command,
                    DoctorCommand.command, CollectCommand.command, TrustCommand.command, Config.command,
                    PrimeCommand.command, MCPCommand.command, Completion.command(completing: tf), Version.command,
                    .help(),
                ]
            }),
        globals: GlobalOptions.all, topics: Topics.all,
        exitCodes: ExitStatus.allCases.map { ExitCode($0.rawValue, $0.meaning) },
        environment: [
            Described("TF_WORKSPACE", "the .tf directory to use, unless --workspace names one"),
            Described("TF_ACTOR", "who does it, unless --actor says so"),
            Described("TF_TRUST", "1: commands of every workspace may run"),
            Described("TF_NOW", "the time, in RFC 3339, at which the clock of this process starts; for tests"),
            Described("TF_TRACE", "1: print on standard error what is read and written, and how long it takes"),
            Described("NO_COLOR", "no colours"),
            Described("CLICOLOR_FORCE", "colours, also where there is no terminal"),
            Described("COLUMNS", "the width of the terminal"),
        ],
        files: [
            Described(".tf/", "the workspace: a file for each record, the journal, the logs of runs"),
            Described("~/.local/state/tf/trusted", "the workspaces whose commands may run; see tf trust"),
        ])
}

import Arguments

/// `tf trigger …`
enum TriggerGroup {
    static let command = Command(
        "trigger", "have something done when something happens",
        discussion: """
            A trigger is told of events that are committed after it was made, each exactly once, and does something \
            about those that fit. What it does and that it has been told are one transaction, after the one that it is \
            about; the command that caused the event neither waits for what a trigger starts nor fails because of it.

            A trigger that fails leaves an event trigger/failed and a warning; after the third failure in a row whoever \
            made it finds a notification. What a trigger causes is one step deeper than what it was told of: what \
            happens three steps deep causes nothing more.

            Executables in .tf/hooks, named like the type of event with a dot for the slash (task.completed), are \
            triggers as well, and so is the setting notify_command; tf makes and removes those by itself. A hook that is \
            not executable is switched off; tf doctor names what never runs there. Commands run \
            in the background as queued runs: tf run logs shows what they print.
            """,
        subcommands: {
            [
                TriggerAdd.command, TriggerList.command, TriggerShow.command, TriggerTest.command,
                TriggerEnable.command, TriggerDisable.command, TriggerRemove.command,
            ]
        })
}

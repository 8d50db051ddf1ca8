import Arguments
import Engine
import Model

/// What `tf help` explains besides commands.
enum Topics {
    static var all: [Topic] { [exitCodes, json, query] }

    static var exitCodes: Topic {
        Topic(
            "exit-codes", "what tf exits with",
            body: ExitStatus.allCases.map { "  \($0.rawValue)  \($0.meaning)" }.joined(separator: "\n") + """


                Commands that stand in for the work itself (exec, task create and task assign with --wait, run start with \
                --wait, run wait) use this table until a run exists, and then exit as the command did:

                  N      the command's own status
                  1      it exited with 0, but its task did not succeed: it was failed or blocked
                         from inside, or put back (not run wait, which is about the run alone)
                  128+N  the command died by signal N
                  124    its time was over
                  125    the run was lost, or tf itself failed
                  126    the command could not be executed
                  127    the command was not found
                  130    it was cancelled

                A wait that runs out of its own --timeout exits with 124. The word in the JSON of an error decides the \
                status:


                """
                + Failure.Code.allCases.map { "  \($0.rawValue): \($0.exitStatus.rawValue)" }.joined(separator: "\n")
                    + """


                    What the end of an agent's command means for its run and its task:


                    """ + RunOutcome.table.map { "  \($0.line)" }.joined(separator: "\n"))
    }

    static var json: Topic {
        Topic(
            "json", "what commands print with --json, by example",
            body: """
                With --json a command prints exactly one value on standard output, also when it fails; then nothing goes \
                to standard error but warnings. Fields have the names that they have in the files of .tf, and optional \
                ones are left out when they have no value. Fields are added in later versions, never renamed.

                A command aimed at one record prints the record, one aimed at several an array, a list an array of whole \
                records. With --jsonl a list has a record a line. With --format '{id}\\t{title}' each record becomes a \
                line; {assignee.agent} takes a field of a field.


                """ + JSONExamples.all.map { $0.commands + ":\n\n" + $0.json.indented }.joined(separator: "\n\n"))
    }
}

extension RunOutcome {
    /// A row of the table in words: `exits otherwise: run failed; task again while attempts are left, then failed`.
    fileprivate var line: String {
        let end: String
        switch task {
        case .asAsked: end = "as was asked"
        case .verb(let verb):
            switch TaskTransition.of(verb).to {
            case .status(let status), .statusUnlessAutomated(let status): end = status.rawValue
            case .unchanged, .nowhere: end = "as it is"
            }
        }
        let again: String
        switch repetition {
        case .never: again = ""
        case .attempt: again = "again while attempts are left, then "
        case .uncounted: again = "again, not counted, \(Self.repeatLimit) times at the most, then "
        }
        return "\(condition): run \(run.rawValue); task \(again)\(end)"
    }
}

extension String {
    /// Every line indented, so that help keeps them as they are.
    fileprivate var indented: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(separator: "\n")
    }
}

import Arguments
import Model

extension Topics {
    static var query: Topic {
        Topic(
            "query", "how tf task list chooses tasks",
            body: """
                A query is words and terms separated by blanks; a task has to fit all of them. Together with options \
                such as --label it has to pass those as well.

                  tf task list status:failed label:ci flaky
                  tf task list 'due:<+2d' -label:later not:draft

                A word is looked for in title, description, name and id, in any case of letters. In double quotes it \
                may have blanks, and is never taken for a term; the shell has to leave the quotes alone: \
                '"release notes"'.

                \(fields)

                Values separated by commas mean any of them: status:failed,lost. '*' and '?' stand for any text and any \
                one character: label:ci-*. 'none' means that there is no value: assignee:none, due:none. A value in \
                double quotes is just that text: title:"two, or three".

                '-' before a term, or 'not:' before a term or word, means that it must not hold: -label:ci, not:flaky.

                A moment is a day (2026-03-01, today, yesterday, tomorrow, friday), a time (09:30, now, RFC 3339, or \
                "2026-03-01 09:30" in quotes), or relative to now (+2d, -1h30m). A weekday is the coming one for due, \
                and the last one for what has been.

                  due:today             on that day
                  updated:-1h           between then and now
                  due:<+2d              before; also <=, > and >=
                  created:2026-03-01..2026-03-15
                                        from one to the other, both included; one of them may be left out

                Tasks that have ended are left out unless --all or --status is given, or a term asks for them: \
                status:done, is:ended, -is:open, ended:today. The statuses are \
                \(TaskStatus.allCases.map(\.rawValue).joined(separator: ", ")). The order is the one in which tasks \
                would be worked on (priority, then due, then age), unless --sort gives another.
                """)
    }

    /// A line for each field, or for several that mean the same.
    private static var fields: String {
        let width = 16
        return QueryField.help.map { terms, meaning in
            let blanks = width - terms.count
            let gap = blanks > 0 ? String(repeating: " ", count: blanks) : "\n  " + String(repeating: " ", count: width)
            return "  " + terms + gap + meaning
        }.joined(separator: "\n")
    }
}

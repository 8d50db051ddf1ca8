import Model
import System
import Testing

/// A task as lists know it, with a description that is only handed out on request.
private struct Row: QueriedTask {
    var id: ID<Model.Task> = ID(number: 12)
    var status = TaskStatus.todo
    var priority = Priority.normal
    var isHeld = false
    var createdAt = QueryTests.now - .seconds(86_400)
    var updatedAt = QueryTests.now - .seconds(600)
    var due: Timestamp?
    var endedAt: Timestamp?
    var title = "Fix the flaky build"
    var name: String?
    var type: String?
    var flow: ID<Flow>?
    var parent: String?
    var assignee: Assignee?
    var labels: [String] = []
    var text: String?
    var isReady = false

    init(_ change: (inout Row) -> Void = { _ in }) { change(&self) }
}

/// Counts what is asked of it.
private final class Details: QueriedDetails {
    var descriptions = 0
    var readiness = 0

    func description(of task: Row) -> String? {
        descriptions += 1
        return task.text
    }

    func isReady(_ task: Row) -> Bool {
        readiness += 1
        return task.isReady
    }
}

@Suite("The query language")
struct QueryTests {
    /// A Sunday.
    static let now = Timestamp(rfc3339: "2026-03-01T12:00:00Z")!

    /// Days in UTC, and `friday` in either direction: all that these tests need of a calendar.
    static let context = QueryContext(now: now) { text, looksBack in
        let days = ["today": "2026-03-01", "friday": looksBack ? "2026-02-27" : "2026-03-06"]
        guard let start = Timestamp(rfc3339: (days[text] ?? text) + "T00:00:00Z") else { return nil }
        return QuerySpan(from: start, until: start + .seconds(86_400))
    }

    private func query(_ text: String) throws -> Query { try Query(parsing: text, in: Self.context) }

    private func fits(_ text: String, _ row: Row) throws -> Bool {
        // Whoever looks through records turns references into ids.
        try query(text).resolved { _, text in text }.holds(for: row, at: Self.now, details: Details())
    }

    private func fault(_ text: String) throws -> QueryFault {
        do throws(QueryFault) {
            _ = try Query(parsing: text, in: Self.context)
        } catch {
            return error
        }
        throw NoFault(text: text)
    }

    private struct NoFault: Error { let text: String }

    // MARK: Words

    @Test("every task fits an empty query", arguments: ["", "  ", "\t\n", "\"\""])
    func empty(text: String) throws {
        #expect(try query(text).terms.isEmpty)
        #expect(try fits(text, Row()))
    }

    @Test(
        "a word is looked for in title, description, name and id, in any case",
        arguments: [
            ("fix", true), ("FLAKY", true), ("t-12", true), ("12", true), ("night", true), ("DESCRIBED", true),
            ("fix build", true), ("build fix", true), ("fix green", false), ("\"the flaky\"", true),
            ("\"fix build\"", false), ("ky bu", true), ("straße", true), ("STRASSE", false), ("é", true), ("É", true),
        ])
    func words(text: String, isFit: Bool) throws {
        let row = Row {
            $0.name = "night-fix"
            $0.text = "It is described here.\nStraße, Café"
        }
        #expect(try fits(text, row) == isFit)
        for word in text.split(separator: " ") where !text.contains("\"") {
            #expect(try fits("not:" + word, row) != fits(String(word), row))
        }
    }

    @Test("quotes make a word of anything")
    func quoted() throws {
        let row = Row { $0.title = #"status:done, say "hi" \ -label:x"# }
        for text in [#""status:done""#, #""say \"hi\"""#, #""\" \\ -""#, #""-label:x""#] {
            #expect(try fits(text, row), "\(text)")
        }
    }

    @Test("a time, a path or a number with a colon is a word")
    func colons() throws {
        #expect(try fits("12:30", Row { $0.title = "Call at 12:30" }))
        #expect(try fits(":x", Row { $0.title = "a:x" }))
        #expect(try fits("-", Row { $0.title = "a - b" }))
    }

    // MARK: Fields

    @Test(
        "a field has one of the values, in any case",
        arguments: [
            "status:failed", "status:failed,lost", "is:failed", "is:ended", "label:ci", "label:CI", "label:x,ci",
            "label:c*", "label:?i", "priority:high", "priority:low,high", "priority:>normal", "priority:>=high",
            "priority:<urgent", "priority:<=high", "agent:coder", "assignee:coder", "assignee:x,cod*", "type:chore",
            "name:night", "title:flaky", "title:\"the flaky\"", "text:described", "description:described",
            "description:\"is described\"", "Status:failed", "label:\"ci\"", "user:none", "not:user:alice",
            "-is:open", "-status:todo,done", "-label:deploy", "not:not:label:ci", "-not:label:ci", "label:ci label:db",
        ])
    func fields(text: String) throws {
        let row = Row {
            $0.status = .failed
            $0.labels = ["ci", "db"]
            $0.priority = .high
            $0.assignee = .agent(ID("coder")!)
            $0.type = "Chore"
            $0.name = "night"
            $0.text = "It is described"
        }
        #expect(try fits(text, row))
        #expect(try !fits("not:" + text, row) || text.contains(" "))
    }

    @Test(
        "none means that there is no value, in quotes it is one",
        arguments: [
            "assignee", "agent", "user", "label", "type", "name", "flow", "parent", "due", "ended", "description",
        ])
    func none(field: String) throws {
        #expect(try fits("\(field):none", Row()))
        #expect(try !fits("-\(field):none", Row()))
        #expect(try !fits("label:none", Row { $0.labels = ["a"] }))
        #expect(try fits("label:\"none\"", Row { $0.labels = ["None"] }))
        #expect(try fits("label:none,a", Row { $0.labels = ["a"] }))
    }

    @Test("an assignee with @ is a user, as lists show it")
    func assignees() throws {
        let row = Row { $0.assignee = .user("alice") }
        for text in ["user:alice", "assignee:alice", "assignee:@alice", "user:@ALICE", "agent:none", "assignee:@a*"] {
            #expect(try fits(text, row), "\(text)")
        }
        #expect(try !fits("assignee:@alice", Row { $0.assignee = .agent(ID("alice")!) }))
    }

    @Test("priority is compared by urgency, and nothing is beyond its ends")
    func priorities() throws {
        for (text, fitting) in [
            (">low", "urgent high normal"), (">=normal", "urgent high normal"), ("<normal", "low"), ("<=low", "low"),
            (">urgent", ""), ("<low", ""), ("<=urgent", "urgent high normal low"),
        ] {
            let found = try Priority.allCases.filter { each in try fits("priority:" + text, Row { $0.priority = each })
            }
            #expect(found.map(\.rawValue).joined(separator: " ") == fitting, "\(text)")
        }
    }

    @Test("ready, overdue and held are what they are everywhere")
    func states() throws {
        #expect(try fits("is:ready", Row { $0.isReady = true }))
        #expect(try !fits("is:ready", Row()))
        #expect(try fits("-is:ready", Row()))
        #expect(
            try !fits(
                "is:ready",
                Row {
                    $0.isReady = true; $0.isHeld = true
                }))
        #expect(try fits("is:overdue", Row { $0.due = Self.now }))
        #expect(try !fits("is:overdue", Row { $0.due = Self.now + .milliseconds(1) }))
        #expect(
            try !fits(
                "is:overdue",
                Row {
                    $0.due = Self.now; $0.status = .done
                }))
        #expect(try fits("is:held", Row { $0.isHeld = true }))
        #expect(
            try !fits(
                "is:held",
                Row {
                    $0.isHeld = true; $0.status = .done
                }))
        for status in TaskStatus.allCases {
            #expect(try fits("is:open", Row { $0.status = status }) == !status.isTerminal)
            #expect(try fits("is:ended", Row { $0.status = status }) == status.isTerminal)
            #expect(try fits("is:\(status.rawValue)", Row { $0.status = status }))
        }
    }

    // MARK: Moments

    @Test(
        "a moment fits a day, a side of it, a range, or a time relative to now",
        arguments: [
            ("today", "2026-03-01T00:00:00.000Z", "2026-03-01T23:59:59.999Z"),
            ("2026-02-27", "2026-02-27T00:00:00.000Z", "2026-02-27T23:59:59.999Z"),
            ("<today", nil, "2026-02-28T23:59:59.999Z"), ("<=today", nil, "2026-03-01T23:59:59.999Z"),
            (">today", "2026-03-02T00:00:00.000Z", nil), (">=today", "2026-03-01T00:00:00.000Z", nil),
            ("<+2d", nil, "2026-03-03T11:59:59.999Z"), ("<=+2d", nil, "2026-03-03T12:00:00.000Z"),
            (">-1h", "2026-03-01T11:00:00.001Z", nil), (">=-1h", "2026-03-01T11:00:00.000Z", nil),
            ("+2d", "2026-03-01T12:00:00.000Z", "2026-03-03T12:00:00.000Z"),
            ("-1h30m", "2026-03-01T10:30:00.000Z", "2026-03-01T12:00:00.000Z"),
            ("now", "2026-03-01T12:00:00.000Z", "2026-03-01T12:00:00.000Z"),
            ("2026-03-01..2026-03-02", "2026-03-01T00:00:00.000Z", "2026-03-02T23:59:59.999Z"),
            ("-1d..+1d", "2026-02-28T12:00:00.000Z", "2026-03-02T12:00:00.000Z"),
            ("today..", "2026-03-01T00:00:00.000Z", nil), ("..today", nil, "2026-03-01T23:59:59.999Z"),
            ("friday", "2026-03-06T00:00:00.000Z", "2026-03-06T23:59:59.999Z"),
            ("\"today\"", "2026-03-01T00:00:00.000Z", "2026-03-01T23:59:59.999Z"),
        ] as [(String, String?, String?)])
    func moments(text: String, first: String?, last: String?) throws {
        func fits(_ moment: Timestamp?) throws -> Bool { try self.fits("due:" + text, Row { $0.due = moment }) }
        if let first = first.flatMap(Timestamp.init(rfc3339:)) {
            #expect(try fits(first))
            #expect(try !fits(first - .milliseconds(1)))
        }
        if let last = last.flatMap(Timestamp.init(rfc3339:)) {
            #expect(try fits(last))
            #expect(try !fits(last + .milliseconds(1)))
        }
        #expect(try !fits(nil))
    }

    @Test("a weekday is the coming one for what is due, and the last one for what has been")
    func weekdays() throws {
        let last = Timestamp(rfc3339: "2026-02-27T10:00:00Z")!
        #expect(try fits("updated:friday", Row { $0.updatedAt = last }))
        #expect(try !fits("due:friday", Row { $0.due = last }))
    }

    // MARK: What lists make of it

    @Test(
        "only a positive term about the status asks for ended tasks",
        arguments: [
            ("status:done", true), ("is:ended", true), ("is:done", true), ("ended:today", true), ("flaky", false),
            ("-status:todo", false), ("-is:blocked", false), ("label:ci", false), ("not:is:ended", false),
        ])
    func choosing(text: String, chooses: Bool) throws {
        #expect(try query(text).choosesStatus == chooses)
    }

    @Test("nothing is read for a task that the index can decide on, and nothing twice")
    func frugal() throws {
        let details = Details()
        func ask(_ text: String, _ row: Row = Row()) throws {
            _ = try query(text).holds(for: row, at: Self.now, details: details)
        }
        for text in ["flaky", "label:ci absent", "absent -status:todo", "is:ready status:done", "title:absent"] {
            try ask(text)
        }
        try ask("is:ready", Row { $0.isHeld = true })
        #expect(details.descriptions == 0 && details.readiness == 0)
        try ask("absent is:ready")
        #expect(details.descriptions == 1 && details.readiness == 0)
        #expect(try query("absent").verdict(on: Row(), at: Self.now) == nil)
    }

    @Test("names and numbers of tasks and flows are replaced by their ids")
    func references() throws {
        let resolved = try query("parent:fence,3 -flow:f-1 id:T-12").resolved { field, text in
            switch field {
            case .parent: text == "fence" ? "T-2" : "T-3"
            case .flow: "F-1"
            default: text
            }
        }
        for parent in ["T-2", "T-3"] {
            let row = Row {
                $0.parent = parent; $0.flow = ID("F-2")
            }
            #expect(resolved.verdict(on: row, at: Self.now) == true)
        }
        #expect(
            resolved.verdict(
                on: Row {
                    $0.parent = "T-2"; $0.flow = ID("F-1")
                }, at: Self.now) == false)
        #expect(resolved.verdict(on: Row { $0.parent = "T-4" }, at: Self.now) == false)
    }

    @Test("a word of the command line is a query when it begins with a dash and a field")
    func queryWords() {
        for word in ["-label:ci", "-is:ready", "-due:<+2d", "-not:x", "-Status:todo", "-title:"] {
            #expect(Query.isNegatedField(word), "\(word)")
        }
        for word in ["-label", "-x:y", "label:ci", "-", "", "-:", "--label:ci", "-n5"] {
            #expect(!Query.isNegatedField(word), "\(word)")
        }
    }

    // MARK: Faults

    @Test(
        "a mistake is refused with its place and what would be right",
        arguments: [
            ("flaky stauts:failed", 7, "there is no field 'stauts'"), ("-foo:x", 2, "there is no field 'foo'"),
            ("status:", 8, "'status:' lacks a value"), ("label:a,,b", 9, "lacks a value"),
            ("label:a, b", 9, "lacks a value"), ("due:<", 5, "lacks a value"), ("label:\"\"", 7, "lacks a value"),
            ("status:completed", 8, "'completed' is not one of todo, scheduled"),
            ("status:todo,finished", 13, "'finished' is not one of"), ("is:closed", 4, "'closed' is not one of open"),
            ("priority:soon", 10, "urgent, high, normal, low"), ("due:2d", 5, "a time such as"),
            ("due:<yesteryear", 5, "a time such as"), ("due:today..soon", 5, "'soon' is not a time"),
            ("due:..", 5, "a time such as"), ("x -slow", 3, "'-slow' is neither"), ("a \"b c", 3, "does not end"),
            ("title:\"b", 7, "does not end"), ("\"a\"b", 4, "'b' follows"), ("label:\"a\"b", 10, "'b' follows"),
            ("not:", 5, "lacks a value"), ("-not:", 6, "lacks a value"), ("é status:x", 10, "'x' is not"),
        ])
    func faults(text: String, column: Int, message: String) throws {
        let fault = try fault(text)
        #expect(fault.column == column)
        #expect(fault.message.contains(message) && fault.message.contains("column \(column)"), "\(fault.message)")
    }

    @Test(
        "a word of another tool for a status is refused with the right one",
        arguments: [
            ("completed", "done"), ("in-progress", "running"), ("canceled", "cancelled"), ("Failed", "failed"),
            ("open", "todo"),
        ])
    func foreignWords(word: String, meant: String) throws {
        guard case .badValue(.status, word, _, meant) = try fault("status:" + word).reason else {
            Issue.record("\(try fault("status:" + word))")
            return
        }
    }
}

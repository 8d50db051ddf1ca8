import Model
import Testing

@Suite("Records that are refused")
struct FieldFaultTests {
    @Test("a field of a wrong type is named with its value", arguments: RecordSample.all)
    func wrongTypes(sample: RecordSample) throws {
        for (name, value) in try #require(sample.json.object) where !sample.free.contains(name) {
            let wrong: JSON = value.string == nil ? "seven" : 7
            let found = fault { try AnyRecord(kind: sample.kind, json: sample.with(name, wrong)) }
            #expect(found?.field == name)
            #expect(found?.value == wrong.compactText, "\(name)")
            #expect(found?.problem.hasPrefix("is not ") == true, "\(name) \(found?.problem ?? "is accepted")")
        }
    }

    @Test("a required field that is missing is named", arguments: RecordSample.all)
    func missing(sample: RecordSample) {
        for name in sample.required {
            let found = fault { try AnyRecord(kind: sample.kind, json: sample.with(name, nil)) }
            #expect(found?.description == "\(name) is missing")
        }
    }

    @Test(
        "an unknown word is refused with those that are known",
        arguments: [
            (
                .task, "status",
                "todo, scheduled, running, review, blocked, paused, done, failed, cancelled, terminated, timed_out, lost"
            ),
            (.task, "priority", "urgent, high, normal, low"), (.comment, "kind", "comment, blocker, feedback, system"),
            (.run, "status", "queued, running, succeeded, failed, cancelled, timed_out, lost"),
            (.run, "cause", "manual, assigned, trigger, flow, heartbeat, retry"),
            (.agent, "stdin", "none, prompt, json"), (.agent, "dispatch", "now, queue"),
            (.agent, "scope", "task, workspace"), (.notification, "priority", "urgent, normal, info"),
            (
                .notification, "type",
                "task_assigned, task_completed, task_failed, run_failed, approval_required, agent_blocked, "
                    + "heartbeat_fused, watchdog, trigger_failed, mention"
            ), (.workspace, "ids", "sequential, hash"),
        ] as [(RecordKind, String, String)])
    func unknownWords(kind: RecordKind, field: String, known: String) {
        let found = fault { try AnyRecord(kind: kind, json: RecordSample.of(kind).with(field, "Done")) }
        #expect(found?.description == "\(field) \"Done\" is not one of \(known)")
    }

    @Test(
        "what is wrong below a field is named with its path, and the field's value",
        arguments: [
            (.task, "labels", ["a", 2], "labels[1]", "is not a string"),
            (.task, "depends_on", ["T-3", "T-"], "depends_on[1]", "is not the id of a task"),
            (.task, "automation", ["every": 10], "automation.every", "is not a duration such as 90s, 10m, 1h30m"),
            (
                .task, "automation", ["timeout": "soon"], "automation.timeout",
                "is not a duration such as 90s, 10m, 1h30m"
            ),
            (.task, "automation", ["next_at": "noon"], "automation.next_at", "is not an RFC 3339 time"),
            (.task, "automation", ["tick": "4"], "automation.tick", "is not a whole number"),
            (.task, "automation", ["failures": .number(0.5)], "automation.failures", "is not a whole number"),
            (.task, "automation", ["last_beat_at": 1], "automation.last_beat_at", "is not an RFC 3339 time"),
            (.task, "progress", ["text": 1], "progress.text", "is not a string"),
            (.task, "progress", ["percent": "40"], "progress.percent", "is not a whole number"),
            (.task, "progress", ["at": "now"], "progress.at", "is not an RFC 3339 time"),
            (.agent, "env", ["A": 1], "env.A", "is not a string or null"),
            (
                .agent, "exit_codes", ["2": "stop"], "exit_codes.2",
                "is not one of done, review, fail, block, cancel, retry"
            ),
            (.agent, "backoff", ["factor": "x"], "backoff.factor", "is not a number"),
            (.agent, "backoff", ["factor": .number(0.5)], "backoff.factor", "is not from 1 to 1000"),
            (.agent, "backoff", ["jitter": 2], "backoff.jitter", "is not from 0 to 1"),
            (
                .run, "stop", ["verb": "end"], "stop.verb",
                "is not one of cancel, pause, terminate, release, block, submit, complete, fail, timeout, delete, assign"
            ),
            (.run, "process", ["started": "x"], "process.pid", "is missing"),
            (.run, "outputs", ["a": .null], "outputs.a", "is not a string"),
            (.workspace, "settings", ["jobs": 0], "settings.jobs", "is less than 1"),
            (.workspace, "settings", ["log_limit": "big"], "settings.log_limit", "is not a size such as 100MB, 2GB"),
            (
                .workspace, "settings", ["types": ["a": ["required": [1]]]], "settings.types.a.required[0]",
                "is not a string"
            ),
        ] as [(RecordKind, String, JSON, String, String)])
    func nested(kind: RecordKind, field: String, value: JSON, path: String, problem: String) {
        let found = fault { try AnyRecord(kind: kind, json: RecordSample.of(kind).with(field, value)) }
        #expect(found?.field == path)
        #expect(found?.problem == problem)
        #expect(found?.value == value.compactText)
    }

    @Test(
        "a value of the right type that makes no sense is refused",
        arguments: [
            (.task, "id", "R-1", "id \"R-1\" is not the id of a task"),
            (.task, "schema", 2, "schema 2 is not 1, the only one this tf knows"),
            (.task, "rev", -1, "rev -1 is negative"), (.task, "title", " ", "title \" \" is empty"),
            (.task, "title", "a\nb", "title \"a\\nb\" has more than one line"),
            (.task, "attempt", -1, "attempt -1 is negative"),
            (.task, "name", "Fence", "name \"Fence\" is not " + Identifier.nameRule),
            (.task, "max_attempts", 0, "max_attempts 0 is less than 1"),
            (.task, "labels", ["a b"], "labels \"a b\" has a blank, a comma or a control character"),
            (.task, "labels", [""], "labels \"\" is empty"),
            (.task, "flow", "T-1", "flow \"T-1\" is not the id of a flow"),
            (.task, "parent", "T-1", "parent \"T-1\" is the task itself"),
            (.task, "depends_on", ["T-1"], "depends_on \"T-1\" is the task itself"),
            (.task, "due", "tomorrow", "due \"tomorrow\" is not an RFC 3339 time"),
            (.task, "attempt", .number(1.5), "attempt 1.5 is not a whole number"),
            (.task, "assignee", ["agent": "No One"], "assignee {\"agent\":\"No One\"} does not name an agent"),
            (.task, "assignee", ["user": ""], "assignee {\"user\":\"\"} is not {\"agent\": NAME} or {\"user\": NAME}"),
            (
                .task, "assignee", ["agent": "a", "user": "b"],
                "assignee {\"agent\":\"a\",\"user\":\"b\"} is not {\"agent\": NAME} or {\"user\": NAME}"
            ), (.comment, "text", "\n", "text \"\\n\" is empty"),
            (.comment, "id", "T-1", "id \"T-1\" is not the id of a comment"),
            (.agent, "shell", "x", "shell and command are both given; an agent has one of them"),
            (.agent, "command", [""], "command [\"\"] begins with an empty program name"),
            (.agent, "timeout", "90", "timeout \"90\" is not a duration such as 90s, 10m, 1h30m"),
            (.agent, "concurrency", 0, "concurrency 0 is less than 1"),
            (.agent, "exit_codes", ["256": "fail"], "exit_codes \"256\" is not an exit status (0–255)"),
            (.agent, "env", ["A=B": "c"], "env \"A=B\" is not the name of a variable"),
            (.workspace, "prefix", "R", "prefix \"R\" is not a prefix for tasks"),
        ] as [(RecordKind, String, JSON, String)])
    func senseless(kind: RecordKind, field: String, value: JSON, expected: String) {
        let found = fault { try AnyRecord(kind: kind, json: RecordSample.of(kind).with(field, value)) }
        #expect(found?.description == expected)
    }

    @Test("the bounds of titles, labels, comments and lists hold to the last one")
    func bounds() {
        func refuses(_ kind: RecordKind, _ field: String, _ value: JSON) -> Bool {
            fault { try AnyRecord(kind: kind, json: RecordSample.of(kind).with(field, value)) }?.field == field
        }
        func text(_ count: Int) -> JSON { .string(String(repeating: "x", count: count)) }
        func list(_ count: Int) -> JSON { .array(Array(repeating: "x", count: count)) }
        #expect(!refuses(.task, "title", text(500)) && refuses(.task, "title", text(501)))
        #expect(!refuses(.task, "labels", [text(100)]) && refuses(.task, "labels", [text(101)]))
        #expect(!refuses(.comment, "text", text(65_536)) && refuses(.comment, "text", text(65_537)))
        #expect(!refuses(.task, "artifacts", list(10_000)) && refuses(.task, "artifacts", list(10_001)))
    }

    @Test("a long value is cut in messages")
    func longValues() {
        let found = FieldFault(field: "title", value: .string(String(repeating: "é", count: 200)), problem: "is long")
        #expect(found.value == "\"" + String(repeating: "é", count: 78) + "…")
    }
}

extension RecordSample {
    /// This record with another value in a field, or without it.
    fileprivate func with(_ field: String, _ value: JSON?) -> JSON {
        var object = json.object ?? JSONObject()
        object[field] = value
        return .object(object)
    }
}

import Model
import System
import Testing

@Suite("Triggers")
struct TriggerTests {
    private func event(_ type: EventType, about: String = "T-1", data: JSONObject = JSONObject()) -> Event {
        var event = Event(type, actor: "tom", about: about)
        event.seq = 7
        event.task = about.hasPrefix("T-") ? about : nil
        event.data = data
        return event
    }

    // MARK: Conditions

    @Test(
        "a condition is read as it is written",
        arguments: ["label=deploy", "label!=deploy", "title~*fix*", "payload.env=prod", "status_reason=a = b", "x="])
    func conditionText(text: String) throws {
        #expect(try #require(TriggerCondition(text)).text == text)
    }

    @Test("what is no condition is refused", arguments: ["label", "=deploy", "a b=c", "", "!=x", "label?deploy"])
    func noCondition(text: String) {
        #expect(TriggerCondition(text) == nil)
    }

    @Test("= and ~ want any item of a list, != none; what is not there is equal to nothing")
    func operators() throws {
        let labels: JSON = ["ci", "deploy"]
        func holds(_ text: String, _ value: JSON?) throws -> Bool {
            try #require(TriggerCondition(text)).holds(for: value)
        }
        #expect(try holds("label=deploy", labels) && !holds("label=dep", labels))
        #expect(try holds("label!=prod", labels) && !holds("label!=ci", labels))
        #expect(try holds("label~dep*", labels) && !holds("label~x*", labels))
        #expect(try holds("exit_code=2", 2) && holds("done=true", true) && !holds("x=", .null))
        #expect(try !holds("x=y", nil) && holds("x!=y", nil) && !holds("x~*", nil))
    }

    @Test("a field is the event's, then the record's, then the task's")
    func fields() {
        let run: JSON = ["id": "R-1", "exit_code": 2, "agent": "coder"]
        let task: JSON = [
            "id": "T-1", "title": "Paint", "labels": ["home"], "assignee": ["user": "polly"],
            "payload": ["env": "prod"],
        ]
        let fields = EventFields(
            event(.runFailed, data: JSONObject([("error", "exit 2")])), record: run, task: task)
        #expect(fields["actor"] == "tom" && fields["task"] == "T-1" && fields["depth"] == 0)
        #expect(fields["error"] == "exit 2" && fields["data.error"] == "exit 2")
        #expect(fields["exit_code"] == 2 && fields["agent"] == "coder")
        #expect(fields["title"] == "Paint" && fields["label"] == ["home"] && fields["user"] == "polly")
        #expect(fields["payload.env"] == "prod" && fields["nothing"] == nil)
    }

    // MARK: Types

    @Test("a trigger concerns the types that fit its pattern")
    func types() throws {
        let trigger = Trigger(id: try #require(ID("a")), on: "task/*", action: .notify("tom"))
        #expect(trigger.concerns(event(.taskCompleted)) && !trigger.concerns(event(.runFailed)))
    }

    @Test("a trigger is never told of itself, and nothing follows from the news that nothing did")
    func itself() throws {
        let trigger = Trigger(id: try #require(ID("a")), on: "trigger/*", action: .notify("tom"))
        #expect(!trigger.concerns(event(.triggerFired, about: "a")))
        #expect(trigger.concerns(event(.triggerFired, about: "b")))
        #expect(!trigger.concerns(event(.triggerSuppressed, about: "b")))
    }

    @Test("a pattern that nothing can ever fit is no pattern", arguments: ["task/complete", "tusk/*", "custom/", "x"])
    func badPattern(pattern: String) {
        #expect(EventType.problem(inPattern: pattern) != nil)
    }

    @Test(
        "types and patterns that events can fit", arguments: ["*", "task/*", "*/created", "custom/x.y", "custom/*-ok"])
    func goodPattern(pattern: String) {
        #expect(EventType.problem(inPattern: pattern) == nil)
    }

    // MARK: The record

    @Test(
        "every action is written as it was read",
        arguments: [
            ["assign": "coder"], ["run": "coder"], ["create_task": ["title": "x"]], ["exec": "make"],
            ["exec": ["make", "all"]], ["notify": "tom"], ["hook": "task.completed"], ["deliver": true],
        ] as [JSON])
    func actions(json: JSON) throws {
        #expect(try Trigger.Action(json: json).json == json)
    }

    @Test(
        "what is no action is refused with what is wrong",
        arguments: [
            [:], ["assign": "coder", "notify": "tom"], ["assign": "Not a name"], ["exec": []], ["exec": [""]],
            ["dance": "tango"], ["create_task": "x"], ["notify": " "], "exec",
        ] as [JSON])
    func badActions(json: JSON) throws {
        var record = RecordSample.of(.trigger).json.object ?? JSONObject()
        record["action"] = json
        let found = try #require(fault { try Trigger(json: .object(record)) })
        #expect(found.field.hasPrefix("action"))
    }

    @Test("a run has a task, or is what a trigger does")
    func runs() throws {
        var json = RecordSample.of(.run).json.object ?? JSONObject()
        json["task"] = nil
        #expect(fault { try Run(json: .object(json)) }?.description == "task is missing")
        json["trigger"] = "ship"
        json["event"] = ["seq": 41]
        json["timeout"] = "60s"
        let run = try Run(json: .object(json))
        #expect(run.isReaction && run.task == nil && run.json == .object(json))
    }
}

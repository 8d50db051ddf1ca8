import Arguments
import Engine
import Model

/// `tf trigger test`
enum TriggerTest {
    static let name = Argument("NAME", .trigger, "the trigger")
    static let event = Option(
        "event", .integer(1...Int.max).named("SEQ"), "the number of an event that has happened", isRequired: true)

    static let command = Command(
        "test", "say what a trigger would do about an event, and why not",
        discussion: "Nothing is changed and nothing is started. tf events shows the numbers.",
        examples: [Example("tf trigger test ship --event 41", "would it have fired?")],
        parameters: [name, event], exitCodes: [ExitCode(3, "there is no such trigger or event")],
        run: performing(test))

    static func test(_ context: Context) throws {
        guard let seq = context[event] else { throw context.invocation.refusal("--event is missing") }
        let trial = try context.engine().tryTrigger(try context.required(name), on: seq)
        try context.output.show(Shown(id: trial.trigger.id.text, json: trial.json)) {
            text(of: trial, context)
        }
    }

    private static func text(of trial: TriggerTrial, _ context: Context) -> String {
        var lines = [
            "\(trial.trigger.id) \(trial.fires ? "fires" : "does not fire") on event \(trial.event.seq) "
                + "(\(trial.event.type) \(trial.event.about))"
        ]
        lines += trial.checks.map { "  \($0.isSatisfied ? "yes" : "no ") \($0.text)" }
        if trial.fires {
            lines.append("would \(trial.trigger.actionLine)")
            if let failure = trial.failure { lines.append("and fail: \(failure.message)") }
            lines += trial.follows.map { "  \($0.type) \($0.about)" }
        }
        lines += trial.notes
        return lines.map { $0.visibleLine + "\n" }.joined()
    }
}

extension TriggerTrial {
    /// What `--json` prints.
    var json: JSON {
        var object = JSONObject()
        object["trigger"] = trigger.id.json
        object["event"] = event.seq.json
        object["fires"] = fires.json
        object["checks"] = .array(checks.map { ["satisfied": $0.isSatisfied.json, "text": $0.text.json] })
        object["action"] = trigger.action.json
        object["events"] = .array(follows.map { ["type": $0.type.json, "about": $0.about.json] })
        if let failure {
            object["error"] = ["code": failure.code.rawValue.json, "message": failure.message.json]
        }
        if !notes.isEmpty { object["notes"] = notes.json }
        return .object(object)
    }
}

import Arguments
import Engine
import Execution
import Model

/// `tf events emit`
enum EventsEmit {
    static let type = Argument("TYPE", .customEvent, "custom/ and a name")
    static let data = Option("data", .json, "what there is to say of it: a JSON object")
    static let task = Option("task", .task, "the task that it is about")

    static let command = Command(
        "emit", "emit an event of one's own",
        discussion: """
            For scripts, CI and webhooks: triggers are told of it like of every other event. Nothing but custom/NAME can \
            be emitted by hand. Prints the number of the event.
            """,
        examples: [
            Example(#"tf events emit custom/deployed --data '{"env": "prod"}'"#, "something was deployed"),
            Example("tf events emit custom/reviewed --task T-12", "something about a task"),
        ],
        parameters: [type, data, task], run: performing(emit))

    static func emit(_ context: Context) throws {
        let given = try context[data].map(context.json) ?? .object(JSONObject())
        guard let object = given.object else {
            throw context.invocation.refusal("--data: \(given.kindName) is not an object")
        }
        let engine = try context.engine()
        let type = try context.required(type)
        let done = try context.discharge(engine.emit(type, data: object, task: context[task]), engine)
        let event = try engine.event(emittedBy: done.value, type)
        var json = event.json.object ?? JSONObject()
        if done.value.isRepeated { json["deduped"] = true }
        let shown = Shown(id: String(event.seq), json: .object(json), fields: Event.fields + ["deduped"])
        try context.output.done([(shown, String(event.seq))])
    }
}

extension ValueType<CustomEventType> {
    /// A type of event that people may emit.
    fileprivate static var customEvent: ValueType<CustomEventType> {
        ValueType("TYPE", allowed: "custom/NAME, where NAME is " + Identifier.nameRule) { CustomEventType($0) }
    }
}

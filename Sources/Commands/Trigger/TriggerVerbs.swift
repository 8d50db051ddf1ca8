import Arguments
import Engine
import Execution
import Model

/// `tf trigger enable`
enum TriggerEnable {
    static let names = Argument("NAME", .trigger, "the triggers", .many(atLeast: 1))

    static let command = Command(
        "enable", "have triggers be told of events again",
        discussion: "They begin with what is committed from now on; what happened while they were disabled has passed.",
        examples: [Example("tf trigger enable ship", "have it fire again")],
        parameters: [names], run: performing { try set($0, disabled: false) })

    static func set(_ context: Context, disabled: Bool) throws {
        let names = context.all(names)
        let engine = try context.engine()
        let changed = try context.discharge(engine.setTriggers(names, disabled: disabled), engine).value
        let triggers: [Trigger] = changed.records.compactMap { $0.typed() }
        try context.output.done(triggers, isBatch: names.count > 1, deduped: changed.isRepeated) {
            "\($0.id) \($0.disabled ? "disabled" : "enabled")"
        }
    }
}

/// `tf trigger disable`
enum TriggerDisable {
    static let command = Command(
        "disable", "have triggers be told of nothing any more",
        examples: [Example("tf trigger disable ship", "have it rest, and keep it")],
        parameters: [TriggerEnable.names], run: performing { try TriggerEnable.set($0, disabled: true) })
}

/// `tf trigger remove`
enum TriggerRemove {
    static let names = Argument("NAME", .trigger, "the triggers", .many(atLeast: 1))

    static let command = Command(
        "remove", "remove triggers",
        discussion: "All are removed or none. Runs that they have caused go on. A hook's trigger goes with its file.",
        examples: [Example("tf trigger remove ship", "remove it for good")],
        parameters: [names], exitCodes: [ExitCode(1, "tf makes the trigger itself")], aliases: ["rm"],
        run: performing(remove))

    static func remove(_ context: Context) throws {
        let names = context.all(names)
        let engine = try context.engine()
        let changed = try context.discharge(engine.removeTriggers(names), engine).value
        try context.output.removed(changed, isBatch: names.count > 1)
    }
}

import Arguments
import Engine
import Model
import Store
import Terminal

/// `tf trigger show`
enum TriggerShow {
    static let name = Argument("NAME", .trigger, "the trigger")
    /// How many of its last runs are shown.
    private static let mostRuns = 5

    static let command = Command(
        "show", "show a trigger",
        examples: [Example("tf trigger show ship", "what it does, and how its last runs ended")],
        parameters: [name], run: performing(show))

    static func show(_ context: Context) throws {
        let snapshot = try context.snapshot()
        let trigger = try snapshot.trigger(try context.required(name))
        try context.output.show(Shown(trigger)) {
            var details = Details()
            details.add("name", trigger.id.text, .bold)
            details.add("state", trigger.stateLine, .yellow)
            details.add("on", trigger.on)
            details.add(
                "where", trigger.conditions.isEmpty ? nil : trigger.conditions.map(\.text).joined(separator: "\n"))
            details.add("action", trigger.actionLine)
            details.add("created by", trigger.createdBy)
            details.add("last event", trigger.position.map(String.init))
            let runs = try snapshot.records(tagged: .runs(by: trigger.id), of: Run.self).suffix(mostRuns)
                .map(snapshot.observed).map { "\($0.id) \($0.status.rawValue)" + ($0.error.map { ": \($0)" } ?? "") }
            details.add("runs", runs.isEmpty ? nil : runs.joined(separator: "\n"))
            return details.render(painter: context.output.painter)
        }
    }
}

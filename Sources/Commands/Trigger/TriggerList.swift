import Arguments
import Engine
import Model
import Store
import Terminal

/// `tf trigger list`
enum TriggerList {
    static let command = Command(
        "list", "list triggers, those of hooks and of notify_command included",
        examples: [Example("tf trigger list", "which there are, and what each is told of")], aliases: ["ls"],
        run: performing(list))

    static func list(_ context: Context) throws {
        let triggers = try context.snapshot().triggers()
        try context.output.list(
            triggers.sorted { $0.id.text < $1.id.text },
            Listing(
                columns: [
                    .init("name") { Cell($0.id.text) },
                    .init("on", shrink: .to(10, order: 2)) { Cell($0.on) },
                    .init("where", shrink: .to(10, order: 1)) { Cell($0.conditionLine) },
                    .init("action", shrink: .to(16)) { Cell($0.actionLine) },
                    .init("state") { Cell($0.stateLine, .yellow) },
                ],
                id: { $0.id.text }, shown: { Shown($0) },
                empty: "no triggers: tf trigger add NAME --on TYPE makes one"))
    }
}

import Arguments
import Engine
import Execution
import Model
import Store
import System
import Terminal

/// `tf gc`
enum CollectCommand {
    static let dryRun = Flag("dry-run", short: "n", "say what would be removed, and remove nothing")
    static let keep = Option("keep", .size, "remove the oldest logs until all together have this size")

    static let command = Command(
        "gc", "remove what is no longer kept",
        discussion: """
            Removes ended runs with their logs, and resolved notifications, when they are older than the setting \
            retention (7d unless set; lost runs: 1d). The newest run of a task that has not ended stays.
            """,
        examples: [
            Example("tf gc --dry-run", "what would go, and how many bytes that is"),
            Example("tf gc --keep 2GB", "bound the size of all logs"),
        ],
        parameters: [dryRun, keep], run: performing(collect))

    static func collect(_ context: Context) throws {
        let engine = try context.engine()
        let garbage = try engine.discharge(
            engine.collectGarbage(keep: context[keep], dryRun: context[dryRun])
        ).value.garbage
        let bytes = garbage.reduce(0) { $0 + $1.bytes }
        switch context.output.form {
        case .json, .jsonLines:
            try context.output.json([
                "removed": .array(garbage.map(\.json)), "dry_run": .bool(context[dryRun]),
                "summary": ["count": garbage.count.json, "bytes": .integer(bytes)],
            ])
        case .text, .template:
            for item in garbage {
                try context.output.line(
                    context.output.isQuiet
                        ? item.about : "\(item.about) (\(ByteCount(item.bytes).humanReadable)): \(item.reason)")
            }
            let verb = context[dryRun] ? "would free" : "freed"
            context.output.notice("\(garbage.count) removed, \(verb) \(ByteCount(bytes).humanReadable)")
        }
    }
}

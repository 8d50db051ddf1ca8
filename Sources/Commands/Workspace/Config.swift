import Arguments
import Engine
import Execution
import Model
import Store
import Terminal

/// `tf config`
enum Config {
    static let key = Argument("KEY", .setting, "the setting", .optional)
    static let value = Argument("VALUE", .text, "what to set it to", .optional)
    static let unset = Option("unset", .setting, "take a setting back to its usual value")
    static let list = Flag("list", "list every setting, as without a key")
    static let origin = Flag("origin", "say of each value whether the workspace sets it")

    static let command = Command(
        "config", "show and change the settings of the workspace",
        discussion: "The settings:\n\n"
            + Settings.Key.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"),
        examples: [
            Example("tf config", "every setting"),
            Example("tf config jobs 2", "two runs at once"),
            Example("tf config --unset jobs", "as many as there are processors again"),
        ],
        parameters: [key, value, unset, list, origin], run: performing(run))

    static func run(_ context: Context) throws {
        if let key = context[unset] {
            guard context[Config.key] == nil else {
                throw context.invocation.refusal("--unset names the setting itself: tf config --unset \(key.rawValue)")
            }
            return try set(key, to: nil, context)
        }
        guard let key = context[key] else { return try show(context) }
        if context[list] { throw context.invocation.refusal("--list takes no key") }
        guard let text = context[value] else { return try show(key, context) }
        try set(key, to: text, context)
    }

    private static func set(_ key: Settings.Key, to text: String?, _ context: Context) throws {
        let engine = try context.engine()
        let changed = try context.discharge(engine.configure(key, to: text), engine).value
        // More runs may go on at once now.
        let records: [WorkspaceRecord] = changed.records.compactMap { $0.typed() }
        let now = records.first?.settings.json[key.rawValue]?.plainText
        let isUnchanged = changed.commit.isEmpty && !changed.isRepeated
        let line =
            isUnchanged ? "\(key.rawValue) unchanged" : "\(key.rawValue) " + (now.map { "= \($0)" } ?? "unset")
        try context.output.done(records, deduped: changed.isRepeated) { _ in line }
    }

    private static func show(_ key: Settings.Key, _ context: Context) throws {
        let (value, origin) = try context.workspace().settings.value(of: key)
        if context.output.isStructured {
            return try context.output.json(
                context[Config.origin] ? ["value": value, "origin": origin.rawValue.json] : value)
        }
        let suffix = context[Config.origin] ? "\t" + origin.rawValue : ""
        try context.output.line(value.plainText.visibleLine + suffix)
    }

    private static func show(_ context: Context) throws {
        let settings = try context.workspace().settings
        let rows = Settings.Key.allCases.map { ($0, settings.value(of: $0)) }
        let showsOrigin = context[origin]
        if context.output.isStructured {
            return try context.output.json(
                .object(
                    JSONObject(
                        rows.map { key, row in
                            (
                                key.rawValue,
                                showsOrigin ? ["value": row.value, "origin": row.origin.rawValue.json] : row.value
                            )
                        })))
        }
        var table = Table([Column("key"), Column("value", shrink: .to(16))] + (showsOrigin ? [Column("origin")] : []))
        for (key, row) in rows {
            let cells = [Cell(key.rawValue), Cell(row.value.plainText)]
            table.add(cells + (showsOrigin ? [Cell(row.origin.rawValue, .dim)] : []))
        }
        let output = context.output
        try table.render(width: output.width, painter: output.painter) { try output.write(bytes: $0) }
    }
}

extension ValueType<Settings.Key> {
    /// The name of a setting.
    static var setting: ValueType<Settings.Key> { .enumeration(Settings.Key.self).named("KEY") }
}

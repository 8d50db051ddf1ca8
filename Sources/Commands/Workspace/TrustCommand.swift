import Arguments
import Engine
import Model
import Store
import System

/// `tf trust`
enum TrustCommand {
    static let revoke = Flag("revoke", "trust it no more")
    static let list = Flag("list", "list every workspace that is trusted")

    static let command = Command(
        "trust", "allow the commands of a workspace to run",
        discussion: """
            Agents, triggers and hooks are commands, and a workspace can come from anywhere: git clone brings them \
            along. So they run only where the user has said that they may. That is remembered in the user's own state \
            directory, by path and identity of the directory; a copy is not trusted, and neither is another clone in the \
            same place. What may run then is listed.
            """,
        examples: [
            Example("tf trust", "after reading what the agents of a clone run"),
            Example("tf trust --list", "what is trusted on this machine"),
        ],
        parameters: [OneOf([revoke, list])], run: performing(change))

    static func change(_ context: Context) throws {
        if context[list] { return try show(context) }
        let path = try workspacePath(context)
        let isTrusted = !context[revoke]
        let changed: Bool
        if isTrusted {
            changed = try Trust.add(path, try File(path, [.read, .directory]))
        } else {
            changed = try Trust.remove(path)
        }
        let groups = isTrusted ? try TrustedCommands(of: try context.workspace()).groups : []
        var json = JSONObject([("path", path.json), ("trusted", isTrusted.json), ("changed", changed.json)])
        for group in groups { json[group.noun + "s"] = group.names.json }
        let shown = Shown(id: path, json: .object(json))
        let state =
            switch (isTrusted, changed) {
            case (true, true): "is trusted"
            case (true, false): "is trusted already"
            case (false, true): "is trusted no more"
            case (false, false): "was not trusted"
            }
        try context.output.done([(shown, "\(path) \(state)")])
        guard case .text = context.output.form, !context.output.isQuiet else { return }
        for group in groups where !group.names.isEmpty {
            let noun = group.noun + (group.names.count == 1 ? "" : "s")
            try context.output.line(
                "  \(group.names.count) \(noun): \(group.names.joined(separator: ", "))".visibleLine)
        }
    }

    /// The workspace that is meant. One of another user's can be named here, and nowhere else.
    private static func workspacePath(_ context: Context) throws -> String {
        do {
            return try context.workspace().path
        } catch StoreError.foreignOwner(let path, _) {
            return path
        }
    }

    private static func show(_ context: Context) throws {
        try context.output.list(
            try Trust.entries().map(\.path),
            Listing(
                columns: [.init("path") { .init($0) }], id: { $0 }, shown: { Shown(id: $0, json: ["path": $0.json]) },
                empty: "no workspace is trusted"))
    }
}

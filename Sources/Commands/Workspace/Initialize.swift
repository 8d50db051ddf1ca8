import Arguments
import Engine
import Model
import Store
import System

/// `tf init`.
enum Initialize {
    static let directory = Argument("DIR", .directory, "where to make it: here unless given", .optional)
    static let prefix = Option("prefix", .taskPrefix, "what stands before the number in ids of tasks: T unless given")
    static let ids = Option(
        "ids", .enumeration(WorkspaceRecord.IdentifierStyle.self),
        "how ids are given out; hash keeps those of several branches apart")
    static let shared = Flag("shared", "let the group of the directory write to it")
    static let durability = Option(
        "durability", .enumeration(Settings.Durability.self),
        "commit brings every change to the disk before the command ends, none leaves that to the system")

    static let command = Command(
        "init", "make a workspace",
        discussion: """
            Prints the path of the workspace. A directory that has one already is refused; one further up does not matter.

            The new workspace is trusted: its agents, triggers and hooks may run on this machine for this user. A clone \
            of it is not, until tf trust says so.
            """,
        examples: [
            Example("tf init", "make a workspace in the current directory"),
            Example("tf init --ids hash --prefix WEB", "for a workspace that several people track in git"),
        ],
        parameters: [directory, prefix, ids, shared, durability],
        exitCodes: [ExitCode(1, "there is a workspace already")], run: performing(make))

    static func make(_ context: Context) throws {
        var record = WorkspaceRecord()
        record.workspace = try Workspace.newIdentity()
        if let prefix = context[prefix] { record.prefix = prefix }
        if let ids = context[ids] { record.ids = ids }
        if let durability = context[durability] { record.settings.durability = durability }
        record.shared = context[shared]
        let workspace = try Workspace.create(
            in: context[directory] ?? ".", record: record, actor: context.caller.actor,
            options: context.workspaceOptions)
        var members = JSONObject()
        members["path"] = workspace.path.json
        let shown = Shown(workspace.record, adding: members)
        let printed = Shown(id: workspace.path, json: shown.json, fields: shown.fields)
        try context.output.done([(printed, workspace.path)])
    }
}

extension ValueType<String> {
    /// What stands before the number of a task.
    static var taskPrefix: ValueType<String> {
        ValueType(
            "PREFIX", allowed: "up to 10 capital letters and digits, but not the prefix of another kind of record"
        ) {
            Identifier.isTaskPrefix($0) ? $0 : nil
        }
    }
}

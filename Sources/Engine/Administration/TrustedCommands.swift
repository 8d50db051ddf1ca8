import Model
import Store

/// The commands that a workspace may run as soon as its user trusts it.
public struct TrustedCommands: Sendable {
    /// Commands of one kind, by their names.
    public struct Group: Sendable {
        /// What one of them is called; also, with an s, the field of the JSON.
        public let noun: String
        public let names: [String]
    }

    /// Every kind, those without any as well.
    public let groups: [Group]

    /// What the records of `workspace` say.
    public init(of workspace: Workspace) throws {
        let snapshot = try workspace.snapshot()
        let agents = try snapshot.all(Agent.self).filter { $0.argumentVector != nil }.map(\.id.text)
        let triggers = try snapshot.triggers().filter { trigger in
            switch trigger.action {
            case .exec, .run: true
            case .assign, .createTask, .notify, .hook, .deliver: false
            }
        }.map(\.id.text)
        groups = [
            Group(noun: "agent", names: agents.sorted()), Group(noun: "trigger", names: triggers.sorted()),
            Group(noun: "hook", names: try Hooks.files(in: workspace).sorted()),
            Group(noun: "setting", names: workspace.settings.notifyCommand == nil ? [] : ["notify_command"]),
        ]
    }
}

extension Engine {
    /// - Throws: `untrusted` when no agent may run here: a worker would only block every task.
    public func checkTrust() throws {
        guard try !workspace.isTrusted() else { return }
        throw Failure(
            .untrusted, "the workspace \(workspace.path) is not trusted: its agents do not run",
            hint: "tf trust allows them to, once you know what they do")
    }
}

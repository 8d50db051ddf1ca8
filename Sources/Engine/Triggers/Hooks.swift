import Model
import Store
import System

/// Executables in `.tf/hooks/`, named like the type of event with a dot for the slash: `task.completed`.
///
/// Each has a trigger of its own, which is made when the file is first seen and goes with it. So a hook is listed,
/// disabled, tested and reported on like any other trigger, and has a position that outlives the process.
struct Hooks {
    private let change: Change
    private var transaction: Transaction { change.transaction }

    init(_ change: Change) {
        self.change = change
    }

    /// The trigger of the hook with this file name.
    static func trigger(of file: String) -> ID<Trigger>? { ID("hook." + file) }

    /// The type of event that a file in `hooks/` is for; nil for a file that is no hook.
    static func eventType(of file: String) -> String? {
        guard let dot = file.firstIndex(of: ".") else { return nil }
        let type = file[..<dot] + "/" + file[file.index(after: dot)...]
        return EventType.exists(String(type)) ? String(type) : nil
    }

    /// The same for a command that has something else to do: it says what goes wrong, and goes on.
    func adoptIfPossible() {
        do {
            try transaction.attempt { try adopt() }
        } catch {
            transaction.workspace.options.warn("hooks are not looked at: \(Failure(error).message)")
        }
    }

    /// Makes the triggers of hooks that were added, and removes those of hooks that are gone.
    func adopt() throws {
        let files = try Set(Self.files(in: transaction.workspace))
        for trigger in try transaction.records(tagged: .triggers, of: Trigger.self) {
            guard case .hook(let file) = trigger.action, !files.contains(file) else { continue }
            try transaction.delete(trigger)
            transaction.emit(.triggerRemoved, about: trigger.key, actor: "external")
        }
        for file in files.sorted() {
            guard let id = Self.trigger(of: file), let type = Self.eventType(of: file),
                try transaction.getValid(id) == nil
            else { continue }
            var trigger = Trigger(id: id, on: type, action: .hook(file))
            // It was there before what is being done now.
            trigger.position = transaction.lastSeq
            try transaction.put(trigger)
            transaction.emit(.triggerCreated, about: trigger.key, actor: "external")
        }
    }

    /// The names of the hooks that there are, those that cannot be executed at the moment included.
    static func files(in workspace: Workspace) throws -> [String] {
        let path = directory(of: workspace)
        guard try FileSystem.status(path)?.isDirectory == true else { return [] }
        return try FileSystem.names(in: path).filter { file in
            guard eventType(of: file) != nil, trigger(of: file) != nil else { return false }
            return try FileSystem.status(Path.join(path, file))?.isFile == true
        }
    }

    /// Whether a trigger that is a hook's has a file that can be executed; any other trigger needs none. As in git, a
    /// hook without the right to be executed is switched off.
    static func canRun(_ trigger: Trigger, in workspace: Workspace) throws -> Bool {
        guard case .hook(let file) = trigger.action else { return true }
        let path = Path.join(directory(of: workspace), file)
        return try FileSystem.status(path)?.isFile == true && FileSystem.isExecutable(path)
    }

    /// Something in `hooks/` that looks like a hook and never runs.
    struct Idle {
        let file: String
        let code: String
        let reason: String
        let remedy: String?
    }

    /// What never runs, and why. A file that is neither named like a hook nor executable is none: a README.
    static func idle(in workspace: Workspace) throws -> [Idle] {
        let directory = directory(of: workspace)
        guard try FileSystem.status(directory)?.isDirectory == true else { return [] }
        return try FileSystem.names(in: directory).sorted().compactMap { file in
            let path = Path.join(directory, file)
            guard let status = try FileSystem.status(path) else { return nil }
            guard eventType(of: file) != nil, trigger(of: file) != nil else {
                guard !status.isDirectory, FileSystem.isExecutable(path) else { return nil }
                return Idle(
                    file: file, code: "hook_misnamed", reason: "is not named like a type of event",
                    remedy: nearest(to: file).map { "it would be called \($0)" })
            }
            guard status.isFile else {
                return Idle(
                    file: file, code: "hook_not_a_file", reason: "is \(status.kindName), not a file", remedy: nil)
            }
            guard !FileSystem.isExecutable(path) else { return nil }
            return Idle(
                file: file, code: "hook_not_executable", reason: "is not executable", remedy: "chmod +x \(path)")
        }
    }

    private static func directory(of workspace: Workspace) -> String { Path.join(workspace.path, Layout.hooks) }

    /// The name of the hook that was probably meant.
    private static func nearest(to file: String) -> String? {
        let words = file.lowercased().split(maxSplits: 1) { ".-_".contains($0) }
        guard words.count == 2 else { return nil }
        let type = String(words[0] + "/" + words[1])
        let types = EventType.allCases.map(\.rawValue)
        let near = types.first { $0 == type } ?? types.first { $0.hasPrefix(type) || type.hasPrefix($0) }
        return near.map { $0.split(separator: "/").joined(separator: ".") }
    }
}

extension Snapshot {
    /// Every trigger, without those of hooks that somebody has removed since.
    public func triggers() throws -> [Trigger] {
        let files = try Hooks.files(in: workspace)
        return try all(Trigger.self).filter { trigger in
            if case .hook(let file) = trigger.action { files.contains(file) } else { true }
        }
    }
}

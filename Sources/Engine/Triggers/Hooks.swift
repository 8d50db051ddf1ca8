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
            transaction.emit("trigger/removed", about: trigger.key, actor: "external")
        }
        for file in files.sorted() {
            guard let id = Self.trigger(of: file), let type = Self.eventType(of: file),
                try transaction.getValid(id) == nil
            else { continue }
            var trigger = Trigger(id: id, on: type, action: .hook(file))
            // It was there before what is being done now.
            trigger.position = transaction.lastSeq
            try transaction.put(trigger)
            transaction.emit("trigger/created", about: trigger.key, actor: "external")
        }
    }

    /// The names of the hooks that there are.
    static func files(in workspace: Workspace) throws -> [String] {
        let path = workspace.path + "/" + Layout.hooks
        guard try FileSystem.status(path)?.isDirectory == true else { return [] }
        return try FileSystem.names(in: path).filter { file in
            guard eventType(of: file) != nil, trigger(of: file) != nil else { return false }
            return try FileSystem.status(path + "/" + file)?.isFile == true
        }
    }
}

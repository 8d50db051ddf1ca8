import Model
import System

/// What is known of the directories that a line's files are in, while it is being committed: whether nobody but `tf` has
/// added files to them, or removed some, since the index took note of them. Only then may the index take note of the
/// time that the line's own files give them.
struct KnownDirectories {
    /// When directories had their last entries added or removed.
    private struct Times: Equatable {
        let tasks: Int64
        /// nil where nothing is written to it.
        let triggers: Int64?
    }

    private let directory: File
    private let touchesTasks: Bool
    private let touchesTriggers: Bool
    private var knowsTasks = false
    private var knowsAdoptedTasks = false
    private var knowsTriggers = false
    /// As of the last look; nil when something could not be found out, or somebody else has been there.
    private var times: Times?

    /// - Parameters:
    ///   - directory: `.tf`.
    ///   - header: what the index has noted of the directories.
    init(_ line: JournalLine, in directory: File, _ header: IndexHeader) {
        self.directory = directory
        touchesTasks = line.put.contains { $0.key.kind == .task } || !line.delete.isEmpty
        touchesTriggers =
            line.put.contains { $0.key.kind == .trigger } || line.delete.contains { $0.key.kind == .trigger }
        times = timesNow()
        guard let times else { return }
        knowsTasks = times.tasks == header.tasksModified
        knowsAdoptedTasks = times.tasks == header.tasksAdopted
        knowsTriggers = times.triggers == header.triggersModified
    }

    /// Does something that adds files to the directories. What somebody else does meanwhile is overlooked, so it is as
    /// short as it can be.
    mutating func adding(_ body: () -> Void) {
        let isKnown = times == timesNow()
        body()
        times = isKnown ? timesNow() : nil
    }

    /// Has a last look before the line's files take their places, which changes the times.
    mutating func settle() {
        if let times, times == timesNow() { return }
        knowsTasks = false
        knowsAdoptedTasks = false
        knowsTriggers = false
    }

    /// Has the index take note of the directories as they are now, with the line's files in their places.
    ///
    /// What somebody added before the line was noted when an id was given out; only then is the time known.
    func note(in header: inout IndexHeader) throws(SystemError) {
        if knowsTasks || knowsAdoptedTasks, touchesTasks {
            let modified = try FileSystem.modification(of: RecordKind.task.directory, in: directory)
            if knowsTasks { header.tasksModified = modified }
            if knowsAdoptedTasks { header.tasksAdopted = modified }
        }
        if knowsTriggers {
            header.triggersModified = try FileSystem.modification(of: RecordKind.trigger.directory, in: directory)
        }
    }

    private func timesNow() -> Times? {
        do throws(SystemError) {
            let triggers = RecordKind.trigger.directory
            return Times(
                tasks: try FileSystem.modification(of: RecordKind.task.directory, in: directory),
                triggers: touchesTriggers ? try FileSystem.modification(of: triggers, in: directory) : nil)
        } catch {
            // Whoever has to know looks through the directory.
            return nil
        }
    }
}

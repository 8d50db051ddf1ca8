import Model
import System

// What somebody did to the files without `tf`: a transaction takes what it comes across into the journal.

extension Transaction {
    /// Looks at every record file, and takes what somebody changed without `tf` into this transaction.
    ///
    /// - Returns: the files that are not records; they are left alone.
    public func adoptOutsideChanges() throws(StoreError) -> [InvalidRecord] {
        let modified = try modification(of: RecordKind.task.directory)
        let found = try OutsideChanges(view: view).find()
        for change in found.changes { try adopt(change) }
        refreshed += found.refreshed
        header.tasksAdopted = modified
        return found.invalid
    }

    /// Takes in the tasks whose files somebody added since the last time that anybody did this.
    public func adoptAddedTasks() throws(StoreError) {
        let modified = try modification(of: RecordKind.task.directory)
        guard modified != header.tasksAdopted else { return }
        let table = try TaskTable(view)
        var isWhole = true
        for key in try storing({ [view] () throws(SystemError) in try table.added(view) }) {
            do {
                if case .changed(let change) = try view.find(key) { try adopt(change) }
            } catch {
                guard case .invalidRecord(let invalid) = error else { throw error }
                workspace.options.warn("\(invalid); left out")
                isWhole = false
            }
        }
        // Putting a bad one right does not change the directory, so it is looked for again.
        header.tasksAdopted = isWhole ? modified : 0
    }

    /// Takes in triggers that somebody added, edited or removed by hand: unlike other records they act without being
    /// asked for. A bad one is named by every writer, because it does not act.
    func adoptTriggers() throws(StoreError) {
        let modified = try modification(of: RecordKind.trigger.directory)
        if modified == header.triggersModified, try !hasEditedTriggers() { return }
        let found = try OutsideChanges(view: view).find(of: .trigger)
        for change in found.changes { try adopt(change) }
        for invalid in found.invalid { workspace.options.warn("\(invalid); left out") }
        refreshed = found.refreshed
        header.triggersModified = found.invalid.isEmpty ? modified : 0
    }

    /// Whether the file of a trigger that the index knows is another one: the directory does not show what is written
    /// into a file.
    private func hasEditedTriggers() throws(StoreError) -> Bool {
        guard header.hasTriggers else { return false }
        let heads = try view.index.forEach(tagged: .triggers) { IndexEntryHead($0, at: $1, of: .trigger) }
        for head in heads {
            let path = Layout.file(head.key, subdirectory: "")
            let status = try storing { [directory = workspace.directory] () throws(SystemError) in
                try FileSystem.status(path, in: directory)
            }
            if status.map(FileIdentity.init) != head.identity { return true }
        }
        return false
    }
}

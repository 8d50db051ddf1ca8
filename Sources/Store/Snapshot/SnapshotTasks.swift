import Model
import System

extension Snapshot {
    /// Every task, edits by hand included. Bad files are left out, with a warning for each.
    ///
    /// Record files are looked at, and read only where they are not the ones that the index knows.
    public func tasks() throws(StoreError) -> TaskTable {
        var table = try TaskTable(view)
        let differing = try storing { () throws(SystemError) in try table.differing(view) }
        guard !differing.isEmpty else { return table }
        let newer = try newerKeys()
        var tags: Set<UInt64> = []
        var changed: [AnyRecord] = []
        for key in differing where !newer.contains(key) {
            do {
                guard case .changed(let change) = try view.find(key) else { continue }
                if let record = change.record { changed.append(record) }
            } catch {
                guard case .invalidRecord(let invalid) = error else { throw error }
                workspace.options.warn("\(invalid); left out")
            }
            tags.insert(Tag.key(key).hash)
        }
        table.replace(tags, by: changed)
        return table
    }

    /// What lists show of every task, in the order of their ids, edits by hand included.
    public func taskSummaries() throws(StoreError) -> [TaskSummary] {
        try tasks().rows.map { TaskSummary($0) }.sorted(byID: \.id.text)
    }
}

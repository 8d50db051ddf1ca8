import Model

/// What the index alone knows: without a look at the record files, so edits by hand do not show until a writer has
/// adopted them. For completion, where every key press asks anew, and for whoever looks again and again.
extension Snapshot {
    /// The ids of every record of a kind, in no order.
    public func indexedIDs<R: Record>(of type: R.Type = R.self) throws(StoreError) -> [ID<R>] {
        var ids: [ID<R>] = []
        try view.index.forEachHead(of: R.kind) { entry in
            if view.changes[entry.key] == nil, let id = ID<R>(entry.key.id) { ids.append(id) }
        }
        for case (let key, .put) in view.changes where key.kind == R.kind {
            if let id = ID<R>(key.id) { ids.append(id) }
        }
        return ids
    }

    /// The runs that wait or are live, in no order.
    public func activeRuns() throws(StoreError) -> [ActiveRun] { try view.activeRuns() }

    /// Every task.
    public func indexedTasks() throws(StoreError) -> TaskTable { try TaskTable(view) }
}

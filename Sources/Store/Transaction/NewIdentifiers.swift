import Model
import System

// The ids of new records: no number is given out twice, whoever else adds files.

extension Transaction {
    /// An id that was never given out: one more than the highest, or at random where the workspace says so.
    ///
    /// - Parameter subdirectory: where the record's file is going to be.
    public func newID<R: Record>(_ type: R.Type = R.self, in subdirectory: String = "") throws(StoreError) -> ID<R> {
        let prefix = R.kind == .task ? workspace.record.prefix : R.kind.prefix ?? ""
        if R.kind == .task { try noteAddedTasks() }
        let isTracked = R.kind == .task || R.kind == .comment || R.kind == .flow
        while true {
            let id: ID<R>
            if workspace.record.ids == .hash, isTracked {
                id = try randomID(prefix: prefix)
            } else {
                let floor = workspace.record.floor[R.kind]
                id = ID(number: max(header.highest(of: R.kind), floor) + 1, prefix: prefix)
                header.note(id.key)
            }
            // A file that somebody added has taken its number as well.
            let path = Layout.file(id.key, subdirectory: subdirectory)
            let isTaken = try storing { [directory = workspace.directory] () throws(SystemError) in
                try FileSystem.status(path, in: directory) != nil
            }
            if !isTaken, view.changes[id.key] == nil { return id }
        }
    }

    /// Keeps the number of a record that is deleted from being given out again, also in a clone, whose files end below
    /// it.
    public func retire<R: Record>(_ id: ID<R>) throws(StoreError) {
        guard let number = Identifier.number(of: id.text), number == header.highest(of: R.kind),
            var record = try get(WorkspaceRecord.theID), record.floor[R.kind] < number
        else { return }
        record.floor[R.kind] = number
        try put(record)
    }

    /// Takes note of the numbers of task files that somebody added: they are given out no more.
    private func noteAddedTasks() throws(StoreError) {
        let modified = try modification(of: RecordKind.task.directory)
        guard modified != header.tasksModified else { return }
        for place in try RecordPlaces(directory: workspace.directory).of(.task) { header.note(place.key) }
        header.tasksModified = modified
    }

    private func randomID<R: Record>(prefix: String) throws(StoreError) -> ID<R> {
        let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789")
        while true {
            let bytes = try storing { () throws(SystemError) in
                try Environment.random(count: Identifier.hashLength)
            }
            let hash = String(bytes.map { alphabet[Int($0) % alphabet.count] })
            // All digits would look like a number.
            if Int(hash) == nil, let id = ID<R>("\(prefix)-\(hash)") { return id }
        }
    }
}

import Model
import System

/// Finds what was done to the record files without `tf`, by looking at all of them.
struct OutsideChanges {
    let view: View

    /// What was found.
    struct Findings {
        var changes: [OutsideChange] = []
        /// Files that are not records.
        var invalid: [InvalidRecord] = []
        /// What the index should know of files that hold what it says, but are not the ones that it knows: touched, or
        /// too young to be relied on when it was made. As long as it does not, every reader has to read them.
        var refreshed: [IndexEntry] = []
    }

    /// Compares every file with what the index knows of it.
    func find() throws(StoreError) -> Findings {
        var findings = Findings()
        for kind in RecordKind.allCases where kind.isEditable { try find(of: kind, &findings) }
        return findings
    }

    /// Compares every file of one kind with what the index knows of it.
    func find(of kind: RecordKind) throws(StoreError) -> Findings {
        var findings = Findings()
        try find(of: kind, &findings)
        return findings
    }

    private func find(of kind: RecordKind, _ findings: inout Findings) throws(StoreError) {
        for place in try differing(kind) {
            do {
                // Before the file is read, so that what is written to it meanwhile has another identity.
                let identity = try identity(of: place)
                switch try view.find(place.key, subdirectory: place.subdirectory) {
                case .changed(let change): findings.changes.append(change)
                case .current(let record):
                    guard identity != .unknown, let entry = try view.index.entry(.key(place.key)) else { break }
                    findings.refreshed.append(IndexEntry(record, identity: identity, sum: entry.sum))
                case .absent: break
                }
            } catch {
                guard case .invalidRecord(let invalid) = error else { throw error }
                findings.invalid.append(invalid)
            }
        }
    }

    private func identity(of place: RecordPlaces.Place) throws(StoreError) -> FileIdentity {
        let moment = Clock.fileTime()
        let status = try storing { [view] () throws(SystemError) in
            try FileSystem.status(place.path, in: view.directory)
        }
        return status.map { FileIdentity.settled($0, at: moment) } ?? .unknown
    }

    /// The records of a kind whose file is not the one that the index knows, in the order of their ids.
    private func differing(_ kind: RecordKind) throws(StoreError) -> [RecordPlaces.Place] {
        if kind == .task {
            let table = try TaskTable(view)
            return try storing { [view] () throws(SystemError) in try table.differing(view) }
                .map { RecordPlaces.Place(key: $0, subdirectory: "", path: Layout.file($0, subdirectory: "")) }
        }
        var known: [RecordKey: IndexEntryHead] = [:]
        if kind == .trigger {
            // Looked for by every writer where something is wrong with one, so not among everything that there is.
            let heads = try view.index.forEach(tagged: .triggers) { IndexEntryHead($0, at: $1, of: kind) }
            for head in heads { known[head.key] = head }
        } else {
            try view.index.forEachHead(of: kind) { known[$0.key] = $0 }
        }
        var differing: [RecordPlaces.Place] = []
        let directory = view.directory
        for place in try RecordPlaces(directory: directory).of(kind) where view.changes[place.key] == nil {
            guard let entry = known.removeValue(forKey: place.key) else {
                differing.append(place)
                continue
            }
            let status = try storing { () throws(SystemError) in try FileSystem.status(place.path, in: directory) }
            if status.map(FileIdentity.init) != entry.identity { differing.append(place) }
        }
        for (key, entry) in known where view.changes[key] == nil {
            let path = Layout.file(key, subdirectory: entry.subdirectory)
            differing.append(RecordPlaces.Place(key: key, subdirectory: entry.subdirectory, path: path))
        }
        return differing.sorted { Identifier.precedes($0.key.id, $1.key.id) }
    }
}

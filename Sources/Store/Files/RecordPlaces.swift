import Model
import System

/// The record files that there are, by name alone.
struct RecordPlaces {
    /// A file whose name is that of a record.
    struct Place: Hashable {
        let key: RecordKey
        let subdirectory: String
        let path: String
    }

    /// The directory `.tf`.
    let directory: File

    /// Every record file of the kinds that this version knows.
    func all() throws(StoreError) -> [Place] {
        var places: [Place] = []
        for kind in RecordKind.allCases { places += try of(kind) }
        return places
    }

    /// The record files of one kind, in no order.
    func of(_ kind: RecordKind) throws(StoreError) -> [Place] {
        switch kind {
        case .workspace:
            let key = WorkspaceRecord.theID.key
            return [Place(key: key, subdirectory: "", path: Layout.workspaceFile)]
        case .comment:
            var places: [Place] = []
            for task in try names(in: "comments") where Identifier.isValid(task, kind: .task) {
                places += try of(.comment, in: task)
            }
            return places
        case .flow: return []
        case .task, .run, .agent, .trigger, .notification, .lease: return try of(kind, in: "")
        }
    }

    /// The record files of one kind in one subdirectory.
    func of(_ kind: RecordKind, in subdirectory: String) throws(StoreError) -> [Place] {
        let path = Layout.directory(kind, subdirectory: subdirectory)
        return try names(in: path).compactMap { name in
            guard name.hasSuffix(".json") else { return nil }
            let id = String(name.dropLast(5))
            guard Identifier.isValid(id, kind: kind) else { return nil }
            return Place(key: RecordKey(kind: kind, id: id), subdirectory: subdirectory, path: path + "/" + name)
        }
    }

    private func names(in path: String) throws(StoreError) -> [String] {
        let path = directory.path + "/" + path
        return try storing { () throws(SystemError) in
            // A file where a directory belongs holds no records; `doctor` names it.
            guard try FileSystem.status(path)?.isDirectory == true else { return [] }
            return try FileSystem.names(in: path)
        }
    }
}

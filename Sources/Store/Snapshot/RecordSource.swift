import Model
import System

/// Somewhere to read records from: a snapshot, or a transaction with its own changes.
public protocol RecordSource {
    var workspace: Workspace { get }
    /// The record with a key; nil when there is none.
    func record(_ key: RecordKey, in subdirectory: String) throws(StoreError) -> AnyRecord?
    /// The record with an id; nil when there is none.
    func get<R: Record>(_ id: ID<R>, in subdirectory: String) throws(StoreError) -> R?
    /// The ids of the records with a tag.
    func ids<R: Record>(tagged tag: Tag, of type: R.Type) throws(StoreError) -> [ID<R>]
    /// The records with a tag, those with bad files left out.
    func records<R: Record>(tagged tag: Tag, of type: R.Type) throws(StoreError) -> [R]
    /// Whether there is a record with this key.
    func exists(_ key: RecordKey) throws(StoreError) -> Bool
    /// What the index alone knows of every task, with changes of the source's own: edits by hand do not show until a
    /// writer has adopted them.
    func indexedTasks() throws(StoreError) -> TaskTable
}

extension RecordSource {
    /// The record with an id; nil when there is none.
    public func get<R: Record>(_ id: ID<R>) throws(StoreError) -> R? { try get(id, in: "") }
}

extension RecordSource {
    /// The record with a key; nil when there is none, and for a kind that this version has no fields for. A lease whose
    /// file is bad is none.
    public func record(_ key: RecordKey) throws(StoreError) -> AnyRecord? {
        // A key may come from a line of the journal, where nobody has checked it, and a path is made of it.
        guard key.kind != .flow, Identifier.isValid(key.id, kind: key.kind) else { return nil }
        do {
            return try record(key, in: "")
        } catch {
            guard case .invalidRecord = error, key.kind == .lease else { throw error }
            return nil
        }
    }

    /// The record with a key; nil when there is none, or when its file is bad.
    public func validRecord(_ key: RecordKey) throws(StoreError) -> AnyRecord? {
        do {
            return try record(key)
        } catch {
            guard case .invalidRecord = error else { throw error }
            return nil
        }
    }

    /// The record with an id; nil when there is none, or when its file is bad.
    public func getValid<R: Record>(_ id: ID<R>) throws(StoreError) -> R? {
        do {
            return try get(id)
        } catch {
            guard case .invalidRecord = error else { throw error }
            return nil
        }
    }
}

import Model

// What a transaction tells of itself, and of what the index has, its own changes included.

extension Transaction {
    /// What the command with this id did before; nil when it was not carried out.
    public func receipt(ofCommand id: String) throws(StoreError) -> CommandReceipt? { try view.receipt(ofCommand: id) }

    /// Whether a record is not what it was when the transaction began.
    public func hasChanged(_ key: RecordKey) -> Bool { view.changes[key] != nil }

    /// What a record was before this transaction changed it; nil when there was none, and when somebody else had
    /// changed it by then.
    public func former(_ key: RecordKey) -> AnyRecord? {
        outsideChanges.contains { $0.key == key } ? nil : staging.changes[key]?.before
    }

    /// The records that somebody changed without `tf` and that this transaction has come across.
    public var adopted: [AnyRecord] { outsideChanges.compactMap(\.record) }

    /// The records that this transaction is going to write, as they are so far, in the order in which they were staged.
    public var changedRecords: [AnyRecord] {
        var records: [AnyRecord] = []
        for case .put(let record) in view.changes.values { records.append(record) }
        return records
    }

    /// The types of the events so far, with what they are about.
    public var emitted: [(type: String, key: RecordKey)] { staging.events.map { ($0.event.type, $0.key) } }

    /// What the index knows of a task; nil when there is none.
    public func row(_ id: ID<Task>) throws(StoreError) -> TaskRow? { try view.taskRow(id) }

    /// What the index knows of every task, without a look at the files.
    public func indexedTasks() throws(StoreError) -> TaskTable { try TaskTable(view) }

    /// The runs that wait or are live, in no order.
    public func activeRuns() throws(StoreError) -> [ActiveRun] { try view.activeRuns() }
}

import Model
import Store
import System

extension TaskRow: QueriedTask {
    public var title: String { text(.title) ?? "" }
    public var name: String? { text(.name) }
    public var type: String? { text(.type) }
    public var flow: ID<Flow>? { text(.flow).map { ID(checked: $0) } }
    public var parent: String? { text(.parent) }
    public var labels: [String] { texts(.labels) }
}

/// Finds the tasks that fit a query.
///
/// What the index knows decides for most tasks; a record is read only for one whose description or readiness matters.
public struct TaskSearch {
    public let query: Query
    public let order: TaskOrder
    /// How many tasks are wanted at most.
    public let limit: Int

    public init(_ query: Query, order: TaskOrder = TaskOrder(), limit: Int = .max) {
        self.query = query
        self.order = order
        self.limit = limit
    }

    /// The tasks of `table` that fit, in their order.
    ///
    /// - Parameter table: every task in `snapshot`.
    public func tasks(among table: TaskTable, in snapshot: Snapshot, at now: Timestamp) throws -> [TaskRow] {
        let query = try query.resolved { field, text in try snapshot.id(in: field, text, among: table) }
        var isOpen = false
        let candidates = order.sorted(
            table.rows.filter { task in
                guard let verdict = query.verdict(on: task, at: now) else {
                    isOpen = true
                    return true
                }
                return verdict
            })
        guard isOpen else { return Array(candidates.prefix(limit)) }
        // Records are read in the order of the list, and no more of them than it takes to fill it.
        let details = SnapshotDetails(snapshot: snapshot, table: table, now: now)
        var found: [TaskRow] = []
        for candidate in candidates {
            guard found.count < limit else { break }
            if try query.holds(forUndecided: candidate, at: now, details: details) { found.append(candidate) }
        }
        return found
    }
}

extension Snapshot {
    /// The id of the task, flow or agent that somebody means by `text` in a query.
    ///
    /// - Throws: `not_found` when there is none, and no task of `table` says that there was.
    fileprivate func id(in field: QueryField, _ text: String, among table: TaskTable) throws -> String {
        switch field {
        case .flow:
            let id = ID<Flow>(typed: text)?.text
            if let id, table.rows.contains(where: { $0.text(.flow, is: id) }) { return id }
            return try flowID(text).text
        case .agent:
            let id = text.trimmingBlanks.lowercased()
            return table.rows.contains { $0.text(.agent, is: id) } ? id : try agent(text).id.text
        default: return try task(text).id.text
        }
    }
}

/// What a query asks for beyond the index.
private struct SnapshotDetails: QueriedDetails {
    private let snapshot: Snapshot
    private let readiness: Readiness
    private let table: TaskTable

    init(snapshot: Snapshot, table: TaskTable, now: Timestamp) {
        self.snapshot = snapshot
        self.table = table
        readiness = Readiness(in: snapshot, at: now)
    }

    /// A record whose file is bad is treated as one without a description; lists have warned of it.
    func description(of task: TaskRow) throws -> String? {
        task.hasDescription ? try snapshot.getValid(task.id)?.description : nil
    }

    func isReady(_ task: TaskRow) throws -> Bool { try readiness.isReady(task, among: table) }
}

/// The order of a list of tasks.
public struct TaskOrder: Sendable, Hashable {
    /// What tasks are ordered by. The raw value is the word of the command line.
    public enum Key: String, CaseIterable, Sendable {
        case created, updated, due, priority, id, title, status
    }

    /// A key, the last value first or not. Tasks without a value come last in any case.
    public struct Part: Sendable, Hashable {
        public let key: Key
        public let isReversed: Bool

        public init(_ key: Key, reversed: Bool = false) {
            self.key = key
            isReversed = reversed
        }
    }

    public let parts: [Part]

    /// By the first part, where that is equal by the next one, in the end as the work would be taken.
    public init(_ parts: [Part] = []) {
        self.parts = parts
    }

    /// The tasks in this order.
    public func sorted(_ tasks: [TaskRow]) -> [TaskRow] {
        if parts.isEmpty { return tasks.inWorkOrder() }
        let places = tasks.map { WorkOrder($0) }
        return tasks.indices.sorted { left, right in
            precedes(tasks[left], tasks[right]) ?? (places[left] < places[right])
        }.map { tasks[$0] }
    }

    /// Whether `left` comes before `right`; nil when they are equal in every part.
    private func precedes(_ left: TaskRow, _ right: TaskRow) -> Bool? {
        for part in parts {
            let (first, second) = part.isReversed ? (right, left) : (left, right)
            switch part.key {
            case .created:
                if left.createdAt != right.createdAt { return first.createdAt < second.createdAt }
            case .updated:
                if left.updatedAt != right.updatedAt { return first.updatedAt < second.updatedAt }
            case .due:
                guard left.due != right.due else { continue }
                guard left.due != nil, right.due != nil else { return left.due != nil }
                return first.due ?? .distantFuture < second.due ?? .distantFuture
            case .priority:
                if left.priority != right.priority { return first.priority < second.priority }
            case .id:
                if left.id != right.id { return Identifier.precedes(first.id.text, second.id.text) }
            case .title:
                let (one, other) = (first.title.lowercased(), second.title.lowercased())
                if one != other { return one < other }
            case .status:
                if left.status != right.status { return first.status.place < second.status.place }
            }
        }
        return nil
    }
}

extension TaskStatus {
    /// Where it stands in a task's life: those that have not ended first.
    fileprivate var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

import Model
import Store
import System

extension TaskSummary: QueriedTask {}

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

    /// The tasks among `all` that fit, in their order.
    ///
    /// - Parameter all: the summaries of every task in `snapshot`.
    public func tasks(among all: [TaskSummary], in snapshot: Snapshot, at now: Timestamp) throws -> [TaskSummary] {
        let query = try query.resolved { field, text in try snapshot.id(in: field, text) }
        var candidates: [TaskSummary] = []
        var open: [ID<Task>] = []
        for task in all {
            switch query.verdict(on: task, at: now) {
            case false: continue
            case true: break
            case nil: open.append(task.id)
            }
            candidates.append(task)
        }
        // Positions are sorted, because what lists show of a task is large.
        let positions = candidates.indices.sorted { order.precedes(candidates[$0], candidates[$1]) }
        guard !open.isEmpty else { return positions.prefix(limit).map { candidates[$0] } }
        // Records are read in the order of the list, and no more of them than it takes to fill it.
        let details = SnapshotDetails(snapshot: snapshot, all: all, now: now)
        var found: [TaskSummary] = []
        for position in positions {
            guard found.count < limit else { break }
            if try query.holds(for: candidates[position], at: now, details: details) {
                found.append(candidates[position])
            }
        }
        return found
    }
}

extension Snapshot {
    /// The id of the task or flow that somebody means by `text` in a query.
    fileprivate func id(in field: QueryField, _ text: String) throws -> String {
        switch field {
        case .flow: return Identifier.canonical(text, prefix: RecordKind.flow.prefix ?? "") ?? text
        case .id:
            guard let id = try taskID(text) else { throw Failure.notFound("task \(text)") }
            return id.text
        default: return try task(text).id.text
        }
    }
}

/// What a query asks for beyond the index.
private final class SnapshotDetails: QueriedDetails {
    private let snapshot: Snapshot
    private let readiness: Readiness
    private let all: [TaskSummary]
    private lazy var statuses = Dictionary(all.map { ($0.id.text, $0.status) }) { first, _ in first }

    init(snapshot: Snapshot, all: [TaskSummary], now: Timestamp) {
        self.snapshot = snapshot
        self.all = all
        readiness = Readiness(in: snapshot, at: now)
    }

    /// A record whose file is bad is treated as one without a description; lists have warned of it.
    func description(of task: TaskSummary) throws -> String? { try snapshot.getValid(task.id)?.description }

    func isReady(_ task: TaskSummary) throws -> Bool {
        try readiness.isReady(task, status: { statuses[$0] })
    }
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

    /// Whether `left` comes before `right`.
    public func precedes(_ left: TaskSummary, _ right: TaskSummary) -> Bool {
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
        return WorkOrder.precedes(left, right)
    }
}

extension TaskStatus {
    /// Where it stands in a task's life: those that have not ended first.
    fileprivate var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

import Model
import System

/// The order in which work is taken and listed: priority, then what is due first, then age, then id.
public struct WorkOrder: Comparable, Sendable {
    private let priority: Int
    private let due: Int64
    private let created: Int64
    /// The number in the id; nil sorts by the id itself.
    private let number: Int?
    private let id: String

    /// Where a task stands in the order.
    public init(_ row: TaskRow) {
        priority = row.priority.rank
        due = row.due?.milliseconds ?? .max
        created = row.createdAt.milliseconds
        number = row.number
        id = number == nil ? row.id.text : ""
    }

    /// Where a task stands in the order.
    public init(_ task: Task) {
        priority = task.priority.rank
        due = task.due?.milliseconds ?? .max
        created = task.envelope.createdAt.milliseconds
        number = Identifier.number(of: task.id.text)
        id = number == nil ? task.id.text : ""
    }

    /// Where what a trigger does stands: among tasks of normal priority, by when it was queued.
    public init(_ run: ActiveRun) {
        priority = Priority.normal.rank
        due = .max
        created = run.queuedAt.milliseconds
        number = Identifier.number(of: run.id.text)
        id = ""
    }

    public static func < (left: WorkOrder, right: WorkOrder) -> Bool {
        if left.priority != right.priority { return left.priority < right.priority }
        if left.due != right.due { return left.due < right.due }
        if left.created != right.created { return left.created < right.created }
        if let leftNumber = left.number, let rightNumber = right.number, leftNumber != rightNumber {
            return leftNumber < rightNumber
        }
        return left.number == nil && right.number == nil ? left.id < right.id : right.number == nil
    }
}

extension Sequence where Element == TaskRow {
    /// The task that would be worked on first.
    public func firstInWorkOrder() -> TaskRow? {
        var first: (row: TaskRow, order: WorkOrder)?
        for row in self {
            let order = WorkOrder(row)
            if first.map({ order < $0.order }) ?? true { first = (row, order) }
        }
        return first?.row
    }

    /// The tasks in the order in which they would be worked on.
    public func inWorkOrder() -> [TaskRow] {
        let rows = Array(self)
        let places = rows.map { WorkOrder($0) }
        return rows.indices.sorted { places[$0] < places[$1] }.map { rows[$0] }
    }
}

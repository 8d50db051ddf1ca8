import Model
import System

/// The order in which work is taken and listed: priority, then what is due first, then age, then id.
public enum WorkOrder {
    /// What decides of a task; see ``TaskSummary`` and ``TaskOutline``.
    protocol Place {
        var priority: Priority { get }
        var due: Timestamp? { get }
        var createdAt: Timestamp { get }
    }

    /// Whether `left` comes before `right`.
    public static func precedes(_ left: TaskSummary, _ right: TaskSummary) -> Bool {
        byPlace(left, right) ?? Identifier.precedes(left.id.text, right.id.text)
    }

    /// The same without the ids; nil where only they tell.
    @inline(__always)
    static func byPlace(_ left: some Place, _ right: some Place) -> Bool? {
        if left.priority != right.priority { return left.priority < right.priority }
        let (leftDue, rightDue) = (left.due ?? .distantFuture, right.due ?? .distantFuture)
        if leftDue != rightDue { return leftDue < rightDue }
        if left.createdAt != right.createdAt { return left.createdAt < right.createdAt }
        return nil
    }
}

extension TaskSummary: WorkOrder.Place {}

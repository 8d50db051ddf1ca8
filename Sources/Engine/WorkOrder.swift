import Model
import Store
import System

/// The order in which work is taken and listed: priority, then what is due first, then age, then id.
public enum WorkOrder {
    /// Whether `left` comes before `right`.
    public static func precedes(_ left: TaskSummary, _ right: TaskSummary) -> Bool {
        if left.priority != right.priority { return left.priority < right.priority }
        let (leftDue, rightDue) = (left.due ?? .distantFuture, right.due ?? .distantFuture)
        if leftDue != rightDue { return leftDue < rightDue }
        if left.createdAt != right.createdAt { return left.createdAt < right.createdAt }
        return Identifier.precedes(left.id.text, right.id.text)
    }
}

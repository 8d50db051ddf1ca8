import Model
import System

/// The tasks that wait to be worked on, in the order in which they are to be taken.
///
/// It knows what the index knows: that a task is `todo`, not held back, that its time has come and its dependencies are
/// done. Record files are not looked at, so whoever takes a task reads its record and asks again. One pass over the
/// index puts the tasks on a heap; each one that is asked for costs the logarithm of their number.
public struct ClaimOrder {
    /// The first moment at which the time of some other task comes; nil when there is none.
    public private(set) var nextStart: Timestamp?

    private enum Candidate {
        case index(IndexTaskPlace)
        /// A change that the index does not have yet.
        case change(TaskSummary, TaskOutline)

        var outline: TaskOutline {
            switch self {
            case .index(let place): place.outline
            case .change(_, let outline): outline
            }
        }

        var number: Int? {
            switch self {
            case .index(let place): place.number
            case .change(let summary, _): Identifier.number(of: summary.id.text)
            }
        }

        var id: String {
            switch self {
            case .index(let place): place.head?.key.id ?? ""
            case .change(let summary, _): summary.id.text
            }
        }

        var summary: TaskSummary? {
            switch self {
            case .index(let place): place.head?.taskSummary
            case .change(let summary, _): summary
            }
        }
    }

    /// Keeps the memory in place that the candidates point to.
    private let view: View
    private var candidates: [Candidate] = []
    /// Positions in ``candidates``, the first to be taken on top.
    private var heap: [Int] = []
    /// Where every task stands; made when the first dependency is met.
    private var statuses: [String: TaskStatus]?

    init(_ view: View, at now: Timestamp) {
        self.view = view
        let hasChanges = !view.changes.isEmpty
        view.index.forEachPlace { bytes, offset in
            guard let place = IndexTaskPlace(bytes, at: offset), place.outline.status == .todo else { return }
            if hasChanges, let key = place.head?.key, view.changes[key] != nil { return }
            add(.index(place), place.outline, at: now)
        }
        for case .put(.task(let task)) in view.changes.values where task.status == .todo {
            let summary = TaskSummary(task)
            let outline = TaskOutline(summary)
            add(.change(summary, outline), outline, at: now)
        }
        heap = Array(candidates.indices)
        var position = heap.count / 2
        while position > 0 {
            position -= 1
            sink(position)
        }
    }

    private mutating func add(_ candidate: Candidate, _ outline: TaskOutline, at now: Timestamp) {
        if outline.isHeld { return }
        if let start = outline.notBefore, start > now {
            nextStart = min(nextStart ?? start, start)
        } else {
            candidates.append(candidate)
        }
    }

    /// The next task; nil when there are no more.
    public mutating func next() -> TaskSummary? {
        while let first = heap.first {
            let last = heap.removeLast()
            if !heap.isEmpty {
                heap[0] = last
                sink(0)
            }
            guard let summary = candidates[first].summary, !waits(summary) else { continue }
            return summary
        }
        return nil
    }

    /// Whether something must be done first. A step of a flow may go on after a failure, which its flow decides.
    private mutating func waits(_ task: TaskSummary) -> Bool {
        if task.dependsOn.isEmpty { return false }
        let known = statuses ?? allStatuses()
        statuses = known
        for dependency in task.dependsOn {
            guard let status = known[dependency], status == .done || task.flow != nil && status.isTerminal else {
                return true
            }
        }
        return false
    }

    private func allStatuses() -> [String: TaskStatus] {
        var statuses: [String: TaskStatus] = [:]
        view.index.forEachPlace { bytes, offset in
            guard let place = IndexTaskPlace(bytes, at: offset), let id = place.head?.key.id else { return }
            statuses[id] = place.outline.status
        }
        for (key, change) in view.changes where key.kind == .task {
            if case .put(.task(let task)) = change { statuses[key.id] = task.status } else { statuses[key.id] = nil }
        }
        return statuses
    }

    // MARK: The heap

    private mutating func sink(_ start: Int) {
        var parent = start
        while true {
            var first = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if precedes(heap[child], heap[first]) { first = child }
            }
            if first == parent { return }
            heap.swapAt(parent, first)
            parent = first
        }
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        if let answer = WorkOrder.byPlace(candidates[left].outline, candidates[right].outline) { return answer }
        // The numbers decide nearly always, and need no text.
        if let one = candidates[left].number, let other = candidates[right].number, one != other { return one < other }
        return Identifier.precedes(candidates[left].id, candidates[right].id)
    }
}

extension Snapshot {
    /// The tasks that wait to be worked on at the moment `now`, the first one first.
    public func claimOrder(at now: Timestamp) -> ClaimOrder { ClaimOrder(view, at: now) }
}

extension Transaction {
    /// The tasks that wait to be worked on at the moment `now`, the first one first, by what this transaction has made
    /// of them.
    public func claimOrder(at now: Timestamp) -> ClaimOrder { ClaimOrder(view, at: now) }
}

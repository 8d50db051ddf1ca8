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

    private enum Source {
        case index(IndexEntryHead)
        /// A change that the index does not have yet.
        case change(TaskSummary)
    }

    private struct Candidate {
        let outline: TaskOutline
        let id: String
        let source: Source
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
        view.index.forEachHead(of: .task) { head in
            guard let outline = head.taskOutline, outline.status == .todo, view.changes[head.key] == nil else { return }
            add(Candidate(outline: outline, id: head.key.id, source: .index(head)), at: now)
        }
        for case .put(.task(let task)) in view.changes.values where task.status == .todo {
            let summary = TaskSummary(task)
            add(Candidate(outline: TaskOutline(summary), id: task.id.text, source: .change(summary)), at: now)
        }
        heap = Array(candidates.indices)
        var position = heap.count / 2
        while position > 0 {
            position -= 1
            sink(position)
        }
    }

    private mutating func add(_ candidate: Candidate, at now: Timestamp) {
        if candidate.outline.isHeld { return }
        if let start = candidate.outline.notBefore, start > now {
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
            guard let summary = summary(of: candidates[first]), !waits(summary) else { continue }
            return summary
        }
        return nil
    }

    private func summary(of candidate: Candidate) -> TaskSummary? {
        switch candidate.source {
        case .index(let head): head.taskSummary
        case .change(let summary): summary
        }
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
        view.index.forEachHead(of: .task) { statuses[$0.key.id] = $0.taskOutline?.status }
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
        WorkOrder.precedes(
            candidates[left].outline, candidates[left].id, candidates[right].outline, candidates[right].id)
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

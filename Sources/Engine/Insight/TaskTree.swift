import Model
import Store
import System

/// Tasks with what is below them: the tasks that they depend on, and their children.
///
/// Everything is kept in a flat list in the order in which it is drawn, and made without recursion: a chain of ten
/// thousand tasks is no deeper than one of two. A task that occurs again is named again, but what is below it is not.
public struct TaskTree: Sendable {
    /// How a task comes to stand where it stands.
    public enum Relation: Sendable {
        /// Nothing is above it.
        case root
        /// It is above the task that was asked for, shown without what else is below it.
        case ancestor
        /// The task above depends on it.
        case dependency
        /// It is a child of the task above, or the task that was asked for below its parent.
        case child
    }

    /// One line of the tree.
    public struct Node: Sendable {
        /// As it is written in the records.
        public let id: String
        /// Nil for a reference to a task that there is not.
        public let task: TaskSummary?
        public let relation: Relation
        /// How many are above it.
        public let depth: Int
        /// Whether nothing follows below the same task.
        public let isLast: Bool
        /// Whether it stands further up already, with what is below it.
        public let isRepeated: Bool
    }

    public private(set) var nodes: [Node] = []

    private let tasks: [TaskSummary]
    /// Places in ``tasks``.
    private let places: [String: Int]
    private var children: [String: [String]] = [:]

    /// The tree of all tasks: those that nothing is above, each with everything below it.
    ///
    /// - Parameter tasks: in the order in which they are to stand.
    public init(of tasks: [TaskSummary]) {
        self.init(looking: tasks)
        var isBelow = Set(tasks.flatMap(\.dependsOn))
        for task in tasks where task.parent.map({ places[$0] != nil }) ?? false { isBelow.insert(task.id.text) }
        var seen: Set<String> = []
        let roots = tasks.map(\.id.text).filter { !isBelow.contains($0) }
        grow(roots, seen: &seen)
        // What is left goes round in circles, which only edits by hand can make: it is entered anywhere.
        for task in tasks where !seen.contains(task.id.text) { grow([task.id.text], seen: &seen) }
    }

    /// The tree of one task: its parents above it, and everything below it.
    public init(around id: ID<Task>, of tasks: [TaskSummary]) {
        self.init(looking: tasks)
        var above: [String] = []
        var seen: Set<String> = [id.text]
        var next = places[id.text].flatMap { tasks[$0].parent }
        while let parent = next, seen.insert(parent).inserted {
            above.append(parent)
            next = places[parent].flatMap { tasks[$0].parent }
        }
        for parent in above.reversed() {
            append(parent, .ancestor, depth: nodes.count, isLast: true, isRepeated: false)
        }
        var below = Set(above)
        grow([id.text], as: above.isEmpty ? .root : .child, depth: nodes.count, seen: &below)
    }

    private init(looking tasks: [TaskSummary]) {
        self.tasks = tasks
        places = Dictionary(tasks.enumerated().map { ($1.id.text, $0) }) { first, _ in first }
        for task in tasks {
            if let parent = task.parent { children[parent, default: []].append(task.id.text) }
        }
    }

    /// What still has to be appended; the last one is next.
    private struct Pending {
        let id: String
        let relation: Relation
        let depth: Int
        let isLast: Bool
    }

    /// Appends tasks, and everything below them that was not seen before.
    private mutating func grow(
        _ ids: [String], as relation: Relation = .root, depth: Int = 0, seen: inout Set<String>
    ) {
        var pending = ids.reversed().map { Pending(id: $0, relation: relation, depth: depth, isLast: true) }
        while let next = pending.popLast() {
            let isRepeated = !seen.insert(next.id).inserted
            append(next.id, next.relation, depth: next.depth, isLast: next.isLast, isRepeated: isRepeated)
            guard !isRepeated, let place = places[next.id] else { continue }
            let dependencies = tasks[place].dependsOn
            // A child that is a dependency as well stands there.
            let own = (children[next.id] ?? []).filter { !dependencies.contains($0) }
            let below = dependencies.map { ($0, Relation.dependency) } + own.map { ($0, Relation.child) }
            for (position, (id, relation)) in below.enumerated().reversed() {
                pending.append(
                    Pending(id: id, relation: relation, depth: next.depth + 1, isLast: position == below.count - 1))
            }
        }
    }

    private mutating func append(_ id: String, _ relation: Relation, depth: Int, isLast: Bool, isRepeated: Bool) {
        nodes.append(
            Node(
                id: id, task: places[id].map { tasks[$0] }, relation: relation, depth: depth, isLast: isLast,
                isRepeated: isRepeated))
    }
}

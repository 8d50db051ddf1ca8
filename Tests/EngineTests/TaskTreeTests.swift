import Model
import Store
import Testing

@testable import Engine

@Suite("The tree of tasks")
struct TaskTreeTests {
    /// Tasks by number, each with its parent and what it depends on.
    private func tasks(_ count: Int, parents: [Int: Int] = [:], needs: [Int: [Int]] = [:]) -> [TaskSummary] {
        (1...count).map { number in
            var task = Model.Task(id: ID(number: number), title: "Number \(number)")
            task.parent = parents[number].map { ID(number: $0) }
            task.dependsOn = (needs[number] ?? []).map { ID(number: $0) }
            return TaskSummary(task)
        }
    }

    /// `T-1`, below it ` >T-2` for a child, ` !T-3` for what is needed; `*` where it is not drawn out again.
    private func lines(_ tree: TaskTree) -> [String] {
        tree.nodes.map { node in
            let mark =
                switch node.relation {
                case .root: ""
                case .ancestor: "^"
                case .child: ">"
                case .dependency: "!"
                }
            let indentation = String(repeating: " ", count: node.depth)
            return indentation + mark + node.id + (node.isRepeated ? "*" : "") + (node.task == nil ? "?" : "")
        }
    }

    @Test("below a task is what it needs, then its children; on top is what nothing is above")
    func order() {
        let tree = TaskTree(of: tasks(5, parents: [2: 1, 3: 1], needs: [1: [5], 3: [4]]))
        #expect(lines(tree) == ["T-1", " !T-5", " >T-2", " >T-3", "  !T-4"])
        #expect(tree.nodes.map(\.isLast) == [true, false, false, true, true])
    }

    @Test("what two tasks need is drawn out once")
    func diamond() {
        let tree = TaskTree(of: tasks(5, needs: [4: [2, 3], 2: [1], 3: [1], 1: [5]]))
        #expect(lines(tree) == ["T-4", " !T-2", "  !T-1", "   !T-5", " !T-3", "  !T-1*"])
    }

    @Test("a child that its parent needs stands there once")
    func childAndDependency() {
        #expect(lines(TaskTree(of: tasks(2, parents: [2: 1], needs: [1: [2]]))) == ["T-1", " !T-2"])
    }

    @Test("circles that were made by hand come to an end, and are shown")
    func circles() {
        #expect(
            lines(TaskTree(of: tasks(3, needs: [1: [2], 2: [3], 3: [1]]))) == ["T-1", " !T-2", "  !T-3", "   !T-1*"])
        #expect(lines(TaskTree(of: tasks(2, parents: [1: 2, 2: 1]))) == ["T-1", " >T-2", "  >T-1*"])
        let around = TaskTree(around: ID(number: 1), of: tasks(2, parents: [1: 2, 2: 1]))
        #expect(lines(around) == ["^T-2", " >T-1", "  >T-2*"])
    }

    @Test("a reference to a task that there is not is shown as one")
    func missing() {
        #expect(lines(TaskTree(of: tasks(1, parents: [1: 8], needs: [1: [9]]))) == ["T-1", " !T-9?"])
    }

    @Test("one task has its parents above it, and not what else is below them")
    func around() {
        let tree = TaskTree(around: ID(number: 3), of: tasks(6, parents: [2: 1, 3: 2, 4: 2, 5: 3], needs: [3: [6]]))
        #expect(lines(tree) == ["^T-1", " ^T-2", "  >T-3", "   !T-6", "   >T-5"])
    }

    @Test("ten thousand tasks in a row do not exhaust the stack", arguments: [true, false])
    func deep(isFamily: Bool) {
        let count = 10_000
        let pairs = (2...count).map { ($0, $0 - 1) }
        let tasks =
            isFamily
            ? tasks(count, parents: Dictionary(uniqueKeysWithValues: pairs))
            : tasks(count, needs: Dictionary(uniqueKeysWithValues: pairs.map { ($0, [$1]) }))
        let tree = TaskTree(of: tasks)
        #expect(tree.nodes.count == count && tree.nodes.last?.depth == count - 1)
    }
}

import Arguments
import Engine
import Model
import Store
import System
import Terminal

/// `tf task tree`
enum TaskTreeCommand {
    static let task = Argument("TASK", .task, "the task to draw; all of them unless given", .optional)

    static let command = Command(
        "tree", "draw tasks with what they depend on and their children",
        discussion: """
            Draws below each task the tasks that it needs, and its children. A task that occurs again is marked and not \
            drawn out twice. Above a task that is asked for stand its parents.

            With --json each task is an object with its dependencies and children in it, \(TaskDrawing.nestedLevels) \
            levels deep; one that has more below it is marked as truncated.
            """,
        examples: [
            Example("tf task tree", "everything, from the top"),
            Example("tf task tree T-12", "a task, its parents, and what is below it"),
        ],
        parameters: [task], run: performing(draw))

    static func draw(_ context: Context) throws {
        let snapshot = try context.snapshot()
        let output = context.output
        guard let reference = context[task] else {
            let tree = TaskTree(of: try snapshot.taskSummaries())
            if tree.nodes.isEmpty, !output.isStructured { output.hint("no tasks; tf task create TITLE makes one") }
            return try TaskDrawing(tree, of: nil, in: snapshot).print(to: output)
        }
        let task = try snapshot.task(reference)
        let tree = TaskTree(around: task.id, of: try snapshot.taskSummaries())
        try TaskDrawing(tree, of: task.id, in: snapshot).print(to: output)
    }
}

/// A tree in every form of output.
struct TaskDrawing {
    /// How deep objects are nested in JSON: many programs read a few hundred levels at most, and a task makes two.
    static let nestedLevels = 100
    /// How many levels are drawn as indentation; of what is deeper, only the last of them.
    private static let drawnLevels = 40

    private let nodes: [TaskTree.Node]
    /// The task that was asked for.
    private let subject: String?
    private let snapshot: Snapshot

    init(_ tree: TaskTree, of subject: ID<Task>?, in snapshot: Snapshot) {
        nodes = tree.nodes
        self.subject = subject?.text
        self.snapshot = snapshot
    }

    func print(to output: Output) throws {
        switch output.form {
        case .json: try output.json(json)
        case .jsonLines:
            if case .array(let roots) = json {
                for root in roots { try output.json(root) }
            } else {
                try output.json(json)
            }
        case .template(let template):
            for node in nodes where !node.isRepeated {
                let fields = ["id", "title", "status", "depth", "missing"]
                var object = node.object
                object["depth"] = node.depth.json
                try output.print(Shown(id: node.id, json: .object(object), fields: fields), template)
            }
        case .text where output.isQuiet: for node in nodes where !node.isRepeated { try output.line(node.id) }
        case .text: try lines(output) { try output.line($0) }
        }
    }

    // MARK: Text

    private func lines(_ output: Output, _ write: (String) throws -> Void) throws {
        let strokes = Strokes()
        let (painter, width) = (output.painter, output.width)
        // For each level whether something more follows on it.
        var continues: [Bool] = []
        for node in nodes {
            continues.removeSubrange(min(node.depth, continues.count)...)
            var stem = ""
            if node.depth > 0 {
                let first = max(1, node.depth - Self.drawnLevels)
                if first > 1 { stem = "[\(first - 1)] " }
                for level in first..<node.depth { stem += continues[level] ? strokes.line : strokes.blank }
                stem += node.isLast ? strokes.last : strokes.branch
            }
            continues.append(!node.isLast)
            if node.relation == .dependency { stem += "needs " }
            let status = try self.status(of: node)
            let rest = [node.task?.title.visibleLine, node.isRepeated ? "(see above)" : nil].compactMap { $0 }
                .joined(separator: " ")
            let room = width.map { max(10, $0 - stem.displayWidth - node.id.count - status.count - 3) }
            let title = room.map(rest.truncated) ?? rest
            try write(
                painter.paint(stem, .dim) + painter.paint(node.id, node.id == subject ? .bold : .plain) + " "
                    + painter.paint(status, node.task?.status.style ?? .red) + (title.isEmpty ? "" : "  " + title))
        }
    }

    /// `running, 40 % compiling`
    private func status(of node: TaskTree.Node) throws -> String {
        guard let task = node.task else { return "not found" }
        let progress = try task.status == .running ? snapshot.getValid(task.id)?.progress?.line : nil
        return [task.status.rawValue, progress].compactMap { $0 }.joined(separator: ", ").visibleLine
    }

    /// What the tree is drawn with: lines where the locale has them.
    private struct Strokes {
        let line, blank, branch, last: String

        init() {
            let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { Environment[$0] }.first { !$0.isEmpty } ?? ""
            let name = locale.lowercased()
            blank = "   "
            if name.contains("utf-8") || name.contains("utf8") {
                (line, branch, last) = ("│  ", "├─ ", "└─ ")
            } else {
                (line, branch, last) = ("|  ", "|- ", "`- ")
            }
        }
    }

    // MARK: JSON

    /// The task that was asked for, with its parents beside it, or all roots.
    private var json: JSON {
        let first = nodes.firstIndex { $0.relation != .ancestor } ?? 0
        guard subject != nil else {
            var roots: [JSON] = []
            var next = first
            while next < nodes.count { roots.append(.object(nested(&next, level: 0))) }
            return .array(roots)
        }
        var next = first
        var object = nested(&next, level: 0)
        object["ancestors"] = .array(nodes[..<first].map { .object($0.object) })
        return .object(object)
    }

    /// The node at `next` with what is below it; `next` is the one after that then.
    private func nested(_ next: inout Int, level: Int) -> JSONObject {
        let node = nodes[next]
        var object = node.object
        var dependencies: [JSON] = []
        var children: [JSON] = []
        next += 1
        while next < nodes.count, nodes[next].depth > node.depth {
            guard level < Self.nestedLevels else {
                object["truncated"] = true
                next += 1
                continue
            }
            let isDependency = nodes[next].relation == .dependency
            let below = JSON.object(nested(&next, level: level + 1))
            if isDependency { dependencies.append(below) } else { children.append(below) }
        }
        object["dependencies"] = .array(dependencies)
        object["children"] = .array(children)
        return object
    }
}

extension TaskTree.Node {
    /// What JSON has of the task itself.
    fileprivate var object: JSONObject {
        var object = JSONObject([("id", .string(id))])
        object["title"] = task?.title.json
        object["status"] = task?.status.json
        if task == nil { object["missing"] = true }
        if isRepeated { object["repeated"] = true }
        return object
    }
}

import Model
import Store
import System

/// What somebody who is to work on a task has to know of it, collected from the workspace.
///
/// ``Prompt`` turns it into a text. What bad files hide is left out: it never keeps a run from beginning.
public struct TaskContext: Sendable {
    /// Some tasks of many.
    struct Selection: Sendable {
        var shown: [Task] = []
        /// How many there are besides.
        var rest = 0
    }

    /// A task that had to be done first, and what it gave.
    struct Dependency: Sendable {
        let id: ID<Task>
        /// Nil when there is no such task.
        let task: Task?
        /// Its last run.
        let run: Run?
    }

    /// A run that has ended, and the end of its log.
    struct PastRun: Sendable {
        let run: Run
        let lastLines: [String]
    }

    private static let mostRelatives = 20
    private static let mostRuns = 4
    private static let mostLines = 5
    private static let mostComments = 10

    let task: Task
    /// The run that is to be prompted; nil when nobody is about to work.
    let run: Run?
    /// Whose run it is, or would be.
    let agent: Agent?
    /// What nobody has resolved yet, oldest first.
    public let feedback: [Comment]
    let parent: Task?
    let siblings: Selection
    let dependencies: [Dependency]
    let subtasks: Selection
    /// The last runs that have ended, oldest first.
    let runs: [PastRun]
    /// The last comments besides the open feedback, oldest first.
    let comments: [Comment]

    /// Collects what `source` has about `task`.
    ///
    /// - Parameter run: the run that begins; without one, the task's run that waits or is live.
    public init(of task: Task, run: Run? = nil, in source: any RecordSource) throws {
        self.task = task
        let current = try run ?? task.run.flatMap { try source.getValid($0) }
        self.run = current.flatMap { $0.status.isTerminal ? nil : $0 }
        agent = try (self.run?.agent ?? task.assignee?.agent).flatMap { try source.getValid($0) }

        let comments = try source.records(tagged: .comments(on: task.id), of: Comment.self).sorted { left, right in
            left.envelope.createdAt == right.envelope.createdAt
                ? Identifier.precedes(left.id.text, right.id.text)
                : left.envelope.createdAt < right.envelope.createdAt
        }
        feedback = comments.filter(\.isOpenFeedback)
        self.comments = comments.filter { !$0.isOpenFeedback }.suffix(Self.mostComments)

        parent = try task.parent.flatMap { try source.getValid($0) }
        siblings = try task.parent.map { try Self.children(of: $0, without: task.id, in: source) } ?? Selection()
        subtasks = try Self.children(of: task.id, without: nil, in: source)
        dependencies = try task.dependsOn.map { id in
            let dependency = try source.getValid(id)
            return Dependency(id: id, task: dependency, run: try dependency?.run.flatMap { try source.getValid($0) })
        }
        // The flow's goal, its board and the current step belong here.

        let ended = try source.records(tagged: .runs(of: task.id), of: Run.self).filter { !$0.isReaction }
            .filter { $0.status.isTerminal && $0.id != run?.id }
            .sorted { Identifier.precedes($0.id.text, $1.id.text) }
        runs = try ended.suffix(Self.mostRuns).map { run in
            PastRun(run: run, lastLines: try RunFiles(source.workspace, run.id).lastLines(Self.mostLines))
        }
    }

    private static func children(
        of parent: ID<Task>, without own: ID<Task>?, in source: any RecordSource
    ) throws -> Selection {
        let ids = try source.ids(tagged: .children(of: parent), of: Task.self).filter { $0 != own }
            .sorted { Identifier.precedes($0.text, $1.text) }
        return Selection(
            shown: try ids.prefix(mostRelatives).compactMap { try source.getValid($0) },
            rest: max(0, ids.count - mostRelatives))
    }
}

extension Comment {
    fileprivate var isOpenFeedback: Bool { commentKind == .feedback && resolvedAt == nil }
}

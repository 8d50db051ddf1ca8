import Model
import Store
import System

/// One thing that a task waits for.
public enum WaitCause: Hashable, Sendable {
    case status(TaskStatus, reason: String?)
    /// A task that must be done first, and where it stands; nil when there is no such task.
    case dependency(ID<Task>, TaskStatus?)
    case notBefore(Timestamp)
    /// Assigned with `--no-run`.
    case held
    case flow(ID<Flow>)

    /// In a sentence about the task.
    public var text: String {
        switch self {
        case .status(let status, let reason): "is \(status.rawValue)" + (reason.map { " (\($0))" } ?? "")
        case .dependency(let id, let status?): "waits for \(id), which is \(status.rawValue)"
        case .dependency(let id, nil): "waits for \(id), which does not exist"
        case .notBefore(let moment): "is not to be started before \(moment)"
        case .held: "is held back until it is started or assigned again"
        case .flow(let flow): "belongs to \(flow), which is not running"
        }
    }
}

/// Derives whether a task is ready. Readiness is never stored.
public struct Readiness {
    let source: any RecordSource
    let now: Timestamp

    /// Looks through `source`, at the moment `now`.
    public init(in source: any RecordSource, at now: Timestamp) {
        self.source = source
        self.now = now
    }

    /// Everything that `task` waits for before a claim or a run may start it; empty when it is ready.
    public func causes(_ task: Task) throws -> [WaitCause] {
        var causes: [WaitCause] = []
        if task.status != .todo { causes.append(.status(task.status, reason: task.statusReason)) }
        causes += try dependencyCauses(task)
        if let notBefore = task.notBefore, notBefore > now { causes.append(.notBefore(notBefore)) }
        if task.hold { causes.append(.held) }
        return causes
    }

    /// The dependencies of `task` that are not done.
    public func dependencyCauses(_ task: Task) throws -> [WaitCause] {
        try task.dependsOn.compactMap { id in
            let status = try source.getValid(id)?.status
            return status == .done ? nil : .dependency(id, status)
        }
    }

    /// Whether `task` waits for nothing but time and other tasks that may still be done, and has a run as soon as it is
    /// ready.
    package func comesByItself(_ task: Task) throws -> Bool {
        guard task.status == .todo, let agent = try task.assignee?.agent.flatMap({ try source.getValid($0) }),
            agent.argumentVector != nil, !agent.disabled
        else { return false }
        let causes = try causes(task)
        return !causes.isEmpty
            && causes.allSatisfy { cause in
                switch cause {
                case .dependency(_, let status?): !status.isTerminal
                case .notBefore: true
                case .dependency(_, nil), .status, .held, .flow: false
                }
            }
    }

    /// Whether `task` may be claimed, or started by a run.
    public func isReady(_ task: Task) throws -> Bool { try causes(task).isEmpty }
}

import Model
import Store
import System

/// What waits and what is live as of one position of the journal, kept by a worker: as long as nobody else commits
/// anything, it knows what its own transactions change, and need not look through everything again for each run.
package struct RunQueue {
    /// Something that could be started, as far as the index knows.
    struct Candidate {
        /// nil for a task that nobody has yet.
        let run: ID<Run>?
        /// nil for what a trigger does.
        let task: ID<Task>?
        let order: WorkOrder
        /// nil for a run of `tf exec` and for the command of a trigger.
        let agent: ID<Agent>?
        /// Whether it counts against the limit of the selection.
        let isShare: Bool
        /// Whether it counts against the limit of the workspace.
        let takesSlot: Bool
    }

    /// A run that takes a slot.
    struct Live {
        let run: ID<Run>
        let agent: ID<Agent>?
    }

    /// A run that was started.
    package struct Started {
        let run: ID<Run>
        package let task: ID<Task>?
        let agent: ID<Agent>?
        let takesSlot: Bool

        package init(run: ID<Run>, task: ID<Task>?, agent: ID<Agent>?, takesSlot: Bool) {
            self.run = run
            self.task = task
            self.agent = agent
            self.takesSlot = takesSlot
        }
    }

    /// Where the journal ended when this was true; nil when it has to be made anew.
    var position: JournalPosition?
    /// In work order.
    var waiting: [Candidate] = []
    /// nil as long as nobody had to know.
    var live: [Live]?
    /// Whether something of the selection's share found no slot.
    package internal(set) var isStarved = false

    /// The records of what is next.
    package var next: [RecordKey] {
        waiting.first { $0.isShare }.map { [$0.task?.key, $0.run?.key].compactMap { $0 } } ?? []
    }

    /// Takes in what a transaction is going to change.
    mutating func follow(_ change: Change, _ selection: RunSelection) throws {
        for case .run(let run) in change.transaction.changedRecords {
            live?.removeAll { $0.run == run.id }
            waiting.removeAll { $0.run == run.id }
            if run.status == .running, ActiveRun(run).takesSlot { live?.append(Live(run: run.id, agent: run.agent)) }
            guard run.status == .queued, run.notBefore ?? change.now <= change.now,
                let candidate = try Slots(change).candidate(ActiveRun(run), selection)
            else { continue }
            waiting.insert(candidate, at: waiting.firstIndex { candidate.order < $0.order } ?? waiting.count)
        }
    }

    /// Goes on from a commit of its own.
    ///
    /// - Parameter position: where the journal ends now.
    package mutating func commit(_ started: [Started], at position: JournalPosition) {
        self.position = position
        for start in started {
            // What was started stood in front, once.
            let place = waiting.firstIndex { $0.run == start.run || $0.task != nil && $0.task == start.task }
            if let place { waiting.remove(at: place) }
            if start.takesSlot, live?.contains(where: { $0.run == start.run }) == false {
                live?.append(Live(run: start.run, agent: start.agent))
            }
        }
    }
}

extension ActiveRun {
    /// Whether it counts against the limit of the workspace: `exec` does not.
    var takesSlot: Bool { agent != nil || isReaction }
}

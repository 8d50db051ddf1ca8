import Model
import System

/// Makes the journal's lines of what a transaction has staged and come across: numbers the events, and gives records the
/// revisions and times that they are going to have.
struct LineBuilder {
    /// The number of the line's first event.
    let seq: Int
    let now: Timestamp

    /// The line of a transaction's own changes; nil when there are none.
    ///
    /// - Parameter receipt: what a repetition of the command is answered by.
    func line(of staging: Staging, for purpose: Purpose, _ receipt: CommandReceipt?) -> JournalLine? {
        var line = JournalLine(seq: seq, at: now, actor: purpose.actor, verb: purpose.verb)
        var revisions = RecordMap<Int>()
        for (key, change) in staging.changes {
            if var after = change.after {
                guard !after.isUnchanged(from: change.before) else { continue }
                var envelope = after.envelope.following(change.before?.envelope, at: now)
                if change.isAnother { envelope.createdAt = now }
                after.envelope = envelope
                revisions[key] = envelope.rev
                line.put.append(after)
            } else if let before = change.before {
                line.delete.append(
                    JournalLine.Deletion(key: key, subdirectory: change.subdirectory, rev: before.envelope.rev))
            }
        }
        for deletion in staging.forgotten where revisions[deletion.key] == nil { line.delete.append(deletion) }
        // What happened to runs is told after what happened to their tasks.
        for staged in staging.events.filter({ $0.key.kind != .run }) + staging.events.filter({ $0.key.kind == .run }) {
            var event = staged.event
            event.rev = revisions[staged.key] ?? staging.changes[staged.key]?.before?.envelope.rev
            line.events.append(event)
        }
        number(&line.events)
        for index in line.put.indices {
            guard case .trigger(let trigger) = line.put[index], trigger.position == nil else { continue }
            line.put[index] = line.put[index].beginning(after: line.nextSeq - 1)
        }
        guard !line.put.isEmpty || !line.delete.isEmpty || !line.events.isEmpty else { return nil }
        if let receipt { line.commands.append(receipt) }
        line.commands += staging.receipts
        return line
    }

    /// The line that takes other people's changes into the journal.
    ///
    /// - Parameter index: has the tasks as they were before.
    func line(adopting changes: [OutsideChange], of index: Index) throws(StoreError) -> JournalLine {
        var line = JournalLine(seq: seq, at: now, actor: "external", verb: "adopt")
        for change in changes {
            line.events += change.events(formerStatus: try index.taskRow(change.key)?.status)
            switch change {
            case .created(let record), .edited(let record):
                line.put.append(record)
            case .removed(let key, let subdirectory, let rev):
                line.delete.append(JournalLine.Deletion(key: key, subdirectory: subdirectory, rev: rev))
            }
        }
        number(&line.events)
        return line
    }

    private func number(_ events: inout [Event]) {
        for index in events.indices {
            events[index].seq = seq + index
            events[index].at = now
        }
    }
}

extension AnyRecord {
    /// Whether nothing has changed but what follows from a change.
    fileprivate func isUnchanged(from before: AnyRecord?) -> Bool {
        guard let before else { return false }
        let former = before.envelope
        var envelope = envelope
        envelope.rev = former.rev
        envelope.createdAt = former.createdAt
        envelope.updatedAt = former.updatedAt
        var copy = self
        copy.envelope = envelope
        return copy == before
    }
}

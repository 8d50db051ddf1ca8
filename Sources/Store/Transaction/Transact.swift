import Model
import System

/// Whether something of a line may have to be told to one of the triggers that there are. Which trigger concerns an event
/// is not the store's business, so whoever makes transactions decides. It is asked with the lock held, for every line,
/// and gets of the triggers what the index has: deciding must not need more.
///
/// A yes without need costs somebody a look at the line; a no that should have been a yes loses a reaction.
public typealias TriggerDecision = (_ line: JournalLine, _ triggers: [TriggerOutline]) -> Bool

extension Workspace {
    /// Carries out one transaction: under the lock, against fresh state, all or nothing.
    ///
    /// What `body` throws is thrown on, and nothing has been written then.
    ///
    /// - Parameter concerning: decides whether triggers have to be told of what is committed; where nobody does, they
    ///   have to be.
    /// - Returns: what `body` returned, and what was committed.
    public func transact<Result>(
        _ purpose: Purpose, concerning: TriggerDecision = { _, _ in true }, _ body: (Transaction) throws -> Result
    ) throws -> (result: Result, committed: Commit) {
        let lock = try lock()
        try restoreSettings()
        let transaction = try Transaction(on: self, state: try LockedState(of: self), purpose: purpose)
        try transaction.adoptTriggers()
        let result = try body(transaction)
        let committed = try transaction.commit(concerning)
        try? lock.unlock()  // Closing it does the same.
        if committed.wantsSync { syncUp() }
        return (result, committed)
    }

    /// Puts a missing `workspace.json` back as the journal has it, with the lock held. A bad one is left alone: there may
    /// be something in it to be saved.
    private func restoreSettings() throws(StoreError) {
        guard isRecovered else { return }
        try storing { () throws(SystemError) in
            guard try FileSystem.status(Layout.workspaceFile, in: directory) == nil else { return }
            _ = try RecordFile.write(
                record.fileBytes, to: Layout.workspaceFile, in: directory, shared: record.shared)
        }
    }
}

extension Transaction {
    /// Writes what was staged: first other people's changes that it has come across, then its own, which count on them.
    ///
    /// Nothing is written when nothing has changed.
    fileprivate func commit(_ concerning: TriggerDecision) throws(StoreError) -> Commit {
        var writer = LineWriter(in: workspace, state.mark, header, reacted: reactedPosition, rejecting: rejected)
        writer.replace(damaged: state.index)
        // Before the changes, which say more about the same records.
        writer.refresh(refreshed)
        if !outsideChanges.isEmpty {
            let builder = LineBuilder(seq: writer.header.nextSeq, now: now)
            let line = try builder.line(adopting: outsideChanges, of: view.index)
            try writer.write(line, isLeft: isLeft(line, to: writer, concerning))
        }
        let builder = LineBuilder(seq: writer.header.nextSeq, now: now)
        if let line = builder.line(of: staging, for: purpose, receipt) {
            try writer.write(line, isLeft: isLeft(line, to: writer, concerning), then: whenCommitted)
        }
        return try writer.finish()
    }

    /// Whether triggers may have to be told of a line. The mark stays at the first one of which they have to, so nobody
    /// asks about those behind it.
    private func isLeft(_ line: JournalLine, to writer: LineWriter, _ concerning: TriggerDecision) -> Bool {
        guard writer.hasNothingLeft else { return true }
        guard writer.header.hasTriggers || line.put.contains(where: { $0.key.kind == .trigger }) else { return false }
        do throws(StoreError) {
            let triggers = try view.triggerOutlines()
            return !triggers.isEmpty && concerning(line, triggers)
        } catch {
            // Whoever tells the triggers looks again.
            return true
        }
    }
}

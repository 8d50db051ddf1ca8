import Model
import Store
import System

/// Whether somebody supervises a run that says it is running.
public enum Life: Hashable, Sendable {
    /// Its supervisor, or the guard above it, lives.
    case alive
    /// Nobody supervises it: it is to be settled as lost.
    case dead
    /// It is supervised where this workspace's locks cannot be seen: believed, and never signalled, settled or counted
    /// for a slot.
    case elsewhere
}

/// The proof of life of runs: the lock on `runs/R-1/alive`, which a supervisor takes before a run counts as running
/// and its guard keeps open. The kernel gives it back when both are gone, whatever ended them.
///
/// This is the one place where it is asked whether a run is alive, and the answer goes by the lock alone. A workspace is
/// one host's, so a free lock means that nobody is there whatever host the record names: a container that starts again
/// has another name.
public struct Liveness: Sendable {
    private let directory: File

    /// Looks at runs of `workspace`.
    public init(_ workspace: Workspace) {
        directory = workspace.directory
    }

    /// Whether somebody supervises a run, for whoever knows that its record says it is running.
    public func life(of run: ID<Run>) throws -> Life {
        do {
            return try File(Layout.alive(run), [.read, .unlinked], in: directory).isUnlocked() ? .dead : .alive
        } catch {
            if error.isMissing { return .dead }
            throw error
        }
    }

    /// Notes a sign of life from within a run. It is the time of the proof's file: nothing that would have to be
    /// committed, however often it is given.
    func beat(_ run: ID<Run>, at now: Timestamp) throws(SystemError) {
        try File(Layout.alive(run), [.readWrite, .unlinked], in: directory)
            .setTimes(nanoseconds: now.milliseconds * 1_000_000)
    }

    /// When a run last gave a sign of life from within; nil when it is not known.
    func lastBeat(of run: ID<Run>) throws(SystemError) -> Timestamp? {
        try FileSystem.status(Layout.alive(run), in: directory).map {
            Timestamp(milliseconds: $0.modified / 1_000_000)
        }
    }

    /// Takes the proof for a run that is about to start. It lasts as long as the file, or a copy of it, is open.
    ///
    /// - Returns: nil when somebody has it: the guard of a supervisor that has died while it started the same run, which
    ///   gives it back as soon as it has the workspace. So it must not be waited for with the workspace locked.
    package func take(_ run: ID<Run>) throws(SystemError) -> File? {
        try Layout.makeDirectory(Layout.run(run), in: directory)
        let file = try File(Layout.alive(run), [.readWrite, .create, .unlinked], in: directory, permissions: 0o660)
        // Somebody who only looks holds it for a moment.
        for _ in 0..<3 {
            do throws(SystemError) {
                try file.lock(within: .zero)
                return file
            } catch {
                guard error.isTimeout else { throw error }
                Clock.sleep(.milliseconds(1))
            }
        }
        return nil
    }
}

extension Snapshot {
    /// Whether somebody supervises a run; nil for one that does not say it is running, and for one that is not here.
    public func life(of id: ID<Run>) throws -> Life? {
        guard let run = try getValid(id), run.status == .running else { return nil }
        let (current, life) = try look(at: run)
        return current.status == .running ? life : nil
    }

    /// A run as it is to be shown: `lost` where the record says that it is running, and nobody lives who runs it. The
    /// next writer that looks says so in the record.
    public func observed(_ run: Run) throws -> Run {
        guard run.status == .running else { return run }
        var (current, life) = try look(at: run)
        if current.status == .running, life == .dead { current.status = .lost }
        return current
    }

    private func look(at run: Run) throws -> (current: Run, life: Life) {
        let life = try Liveness(workspace).life(of: run.id)
        guard life == .dead else { return (run, life) }
        // Its outcome may just have been committed, before the lock was given back.
        return (try workspace.snapshot().get(run.id) ?? run, life)
    }
}

extension Change {
    /// Whether somebody supervises a run that waits for nothing but its end.
    ///
    /// The records cannot change while the lock on the workspace is held, so one look is enough.
    func life(of run: ID<Run>) throws -> Life { try Liveness(transaction.workspace).life(of: run) }
}

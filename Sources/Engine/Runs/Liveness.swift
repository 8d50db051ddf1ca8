import Model
import Store
import System

/// The proof of life of runs: the lock on `runs/R-1/alive`, which a supervisor takes before a run counts as running
/// and its guard keeps open. The kernel gives it back when both are gone, whatever ended them.
public struct Liveness: Sendable {
    private let directory: File

    /// Looks at runs of `workspace`.
    public init(_ workspace: Workspace) {
        directory = workspace.directory
    }

    /// Whether somebody lives who supervises the run.
    public func isAlive(_ run: ID<Run>) throws -> Bool {
        do {
            return try !File(Layout.alive(run), [.read, .unlinked], in: directory).isUnlocked()
        } catch {
            if error.isMissing { return false }
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
    func take(_ run: ID<Run>) throws(SystemError) -> File {
        try Layout.makeDirectory(Layout.run(run), in: directory)
        let file = try File(Layout.alive(run), [.readWrite, .create, .unlinked], in: directory, permissions: 0o660)
        // Somebody who only looks holds it for a moment.
        try file.lock(within: .seconds(5))
        return file
    }
}

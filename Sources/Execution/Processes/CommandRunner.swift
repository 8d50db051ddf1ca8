import Engine
import Model
import System

/// Where the commands of a supervisor's runs live: it makes their processes, tells how they end, and ends them.
///
/// The supervisor knows commands and moments only; whether they are processes of this machine, jobs of a cluster or
/// made up for a test is the runner's business. A run has one command at a time (first its own, then the checks of its
/// task), and whatever these have left behind.
package protocol CommandRunner: AnyObject {
    /// Finds the file that `program` names, for a command that starts in `directory`.
    func locate(_ program: String, path: String?, directory: String) throws(Spawn.Failure) -> String

    /// Begins to make a process that is held back: nothing of the command has run before it is released.
    func begin(_ command: Spawn) throws(Spawn.Failure) -> any HeldBackCommand

    /// Takes in a command that was let go, and has it count as the run's from now on.
    ///
    /// - Throws: why it could not become the command after all.
    func attend(_ command: any HeldBackCommand, of run: ID<Run>) throws(Spawn.Failure)

    /// What has happened since the last time, and does what its time has come for. It is empty when nothing has.
    ///
    /// - Parameter now: the moment, by the monotonic clock.
    func poll(at now: Duration) throws -> [CommandEvent]

    /// Begins to end the processes of a run. What is ended already is ended sooner, if that is what `teardown` means.
    func stop(_ run: ID<Run>, _ teardown: Teardown, at now: Duration)

    /// Ends what the last command of a run has left; when nothing is left, ``poll(at:)`` says that the run is gone.
    func finish(_ run: ID<Run>, _ teardown: Teardown, at now: Duration)

    /// The next moment, by the monotonic clock, at which it has to be polled without being told; nil for none.
    func nextLook(at now: Duration) -> Duration?
}

/// A process that becomes its command when it is let go. It ends by itself when the value is dropped before that.
package protocol HeldBackCommand: AnyObject {
    /// Waits until the process is there.
    ///
    /// - Returns: what tells it from others; also written into the run's record.
    func identity() throws(Spawn.Failure) -> ProcessIdentity

    /// Lets it become its command. It does not fail: whether it could is told when it is attended.
    func letGo()
}

/// What has happened to the commands of runs.
package enum CommandEvent: Sendable {
    /// The command of a run has ended.
    case exited(ID<Run>, Process.Ending, Process.ResourceUsage)
    /// Nothing is left of a run that was to be finished.
    case gone(ID<Run>)
}

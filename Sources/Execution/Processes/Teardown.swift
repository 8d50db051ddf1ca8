import System

/// How the processes of a run are ended: they are asked, they have their time, and then they are killed.
package struct Teardown: Hashable, Sendable {
    /// What asks them; nil where nobody does, or where they have been asked already.
    package let signal: Process.Signal?
    /// The time from then to SIGKILL.
    package let grace: Duration

    package init(signal: Process.Signal?, grace: Duration) {
        self.signal = signal
        self.grace = grace
    }

    /// They are asked by SIGTERM.
    package static func gently(within grace: Duration) -> Teardown { Teardown(signal: .terminate, grace: grace) }

    /// They are killed without being asked.
    package static let atOnce = Teardown(signal: nil, grace: .zero)

    /// For what a command that has ended left behind.
    package static let ofLeftovers = Teardown.gently(within: .seconds(1))
}

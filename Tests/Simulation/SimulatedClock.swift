import System

/// The time of a simulated world: it passes when the world says so.
final class SimulatedClock: @unchecked Sendable {
    // The simulation has one thread.
    private(set) var monotonic = Duration.seconds(1000)
    private var wall = Timestamp(milliseconds: 1_800_000_000_000)

    /// The clock of a workspace in this world.
    var reading: Clock { Clock { [self] in wall } }

    /// Time passes.
    func advance(by span: Duration) {
        monotonic += span
        wall = wall + span
    }

    /// Somebody sets the clock on the wall.
    func jump(by span: Duration) { wall = wall + span }
}

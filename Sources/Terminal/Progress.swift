/// What a command that takes long says on standard error while it works.
///
/// On a terminal this is one line at the bottom that is drawn over again and again, not more often than the eye
/// follows. Elsewhere, in the log of a CI job say, it is a line for every new state and nothing else.
///
///     var progress = Progress(.terminal(width: { 80 }), sink: writeToStandardError)
///     progress.show("waiting for T-12", detail: "3m05s")
///     progress.say("T-11 done")       // stays; the status line moves down
///     progress.clear()                // before anything else is written to the terminal
///
/// Everything shown is made visible first (see `visibleLine`).
public struct Progress {
    /// What the progress is written to.
    public enum Output {
        /// A terminal that knows escape sequences; `width` is asked for its columns at every drawing.
        case terminal(width: () -> Int)
        /// A file, a pipe or a terminal without escape sequences (`TERM=dumb`).
        case lines
    }

    private struct Status: Equatable {
        var state: String
        var detail: String
    }

    private let output: Output
    private let interval: Duration
    private let clock: () -> Duration
    private let sink: (String) -> Void

    private var current: Status?
    /// What the terminal shows now, nil when the line is clear. In `lines`, the last state that was written.
    private var shown: Status?
    private var lastDrawing: Duration?

    /// - Parameters:
    ///   - interval: the least time between two drawings of the status line.
    ///   - clock: the time since some fixed moment, never running backwards.
    ///   - sink: writes its text as it is, unbuffered, to standard error.
    public init(
        _ output: Output, interval: Duration = .milliseconds(100),
        clock: @escaping () -> Duration = Progress.stopwatch(), sink: @escaping (String) -> Void
    ) {
        self.output = output
        self.interval = interval
        self.clock = clock
        self.sink = sink
    }

    /// A clock that starts now.
    public static func stopwatch() -> () -> Duration {
        let start = ContinuousClock.now
        return { start.duration(to: .now) }
    }

    /// Replaces the status.
    ///
    /// A terminal shows it at once, or at the first ``refresh()`` after the interval since the last drawing. Elsewhere
    /// it is written if the state differs from the one before; the detail isn't written.
    ///
    /// - Parameters:
    ///   - state: what is being done: `waiting for T-12`.
    ///   - detail: what changes all the time: a count, the time that has passed.
    public mutating func show(_ state: String, detail: String = "") {
        current = Status(state: state.visibleLine, detail: detail.visibleLine)
        refresh()
    }

    /// Draws the status if it has changed and the interval has passed; for loops that wait.
    public mutating func refresh() {
        guard let current, current != shown else { return }
        switch output {
        case .lines:
            if current.state != shown?.state { sink(current.state + "\n") }
            shown = current
        case .terminal(let width):
            let now = clock()
            if let lastDrawing, now - lastDrawing < interval { return }
            draw(current, width: width())
            shown = current
            lastDrawing = now
        }
    }

    /// Writes a line that stays, above the status line if there is one.
    public mutating func say(_ line: String) {
        erase()
        sink(line.visibleLine + "\n")
        if case .terminal(let width) = output, let current {
            draw(current, width: width())
            shown = current
        }
    }

    /// Forgets the status and takes it off the terminal. What is shown next is drawn without delay.
    public mutating func clear() {
        erase()
        current = nil
        lastDrawing = nil
    }

    /// One column stays free, because many terminals go to the next line as soon as the last one is written.
    private func draw(_ status: Status, width: Int) {
        let text = status.detail.isEmpty ? status.state : status.state + " " + status.detail
        sink("\r" + text.truncated(toWidth: width - 1) + Self.eraseToEndOfLine)
    }

    private mutating func erase() {
        guard case .terminal = output, shown != nil else { return }
        sink("\r" + Self.eraseToEndOfLine)
        shown = nil
    }

    private static let eraseToEndOfLine = "\u{1B}[K"
}

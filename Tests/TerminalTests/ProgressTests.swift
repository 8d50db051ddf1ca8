import Terminal
import Testing

@Suite("Progress")
struct ProgressTests {
    /// A standard error that remembers, and a clock that the test moves.
    private final class Screen {
        var written = ""
        var now = Duration.zero
        var width = 80

        func progress(isTerminal: Bool = true) -> Progress {
            Progress(
                isTerminal ? .terminal(width: { self.width }) : .lines, interval: .milliseconds(100),
                clock: { self.now }, sink: { self.written += $0 })
        }

        /// What was written since the last look.
        func look() -> String {
            defer { written = "" }
            return written
        }
    }

    @Test("a terminal's status line is drawn over")
    func redraws() {
        let screen = Screen()
        var progress = screen.progress()
        progress.show("waiting", detail: "1s")
        #expect(screen.look() == "\rwaiting 1s\u{1B}[K")
        screen.now = .milliseconds(100)
        progress.show("waiting", detail: "2s")
        #expect(screen.look() == "\rwaiting 2s\u{1B}[K")
    }

    @Test("it is not drawn again before the interval is over, and then as it is by now")
    func throttled() {
        let screen = Screen()
        var progress = screen.progress()
        progress.show("1 of 9")
        _ = screen.look()
        screen.now = .milliseconds(99)
        progress.show("2 of 9")
        progress.show("3 of 9")
        progress.refresh()
        #expect(screen.look().isEmpty)
        screen.now = .milliseconds(100)
        progress.refresh()
        #expect(screen.look() == "\r3 of 9\u{1B}[K")
        screen.now = .seconds(9)
        progress.refresh()
        #expect(screen.look().isEmpty)
    }

    @Test("it is cleared before other output, once")
    func clears() {
        let screen = Screen()
        var progress = screen.progress()
        progress.clear()
        #expect(screen.look().isEmpty)
        progress.show("a")
        _ = screen.look()
        progress.clear()
        progress.clear()
        progress.refresh()
        #expect(screen.look() == "\r\u{1B}[K")
        progress.show("a")
        #expect(screen.look() == "\ra\u{1B}[K")
    }

    @Test("a line that stays goes above the status line")
    func says() {
        let screen = Screen()
        var progress = screen.progress()
        progress.say("before")
        progress.show("a")
        progress.say("T-1 done")
        #expect(screen.look() == "before\n\ra\u{1B}[K\r\u{1B}[KT-1 done\n\ra\u{1B}[K")
    }

    @Test("the status line stays within the terminal, whose width may change")
    func narrow() {
        let screen = Screen()
        var progress = screen.progress()
        for (width, expected) in [(5, "abc…"), (4, "ab…"), (2, "…"), (1, ""), (0, "")] {
            screen.width = width
            screen.now += .seconds(1)
            progress.show("abcdefgh", detail: "\(width)")
            #expect(screen.look() == "\r\(expected)\u{1B}[K")
        }
    }

    @Test("elsewhere every new state is a line, without details or escape sequences")
    func lines() {
        let screen = Screen()
        var progress = screen.progress(isTerminal: false)
        progress.show("waiting", detail: "1s")
        progress.show("waiting", detail: "2s")
        progress.say("T-1 done")
        progress.show("waiting", detail: "3s")
        progress.show("running")
        progress.clear()
        progress.show("running")
        #expect(screen.written == "waiting\nT-1 done\nrunning\n")
    }

    @Test("escape sequences in a status are written out", arguments: [true, false])
    func injection(isTerminal: Bool) {
        let screen = Screen()
        var progress = screen.progress(isTerminal: isTerminal)
        progress.show("a\u{1B}[2J\nb")
        progress.say("c\u{9B}2J")
        #expect(!screen.written.contains("\u{1B}[2J"))
        #expect(screen.written.contains("a^[[2J b"))
        #expect(screen.written.contains(#"c\u{9B}2J"# + "\n"))
    }

    @Test("a stopwatch begins at zero and never runs backwards")
    func stopwatch() {
        let clock = Progress.stopwatch()
        let first = clock()
        #expect(first >= .zero)
        #expect(clock() >= first)
    }
}

import Arguments
import Engine
import System
import Terminal

// How a command ends that Ctrl-C ends while it waits.

extension Context {
    /// Ends a wait: says what has become of what was waited for, and how to come back.
    ///
    /// - Parameters:
    ///   - state: `the work goes on`.
    ///   - command: what goes on waiting: `tf task wait T-1`.
    ///   - effect: what that does: `waits again`.
    /// - Returns: what a process exits with that an interrupt has ended.
    func interrupted(_ state: String, comingBackWith command: String, _ effect: String) -> Int32 {
        let hint = "\(state); \(command) \(effect)"
        if output.isStructured {
            return ErrorReport(Failure(interruptedWith: hint)).print(output.errorForm)
        }
        return interruptedStream(hint)
    }

    /// The same for a command that prints one thing after the other as they come: its output is complete as it is.
    func interruptedStream(_ hint: String) -> Int32 {
        // The terminal has written ^C into the line.
        let lineBreak = TerminalDevice.standardError.isTerminal ? "\n" : ""
        StandardError.write(lineBreak + "hint: \(hint.visibleLine)\n")
        return Failure.interruptedStatus
    }
}

extension Failure {
    /// What a process exits with that an interrupt has ended.
    fileprivate static let interruptedStatus: Int32 = 130

    fileprivate init(interruptedWith hint: String) {
        self.init(.pending, "interrupted", hint: hint)
        status = Self.interruptedStatus
    }
}

extension CommandLine {
    /// The command line of this process, as a shell takes it.
    static var line: String { (["tf"] + arguments.dropFirst()).map(\.shellWord).joined(separator: " ") }
}
